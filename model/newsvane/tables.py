"""Tables as they come: csv, tsv, jsonl, json and parquet files into rows, one at a time.

Nothing is dropped and nothing is guessed in silence. A row that cannot be read is still a row: it carries
an `error` and the place it stands at. Values are left as they are; "NA", "None" and "null" are text.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import itertools
import json
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, NamedTuple, cast

import orjson

from newsvane.errors import InputError, OptionalFeatureError

TABLE_SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet")
DELIMITERS = ",\t;"
BUFFER = 1 << 18
"""Files are read so many bytes at a time."""


Notify = Callable[[str], None]
"""What a user should be told on the way goes to such a function, a sentence at a time."""


def ignore(message: str) -> None:
    """Tell nobody."""


class Row(NamedTuple):
    """One row of a table: its `place` (``file:line``), its values by column, and what is wrong with it.

    `raw` is the JSON object as it was written, where the row was one.
    """

    place: str
    record: Mapping[str, Any] = MappingProxyType({})
    error: str = ""
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file with its number, counted from 1. `damaged`: bytes that are not text stand as U+FFFD."""

    number: int
    text: str
    damaged: bool = False


def kind_of(path: Path) -> str:
    """The kind of file a name promises, without the dot: ``csv``, ``jsonl``, ... also before a ``.gz``."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return suffixes[-1].lstrip(".") if suffixes else ""


def open_binary(path: Path) -> IO[bytes]:
    """Open a file for reading bytes, through gzip if its name ends in ``.gz``."""
    return cast("IO[bytes]", gzip.open(path)) if path.suffix.lower() == ".gz" else path.open("rb", BUFFER)


def read_rows(path: Path, notify: Notify = ignore) -> Iterator[Row]:
    """The rows of a table file, in order.

    What a user should be told about the reading as a whole (a guessed encoding) goes to `notify`.
    Raises `InputError` where the file as a whole is unreadable.
    """
    kind = kind_of(path)
    if kind == "parquet":
        yield from _parquet_rows(path)
        return
    with open_binary(path) as stream:
        try:
            yield from parse_rows(stream, kind, path.name, Decoder(path, notify))
        except (EOFError, OSError, zlib.error) as error:  # a gzip file cut short or damaged
            raise InputError(f"{path}: {error}") from error


def parse_rows(stream: IO[bytes], kind: str, name: str, decoder: Decoder) -> Iterator[Row]:
    """The rows of a csv, tsv, jsonl or json stream; `name` stands in their places."""
    if kind == "json":
        return _json_rows(stream, name, decoder)
    if kind in ("jsonl", "ndjson"):
        return _jsonl_rows(stream, name, decoder)
    return _csv_rows(decoder.lines(stream), kind, name)


# --- bytes to lines ---------------------------------------------------------------------------------------


class Decoder:
    """Bytes to text, a line at a time: a byte-order mark first, then strict UTF-8.

    Where a line is not UTF-8 the whole file (`path`; None for a pipe) decides. If most of its non-ASCII
    lines are UTF-8, this line is damaged; if not, the file is in a legacy encoding, which is guessed with
    charset-normalizer and told to `notify`.
    """

    def __init__(self, path: Path | None = None, notify: Notify = ignore) -> None:
        self._path, self._notify = path, notify
        self._encoding = "utf-8"

    def lines(self, stream: IO[bytes]) -> Iterator[Line]:
        """The lines of a stream."""
        for number, raw in self.raw_lines(stream):
            yield self.line(number, raw)

    def raw_lines(self, stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
        """The numbered lines of a stream, still bytes, and without a byte-order mark; UTF-16 as UTF-8."""
        head = stream.readline()
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            text = (head + stream.read()).decode("utf-16", "replace").encode("utf-8", "replace")
            return enumerate(text.splitlines(keepends=True), 1)
        if b"\r" in head and not head.endswith(b"\n"):  # the whole file: lines that end as on old Macintoshes
            return enumerate(head.removeprefix(codecs.BOM_UTF8).splitlines(keepends=True), 1)
        rest: Iterable[bytes] = itertools.chain([head.removeprefix(codecs.BOM_UTF8)], stream) if head else ()
        return enumerate(rest, 1)

    def line(self, number: int, raw: bytes) -> Line:
        """One line as text."""
        try:
            return Line(number, raw.decode(self._encoding))
        except UnicodeDecodeError:
            guess = _legacy_encoding(self._path) if self._path and self._encoding == "utf-8" else None
        if guess:
            self._encoding = guess
            self._notify(f"{self._path}: not UTF-8; read as {guess} (guessed)")
        text = raw.decode(self._encoding, "replace")
        return Line(number, text, damaged="\ufffd" in text)


def decode(data: bytes) -> tuple[str, str]:
    """A whole text file: its text, and the encoding if that had to be guessed (else an empty string)."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, "replace"), ""
    try:
        return data.decode(), ""
    except UnicodeDecodeError:
        guess = _guess_encoding(data)
        return data.decode(guess, "replace"), guess


def _legacy_encoding(path: Path) -> str | None:
    """The encoding of a file that is not UTF-8 as a whole; None if it is UTF-8 with some damaged lines."""
    good = 0
    bad: list[bytes] = []
    with open_binary(path) as stream:
        for line in stream:
            if line.isascii():
                continue
            try:
                line.decode()
                good += 1
            except UnicodeDecodeError:
                bad.append(line)
    return _guess_encoding(b"".join(bad[:1000])) if len(bad) > good else None


def _guess_encoding(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data[: 1 << 20]).best()
    return best.encoding if best else "cp1252"


# --- lines to rows ----------------------------------------------------------------------------------------


def _jsonl_rows(stream: IO[bytes], name: str, decoder: Decoder) -> Iterator[Row]:
    for number, raw in decoder.raw_lines(stream):
        try:
            record = orjson.loads(raw)
        except orjson.JSONDecodeError:  # empty, damaged, or JSON that orjson is too strict for
            line = decoder.line(number, raw)
            if line.text.strip():
                yield _json_row(line, f"{name}:{number}")
            continue
        if type(record) is dict and float in map(type, record.values()) and _lost_digits(record):
            record = json.loads(raw)
        yield _row_of(record, f"{name}:{number}", "", raw)


def _lost_digits(record: dict[str, Any]) -> bool:
    """Whether a value may be an integer of more than 64 bits, of which orjson makes a float."""
    return any(isinstance(value, float) and abs(value) >= 2**63 for value in record.values())


def _json_rows(stream: IO[bytes], name: str, decoder: Decoder) -> Iterator[Row]:
    """The objects of a JSON array, each at the place ``file:number``; what is no array is read as JSON lines."""
    data = b"".join(raw for _, raw in decoder.raw_lines(stream))
    if not data.lstrip().startswith(b"["):
        return _jsonl_rows(io.BytesIO(data), name, decoder)
    try:
        records = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: not valid JSON: {error}") from error
    return (_row_of(record, f"{name}:{number}") for number, record in enumerate(records, 1))


def _json_row(line: Line, place: str) -> Row:
    try:
        record = json.loads(line.text)
    except json.JSONDecodeError as error:
        return Row(place, error=f"not valid JSON: {error.msg} at character {error.pos + 1}")
    except (ValueError, RecursionError) as error:  # an integer of too many digits; too deep a nesting
        return Row(place, error=f"not valid JSON: {error}")
    return _row_of(
        record, place, error="not valid UTF-8" if line.damaged else "", raw=line.text.encode("utf-8", "replace")
    )


def _row_of(record: Any, place: str, error: str = "", raw: bytes = b"") -> Row:
    if isinstance(record, dict):
        return Row(place, record, error, raw)
    return Row(place, error=f"a JSON {type(record).__name__} where an object is needed")


class _Rewindable:
    """The texts of lines, for a csv reader, with a way to put back those it took by mistake."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._waiting: list[Line] = []  # the next one last
        self.taken: list[Line] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._waiting.pop() if self._waiting else next(self._lines)
        self.taken.append(line)
        return line.text

    def put_back_all_but_first(self) -> None:
        self._waiting.extend(reversed(self.taken[1:]))
        del self.taken[1:]


def _records(lines: Iterator[Line], delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """The records of a csv text: line number, cells, and what is wrong with them.

    A quote that is opened and never closed would swallow the rows behind it. So every record is read by a
    reader of its own: where one fails, its first line alone is taken for the record, as it stands, and
    reading goes on with the line after it.
    """
    source = _Rewindable(lines)
    while True:
        source.taken = []
        try:
            cells, error = next(csv.reader(source, delimiter=delimiter, strict=True)), ""
        except StopIteration:
            return
        except csv.Error as reason:
            source.put_back_all_but_first()
            cells = source.taken[0].text.rstrip("\r\n").split(delimiter)
            # Between tabs a quote is mostly a quote, and no way to hold a cell together.
            error = "" if delimiter == "\t" else f"not valid csv: {_QUOTING.get(str(reason), reason)}"
        if any(line.damaged for line in source.taken):
            error = error or "not valid UTF-8"
        elif any("\0" in line.text for line in source.taken):
            error = error or "contains NUL bytes"
        if cells:
            yield source.taken[0].number, cells, error


_QUOTING = {
    "unexpected end of data": "a quote is opened and never closed",
    "',' expected after '\"'": "a quote inside a quoted field is not doubled",
}


def _csv_rows(lines: Iterator[Line], kind: str, name: str) -> Iterator[Row]:
    csv.field_size_limit(sys.maxsize)
    first = next(lines, None)
    if first is None:
        raise InputError(f"{name}: empty file")
    delimiter = "\t" if kind == "tsv" else max(DELIMITERS, key=first.text.count)
    records = _records(itertools.chain([first], lines), delimiter)
    _, header, error = next(records, (1, [], "no header"))
    if twice := sorted({column for column in header if header.count(column) > 1}):
        error = f"columns named twice: {', '.join(map(repr, twice))}"
    if error:
        raise InputError(f"{name}:1: {error}")
    for number, cells, error in records:
        ragged = len(cells) != len(header)
        record = dict(itertools.zip_longest(header, cells[: len(header)], fillvalue=""))
        yield Row(
            f"{name}:{number}",
            record,
            error or (f"{len(cells)} fields where the header has {len(header)}" if ragged else ""),
        )


def _parquet_rows(path: Path) -> Iterator[Row]:
    try:
        import pyarrow.parquet
    except ImportError:
        raise OptionalFeatureError(f"{path}: reading parquet", "parquet") from None
    try:
        batches = pyarrow.parquet.ParquetFile(path).iter_batches(batch_size=1000)
        records = (record for batch in batches for record in batch.to_pylist())
        for number, record in enumerate(records, 1):
            yield Row(f"{path.name}:{number}", record)
    except (pyarrow.ArrowException, OSError) as error:
        raise InputError(f"{path}: {error}") from error

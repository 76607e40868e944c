"""Tables as they come: csv, tsv, jsonl, json and parquet files into rows, one at a time.

Nothing is dropped and nothing is guessed in silence. A row that cannot be read is still a row: it carries
an `error` and the place it stands at. Values are left as they are; "NA", "None" and "null" are text.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import sys
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, NamedTuple

import orjson

from newsvane.decoding import Decoder, Line, open_binary
from newsvane.errors import InputError, Notify, OptionalFeatureError, ignore

TABLE_SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet")
DELIMITERS = ",\t;"


class Row(NamedTuple):
    """One row of a table: where it stands, its values by column, and what is wrong with it.

    `number` is that of its first line, or in json and parquet of the row. `raw` is the JSON object as it was written,
    where the row was one.
    """

    file: str
    number: int
    record: Mapping[str, Any] = MappingProxyType({})
    error: str = ""
    raw: bytes = b""

    @property
    def place(self) -> str:
        """The file and the number, ``file:number``."""
        return f"{self.file}:{self.number}"


def kind_of(path: Path) -> str:
    """The kind of file a name promises, without the dot: ``csv``, ``jsonl``, ... also before a ``.gz``."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return suffixes[-1].lstrip(".") if suffixes else ""


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


def _jsonl_rows(stream: IO[bytes], name: str, decoder: Decoder) -> Iterator[Row]:
    for number, raw in decoder.raw_lines(stream):
        try:
            record = orjson.loads(raw)
        except orjson.JSONDecodeError:  # empty, damaged, or JSON that orjson is too strict for
            line = decoder.line(number, raw)
            if line.text.strip():
                yield _json_row(line, name)
            continue
        if type(record) is not dict:
            yield _row_of(record, name, number)
            continue
        for value in record.values():
            if type(value) is float and abs(value) >= 2**63:  # orjson makes floats of integers of more than 64 bits
                record = json.loads(raw)
                break
        yield Row(name, number, record, "", raw)


def _json_rows(stream: IO[bytes], name: str, decoder: Decoder) -> Iterator[Row]:
    """The objects of a JSON array, each at the place ``file:number``; what is no array is read as JSON lines."""
    data = b"".join(raw for _, raw in decoder.raw_lines(stream))
    if not data.lstrip().startswith(b"["):
        return _jsonl_rows(io.BytesIO(data), name, decoder)
    try:
        records = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: not valid JSON: {error}") from error
    return (_row_of(record, name, number) for number, record in enumerate(records, 1))


def _json_row(line: Line, name: str) -> Row:
    try:
        record = json.loads(line.text)
    except json.JSONDecodeError as error:
        return Row(name, line.number, error=f"not valid JSON: {error.msg} at character {error.pos + 1}")
    except (ValueError, RecursionError) as error:  # an integer of too many digits; too deep a nesting
        return Row(name, line.number, error=f"not valid JSON: {error}")
    damage = "not valid UTF-8" if line.damaged else ""
    return _row_of(record, name, line.number, damage, line.text.encode("utf-8", "replace"))


def _row_of(record: Any, name: str, number: int, error: str = "", raw: bytes = b"") -> Row:
    if isinstance(record, dict):
        return Row(name, number, record, error, raw)
    return Row(name, number, error=f"a JSON {type(record).__name__} where an object is needed")


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
        problem = error or (f"{len(cells)} fields where the header has {len(header)}" if ragged else "")
        yield Row(name, number, record, problem)


def _parquet_rows(path: Path) -> Iterator[Row]:
    try:
        import pyarrow.parquet
    except ImportError:
        raise OptionalFeatureError(f"{path}: reading parquet", "parquet") from None
    try:
        batches = pyarrow.parquet.ParquetFile(path).iter_batches(batch_size=1000)
        records = (record for batch in batches for record in batch.to_pylist())
        for number, record in enumerate(records, 1):
            yield Row(path.name, number, record)
    except (pyarrow.ArrowException, OSError) as error:
        raise InputError(f"{path}: {error}") from error

"""Bytes to text: lines of a file, and whole ones, in whatever encoding they come."""

from __future__ import annotations

import codecs
import gzip
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from newsvane.errors import Notify, ignore

BUFFER = 1 << 18
"""Files are read so many bytes at a time."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file with its number, counted from 1. `damaged`: bytes that are not text stand as U+FFFD."""

    number: int
    text: str
    damaged: bool = False


def open_binary(path: Path) -> IO[bytes]:
    """Open a file for reading bytes, through gzip if its name ends in ``.gz``."""
    return cast("IO[bytes]", gzip.open(path)) if path.suffix.lower() == ".gz" else path.open("rb", BUFFER)


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

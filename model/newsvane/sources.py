"""Sources of articles: files, directories, standard input, texts.

A source is a file (csv, tsv, jsonl, json, parquet, txt, html, each also ``.gz`` where it is not parquet),
a directory of such files, ``-`` for standard input, or the text itself.
"""

from __future__ import annotations

import codecs
import gzip
import io
import itertools
import os
import re
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, cast

from newsvane import tables
from newsvane.articles import STANDARD, Article, Columns, of_document, of_rows
from newsvane.decoding import Decoder, decode, open_binary
from newsvane.errors import InputError, Notify, ignore
from newsvane.stances import parse_mapping

DOCUMENT_KINDS = ("txt", "html", "htm")
STDIN = "-"
NAME_WORDS = 3
"""A text of more words that ends in .txt is a sentence about a file, and not the name of one."""


def read_articles(
    sources: str | Path | Sequence[str | Path], columns: Columns = STANDARD, *, notify: Notify = ignore
) -> Iterator[Article]:
    """The articles of one or several sources, in order; one is read when it is asked for.

    What a user should be told of the reading (a guessed encoding, files passed over) goes to `notify`.
    Raises `InputError` where a whole source cannot be read.
    """
    for source in [sources] if isinstance(sources, (str, Path)) else sources:
        yield from _read_source(source, columns, notify)


def read_labelled(
    sources: str | Path | Sequence[str | Path],
    columns: Columns = STANDARD,
    *,
    skip_bad: bool = False,
    notify: Notify = ignore,
) -> list[Article]:
    """The articles of labelled tables, all of them usable and each with a label for at least one task.

    Raises `InputError` that lists every bad row; with `skip_bad` they go to `notify` instead. Rows that an export of
    a labelling tool has no label for yet are left aside.
    """
    return list(itertools.chain(*read_batches(sources, columns, skip_bad=skip_bad, notify=notify)))


def read_batches(
    sources: str | Path | Sequence[str | Path],
    columns: Columns = STANDARD,
    *,
    skip_bad: bool = False,
    notify: Notify = ignore,
) -> list[list[Article]]:
    """As `read_labelled`, the articles of each source apart."""
    batches: list[list[Article]] = []
    problems: list[str] = []
    meaning = parse_mapping(columns.stance_labels) if columns.stance_labels else {}
    for source in [sources] if isinstance(sources, (str, Path)) else sources:
        batch: list[Article] = []
        unlabelled = 0
        for article in read_articles(source, columns, notify=notify):
            if article.error:
                problems.append(f"{article.place}: {article.error}")
            elif article.labels:
                batch.append(_mapped(article, meaning))
            elif article.export:
                unlabelled += 1
            else:
                problems.append(f"{article.place}: no label in '{columns.topic}' or '{columns.stance}'")
        batches.append(batch)
        if unlabelled:
            notify(f"{source}: {unlabelled} rows have no label yet and are left aside")
    if problems and not skip_bad:
        raise InputError(problems, f"{len(problems)} bad rows; mend them, or leave them out with --skip-bad")
    for problem in problems:
        notify(f"left out: {problem}")
    return batches


def _mapped(article: Article, meaning: Mapping[str, str]) -> Article:
    """The article with its stance label as it is meant."""
    stance = article.labels.get("stance", "")
    if stance.casefold() not in meaning:
        return article
    return article._replace(labels={**article.labels, "stance": meaning[stance.casefold()]})


def _read_source(source: str | Path, columns: Columns, notify: Notify) -> Iterator[Article]:
    if source == STDIN:
        return _read_stream(sys.stdin.buffer, columns, notify)
    path = Path(source or "\0")
    try:
        if path.is_dir():
            return _read_directory(path, columns, notify)
        if path.exists():
            return _read_file(path, columns, notify)
    except (OSError, ValueError):  # too long for a name, or with a NUL: a text
        pass
    if isinstance(source, Path) or _looks_like_path(source):
        raise InputError(
            f"{source}: no such file or directory", "A text to classify is given in quotes, with spaces in it."
        )
    if not source.strip():
        raise InputError("an empty argument is no source")
    return iter([Article(text=source.strip(), record={"text": source}, place="text")])


def _looks_like_path(source: str) -> bool:
    """Whether an argument that names no file was meant to name one: by its ending, a leading ./ or as one word."""
    if re.search(r"\.(csv|tsv|jsonl|ndjson|json|parquet|txt|html?|gz)$", source, re.IGNORECASE):
        return len(source.split()) <= NAME_WORDS
    if re.match(r"(\.{0,2}|~)[/\\]", source) or source.endswith(("/", os.sep)):
        return True
    return source.isascii() and not re.search(r"\s", source)


def _read_directory(path: Path, columns: Columns, notify: Notify) -> Iterator[Article]:
    found = (file for file in path.rglob("*") if not any(part.startswith(".") for part in file.relative_to(path).parts))
    files = sorted(file for file in found if file.is_file())
    known = [file for file in files if _is_known(file)]
    if not known:
        raise InputError(f"{path}: no article in this directory", f"Files newsvane reads end in {_endings()}.")
    if len(known) < len(files):
        notify(f"{path}: passed over {len(files) - len(known)} files that end in none of {_endings()}")
    for file in known:
        try:
            yield from _read_file(file, columns, notify)
        except InputError as error:  # one bad file does not stop a directory
            yield Article(id=str(file), record={"id": str(file)}, place=str(file), error=str(error))


def _is_known(path: Path) -> bool:
    return f".{tables.kind_of(path)}" in tables.TABLE_SUFFIXES or tables.kind_of(path) in DOCUMENT_KINDS


def _endings() -> str:
    return " ".join([*tables.TABLE_SUFFIXES, *(f".{kind}" for kind in DOCUMENT_KINDS)])


def _read_file(path: Path, columns: Columns, notify: Notify) -> Iterator[Article]:
    kind = tables.kind_of(path)
    try:
        if f".{kind}" in tables.TABLE_SUFFIXES:
            yield from of_rows(tables.read_rows(path, notify), columns, notify)
            return
        if kind and kind not in DOCUMENT_KINDS:
            raise InputError(f"{path}: cannot read a .{kind} file", f"Files newsvane reads end in {_endings()}.")
        with open_binary(path) as stream:
            text, guess = decode(stream.read())
        if guess:
            notify(f"{path}: not UTF-8; read as {guess} (guessed)")
        yield of_document(str(path), text, html=kind.startswith("htm"))
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: {getattr(error, 'strerror', '') or error}") from error


def _read_stream(stream: IO[bytes], columns: Columns, notify: Notify) -> Iterator[Article]:
    """Articles from a pipe. What they are is told by the first line: JSON, the header of a table, or a text."""
    head = stream.readline()
    if head.startswith(b"\x1f\x8b"):
        stream = cast("IO[bytes]", gzip.GzipFile(fileobj=io.BufferedReader(_Prefixed(head, stream))))
        head = stream.readline()
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        stream = io.BytesIO((head + stream.read()).decode("utf-16", "replace").encode())
        head = stream.readline()
    while head and not head.strip():
        head = stream.readline()
    start = head.decode("utf-8-sig", "replace").strip()
    names = {columns.text, columns.title}
    kind = ""
    if start.startswith("{"):
        kind = "jsonl"
    elif any(_is_header(start.split(mark), names) for mark in tables.DELIMITERS):
        kind = "tsv" if "\t" in start else "csv"
    if kind:
        whole = io.BufferedReader(_Prefixed(head, stream))
        yield from of_rows(tables.parse_rows(whole, kind, STDIN, Decoder()), columns, notify)
    else:
        text, _ = decode(head + stream.read())
        yield of_document(STDIN, text, html=bool(re.match(r"<(!doctype html|html)\b", start, re.IGNORECASE)))


def _is_header(cells: list[str], names: set[str]) -> bool:
    """Whether the first line of a pipe is the header of a table: several names, one of them of a text column."""
    return len(cells) > 1 and bool(names & {cell.strip(' "') for cell in cells}) and max(map(len, cells)) < 40


class _Prefixed(io.RawIOBase):
    """A stream with its first line put back."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._head[: len(buffer)] or self._rest.readline(len(buffer))
        self._head = self._head[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)

"""Where predictions go: a terminal, JSON Lines or csv, one row out for each row in, and on again after a break."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import json
import os
import sys
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from newsvane.articles import Article
from newsvane.errors import NewsvaneError
from newsvane.report import records

if TYPE_CHECKING:
    from newsvane.predictions import Prediction

BUFFER = 1 << 20
CSV_HEAD = 1000
"""The columns of a csv file are those of so many first rows."""


def partial(path: Path) -> Path:
    """Where a file is written until it is whole."""
    return path.with_name(f"{path.name}.partial")


@contextlib.contextmanager
def open_output(path: Path | None, *, append: bool = False) -> Iterator[TextIO]:
    """The file to write to, or standard output.

    A file takes its name when it is whole: until then it grows beside it (`partial`), where an interrupted run
    can go on (`append`), and what had the name before, be it the input itself, stays; a pipe or a device is written
    to as it is. A reader of standard output that goes away (``| head``) is the end of the work and no error:
    `SystemExit`, 0.
    """
    if path:
        growing = path if path.exists() and not path.is_file() else partial(path)
        try:
            with growing.open("a" if append else "w", encoding="utf-8", newline="", buffering=BUFFER) as file:
                yield file
            growing.replace(path)
        except OSError as error:
            raise NewsvaneError(f"{path}: {error.strerror or error}") from error
        return
    if sys.stdout is None:
        raise NewsvaneError("standard output is closed; name a file with -o")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="")
    try:
        yield sys.stdout
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the interpreter's last flush
        if isinstance(error, BrokenPipeError):
            raise SystemExit(0) from None
        raise NewsvaneError(f"standard output: {error.strerror or error}") from error


@dataclass(frozen=True, slots=True)
class Progress:
    """What an output file already holds: how many rows, and the last of them; for csv, its columns."""

    rows: int = 0
    last: str = ""
    columns: tuple[str, ...] = ()

    def skip(self, articles: Iterator[Article], path: Path) -> Iterator[Article]:
        """The articles that are still to do.

        Raises `NewsvaneError` where the file's last row is not the article in its place: another input.
        """
        done = deque(itertools.islice(articles, self.rows), maxlen=1)
        if self.rows and not (done and self._is_last(done[0])):
            raise NewsvaneError(f"{path}: row {self.rows} does not come from this input; --resume needs the same input")
        return articles

    def _is_last(self, article: Article) -> bool:
        if self.columns:
            [cells] = csv.reader([self.last])
            mine = list(map(records.to_cell, article.record.values()))
            return [cell for column, cell in zip(self.columns, cells, strict=True) if column in article.record] == mine
        row = json.loads(self.last)
        return all(key in row and row[key] == value for key, value in article.record.items())


def progress_of(path: Path, kind: str) -> Progress:
    """What a broken-off run has written. A last row that is not whole is cut off the file."""
    try:
        with partial(path).open("r+b") as file:
            rows, last, header, end, record = 0, b"", b"", 0, b""
            for line in file:
                record += line
                # In csv a row goes on while a quote is open: then the number of quotes is odd.
                if not line.endswith(b"\n") or (kind == "csv" and record.count(b'"') % 2):
                    continue
                end += len(record)
                if kind == "csv" and not header:
                    header = record
                else:
                    rows, last = rows + 1, record
                record = b""
            file.truncate(end)
    except FileNotFoundError:
        return Progress()
    columns = tuple(next(csv.reader([header.decode()]))) if header else ()
    return Progress(rows, last.decode(), columns)


def flushed(predictions: Iterable[Prediction], out: TextIO) -> Iterator[Prediction]:
    """The same predictions; what is written of one is on its way before the next is waited for."""
    for prediction in predictions:
        yield prediction
        out.flush()


def write_text(predictions: Iterable[Prediction], out: TextIO, labels: dict[str, tuple[str, ...]]) -> None:
    """A block for a single article, a line each for several; on a terminal with colours, unless NO_COLOR is set."""
    import shutil

    from newsvane.report import predictions as shown
    from newsvane.report.style import Style

    terminal = out.isatty()
    style = Style(terminal and "NO_COLOR" not in os.environ)
    width = shutil.get_terminal_size().columns if terminal else None
    predictions = iter(predictions)
    head = list(itertools.islice(predictions, 2))
    for prediction in itertools.chain(head, predictions):
        detailed = (
            prediction.sections
            or len(prediction.stances) > 1
            or any(verdict.explanation for verdict in prediction.verdicts.values())
        )
        if (len(head) > 1 and not detailed) or prediction.article.error:
            print(shown.prediction_line(prediction, labels, width, style), file=out)
            continue
        print(shown.prediction_text(prediction, style), file=out)
        if terminal and detailed:
            print(shown.highlighted(prediction, next(iter(labels)), style), end="\n\n", file=out)


def write_jsonl(predictions: Iterable[Prediction], out: TextIO) -> None:
    """A JSON object a line."""
    out.flush()
    out.buffer.writelines(map(records.prediction_json, predictions))


def write_csv(
    predictions: Iterable[Prediction], out: TextIO, tasks: Collection[str], columns: Iterable[str] = ()
) -> None:
    """A table with the columns of its first rows, or `columns` if the header is already written.

    Raises `NewsvaneError` where a later row has a column that the header lacks.
    """
    predictions = iter(predictions)
    head = list(itertools.islice(predictions, CSV_HEAD))
    writer = csv.writer(out, lineterminator="\n")
    header = list(columns)
    prefix = records.prefix_for({key for prediction in head for key in prediction.article.record}, tasks)
    if not header:
        header = records.table_columns(head, tasks, prefix)
        writer.writerow(map(records.to_cell, header))
    for prediction in itertools.chain(head, predictions):
        record = records.prediction_record(prediction, prefix)
        if lost := record.keys() - set(header):
            raise NewsvaneError(
                f"{prediction.article.place}: has columns that the first {CSV_HEAD:,} rows lack"
                f" ({', '.join(sorted(lost))}), and the header is written; use --format jsonl"
            )
        writer.writerow([records.to_cell(record.get(column)) for column in header])

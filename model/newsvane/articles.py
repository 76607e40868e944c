"""Articles, out of the rows of tables and out of documents.

Every row of a table and every document gives one `Article`, in order; one that cannot be used carries an `error`
instead of being left out.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from newsvane import exports
from newsvane.errors import InputError, Notify
from newsvane.ids import Ids
from newsvane.tables import Row

TASKS = ("topic", "stance")
NOTHING: Mapping[str, Any] = {}
"""Shared, and typed so that nobody writes to it; a mapping proxy could not be pickled."""


class Article(NamedTuple):  # made once a row, in a third of the time of a frozen dataclass
    """One article.

    `record` is the row as it came, every column in order, and `raw` its JSON, if it was JSON. `labels` holds the
    label of each task that has one. `side` is matter of a scraped page that is not the article. `place` says
    where it was read (``file:row``), and `export` of which labelling tool it is an export. An article with an `error`
    cannot be used, and says why.
    """

    id: str = ""
    title: str = ""
    text: str = ""
    target: str = ""
    labels: Mapping[str, str] = NOTHING
    side: tuple[str, ...] = ()
    record: Mapping[str, Any] = NOTHING
    raw: bytes = b""
    place: str = ""
    error: str = ""
    export: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of a table holds what. `pages`: texts are scraped pages with matter around the story.

    `stance_labels` says what stance labels mean, as ``agree=favor,disagree=against`` or by a preset of `stances`.
    """

    id: str = "id"
    title: str = "title"
    text: str = "text"
    target: str = "target"
    topic: str = "topic"
    stance: str = "stance"
    pages: bool = False
    stance_labels: str = ""

    @property
    def labels(self) -> tuple[tuple[str, str], ...]:
        """Each task, with the column that holds its labels."""
        return (("topic", self.topic), ("stance", self.stance))


STANDARD = Columns()
"""Where nobody has named other columns."""


def of_document(name: str, text: str, *, html: bool = False) -> Article:
    """The article of a scraped page, as text or as HTML; `name` is its id and its place."""
    from newsvane import pages  # rows of a table hold no pages, mostly

    page = pages.read_html(text) if html else pages.read_page(text)
    body = "\n\n".join(page.body)
    record = {"id": name, "title": page.title, "text": body, "side": list(page.side)}
    error = "" if body or page.title else "no text"
    return Article(name, page.title, body, side=page.side, record=record, place=name or "text", error=error)


def of_rows(rows: Iterable[Row], columns: Columns, notify: Notify) -> Iterator[Article]:
    """The articles of the rows of one file; one whose id stands a second time has an error.

    What the rows are taken for, where that had to be found out, goes to `notify`. Raises `InputError` where no column
    can hold the text.
    """
    ids, told = Ids(), set[str]()
    export: exports.Export | None = None
    known = False
    for row in rows:
        if not known and not row.error:
            export, known = exports.export_of(row.record), True
            _check_columns(export.read(row, columns.topic, columns.stance)[0] if export else row, columns)
        if export:
            flat, mapping = export.read(row, columns.topic, columns.stance)
            if mapping and mapping not in told:
                told.add(mapping)
                of_tool = f"an export of {export.tool}; " if export.tool else ""
                notify(f"{row.file}: {of_tool}{mapping}")
            shown = (flat.record, b"") if export.nested else (row.record, row.raw)
            article = _of_row(flat, columns)._replace(record=shown[0], raw=shown[1], export=export.tool)
        else:
            article = _of_row(row, columns)
        if article.id and (first := ids.first_row(article.id, row.number)) != row.number and not article.error:
            article = article._replace(error=f"id {article.id!r} is already the id of {row.file}:{first}")
        yield article


def _check_columns(row: Row, columns: Columns) -> None:
    """Raise if no column can hold the text: then no row is wrong, but the options are."""
    if columns.text in row.record or columns.title in row.record:
        return
    names = list(row.record)
    near = difflib.get_close_matches(columns.text, names, 1, 0.4) or [
        name for name in names if name.lower() in ("body", "content", "article", "headline", "description", "summary")
    ]
    hint = f"name it with --text-column {near[0] if near else 'COLUMN'}"
    raise InputError(
        f"{row.place}: no column '{columns.text}'; there are {', '.join(names) or 'none'}",
        f"If another column holds the text, {hint}.",
    )


def _of_row(row: Row, columns: Columns) -> Article:
    file, number, record, error, raw = row
    value = record.get
    title, text = value(columns.title) or "", value(columns.text) or ""
    if not (isinstance(title, str) and isinstance(text, str)):
        column, wrong = (columns.text, text) if isinstance(title, str) else (columns.title, title)
        error = error or f"'{column}' is of type {type(wrong).__name__}, not text"
        title = text = ""
    title, text = title.strip(), text.strip()
    side: tuple[str, ...] = ()
    if columns.pages and text:
        from newsvane import pages

        page = pages.read_page(text)
        title, text, side = title or page.title, "\n\n".join(page.body), page.side
    labels = {}
    if topic := _name(value(columns.topic)):
        labels["topic"] = topic
    if stance := _name(value(columns.stance)):
        labels["stance"] = stance
    if not (error or title or text):
        error = "no text"
    # By position, for this is done once a row, and a keyword costs time.
    return Article(
        _name(value(columns.id)), title, text, _name(value(columns.target)), labels, side, record,
        raw, f"{file}:{number}", error,
    )  # fmt: skip


def _name(value: Any) -> str:
    """A value as the name it stands for; nothing for what is missing (None, and NaN, which is no number)."""
    if value is None:
        return ""
    if type(value) is str:
        return value.strip()
    return "" if isinstance(value, float) and math.isnan(value) else str(value).strip()

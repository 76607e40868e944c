"""HTML and SVG by construction: whatever is not markup already is escaped, so no article can break a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

# Controls, bidirectional marks, lone surrogates and non-characters. The joiners stay: Persian and emoji need them.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Content = Markup | str | int | Iterable["Content"] | None


def join(*content: Content) -> Markup:
    """Pieces put together: markup as it stands, other text escaped, iterables one by one, None as nothing."""
    return Markup("".join(map(_rendered, content)))


def tag(name: str, *content: Content, **attributes: str | float | None) -> Markup:
    """An element. In names of attributes ``_`` is ``-``, one at the end is dropped (``class_``); None is left out."""
    inside = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escaped(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{inside}>{join(content)}</{name}>")


def escaped(text: str) -> str:
    """Text as it stands, for a place between tags or in quotes; what steers the direction of text is U+FFFD."""
    return escape(_UNSAFE.sub("\ufffd", text.replace("\r\n", "\n")))


def breakable(text: str) -> Markup:
    """A name whose parts may stand on lines of their own."""
    return Markup(escaped(text).replace("].", "].<wbr>"))


def _rendered(content: Content) -> str:
    if content is None:
        return ""
    if isinstance(content, Markup):
        return content
    if isinstance(content, str | int):
        return escaped(str(content))
    return "".join(map(_rendered, content))


NAMED_IN_CARDS = ("number", "text")
"""Cells of these classes say their column where a row is laid out as a card."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, and the class of its cells, which says where they go on a narrow page."""

    heading: Content
    class_: str = "number"


def table(columns: Sequence[Column], bodies: Iterable[tuple[Content, Iterable[Sequence[Content]]]]) -> Markup:
    """A table of bodies of rows, each body with a heading or None; the first cell of a row is its heading.

    On a narrow page a row is laid out as a card, hence the roles, which browsers forget there, and the heading
    of its column in each cell.
    """
    head = tag(
        "tr",
        [tag("th", c.heading, scope="col", role="columnheader", class_=c.class_) for c in columns],
        role="row",
    )
    return tag(
        "table",
        tag("thead", head, role="rowgroup"),
        [_body(columns, heading, rows) for heading, rows in bodies],
        role="table",
        class_="cards",
    )


def _body(columns: Sequence[Column], heading: Content, rows: Iterable[Sequence[Content]]) -> Markup:
    over = None
    if heading is not None:
        over = tag("tr", tag("th", heading, colspan=len(columns), scope="rowgroup", role="rowheader"), role="row")
    return tag("tbody", over, [_table_row(columns, row) for row in rows], role="rowgroup")


def _table_row(columns: Sequence[Column], row: Sequence[Content]) -> Markup:
    cells = [
        tag("th", content, scope="row", role="rowheader", class_=column.class_)
        if number == 0
        else tag(
            "td",
            content,
            role="cell",
            class_=column.class_,
            data_name=column.heading if isinstance(column.heading, str) and column.class_ in NAMED_IN_CARDS else None,
        )
        for number, (column, content) in enumerate(zip(columns, row, strict=True))
    ]
    return tag("tr", cells, role="row")


def scrolling(name: str, content: Content) -> Markup:
    """What may be wider than the page, in a frame of its own that the keyboard can scroll too."""
    return tag("div", content, class_="scrolling", role="region", aria_label=name, tabindex=0)

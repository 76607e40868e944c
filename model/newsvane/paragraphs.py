"""Text into paragraphs: empty lines part them, and lines that only a narrow column broke are joined again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby, pairwise

COLUMNS = range(20, 121)
"""Widths, in characters, at which text is hard-wrapped; a longer line is a paragraph of its own."""

_WORD = re.compile(r"[^\W_]")
_PAGE_BREAK = re.compile("[\f\u2029]")
_LIST_ITEM = re.compile(r"[•●▪◦‣·*–—-]\s|\(?(?:\d{1,2}|[a-z])[.)]\s")
_SPEAKER = re.compile(r"[A-Z][A-Z .'’-]{1,40}(?:\([^)]{1,30}\))?:\s")


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, stripped, none of them empty: each word of the text is in one of them.

    Every line is a paragraph, except in text that was hard-wrapped. A wrapper breaks a line only where the next
    word does not fit, so wrapped text is known by two signs: lines are full (the first word of the next would
    pass the widest of the block), and lines go on in lower case. Blocks of lines end at an empty line, at one
    without a letter or figure, and with the page.
    """
    lines = [line.strip() for line in _PAGE_BREAK.sub("\n\n", text).splitlines()]
    blocks: list[list[str]] = []
    for spoken, group in groupby(lines, key=lambda line: bool(_WORD.search(line[: COLUMNS.stop]))):
        block = list(group)
        blocks.extend([block] if spoken else [[line] for line in block if line])
    column = max((_width(block) for block in blocks if _is_wrapped(block)), default=0)
    return [paragraph for block in blocks for paragraph in _joined(block, column)]


def is_list_item(line: str) -> bool:
    """Whether a line begins with a bullet, a number or a letter of a list."""
    return bool(_LIST_ITEM.match(line))


def is_speech(line: str) -> bool:
    """Whether a line begins with the name of a speaker, as in a transcript."""
    return bool(_SPEAKER.match(line))


def _width(block: list[str]) -> int:
    return max(map(len, block))


def _unquoted(line: str) -> str:
    """A line without the marks of a quotation in mail."""
    return line.lstrip("> ") or line


def _runs_on(line: str) -> bool:
    return _unquoted(line)[0].islower()


def _is_full(line: str, following: str, width: int) -> bool:
    first_word = _unquoted(following[: width + 1]).split(maxsplit=1)[:1]
    return len(line) + 1 + len("".join(first_word)) > width - width // 20  # a setter by hand is not so exact


def _is_wrapped(block: list[str]) -> bool:
    width, breaks = _width(block), len(block) - 1
    if not breaks or width not in COLUMNS:
        return False
    full = sum(_is_full(line, following, width) for line, following in pairwise(block))
    running = sum(_runs_on(following) for following in block[1:])
    return full + running >= breaks and 3 * running >= breaks


def _joined(block: list[str], column: int) -> Iterator[str]:
    """The paragraphs of a block, given the widest column of wrapped text on the page (0: nothing is wrapped)."""
    width = max(_width(block), column)
    if not column or width not in COLUMNS:
        yield from block
        return
    goes_on = _is_wrapped(block)
    paragraph = [block[0]]
    for line, following in pairwise(block):
        wrapped = _is_full(line, following, width) or (goes_on and _runs_on(following))
        if wrapped and not is_list_item(following) and not is_speech(following):
            paragraph.append(following)
        else:
            yield " ".join(paragraph)
            paragraph = [following]
    yield " ".join(paragraph)

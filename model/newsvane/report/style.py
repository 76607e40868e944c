"""What is safe to show, and how it looks.

Text from articles is made safe before it reaches a terminal (no control characters, no bidirectional overrides)
or a spreadsheet (no formulas).
"""

from __future__ import annotations

import re

# C0 and C1 controls, zero-width and bidirectional marks: what can make a terminal lie about a text.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_FORMULA = re.compile(r"[\s\0]*[=+\-@＝＋－＠]|[\t\r\n]")
_NUMBER = re.compile(r"[+-]?(\d[\d.,]*|\.\d+)([eE][+-]?\d+)?%?")


def safe_for_terminal(text: str) -> str:
    """The text with everything that steers a terminal shown as U+FFFD."""
    return LONE_SURROGATE.sub("\ufffd", _UNSAFE.sub("\ufffd", text))


def safe_for_spreadsheet(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would run as a formula; numbers stay numbers."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def cut(text: str, width: int | None) -> str:
    """A text on one line, safe for a terminal, cut to a width."""
    line = " ".join(safe_for_terminal(text).split())
    return line if width is None or len(line) <= width else f"{line[: max(width - 1, 10)]}…"


class Style:
    """Colours for a terminal, or none."""

    def __init__(self, colours: bool) -> None:
        self.colours = colours

    def _paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colours else text

    def bold(self, text: str) -> str:
        """Text in bold."""
        return self._paint(text, "1")

    def dim(self, text: str) -> str:
        """Text that steps back."""
        return self._paint(text, "2")

    def good(self, text: str) -> str:
        """Text that speaks for."""
        return self._paint(text, "32")

    def bad(self, text: str) -> str:
        """Text that speaks against."""
        return self._paint(text, "31")


PLAIN = Style(False)

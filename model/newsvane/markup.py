"""The text of HTML, by the standard library alone: where no extractor is installed, or where it finds nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_LEFT_OUT = frozenset({
    "aside", "footer", "iframe", "nav", "noscript", "object", "script", "select", "style", "svg", "template",
    "textarea",
})  # fmt: skip
_INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark",
    "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr",
})  # fmt: skip


def html_text(html: str) -> tuple[str, str]:
    """The content of `<title>`, and the visible text with an empty line wherever a block begins or ends.

    What the page itself marks as menu, footer or aside is left out.
    """
    parser = _TextParser()
    parser.feed(html)
    parser.close()
    return " ".join("".join(parser.title).split()), "".join(parser.text)


class _TextParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title: list[str] = []
        self.text: list[str] = []
        self._in_title = False
        self._left_out = ""  # the element that is left out, "" outside of any,
        self._depth = 0  # and how many of its name are open

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 (of the base class)
        self._in_title = tag == "title" and not self.title
        if tag in _LEFT_OUT and not self._left_out:
            self._left_out = tag
        self._depth += tag == self._left_out
        if tag not in _INLINE:
            self.text.append("\n" if tag == "br" else "\n\n")

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False
        self._depth -= tag == self._left_out
        if not self._depth:
            self._left_out = ""
        if tag not in _INLINE:
            self.text.append("\n\n")

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title.append(data)
        elif not self._left_out:
            self.text.append(re.sub(r"\s+", " ", data))  # a line break in the source is a space

"""A scraped page into title, body and side matter.

A page saved as text is a story with other things around it and in it: weather, dates, share bars,
advertisements, teasers of other stories. Only the story may be scored; the rest is kept apart, not thrown
away. The rules look at form (length, ending, what stands before), not at subject matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from newsvane.errors import OptionalFeatureError

PROSE_WORDS = 20
"""A block of so many words is prose whatever it ends in; a headline is shorter."""

SENTENCE_WORDS = 8
"""A block of so many words that ends like a sentence is prose."""

STORY_WORDS = 40
"""After a box of other stories, a paragraph of so many words is the story going on."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page holds: `title`, the paragraphs of the `body`, and the items of its `side` matter, in order."""

    title: str
    body: tuple[str, ...]
    side: tuple[str, ...] = ()


def read_page(text: str) -> Page:
    """Take the text of a page apart."""
    return _Reader().read(_blocks(text))


def read_html(html: str) -> Page:
    """Take an HTML page apart: trafilatura finds the main content, `read_page` what still is not the story.

    Raises `OptionalFeatureError` if trafilatura is not installed.
    """
    try:
        import trafilatura
    except ImportError:
        raise OptionalFeatureError("reading HTML", "html") from None
    text = trafilatura.extract(html, include_comments=False, include_tables=False) or ""
    metadata = trafilatura.extract_metadata(html)
    title = (metadata.title or "") if metadata else ""
    page = read_page(f"{title}\n\n{text}" if title and not text.startswith(title) else text)
    return Page(title or page.title, page.body, page.side)


# --- blocks ------------------------------------------------------------------------------------------------

WRAPPED = 50
"""Lines of a block that are, but for the last, at least this long are one wrapped paragraph."""


def _blocks(text: str) -> list[str]:
    """Paragraphs of a text: separated by empty lines, hard-wrapped lines joined, else a line each."""
    blocks: list[str] = []
    for chunk in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = [line.strip() for line in chunk.split("\n") if line.strip()]
        wrapped = len(lines) > 1 and all(WRAPPED <= len(line) <= 2 * WRAPPED for line in lines[:-1])
        blocks.extend([" ".join(lines)] if wrapped else lines)
    return blocks


_MONTH_DAY = r"(?:[a-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,?|\d{1,2}(?:st|nd|rd|th)? [a-z]{3,9}\.?,?)"
_KIND = "articles?|stories|news|posts?|reading|content|topics|videos|coverage|headlines|links"
_NETWORK = "share|tweet|pin|email|print|facebook|twitter|whatsapp|telegram|linkedin|reddit|copy link|save|x"

# What is never part of a story, wherever it stands.
_FURNITURE = (
    r"[\d\W]*",  # no word at all
    r"advertisements?|advert|ad|promoted|sponsored(?: content)?",
    r"[+−]?\d{1,3}(?:[.,]\d+)? ?°? ?[CF]\b.{0,30}",  # the weather
    rf"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?{_MONTH_DAY} (?:19|20)\d\d(?:,? .{{0,25}})?",
    r"\d{4}-\d\d-\d\d.{0,20}|\d{1,2}[./]\d{1,2}[./]\d{2,4}.{0,20}",
    r"(?:last )?(?:updated|published|posted|modified) ?(?:[:|]|on\b|at\b|\d).{0,60}",
    r"(?:by|text:|words:) (?-i:(?:[A-Z][\w.'’-]+ ?(?:,|and|&)? ?){1,6}).{0,20}",  # a byline
    rf"(?:(?:{_NETWORK}|comments?|\d+ (?:shares?|comments?))\W*)+(?: (?:this|on|via|to)\b.{{0,40}})?",  # a share bar
    r".{0,60}\b(?:we|site|website|page)\b.{0,40}\bcookies?\b.*",
    r"(?:accept|reject|manage) (?:all )?(?:cookies|preferences|options).{0,40}",
    r"(?:sign up|subscribe|log ?in|sign in|register (?:now|here|for)|download our|follow us|join us)\b.{0,120}",
    r"(?:get|receive)\b.{0,60}\b(?:newsletter|inbox|alerts)\b.{0,60}",
    r"(?:photo|image|picture|photograph|foto|file photo|credit|source|video|watch|listen)s? ?[:|/©].{0,160}",
    r"(?:getty images|reuters|ap photo|afp).{0,40}",
    r"(?:©|\(c\)|copyright).{0,160}|all rights reserved.{0,80}",
    r"home|menu|search|skip to.{0,30}|back to top|load more|show more|next|previous|close|contact us|about us",
    r"(?:terms|privacy)(?: (?:of|and|policy|notice|settings)\b.{0,40})?",
    r"(?:tags?|topics?|filed under|categories|keywords) ?:.{0,200}",
    r"\d+ min(?:ute)?s? read|\d+ (?:minute|hour|day)s? ago",
)

# A heading whose list is other stories.
_SIDE_HEADING = (
    r"must[ -]reads?|top (?:stories|news|headlines)|breaking news|up next|keep reading|elsewhere|in other news",
    r"(?:the )?latest(?: (?:news|stories|headlines|updates|from .{1,30}))?",
    rf"(?:more|other|recent|related|similar|recommended|popular|trending|featured) (?:{_KIND})"
    r"(?: (?:like this|for you|from .{1,40}|on .{1,40}))?",
    r"(?:most|more) (?:read|popular|viewed|shared|commented|like this|(?:from|on|in) .{1,60})",
    r"(?:trending|popular)(?: now)?|related|recommended(?: for you)?|from (?:around )?the web",
    r"(?:you|readers) (?:may|might) (?:also )?(?:like|enjoy|be interested in)|don['’]t miss",
    r"editor['’]?s?['’]? (?:picks?|choice)|(?:read|see) (?:also|more|next)|also read|what to read next",
)

# One line that points at another story.
_POINTER = (
    r"(?:read (?:more|also|next)|also read|see also|related|more on this|must read|don['’]t miss)\s*[:|>»→-].+",
)

FURNITURE_LENGTH = 300
"""No rule looks at a longer block: a search costs at most so much, whatever the page."""


@cache  # compiled when the first page is read: a feed of plain texts needs none
def _pattern(rules: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{rule})" for rule in rules), re.IGNORECASE)


def _is_one_of(rules: tuple[str, ...], block: str) -> bool:
    """Whether a block, but for marks around it, is what a rule says."""
    return len(block) <= FURNITURE_LENGTH and bool(_pattern(rules).fullmatch(block.strip(" \t-–—*•·|>»=~#_[]:")))


_CUT_OFF = re.compile(r"(?:\.\.\.|…|\[\+\]|\[…\])[\s\"'”’)]*$")
_SENTENCE_END = re.compile(r"[.!?。！？][\"'”’»)\]]*$")


def _is_prose(block: str) -> bool:
    words = len(block.split())
    return words >= PROSE_WORDS or (words >= SENTENCE_WORDS and bool(_SENTENCE_END.search(block)))


class _Reader:
    """One walk over the blocks of a page; `side` keeps the position of each item, to give them back in order."""

    def __init__(self) -> None:
        self.headings: list[tuple[int, str]] = []  # short lines before the story begins
        self.body: list[tuple[int, str]] = []
        self.side: list[tuple[int, str]] = []
        self.in_box = False  # among other stories
        self.teaser_open = False  # the last side item is a headline whose summary may follow

    def read(self, blocks: list[str]) -> Page:
        for item in enumerate(blocks):
            block = item[1]
            if _is_one_of(_SIDE_HEADING, block):
                # Before the story it is furniture: the list under it is empty, or made of short lines.
                self.in_box, self.teaser_open = bool(self.body), False
                self.side.append(item)
            elif _is_one_of(_FURNITURE, block) or _is_one_of(_POINTER, block):
                self.side.append(item)
            elif _is_prose(block):
                self._prose(item)
            else:
                self._line(item)
        return self._page()

    def _prose(self, item: tuple[int, str]) -> None:
        block = item[1]
        cut_off = bool(_CUT_OFF.search(block))
        if self.in_box and (cut_off or len(block.split()) < STORY_WORDS):
            if self.teaser_open:
                self._join_last(block)
            else:
                self.side.append(item)
            self.teaser_open = False
        elif cut_off and self.headings and not self.body:
            self.side.append(self.headings.pop())
            self._join_last(block)
        else:
            self.in_box = self.teaser_open = False
            self.body.append(item)

    def _join_last(self, summary: str) -> None:
        position, headline = self.side[-1]
        self.side[-1] = position, f"{headline}\n{summary}"

    def _line(self, item: tuple[int, str]) -> None:
        if self.in_box:
            self.side.append(item)
            self.teaser_open = True
        else:
            (self.body if self.body else self.headings).append(item)  # in the body: a subheading

    def _page(self) -> Page:
        while self.body and not _SENTENCE_END.search(self.body[-1][1]) and not _is_prose(self.body[-1][1]):
            # A subheading has a text under it; this has none.
            self.side.append(self.body.pop())
        if not self.body:  # nothing but short lines: a headline, perhaps with a standfirst
            first, *rest = [line for _, line in self.headings] or [""]
            body = rest or [first]
            return Page(first if rest else "", tuple(filter(None, body)), self._side_matter())
        # The headline is the longest of the short lines before the story; of two as long, the later one.
        title = max(reversed(self.headings), key=lambda item: len(item[1].split()), default=(-1, ""))
        self.side.extend(item for item in self.headings if item != title)
        return Page(title[1], tuple(block for _, block in self.body), self._side_matter())

    def _side_matter(self) -> tuple[str, ...]:
        return tuple(block for _, block in sorted(self.side))

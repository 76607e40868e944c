"""Paragraphs of a page with their features, the boxes among them, and the run of them that is the story."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from newsvane.furniture import Kind, is_sentence, kind
from newsvane.paragraphs import is_list_item, is_speech

PROSE_WORDS = 20
"""A paragraph of so many words is prose whatever it ends in; a headline is shorter."""

STORY_WORDS = 40
"""After a teaser in a box of other stories, a paragraph of so many words is the story going on."""

GAP = 1
"""Words of prose that outweigh one paragraph of side matter, or a line, between two parts of a story."""

FEATURE_LENGTH = 2000
"""Characters at the head of a paragraph in which words are counted and compared."""


@dataclass(slots=True)
class Block:
    """A paragraph and its features. `aside` is set when it turns out to belong to something beside the story."""

    text: str
    kind: Kind
    words: int
    sentence: bool
    cut_off: bool
    listed: bool  # an item of a list, or a speech of a transcript
    aside: bool = False
    continues: bool = False  # the summary of the teaser before it

    @property
    def prose(self) -> bool:
        """Whether it is running text, and not a headline, a label or a name."""
        return self.kind is Kind.TEXT and (self.sentence or self.words >= PROSE_WORDS)

    @property
    def headline(self) -> bool:
        """Whether it could be one, over the story or over a teaser."""
        return not self.prose and self.words > 2 and not self.listed and self.text[-1] not in ",;:"


_CUT_OFF = re.compile(r"(?:\.\.\.|…|\[\+\d* ?(?:chars)?\]|\[…\])[\s\"'”’)]*$")


def block_of(text: str) -> Block:
    """A paragraph with its features, which cost the same however long it is."""
    cut_off = bool(_CUT_OFF.search(text[-20:]))
    return Block(
        text,
        kind(text),
        words=len(text[:FEATURE_LENGTH].split()),
        sentence=is_sentence(text) and not cut_off,
        cut_off=cut_off,
        listed=is_list_item(text) or is_speech(text),
    )


def set_boxes_apart(blocks: list[Block]) -> None:
    """Mark boxes of other stories, teasers cut off, and all that follows the end of the story.

    A box holds headlines, or headlines each with a summary. So prose under one headline is its summary, unless it
    is long, or more prose follows and no headline before had a summary; under several headlines, or under none, it
    is the story going on.
    """
    story, rest = 0, sum(block.words for block in blocks if block.prose)  # words of prose above and below
    boxed = paired = ended = False
    headlines = 0  # in the box, since the last summary
    for number, block in enumerate(blocks):
        rest -= block.words if block.prose else 0
        if story >= STORY_WORDS and (block.kind is Kind.COMMENTS or (block.kind is Kind.IMPRINT and 2 * rest <= story)):
            ended = True
        elif block.kind is Kind.BOX:
            # Above the story it is furniture: the list under it is empty, or a menu.
            boxed, paired, headlines = story > 0, False, 0
        block.aside = ended or block.kind is not Kind.TEXT
        if block.aside:
            continue
        before = blocks[number - 1] if number else block
        after = blocks[number + 1] if number + 1 < len(blocks) else block
        teased = before is not block and before.headline and before.kind is Kind.TEXT
        if block.cut_off and teased and (boxed or (not story and after is not block)):
            before.aside = block.aside = block.continues = paired = True
            headlines = 0
        elif boxed and block.prose and not block.cut_off:
            goes_on = after is not block and after.prose
            if headlines == 1 and (paired or not goes_on) and block.words < STORY_WORDS:
                block.aside = block.continues = paired = True
                headlines = 0
            else:
                boxed = False
        elif boxed:
            block.aside = True
            headlines += block.headline
        if block.prose and not block.aside:
            story += block.words


def set_repeated_lines_apart(blocks: list[Block]) -> None:
    """Mark lines that stand on a page twice under its story's first prose: running heads, buttons."""
    if is_plain(blocks):
        return
    lines = Counter(block.text for block in blocks if not block.prose and not block.listed)
    for block in blocks:
        block.aside = block.aside or lines[block.text] > 1


def is_plain(blocks: list[Block]) -> bool:
    """Whether nothing tells that this was a page: no furniture, or only one paragraph."""
    return len(blocks) == 1 or all(block.kind is Kind.TEXT for block in blocks)


def story_run(blocks: list[Block]) -> tuple[int, int]:
    """The run of blocks, as a half-open range, with the most prose for its gaps; empty if there is no prose."""
    best, start, end = 0, 0, 0
    total, since = 0, 0
    for number, block in enumerate(blocks):
        if total <= 0:
            total, since = 0, number
        if block.prose and not block.aside:
            total += min(block.words, STORY_WORDS)
        elif block.aside or not (block.listed or block.text[-1] in ",;:—"):
            total -= GAP
        if total >= best and block.prose and not block.aside:
            best, start, end = total, since, number + 1
    while start < end and (blocks[start].aside or not blocks[start].prose):
        start += 1
    return start, end

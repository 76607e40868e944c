"""A scraped page into title, body and side matter.

A page saved as text is a story with other things around it and in it: menus, dates, share bars, advertisements,
captions, teasers of other stories, comments. Only the story may be scored; the rest is kept apart, not thrown
away. In five steps, each linear in the text:

1. `paragraphs`: the text into paragraphs, hard-wrapped lines joined;
2. `furniture`: what tells by its wording that it is not of the story;
3. boxes of other stories, and all that follows a story (comments, imprint), are set apart;
4. of what remains the story is the run with the most prose for its gaps (maximum subarray, Kadane);
5. the title is sought above it, and what the run should not hold (captions, the author's note) is taken out.

The rules look at form and place, not at subject matter. A text without any furniture is no page: it is kept whole.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from newsvane.blocks import (
    FEATURE_LENGTH,
    PROSE_WORDS,
    STORY_WORDS,
    Block,
    block_of,
    is_plain,
    set_boxes_apart,
    set_repeated_lines_apart,
    story_run,
)
from newsvane.furniture import Kind
from newsvane.paragraphs import is_list_item, paragraphs

TEXT_NODE = 10_000_000
"""Bytes in a text node at which libxml2, and so trafilatura, drops it in silence."""


MASTHEAD_WORDS = 6
"""The name of a paper, or a cry over the headline, has at most so many words."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page holds: `title`, the paragraphs of the `body`, and the items of its `side` matter, in order."""

    title: str
    body: tuple[str, ...]
    side: tuple[str, ...] = ()


def read_page(text: str) -> Page:
    """Take the text of a page apart. Every word of the text is in exactly one part."""
    blocks = [block_of(paragraph) for paragraph in paragraphs(text)]
    set_boxes_apart(blocks)
    set_repeated_lines_apart(blocks)
    start, end = story_run(blocks)
    title = _title(blocks, start, end)
    body = _body(blocks, title, start, end)
    chosen = {title, *body}
    side: list[str] = []
    for number, block in enumerate(blocks):
        if number in chosen:
            continue
        if block.continues and number - 1 not in chosen and side:
            side[-1] += f"\n{block.text}"
        else:
            side.append(block.text)
    return Page(blocks[title].text if title >= 0 else "", tuple(blocks[number].text for number in body), tuple(side))


def read_html(html: str) -> Page:
    """Take an HTML page apart: trafilatura finds the main content, `read_page` what still is not the story.

    Where trafilatura is not installed, or finds no prose, all visible text is read; and so where the page is so long
    that it may lose text.
    """
    from newsvane.markup import html_text  # a text file does not need it

    title, text = _extract(html) if len(html) < TEXT_NODE else ("", "")
    if not any(block_of(paragraph).prose for paragraph in paragraphs(text)):
        window_title, text = html_text(html)
        page = read_page(text)
        return Page(page.title or title or window_title, page.body, page.side)
    page = read_page(f"{title}\n\n{text}" if title and not text.startswith(title) else text)
    return Page(title or page.title, page.body, page.side)


def _extract(html: str) -> tuple[str, str]:
    """Title and main content by trafilatura; empty if it is not installed."""
    try:
        import trafilatura
    except ImportError:
        return "", ""
    metadata = trafilatura.extract_metadata(html)
    text = trafilatura.extract(html, include_comments=False, include_tables=False)
    return (metadata.title if metadata else None) or "", text or ""


# --- the title ---------------------------------------------------------------------------------------------


def _title(blocks: list[Block], start: int, end: int) -> int:
    """The number of the block that is the title, or -1."""
    if start == end:  # no prose at all: a headline, perhaps with a standfirst, or a list
        numbers = _lines(blocks)
        return numbers[0] if len(numbers) > 1 and not blocks[numbers[0]].listed else -1
    candidates = [number for number in range(start) if _may_be_title(blocks[number])]
    for number in range(start, end - 1):  # a masthead may end in a full stop too; longer sentences are the story
        if blocks[number].prose and not blocks[number].aside and _is_sentence_over_story(blocks[number : number + 3]):
            candidates.append(number)
        if blocks[number].prose and (blocks[number + 1].prose or blocks[number].words > MASTHEAD_WORDS):
            break
    if not candidates:
        return -1
    story = _stems([block for block in blocks[start + 1 : min(end, start + 50)] if block.prose])
    lines = Counter(block.text for block in blocks[:start])
    scores = {number: _title_score(blocks[number], story, lines) for number in candidates}
    enough = 0.8 * max(scores.values())
    title = next(number for number in candidates if scores[number] >= enough)
    while title - 1 in scores and _heads(blocks[title - 1], story):
        title -= 1  # what looked best is the standfirst
    same = blocks[title].text  # a page that names itself so has the heading last
    return max(number for number in candidates if blocks[number].text == same)


def _lines(blocks: list[Block]) -> list[int]:
    """The numbers of the blocks of a page without prose that are not furniture."""
    text = [number for number, block in enumerate(blocks) if not block.aside]
    return text or [number for number, block in enumerate(blocks) if _may_be_title(block)]


def _may_be_title(block: Block) -> bool:
    if block.kind is Kind.TEXT:
        return block.words < PROSE_WORDS and not is_list_item(block.text) and block.text[-1] not in ",;:"
    return block.kind in (Kind.BOX, Kind.POINTER) and block.words > 4


def _heads(block: Block, story: frozenset[str]) -> bool:
    """Whether a line straight above a better candidate is the headline: no name in a menu, but of the story's words."""
    return block.kind is Kind.TEXT and block.words > 2 and _share_taken_up(block, story) >= 0.5


def _is_sentence_over_story(blocks: list[Block]) -> bool:
    """Whether the first block is one sentence that is the headline of the next: a question, or with something
    between it and the prose, or of words that the prose at once takes up."""
    first, following = blocks[:2]
    if first.words >= PROSE_WORDS or first.listed or re.search(r"[.!?][\"”’]? +[A-Z]", first.text):
        return False
    return first.text[-1] == "?" or not following.prose or _share_taken_up(first, _stems(blocks[1:])) >= 0.6


def _title_score(block: Block, story: frozenset[str], lines: Counter[str]) -> float:
    """Headlines have about six words or more, and the story takes them up; they seldom end in a full stop.

    A page that repeats a line above the story names itself so: in the window's title, in the trail, in the heading.
    """
    stop, twice = block.text[-1] == ".", lines[block.text] > 1
    words = len(re.findall(r"[^\W\d_]{2,}", block.text[:FEATURE_LENGTH]))
    return max(0, 2 * min(words, 6) + 6 * _share_taken_up(block, story) - 4 * stop + 4 * twice)


def _share_taken_up(block: Block, story: frozenset[str]) -> float:
    stems = _stems([block])
    return len(stems & story) / (len(stems) or 1)


def _stems(blocks: list[Block]) -> frozenset[str]:
    """The first four letters of the longer words of some blocks: enough to tell that they speak of the same."""
    words = (re.findall(r"\w{4,}", block.text[:FEATURE_LENGTH].casefold()) for block in blocks)
    return frozenset(word[:4] for found in words for word in found)


# --- the body ----------------------------------------------------------------------------------------------

NOTE_LENGTH = 300
"""Characters at the head of a closing paragraph that tell whether it is about the author."""

_NOTE = re.compile(
    r"(?:[A-Z][\w.'’-]+ ){2,4}(?:is|was|covers|writes|reports|has (?:been|covered|written)|joined)\b.*\b(?:columnists?|"
    r"reporter|editor|correspondent|writer|author|journalist|contribut\w+|professor|fellow|novelist|director)\b"
)


def _body(blocks: list[Block], title: int, start: int, end: int) -> list[int]:
    """The numbers of the blocks of the story, without the title."""
    if is_plain(blocks):
        return [number for number in range(len(blocks)) if number != title]
    if start == end:
        return [number for number in _lines(blocks) if number != title]
    start = next((number for number in range(max(start, title + 1), end) if blocks[number].prose), end)
    head = _standfirst(blocks, title, start)
    run = [number for number in range(start, end) if not blocks[number].aside]
    while len(run) > 1 and _NOTE.match(blocks[run[-1]].text[:NOTE_LENGTH]):
        run.pop()
    prose = [blocks[number] for number in run if blocks[number].prose]
    if prose and 5 * sum(block.sentence for block in prose) >= 4 * len(prose):
        # Among paragraphs that end in a stop, a long one that does not is a caption.
        first = next(number for number in run if blocks[number].sentence)
        run = [number for number in run if number <= first or not _is_caption(blocks[number])]
    return head + run + _closing(blocks, end)


def _is_caption(block: Block) -> bool:
    return (
        not (block.sentence or block.cut_off or block.listed)
        and 12 <= block.words <= STORY_WORDS
        and block.text[-1] not in ",;:—"
        and not re.search('["“”]', block.text)
    )


def _standfirst(blocks: list[Block], title: int, start: int) -> list[int]:
    """What between title and story belongs to it: prose, lists, salutations, a line straight under the title.

    Further down, under date and byline, a single line is a caption; several in a row are the story in brief.
    """
    head: list[int] = []
    straight = title >= 0
    for number in range(title + 1, start):
        block = blocks[number]
        if block.aside:
            straight = False
            continue
        line = block.words > 4
        neighbours = [blocks[near] for near in (number - 1, number + 1) if title < near < start]
        row = line and any(near.words > 4 and not near.aside for near in neighbours)
        if block.prose or block.listed or (line and straight) or row or block.text[-1] == ",":
            head.append(number)
    return head


def _closing(blocks: list[Block], end: int) -> list[int]:
    """What after the last prose belongs to the story: the rest of a list, a signature, a last line or two."""
    if len(blocks) - end <= 2 and not any(block.aside for block in blocks[end:]):
        return list(range(end, len(blocks)))
    tail: list[int] = []
    for number in range(end, len(blocks)):
        block = blocks[number]
        signed = blocks[number - 1].text[-1] == "," and block.words < 6
        heads = number + 1 < len(blocks) and blocks[number + 1].listed
        if block.aside or not (block.listed or block.text[-1] in ",;:" or signed or heads):
            break
        tail.append(number)
    return tail

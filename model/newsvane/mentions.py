"""Where a text speaks of a target: exact words, an acronym or what it stands for, or most of the words."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from newsvane import lexicon

_WORD = r"\w+(?:[’'\-]\w+)*"
_END = r"[.!?](?=[\s\"'”’)\]]|$)|\n"
WORD, END, TOKEN = re.compile(_WORD), re.compile(_END), re.compile(f"{_WORD}|{_END}")
"""A word, the end of a sentence, and either."""
STEM = 6
"""Words are held to be one if their first letters are the same: immigrant and immigration, vaccine and vaccines."""
IDF_STEPS = 8
"""Weights are counted in eighths of an idf, so that shares of them are the same to the last bit in every engine."""
MAX_MENTIONS = 4
"""What is near a target is read around so many mentions; an article repeats itself after them."""
MAX_TARGET = 40
"""Words of a target that are looked for; a longer one is read by its first words."""
NEIGHBOURS = 4
"""Words of the target that stand no further apart are one mention."""

_FUNCTION_WORDS = """
    a about after all also am an and any are as at be been being both but by can did do does for from had has have he
    her hers him his how i if in into is it its itself just me more most my no nor not of off on once only or other our
    ours out over own s same she should so some such t than that the their them then there these they this those
    through to too under until up upon us very was we were what when where which while who whom whose why will with
    would you your yours house believes
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())


@dataclass(frozen=True, slots=True)
class Text:
    """A text as words: as they stand, in lower case, and their stems; which sentence (start, end) each is in.

    `tones` is 1 for a word that speaks for something, -1 for one against, turned round behind a negation.
    """

    words: tuple[str, ...]
    lower: tuple[str, ...]
    stems: tuple[str, ...]
    sentences: tuple[tuple[int, int], ...]
    sentence_of: tuple[int, ...]
    tones: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Mentions:
    """Where a text speaks of a target.

    `kind` is ``exact``, ``acronym``, ``part``, ``weak`` or ``none``; `spans` (start, end) are words. The other
    figures are shares of the target's words, the rare ones counting more: of all of them in the text (`body`),
    its first 60 words (`lead`), its best and second best sentence. `run` is the longest row of the target's
    words that stands in the text; `hits` counts words of the target; `rarest` says if the rarest one is there.
    """

    kind: str
    spans: tuple[tuple[int, int], ...]
    body: float
    lead: float
    best: float
    second: float
    run: int
    hits: int
    rarest: bool

    @property
    def places(self) -> set[int]:
        """The words that are part of a mention."""
        return {place for start, end in self.spans for place in range(start, end)}


@lru_cache(1 << 16)
def stem(word: str) -> str:
    """The beginning of a word in lower case, without a plural's ending."""
    if word.endswith("'s"):
        word = word[:-2]
    if word.endswith("ies") and len(word) > 4:
        word = f"{word[:-3]}y"
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-1]
    return word[:STEM]


@lru_cache(4096)
def read_text(text: str) -> Text:
    """A text as words. The last ones read are kept: rows often share a text."""
    words: list[str] = []
    sentence_of: list[int] = []
    sentences: list[tuple[int, int]] = []
    start = 0
    for found in TOKEN.findall(text):
        if found in ".!?\n":
            if start < len(words):
                sentences.append((start, len(words)))
                start = len(words)
        else:
            words.append(found)
            sentence_of.append(len(sentences))
    if start < len(words):
        sentences.append((start, len(words)))
    lower = tuple(word.lower().replace("’", "'") for word in words)
    return Text(tuple(words), lower, tuple(map(stem, lower)), tuple(sentences), tuple(sentence_of), _tones(lower))


def sentence_texts(text: str) -> list[str]:
    """The sentences of a text as they stand, one for each of `Text.sentences`."""
    bounds = [0, *(match.end() for match in END.finditer(text)), len(text)]
    pieces = (text[start:end].strip() for start, end in itertools.pairwise(bounds))
    return [piece for piece in pieces if WORD.search(piece)]


def _tones(lower: tuple[str, ...]) -> tuple[int, ...]:
    tones = list(map(lexicon.polarity, lower))
    for index, tone in enumerate(tones):
        if tone and any(map(lexicon.negates, lower[max(0, index - 3) : index])):
            tones[index] = -tone
    return tuple(tones)


def weights(target: Text, idf: Callable[[str], float]) -> dict[str, int]:
    """How much each stem of a target counts: the idf of its word. Function words count where there are no others."""
    words = target.lower[:MAX_TARGET]
    content = [word for word in words if word not in FUNCTION_WORDS and len(word) > 1] or words
    found: dict[str, int] = {}
    for word in content:
        found[stem(word)] = max(found.get(stem(word), 0), round(IDF_STEPS * idf(word)))
    return found


def coverage(weight: dict[str, int], stems: tuple[str, ...]) -> float:
    """The share of a target's stems, by weight, that are among some stems."""
    total = sum(weight.values())
    return sum(weight[found] for found in weight.keys() & set(stems)) / total if total else 0.0


def find(text: Text, target: Text, weight: dict[str, int]) -> Mentions:
    """The mentions of a target, whose stems weigh `weight`, in a text."""
    shares = [coverage(weight, text.stems[start:end]) for start, end in text.sentences] or [0.0]
    order = sorted(range(len(shares)), key=lambda index: (-shares[index], index))
    best = shares[order[0]]
    whole = target.stems[:MAX_TARGET]
    run = _longest_run(text.stems, whole)
    kind, spans = "none", list[tuple[int, int]]()
    if run == len(whole):
        kind, spans = "exact", list(_exact(text.stems, whole))
    elif spans := list(_acronyms(text, target)):
        kind = "acronym"
    elif best > 0:
        kind = "part" if best >= 0.5 else "weak"
        near = [index for index in order[:3] if shares[index] >= 0.6 * best]
        spans = [_cluster(text, text.sentences[index], weight) for index in near]
    return Mentions(
        kind,
        tuple(spans),
        coverage(weight, text.stems),
        coverage(weight, text.stems[:60]),
        best,
        shares[order[1]] if len(order) > 1 else 0.0,
        run,
        sum(found in weight for found in text.stems),
        max(weight, key=weight.__getitem__) in text.stems,
    )


def _longest_run(stems: tuple[str, ...], whole: tuple[str, ...]) -> int:
    """The length of the longest row of neighbours that two texts share."""
    places: dict[str, list[int]] = {}
    for place, found in enumerate(whole):
        places.setdefault(found, []).append(place)
    longest, before = 0, dict[int, int]()
    for found in stems:
        before = {place: before.get(place - 1, 0) + 1 for place in places.get(found, ())}
        if before:
            longest = max(longest, *before.values())
    return longest


def _exact(stems: tuple[str, ...], whole: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    for start in range(len(stems) - len(whole) + 1):
        if stems[start] == whole[0] and stems[start : start + len(whole)] == whole:
            yield start, start + len(whole)


def _acronyms(text: Text, target: Text) -> Iterator[tuple[int, int]]:
    """Where the text abbreviates the target, or writes out what the target abbreviates."""
    initials = "".join(word[0] for word in target.words if word[0].isupper())
    if len(initials) > 1 and initials in text.words:
        yield from ((place, place + 1) for place, word in enumerate(text.words) if word == initials)
    elif len(target.words) == 1 and target.words[0].isupper() and 2 <= len(target.words[0]) <= 6:
        names = [place for place, word in enumerate(text.words) if word[0].isupper()]
        letters = "".join(text.words[place][0] for place in names)
        size = len(target.words[0])
        for match in re.finditer(re.escape(target.words[0]), letters):
            start, end = names[match.start()], names[match.end() - 1] + 1
            between = [word for word in text.lower[start:end] if word not in FUNCTION_WORDS]
            if len(between) <= size:
                yield start, end


def _cluster(text: Text, sentence: tuple[int, int], weight: dict[str, int]) -> tuple[int, int]:
    """The rarest word of the target in a sentence, with those of its words that stand around it."""
    hits = [place for place in range(*sentence) if text.stems[place] in weight]
    top = max(hits, key=lambda place: weight[text.stems[place]])
    around = [place for place in hits if abs(place - top) <= NEIGHBOURS]
    return around[0], around[-1] + 1

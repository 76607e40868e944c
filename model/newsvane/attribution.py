"""Which sentences an answer rests on: the contributions of terms, given to the sentences they stand in."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsvane.scorer import WORD

AROUND_TARGET = ("near", "left", "right", "close")


@dataclass(frozen=True, slots=True)
class SentenceWeight:
    """What the words of a sentence add to the lead of the label; `near` if it speaks of the target."""

    text: str
    near: bool
    margin: float


def by_sentence(terms: Iterable[tuple[str, str, float]], sentences: Sequence[tuple[str, bool]]) -> list[SentenceWeight]:
    """Give the margins of (namespace, term, margin) to sentences (text, near).

    A term that stands in several sentences is shared out by how often it does; one of the fields around the
    target only among those near it. What stands in no single sentence stays out: pieces of words, findings about
    the whole, pairs of words across a full stop.
    """
    counts = [Counter(_ngrams(text)) for text, _ in sentences]
    near = [index for index, (_, is_near) in enumerate(sentences) if is_near]
    margins = [0.0] * len(sentences)
    for namespace, term, margin in terms:
        field, _, analyzer = namespace.rpartition(" ")
        if analyzer != "words" or field == "target":
            continue
        among = near if field in AROUND_TARGET else range(len(sentences))
        total = sum(counts[index][term] for index in among)
        for index in among:
            if counts[index][term]:
                margins[index] += margin * counts[index][term] / total
    return [SentenceWeight(text, is_near, margin) for (text, is_near), margin in zip(sentences, margins, strict=True)]


def _ngrams(text: str) -> list[str]:
    words = WORD.findall(text.lower())
    return words + [f"{first} {second}" for first, second in itertools.pairwise(words)]

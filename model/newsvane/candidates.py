"""The settings that are tried, and which of them can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsvane import fields
from newsvane.articles import Article
from newsvane.counts import Counts


@dataclass(frozen=True, slots=True)
class Settings:
    """What is chosen out of fold: which namespaces, and `C`, the inverse strength of regularisation.

    `weights` are the lengths of the namespaces' vectors, 1 where none are given: what is the same in many articles,
    such as a finding of few values, would at full length drown what is rare in a document's words.
    """

    namespaces: tuple[str, ...]
    C: float
    weights: tuple[float, ...] = ()


CANDIDATES = (
    Settings(("words",), C=0.5),
    Settings(("words", "characters"), C=0.25),
    Settings(("words", "characters"), C=1.0),
)
"""The settings tried, cheapest first; on a tie the cheaper one is taken."""

_LIGHT = {
    "words": 1.0, "characters": 1.0, "target words": 0.2, "relation unigrams": 0.1, "cues unigrams": 0.1,
    "tones unigrams": 0.1, "near words": 0.2, "right words": 0.2,
}  # fmt: skip
_RELATION = {
    "words": 0.4, "target words": 0.3, "relation unigrams": 0.5, "cues unigrams": 0.5, "tones unigrams": 0.4,
}  # fmt: skip
_WINDOWS = {
    "words": 0.5, "target words": 0.3, "relation unigrams": 0.4, "cues unigrams": 0.4, "tones unigrams": 0.4,
    "near words": 0.4, "left words": 0.3, "right words": 0.4, "close words": 0.6, "mention unigrams": 0.4,
}  # fmt: skip
_CHARACTERS = _WINDOWS | {
    "characters": 0.3, "left characters": 0.3, "right characters": 0.4, "close characters": 0.4,
}  # fmt: skip
TARGET_CANDIDATES = tuple(
    Settings(tuple(weights), C, tuple(weights.values()))
    for weights, C in ((_LIGHT, 0.5), (_RELATION, 0.25), (_WINDOWS, 0.3), (_CHARACTERS, 0.3))
)
"""Tried instead where articles have targets: mostly the document; what it has to do with the target; and besides
what stands around mentions."""

OF_TARGET = tuple(name for name in _CHARACTERS if name not in CANDIDATES[-1].namespaces)
"""The namespaces that read what a target decides."""

SEEN_OFTEN = (100, 30)
"""A target with so many articles gets weights of its own beside those for all; both are tried."""
MAX_SEEN_OFTEN = 40
POOLED_WEIGHT = 0.5

MAX_CHARACTERS = 25_000_000
"""In a larger corpus no n-grams of characters are counted: long training, and long articles gain little by them."""


def affordable(namespaces: Sequence[str], documents: Sequence[str]) -> list[str]:
    """The namespaces that can be counted in reasonable time: in many long documents none of characters."""
    small = sum(map(len, documents)) <= MAX_CHARACTERS
    return [name for name in namespaces if small or not name.endswith("characters")]


def usable(candidates: Iterable[Settings], counts: Counts) -> list[Settings]:
    """The candidates that can be tried: those with weights without the namespaces that have no terms."""
    found = []
    for settings in candidates:
        if not settings.weights:
            found += [settings] if counts.used.issuperset(settings.namespaces) else []
            continue
        kept = [pair for pair in zip(settings.namespaces, settings.weights, strict=True) if pair[0] in counts.used]
        narrowed = Settings(tuple(name for name, _ in kept), settings.C, tuple(weight for _, weight in kept))
        if "words" in narrowed.namespaces and narrowed not in found:
            found.append(narrowed)
    return found


def seen_often(articles: Sequence[Article]) -> list[list[str]]:
    """The targets that may get weights of their own, for each threshold, the most frequent first."""
    counts = Counter(article.target.casefold() for article in articles if article.target)
    found: list[list[str]] = []
    for threshold in SEEN_OFTEN:
        often = [target for target, count in counts.most_common(MAX_SEEN_OFTEN) if count >= threshold]
        if often and often not in found:
            found.append(often)
    return found


def with_copies(settings: Settings, targets: Sequence[str], counts: Counts) -> Settings:
    """Settings, with a copy of the document's namespaces for each of some targets."""
    shared = [name for name in settings.namespaces if " " not in name]
    copies = [
        copy for target in targets for name in shared if (copy := f"{fields.pooled(target)} {name}") in counts.used
    ]
    weights = settings.weights or (1.0,) * len(settings.namespaces)
    return Settings((*settings.namespaces, *copies), settings.C, (*weights, *(POOLED_WEIGHT for _ in copies)))

"""What every engine that scores documents gives: one specification for scikit-learn, Python and native code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

WORD = re.compile(r"\w\w+")
"""What counts as a word: as scikit-learn's token pattern, a run of at least two word characters."""


class Score(NamedTuple):
    """What a scorer says of one document: a logit for each label, its words, and how many of them are known.

    A word is known if the first namespace that reads single words has it; without such a namespace all are.
    """

    logits: tuple[float, ...]
    words: int
    known: int


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a term of a document adds to the logit of each label, in the order of the labels."""

    term: str
    namespace: str
    weights: tuple[float, ...]


class Scorer(Protocol):
    """A linear model at work: documents in, logits out."""

    labels: tuple[str, ...]
    intercepts: tuple[float, ...]

    def score(self, documents: Sequence[str]) -> Iterable[Score]:
        """The scores of documents, in order."""
        ...

    def contributions(self, document: str) -> list[Contribution]:
        """The terms of a document that carry weight; with the intercepts they add up to its logits."""
        ...

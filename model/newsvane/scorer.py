"""What every engine that scores documents gives: one specification for scikit-learn, Python and native code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from newsvane.fields import DOCUMENT

WORD = re.compile(r"\w\w+")
"""What counts as a word: as scikit-learn's token pattern, a run of at least two word characters."""


Document = str | Mapping[str, str]
"""What is scored: a text, or where a model reads more of an article, its fields by name (`newsvane.fields`)."""


def column(documents: Iterable[Document], field: str) -> list[str]:
    """One field of documents; empty where a document does not have it."""
    if field == DOCUMENT:
        return [text if isinstance(text, str) else text.get(field, "") for text in documents]
    return ["" if isinstance(text, str) else text.get(field, "") for text in documents]


class Score(NamedTuple):
    """What a scorer says of one document: a logit for each label, its words, and how many of them are known.

    A word of the document is known if the first namespace that reads its single words has it; without such a
    namespace all are.
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
    """A linear model at work: documents in, logits out. `fields` are those that it reads, the document first."""

    labels: tuple[str, ...]
    intercepts: tuple[float, ...]
    fields: tuple[str, ...]

    def score(self, documents: Sequence[Document]) -> Iterable[Score]:
        """The scores of documents, in order."""
        ...

    def idf(self, word: str) -> float:
        """How rare a word is in the documents; one that is not known is as rare as the rarest."""
        ...

    def contributions(self, document: Document) -> list[Contribution]:
        """The terms of a document that carry weight; with the intercepts they add up to its logits."""
        ...

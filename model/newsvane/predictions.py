"""What is said of an article: labels with honest probabilities, or none with the reason, and what they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from newsvane.articles import Article
from newsvane.attribution import SentenceWeight


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why `label` came before `runner_up`.

    For each of the two: intercept + the contributions of all terms = logit, exactly. Terms stand in the order
    of how much they speak for the label against the runner-up. `sentences` stand in the order of the article, with
    what of that can be laid to each.
    """

    label: str
    logit: float
    intercept: float
    runner_up: str
    runner_up_logit: float
    runner_up_intercept: float
    terms: tuple[TermWeight, ...]
    sentences: tuple[SentenceWeight, ...] = ()


@dataclass(frozen=True, slots=True)
class TermWeight:
    """A term's contribution to the logit of the label, and to that of the runner-up."""

    term: str
    namespace: str
    label: float
    runner_up: float

    @property
    def margin(self) -> float:
        """What the term adds to the lead of the label; negative where it speaks against it."""
        return self.label - self.runner_up


class Verdict(NamedTuple):
    """The answer for one task: `label` is None where the model does not know, and `reason` says why.

    `probabilities` go by label; they are empty where nothing could be judged.
    """

    label: str | None
    probabilities: Mapping[str, float]
    reason: str = ""
    explanation: Explanation | None = None

    @property
    def confidence(self) -> float | None:
        """The probability of the likeliest label, whether or not it was given as the answer."""
        return max(self.probabilities.values(), default=None) if self.label is None else self.probabilities[self.label]


@dataclass(frozen=True, slots=True)
class Section:
    """A paragraph of an article, or an item of its side matter, with its own topic."""

    text: str
    side: bool
    verdict: Verdict


class Stance(NamedTuple):
    """What an article holds of a target; without one, of its main subject. `known`: it was trained on this target."""

    target: str
    known: bool
    verdict: Verdict


class Prediction(NamedTuple):
    """An article and the verdict for each task; `sections` where they were asked for.

    `stances` has one for each target that was asked for, else for the article's own; the first is also the verdict.
    """

    article: Article
    verdicts: Mapping[str, Verdict]
    sections: tuple[Section, ...] = ()
    stances: tuple[Stance, ...] = ()

"""What models say of articles they were not fitted on: for the choice of settings, and for whoever doubts a label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from newsvane import fields
from newsvane.articles import Article
from newsvane.calibration import fit_temperature, softmax
from newsvane.candidates import CANDIDATES, Settings
from newsvane.counts import Counts
from newsvane.errors import InputError
from newsvane.folds import Folds, make_folds, part
from newsvane.judgements import Judgements, judge
from newsvane.pipeline import fit_linear, logits_of

CLEARLY_WORSE = 0.05
"""A candidate whose macro-F1 on the first fold is so much below that of the best is not tried on the others."""


@dataclass(frozen=True)
class OutOfFold:
    """What models say of labelled articles that they were not fitted on, in the order of the articles.

    `labels` are those of the columns of `probabilities` (articles x labels); `given` (articles,) is the position of
    each article's own label among them; `known` (articles,) the share of its words that its judge knew.
    """

    labels: tuple[str, ...]
    given: np.ndarray
    probabilities: np.ndarray
    known: np.ndarray

    @property
    def judgements(self) -> Judgements:
        """The same as judgements: every article is answered."""
        return Judgements(self.labels, self.given, self.probabilities, np.ones(len(self.given), dtype=bool))


def out_of_fold(articles: Sequence[Article], task: str, *, seed: int = 0) -> OutOfFold:
    """Judge every article by models that have not seen it, with the cheapest settings and honest probabilities.

    All articles have a label for the task. Raises `InputError` where it cannot be learned: fewer than two labels, a
    label of one article, no words in common.
    """
    return out_of_folds(articles, task, (1.0,), seed=seed)[0]


def out_of_folds(articles: Sequence[Article], task: str, shares: Sequence[float], *, seed: int = 0) -> list[OutOfFold]:
    """As `out_of_fold`, by models fitted on shares of the articles that they could be fitted on.

    Every label is in every share, and a larger share holds a smaller one.
    """
    if problems := problems_of(task, articles):
        raise InputError(problems)
    settings = CANDIDATES[0]
    counts = Counts.of({fields.DOCUMENT: list(map(fields.document, articles))}, settings.namespaces)
    if not counts.used.issuperset(settings.namespaces):
        raise InputError(f"{task}: no word stands in two of the {len(articles)} articles")
    labels = np.array([article.labels[task] for article in articles], dtype=str)
    names, given = np.unique(labels, return_inverse=True)
    folds, _ = make_folds(labels, articles, seed)
    judged = []
    with threadpool_limits(1, user_api="blas"):
        for share in shares:
            parts = [(part(fitted, labels, share, seed), held_out) for fitted, held_out in folds]
            trial = attempt(counts, labels, parts, settings, seed)
            probabilities = softmax(trial.logits / fit_temperature(trial.logits, given))
            judged.append(OutOfFold(tuple(names.tolist()), given, probabilities, trial.known))
    return judged


def problems_of(task: str, articles: Sequence[Article]) -> list[str]:
    """Why a task cannot be learned from labelled articles: a single label, or a label that a single article has."""
    counts = Counter(article.labels[task] for article in articles)
    if len(counts) == 1:
        return [f"{task}: every article is labelled {next(iter(counts))!r}; at least two labels are needed"]
    return [
        f"{article.place}: {task} {article.labels[task]!r} has one article; at least two are needed"
        for article in articles
        if counts[article.labels[task]] == 1
    ]


@dataclass(frozen=True)
class Trial:
    """Settings, and what models with them say of articles they have not seen: logits (rows x labels), and
    the share of each article's words that they know (rows,); zeros in folds that were not judged."""

    settings: Settings
    logits: np.ndarray
    known: np.ndarray

    def joined(self, other: Trial) -> Trial:
        """The same settings on other folds too."""
        return Trial(self.settings, self.logits + other.logits, self.known + other.known)

    def macro_f1_of(self, labels: np.ndarray, folds: Folds) -> float:
        """The macro-F1 on the articles held out of some folds."""
        rows = np.concatenate([held_out for _, held_out in folds])
        return judge(np.unique(labels).tolist(), labels[rows].tolist(), softmax(self.logits[rows])).metrics.macro_f1


def race(
    counts: Counts, labels: np.ndarray, folds: Folds, candidates: Iterable[Settings], seed: int, best: Trial | None
) -> tuple[list[Trial], list[Settings]]:
    """Try candidates. One that on the first fold is clearly worse than the best so far is given up: the second list.

    A race as of Maron and Moore 1994 ("Hoeffding races"), with a fixed margin.
    """
    trials, given_up = [], []
    for settings in candidates:
        trial = attempt(counts, labels, folds[:1], settings, seed)
        if best and trial.macro_f1_of(labels, folds[:1]) < best.macro_f1_of(labels, folds[:1]) - CLEARLY_WORSE:
            given_up.append(settings)
            continue
        trial = trial.joined(attempt(counts, labels, folds[1:], settings, seed))
        trials.append(trial)
        best = max([best, trial] if best else [trial], key=lambda one: one.macro_f1_of(labels, folds))
    return trials, given_up


def attempt(counts: Counts, labels: np.ndarray, folds: Folds, settings: Settings, seed: int) -> Trial:
    """Fit on each fold and judge what it holds out."""
    counts = counts.only(settings.namespaces)
    logits, known = np.zeros((len(labels), len(np.unique(labels)))), np.zeros(len(labels))
    for fitted, held_out in folds:
        idf = counts.idf(fitted)
        matrix = counts.tfidf(idf, settings.weights)
        classifier = fit_linear(matrix[fitted], labels[fitted], settings.C, seed)
        logits[held_out] = logits_of(classifier, matrix[held_out])
        known[held_out] = counts.known(idf)[held_out]
    return Trial(settings, logits, known)

"""Training: one out-of-fold pass chooses the settings, fits the temperature and gives honest metrics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from newsvane import fields
from newsvane.articles import TASKS, Article
from newsvane.calibration import fit_temperature, softmax
from newsvane.candidates import (
    CANDIDATES,
    OF_TARGET,
    TARGET_CANDIDATES,
    Settings,
    affordable,
    seen_often,
    usable,
    with_copies,
)
from newsvane.counts import Counts
from newsvane.errors import InputError, Notify, ignore
from newsvane.folds import make_folds
from newsvane.judgements import judge
from newsvane.metrics import Metrics
from newsvane.out_of_fold import problems_of, race
from newsvane.pipeline import assemble, fit_linear

KNOWN_QUANTILE = 0.002
"""Texts with a smaller share of known words than this quantile of unseen training articles are not judged."""


@dataclass(frozen=True)
class TrainedTask:
    """A fitted pipeline and what the out-of-fold pass says about it.

    `trials` holds each candidate with its out-of-fold macro-F1, None where it was given up after the first fold.
    `metrics` are those of the chosen one, over articles it was not fitted on (the choice among few candidates
    flatters them slightly). `probabilities` (rows x labels) are out of fold too, in the order of `ids`. `min_known`
    is the share of known words below which a text is not judged.
    """

    task: str
    labels: tuple[str, ...]
    counts: dict[str, int]
    settings: Settings
    trials: tuple[tuple[Settings, float | None], ...]
    temperature: float
    min_known: float
    metrics: Metrics
    ids: tuple[str, ...]
    probabilities: np.ndarray
    pipeline: Pipeline


@dataclass(frozen=True)
class Training:
    """What `train` gives: a `TrainedTask` for each task that has labels, the articles used, and the seed."""

    tasks: dict[str, TrainedTask]
    articles: tuple[Article, ...]
    seed: int

    @property
    def targets(self) -> frozenset[str]:
        """What the articles take a stance on, in lower case."""
        return frozenset(article.target.casefold() for article in self.articles if article.target)


def train(articles: Iterable[Article], *, seed: int = 0, notify: Notify = ignore) -> Training:
    """Train a model for every task that the articles have labels for.

    A task trains on the articles that have its label; those without any are left aside. Raises `InputError` where
    articles have errors, or a label set cannot be learned.
    """
    articles = [article for article in articles if article.labels]
    if unusable := [f"{article.place}: {article.error}" for article in articles if article.error]:
        raise InputError(unusable)
    labelled = {task: [article for article in articles if task in article.labels] for task in TASKS}
    problems = [problem for task, chosen in labelled.items() for problem in problems_of(task, chosen)]
    if problems:
        raise InputError(problems)
    if not any(labelled.values()):
        raise InputError("no article has a label", "Name the columns with --topic-column and --stance-column.")
    documents = list(map(fields.document, articles))
    counts = Counts.of({fields.DOCUMENT: documents}, affordable(CANDIDATES[-1].namespaces, documents))
    tasks = {}
    for task, chosen in labelled.items():
        if chosen:
            notify(f"{task}: {len(chosen)} articles")
            rows = np.array([task in article.labels for article in articles])
            tasks[task] = _train_task(task, chosen, counts.of_rows(rows), seed)
    return Training(tasks, tuple(articles), seed)


def _train_task(task: str, articles: Sequence[Article], counts: Counts, seed: int) -> TrainedTask:
    labels = np.array([article.labels[task] for article in articles], dtype=str)
    names, truth = np.unique(labels, return_inverse=True)
    candidates = usable(CANDIDATES, counts)
    if not candidates:
        raise InputError(
            f"{task}: no word stands in two of the {len(articles)} articles; there is nothing to learn from"
        )
    folds, by_target = make_folds(labels, articles, seed)
    often: list[list[str]] = []
    if task == "stance" and any(article.target for article in articles):
        often = [] if by_target else seen_often(articles)
        counts = _with_targets(counts, articles, often)
        candidates = usable(TARGET_CANDIDATES, counts)
    with threadpool_limits(1, user_api="blas"):
        trials, given_up = race(counts, labels, folds, candidates, seed, None)
        best = max(trials, key=lambda trial: trial.macro_f1_of(labels, folds))
        copies = [with_copies(best.settings, targets, counts) for targets in often]
        more, more_given_up = race(counts, labels, folds, copies, seed, best)
        scores: dict[Settings, float | None] = {
            trial.settings: trial.macro_f1_of(labels, folds) for trial in (*trials, *more)
        }
        best = max([*trials, *more], key=lambda trial: trial.macro_f1_of(labels, folds))
        settings = best.settings
        temperature = fit_temperature(best.logits, truth)
        final = counts.only(settings.namespaces)
        idf = final.idf()
        classifier = fit_linear(final.tfidf(idf, settings.weights), labels, settings.C, seed)
    probabilities = softmax(best.logits / temperature)
    return TrainedTask(
        task=task,
        labels=tuple(names.tolist()),
        counts=dict(zip(names.tolist(), np.bincount(truth).tolist(), strict=True)),
        settings=settings,
        trials=(*scores.items(), *((settings, None) for settings in (*given_up, *more_given_up))),
        temperature=temperature,
        min_known=float(min(np.quantile(best.known, KNOWN_QUANTILE), 0.5)),
        metrics=judge(names.tolist(), labels.tolist(), probabilities).metrics,
        ids=tuple(article.id or article.place for article in articles),
        probabilities=probabilities,
        pipeline=assemble(final, classifier, idf, temperature, settings.weights),
    )


def _with_targets(counts: Counts, articles: Sequence[Article], often: Sequence[Sequence[str]]) -> Counts:
    """The counts of documents, with those of the fields that targets decide."""
    idf = counts.idf()
    single = counts.namespace == counts.namespaces.index("words")
    known = {term: value for term, value in zip(counts.terms[single], idf[single], strict=True) if value > 0}
    rarest = max(known.values())
    pooled = [fields.pooled(target) for target in often[-1]] if often else []
    read = fields.columns(articles, (*fields.OF_TARGET, *pooled), lambda word: known.get(word, rarest))
    wanted = affordable(OF_TARGET, [text for name in ("left", "right", "close") for text in read[name]])
    copies = [f"{name} {analyzer}" for name in pooled for analyzer in counts.namespaces]
    return counts.beside(Counts.of(read, [*wanted, *copies]))

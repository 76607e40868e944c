"""Training: one out-of-fold pass chooses the settings, fits the temperature and gives honest metrics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from newsvane import fields
from newsvane.articles import TASKS, Article
from newsvane.errors import InputError
from newsvane.metrics import Metrics, judge
from newsvane.pipeline import Counts, Settings, assemble, fit_linear, logits_of, softmax
from newsvane.tables import Notify, ignore

FOLDS = 5
MANY_PER_TARGET = 10
"""With more articles a target on average, the targets are known ones."""

CANDIDATES = (
    Settings(("words",), C=0.5),
    Settings(("words", "characters"), C=0.25),
    Settings(("words", "characters"), C=1.0),
)
"""The settings tried, cheapest first; on a tie the cheaper one is taken."""

KNOWN_QUANTILE = 0.002
"""Texts with a smaller share of known words than this quantile of unseen training articles are not judged."""


@dataclass(frozen=True)
class TrainedTask:
    """A fitted pipeline and what the out-of-fold pass says about it.

    `trials` holds each candidate with its out-of-fold macro-F1. `metrics` are those of the chosen one, over
    articles it was not fitted on (the choice among few candidates flatters them slightly). `probabilities`
    (rows x labels) are out of fold too, in the order of `ids`. `min_known` is the share of known words below
    which a text is not judged.
    """

    task: str
    labels: tuple[str, ...]
    counts: dict[str, int]
    settings: Settings
    trials: tuple[tuple[Settings, float], ...]
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
    problems = [problem for task, chosen in labelled.items() for problem in _check(task, chosen)]
    if problems:
        raise InputError(problems)
    if not any(labelled.values()):
        raise InputError("no article has a label", "Name the columns with --topic-column and --stance-column.")
    counts = Counts.of([fields.document(article) for article in articles], CANDIDATES[-1].namespaces)
    tasks = {}
    for task, chosen in labelled.items():
        if chosen:
            notify(f"{task}: {len(chosen)} articles")
            rows = np.array([task in article.labels for article in articles])
            tasks[task] = _train_task(task, chosen, counts.of_rows(rows), seed)
    return Training(tasks, tuple(articles), seed)


def _check(task: str, articles: Sequence[Article]) -> list[str]:
    counts = Counter(article.labels[task] for article in articles)
    if len(counts) == 1:
        return [f"{task}: every article is labelled {next(iter(counts))!r}; at least two labels are needed"]
    return [
        f"{article.place}: {task} {article.labels[task]!r} has one article; at least two are needed"
        for article in articles
        if counts[article.labels[task]] == 1
    ]


def _train_task(task: str, articles: Sequence[Article], counts: Counts, seed: int) -> TrainedTask:
    labels = np.array([article.labels[task] for article in articles], dtype=str)
    if not any(counts.covers(settings.namespaces) for settings in CANDIDATES):
        raise InputError(
            f"{task}: no word stands in two of the {len(articles)} articles; there is nothing to learn from"
        )
    names, truth = np.unique(labels, return_inverse=True)
    folds = _folds(labels, articles, seed)
    with threadpool_limits(1, user_api="blas"):
        trials = [
            _try(counts.only(settings.namespaces), labels, folds, settings, seed)
            for settings in CANDIDATES
            if counts.covers(settings.namespaces)
        ]
        best = max(trials, key=lambda trial: trial.macro_f1)
        settings = best.settings
        temperature = fit_temperature(best.logits, truth)
        final = counts.only(settings.namespaces)
        idf = final.idf()
        classifier = fit_linear(final.tfidf(idf), labels, settings.C, seed)
    probabilities = softmax(best.logits / temperature)
    return TrainedTask(
        task=task,
        labels=tuple(names.tolist()),
        counts=dict(zip(names.tolist(), np.bincount(truth).tolist(), strict=True)),
        settings=settings,
        trials=tuple((trial.settings, trial.macro_f1) for trial in trials),
        temperature=temperature,
        min_known=float(min(np.quantile(best.known, KNOWN_QUANTILE), 0.5)),
        metrics=judge(names.tolist(), labels.tolist(), probabilities).metrics,
        ids=tuple(article.id or article.place for article in articles),
        probabilities=probabilities,
        pipeline=assemble(final, classifier, idf, temperature),
    )


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


def out_of_fold(articles: Sequence[Article], task: str, *, seed: int = 0) -> OutOfFold:
    """Judge every article by models that have not seen it, with the cheapest settings and honest probabilities.

    All articles have a label for the task. Raises `InputError` where it cannot be learned: fewer than two labels, a
    label of one article, no words in common.
    """
    if problems := _check(task, articles):
        raise InputError(problems)
    settings = CANDIDATES[0]
    counts = Counts.of([fields.document(article) for article in articles], settings.namespaces)
    if not counts.covers(settings.namespaces):
        raise InputError(f"{task}: no word stands in two of the {len(articles)} articles")
    labels = np.array([article.labels[task] for article in articles], dtype=str)
    names, given = np.unique(labels, return_inverse=True)
    with threadpool_limits(1, user_api="blas"):
        trial = _try(counts, labels, _folds(labels, articles, seed), settings, seed)
    probabilities = softmax(trial.logits / fit_temperature(trial.logits, given))
    return OutOfFold(tuple(names.tolist()), given, probabilities, trial.known)


@dataclass(frozen=True)
class _Trial:
    """Settings, and what models with them say of articles they have not seen: logits (rows x labels), and
    the share of each article's words that they know (rows,)."""

    settings: Settings
    logits: np.ndarray
    known: np.ndarray
    macro_f1: float


Folds = list[tuple[np.ndarray, np.ndarray]]
"""The rows to fit on and the rows to judge, for each fold."""


def _folds(labels: np.ndarray, articles: Sequence[Article], seed: int) -> Folds:
    """Folds that keep articles on one target, or with one text, together.

    Three articles on one plan share names and places: with two of them in training, the third is no unseen
    article, and its figures flatter. Where the targets are few, as in polls on five questions, a model is meant
    to know them, and only equal texts are kept together.
    """
    known = Counter(article.target for article in articles if article.target)
    by_target = bool(known) and known.total() <= MANY_PER_TARGET * len(known)
    groups = [article.target if by_target and article.target else fields.document(article) for article in articles]
    held = [
        len({group for group, label in zip(groups, labels, strict=True) if label == name}) for name in np.unique(labels)
    ]
    if min(held) > 1 and len(set(groups)) < len(groups):  # else every group is one article, and this is slow
        splitter = StratifiedGroupKFold(min(FOLDS, *held), shuffle=True, random_state=seed)
        folds = list(splitter.split(labels, labels, groups))
        if all(len(set(labels[fitted])) == len(held) for fitted, _ in folds):
            return folds
    # Groups of one article; or a label of one group, or one that fell whole into a fold, which cannot be kept together.
    smallest = int(np.unique(labels, return_counts=True)[1].min())
    return list(StratifiedKFold(min(FOLDS, smallest), shuffle=True, random_state=seed).split(labels, labels))


def _try(counts: Counts, labels: np.ndarray, folds: Folds, settings: Settings, seed: int) -> _Trial:
    names = np.unique(labels)
    logits, known = np.zeros((len(labels), len(names))), np.zeros(len(labels))
    for fitted, held_out in folds:
        idf = counts.idf(fitted)
        matrix = counts.tfidf(idf)
        classifier = fit_linear(matrix[fitted], labels[fitted], settings.C, seed)
        logits[held_out] = logits_of(classifier, matrix[held_out])
        known[held_out] = counts.known(idf)[held_out]
    return _Trial(settings, logits, known, judge(names.tolist(), labels.tolist(), softmax(logits)).metrics.macro_f1)


def fit_temperature(logits: np.ndarray, truth: np.ndarray) -> float:
    """The temperature T that makes softmax(logits / T) likeliest (Guo et al. 2017, "On calibration").

    `logits` (rows x labels); `truth` (rows,), the index of each row's label.
    """

    def loss(log_t: float) -> float:
        scaled = logits / np.exp(log_t)
        top = scaled.max(axis=1)
        log_sum = top + np.log(np.exp(scaled - top[:, None]).sum(axis=1))
        return float(np.mean(log_sum - scaled[np.arange(len(truth)), truth]))

    best = minimize_scalar(loss, bounds=(-7, 5), method="bounded", options={"xatol": 1e-6})
    return float(np.exp(best.x))

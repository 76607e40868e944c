"""How good a model is on labelled articles: metrics with intervals, over all of them and over slices."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from newsvane import bootstrap
from newsvane.answers import Answers, collect
from newsvane.articles import Article
from newsvane.bootstrap import Estimate
from newsvane.errors import InputError
from newsvane.judgements import Judgements
from newsvane.metrics import Metrics

if TYPE_CHECKING:
    from newsvane.classifier import Classifier
    from newsvane.predictions import Verdict

LENGTHS = {"short": 40, "medium": 250}
"""Articles of fewer words than this are short, medium; the others long."""
MISTAKES = 20
MOST_SLICES = 100
WITHOUT_VALUE = "(none)"


@dataclass(frozen=True)
class TaskEvaluation:
    """The quality of one task's answers. `rows` are the places of the judged articles among all of them."""

    judged: Judgements
    rows: np.ndarray
    groups: tuple[str, ...] | None
    seed: int

    @cached_property
    def metrics(self) -> Metrics:
        """The metrics."""
        return self.judged.metrics

    @cached_property
    def estimates(self) -> dict[str, Estimate]:
        """Every metric with its interval, by name."""
        return bootstrap.estimates(self.judged, self.groups, seed=self.seed)

    def among(self, mask: np.ndarray) -> TaskEvaluation:
        """The evaluation of some of the articles (`mask` over all of them)."""
        kept = mask[self.rows]
        groups = None if self.groups is None else tuple(itertools.compress(self.groups, kept))
        return TaskEvaluation(self.judged.of_rows(kept), self.rows[kept], groups, self.seed)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong answer: the article, the true label, and the verdict with its explanation."""

    article: Article
    truth: str
    verdict: Verdict


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` gives, for each task that the model and the articles share.

    `slices` go by ``column=value`` and then by task. `mistakes` are the wrong answers given with most confidence.
    `articles` are those judged, `answers` all that the model said of them, and `groups` their groups, if any.
    """

    tasks: Mapping[str, TaskEvaluation]
    slices: Mapping[str, Mapping[str, TaskEvaluation]]
    mistakes: Mapping[str, tuple[Mistake, ...]]
    articles: tuple[Article, ...]
    answers: Answers
    groups: tuple[str, ...] | None = None

    @property
    def n(self) -> int:
        """How many articles were read."""
        return len(self.articles)


def evaluate(
    classifier: Classifier,
    articles: Iterable[Article],
    *,
    slices: Sequence[str] = (),
    group: str | None = None,
    seed: int = 0,
    foreign: bool = False,
) -> Evaluation:
    """Judge labelled articles and compare.

    Each column named in `slices` cuts them by its values; they are cut by length, and by whether their target
    stood in the training data, in any case. For the intervals articles with one value in the column `group`, such as
    all on one story, are drawn together; one without a value is drawn alone. Raises `InputError` that names every
    article whose label the model does not know, and where a column is not there. With `foreign` such labels are let
    in: the model never gives them, and is wrong on their articles.
    """
    articles = tuple(articles)
    if not foreign:
        check_labels(classifier.labels, articles)
    table = _columns(articles, [*slices, *([group] if group else [])])
    groups = _groups(table[group]) if group else None
    table = table[list(dict.fromkeys(slices))]
    answers = collect(classifier.name, classifier.labels, articles, classifier.predict(articles))
    tasks = {}
    for task in classifier.labels:
        rows = np.array([i for i, a in enumerate(articles) if task in a.labels and not a.error], dtype=int)
        if rows.size:
            judged = answers.judged(
                task, [answers.keys[row] for row in rows], [articles[row].labels[task] for row in rows]
            )
            mine = None if groups is None else tuple(groups[row] for row in rows)
            tasks[task] = TaskEvaluation(judged, rows, mine, seed)
    if not tasks:
        raise InputError(f"no article has a label for {' or '.join(classifier.labels)}")
    if "length" not in table:
        table["length"] = [_length(article) for article in articles]
    if classifier.targets is not None and "target_seen" not in table:
        table["target_seen"] = [_seen(article.target, classifier.targets) for article in articles]
    return Evaluation(
        tasks,
        _slices(table, tasks, slices),
        {task: _mistakes(classifier, articles, task, evaluated) for task, evaluated in tasks.items()},
        articles,
        answers,
        groups,
    )


def check_labels(labels: Mapping[str, Sequence[str]], articles: Iterable[Article]) -> None:
    """Raise `InputError` that names every article whose label is none of the model's."""
    problems = [
        f"{article.place}: {task} {label!r} is not a label of the model ({', '.join(labels[task])})"
        for article in articles
        for task, label in article.labels.items()
        if task in labels and label not in labels[task]
    ]
    if problems:
        raise InputError(problems)


def _columns(articles: Sequence[Article], names: Sequence[str]) -> pd.DataFrame:
    """The named columns of the articles' rows, as text (articles x names)."""
    there = dict.fromkeys(key for article in articles for key in article.record)
    if lacking := [name for name in names if name not in there]:
        raise InputError([f"no column {name!r} to slice by; there are {', '.join(there)}" for name in lacking])
    return pd.DataFrame(
        {name: [_cell(article.record.get(name)) for article in articles] for name in names},
        index=range(len(articles)),
        dtype=object,  # a string column of Arrow would not hold a lone surrogate
    )


def _cell(value: object) -> str:
    return WITHOUT_VALUE if value in (None, "") else str(value)


def _groups(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{value} {row}" if value == WITHOUT_VALUE else value for row, value in enumerate(values))


def _length(article: Article) -> str:
    words = len(article.text.split())
    return next((name for name, limit in LENGTHS.items() if words < limit), "long")


def _seen(target: str, seen: frozenset[str]) -> str:
    return WITHOUT_VALUE if not target else "yes" if target.casefold() in seen else "no"


def _slices(
    table: pd.DataFrame, tasks: Mapping[str, TaskEvaluation], asked: Sequence[str]
) -> dict[str, dict[str, TaskEvaluation]]:
    slices: dict[str, dict[str, TaskEvaluation]] = {}
    for name in table:
        values = sorted(table[name].unique())
        if len(values) > MOST_SLICES:
            raise InputError(
                f"column {name!r} has {len(values)} values; a slice needs a column of {MOST_SLICES} at most"
            )
        if len(values) == 1 and values != ["no"] and name not in asked:
            continue  # the slice would be the whole; but that no target was seen is worth a word
        for value in values:
            mask = (table[name] == value).to_numpy()
            cut = {task: evaluated.among(mask) for task, evaluated in tasks.items() if mask[evaluated.rows].any()}
            if cut:
                slices[f"{name}={value}"] = cut
    return slices


def _mistakes(
    classifier: Classifier, articles: Sequence[Article], task: str, evaluated: TaskEvaluation
) -> tuple[Mistake, ...]:
    judged = evaluated.judged
    wrong = np.flatnonzero(judged.answered & ~judged.right)
    worst = wrong[np.argsort(-judged.confidence[wrong], kind="stable")][:MISTAKES]
    chosen = [articles[row] for row in evaluated.rows[worst]]
    predictions = classifier.predict(chosen, explain=True)
    return tuple(
        Mistake(article, article.labels[task], prediction.verdicts[task])
        for article, prediction in zip(chosen, predictions, strict=True)
    )

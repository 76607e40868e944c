"""How good predictions are: one confusion matrix, and everything that follows from it and the probabilities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from newsvane.articles import Article
from newsvane.errors import InputError

if TYPE_CHECKING:
    from newsvane.classifier import Classifier

COVERAGE_STEPS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class LabelMetrics:
    """Precision, recall and F1 of one label; 0 where undefined, as scikit-learn with ``zero_division=0``."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class CoveragePoint:
    """Answers with at least some `confidence`: the share of articles that get one, the share of those right."""

    confidence: float
    coverage: float
    accuracy: float | None


@dataclass(frozen=True)
class Metrics:
    """The quality of one task's predictions.

    `confusion` counts articles by true label (rows) and predicted label (columns), both in the order of
    `labels`; its last column counts abstentions, which are never right. `coverage_curve` says what a
    minimum confidence costs and gives.
    """

    labels: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    log_loss: float
    coverage_curve: tuple[CoveragePoint, ...]

    @cached_property
    def _matrix(self) -> np.ndarray:
        return np.array(self.confusion, dtype=float)

    @property
    def n(self) -> int:
        """How many articles were judged."""
        return int(self._matrix.sum())

    @property
    def abstained(self) -> int:
        """How many articles got no label."""
        return int(self._matrix[:, -1].sum())

    @property
    def accuracy(self) -> float:
        """The share of articles labelled right; an abstention is not right."""
        return float(np.trace(self._matrix) / self._matrix.sum())

    @cached_property
    def per_label(self) -> tuple[LabelMetrics, ...]:
        """Precision, recall, F1 and support of every label of the model."""
        right = np.diag(self._matrix)
        precision = _ratio(right, self._matrix[:, :-1].sum(axis=0))
        recall = _ratio(right, self._matrix.sum(axis=1))
        f1 = _ratio(2 * right, self._matrix[:, :-1].sum(axis=0) + self._matrix.sum(axis=1))
        support = self._matrix.sum(axis=1).astype(int)
        return tuple(
            LabelMetrics(*row)
            for row in zip(self.labels, precision.tolist(), recall.tolist(), f1.tolist(), support.tolist(), strict=True)
        )

    @property
    def macro_f1(self) -> float:
        """The mean F1 of the labels that occur in the truth or the predictions."""
        seen = (self._matrix.sum(axis=1) + self._matrix[:, :-1].sum(axis=0)) > 0
        return float(np.mean([label.f1 for label, used in zip(self.per_label, seen, strict=True) if used]))

    @property
    def missing(self) -> tuple[str, ...]:
        """Labels of the model that no article has."""
        return tuple(label.label for label in self.per_label if not label.support)

    @property
    def majority_accuracy(self) -> float:
        """What always answering the commonest label would score."""
        return float(self._matrix.sum(axis=1).max() / self._matrix.sum())

    @property
    def majority_macro_f1(self) -> float:
        """The macro-F1 of always answering the commonest label."""
        support = self._matrix.sum(axis=1)
        share = support.max() / support.sum()
        return float(2 * share / (1 + share) / np.count_nonzero(support))


def measure(
    labels: Sequence[str], truth: Sequence[str], probabilities: np.ndarray, answered: np.ndarray | None = None
) -> Metrics:
    """Compare probabilities (articles x labels) with the true labels.

    `answered` (articles,) is False for abstentions; without it every article is answered.
    """
    index = {label: position for position, label in enumerate(labels)}
    true = np.array([index[label] for label in truth])
    answered = np.ones(len(true), dtype=bool) if answered is None else answered
    best = probabilities.argmax(axis=1)
    predicted = np.where(answered, best, len(labels))
    confusion = np.zeros((len(labels), len(labels) + 1), dtype=int)
    np.add.at(confusion, (true, predicted), 1)
    confidence = probabilities.max(axis=1)
    right = (best == true) & answered
    curve = []
    for step in COVERAGE_STEPS:
        kept = answered & (confidence >= step)
        curve.append(CoveragePoint(step, float(kept.mean()), float(right[kept].mean()) if kept.any() else None))
    likelihood = np.maximum(probabilities[np.arange(len(true)), true], 1e-15)
    return Metrics(
        tuple(labels), tuple(map(tuple, confusion.tolist())), float(-np.log(likelihood).mean()), tuple(curve)
    )


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.asarray(np.divide(part, whole, out=np.zeros_like(part), where=whole > 0))


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` gives: the metrics of every task that the model and the articles share."""

    tasks: dict[str, Metrics]
    n: int


def evaluate(classifier: Classifier, articles: Iterable[Article]) -> Evaluation:
    """Judge labelled articles and compare.

    Raises `InputError` that names every article whose label the model does not know.
    """
    articles = list(articles)
    problems = [
        f"{article.place}: {task} {label!r} is not a label of the model ({', '.join(classifier.labels[task])})"
        for article in articles
        for task, label in article.labels.items()
        if task in classifier.labels and label not in classifier.labels[task]
    ]
    if problems:
        raise InputError(problems)
    predictions = list(classifier.predict(articles))
    tasks = {}
    for task, labels in classifier.labels.items():
        judged = [
            (article.labels[task], prediction.verdicts[task])
            for article, prediction in zip(articles, predictions, strict=True)
            if task in article.labels and not article.error
        ]
        if judged:
            probabilities = np.array(
                [[verdict.probabilities.get(label, 1 / len(labels)) for label in labels] for _, verdict in judged]
            )
            answered = np.array([verdict.label is not None for _, verdict in judged])
            tasks[task] = measure(labels, [truth for truth, _ in judged], probabilities, answered)
    if not tasks:
        raise InputError(f"no article has a label for {' or '.join(classifier.labels)}")
    return Evaluation(tasks, len(articles))

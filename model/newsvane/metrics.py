"""Metrics of one task, all of them functions of sums over articles.

Each article adds a few numbers (its cell of the confusion matrix, its log loss, its place in the reliability
table); every metric follows from their totals. So metrics of a slice, of a resampled test set and of a
thousand of them at once are the same code on other totals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

BINS = 15
"""Bins of equal width in the reliability table (Guo et al. 2017, "On calibration of modern neural networks")."""
LOWER_IS_BETTER = ("log_loss", "brier", "ece")
OPPOSED = ("favor", "against")
"""The labels whose mean F1 is the measure of the field for stance (Mohammad et al. 2016, SemEval task 6)."""


def metrics_of(labels: Sequence[str], totals: np.ndarray) -> dict[str, np.ndarray]:
    """Every metric by name, from totals (..., columns): arrays of shape (...,).

    F1 and its like are 0 where undefined. ``macro_f1`` is the mean over the labels that occur in the truth or the
    predictions; both as scikit-learn has it with ``zero_division=0``. ``brier`` is the sum over labels (Brier 1950;
    half of it for two labels), ``ece`` the expected calibration error over the answered articles. ``f_average`` is
    there where the labels are those of a stance. All but `LOWER_IS_BETTER` are better when higher.
    """
    size = len(labels)
    cells = size * (size + 1)
    confusion = totals[..., :cells].reshape(*totals.shape[:-1], size, size + 1)
    support, said = confusion.sum(axis=-1), confusion[..., :-1].sum(axis=-2)
    hits = np.diagonal(confusion, axis1=-2, axis2=-1)
    n = support.sum(axis=-1)
    precision, recall, f1 = _ratio(hits, said), _ratio(hits, support), _ratio(2 * hits, said + support)
    counts, confidences, right = (
        totals[..., start : start + BINS] for start in range(cells + 2, cells + 2 + 3 * BINS, BINS)
    )
    found = {
        "macro_f1": _ratio(f1.sum(axis=-1), np.count_nonzero(support + said, axis=-1)),
        "accuracy": _ratio(hits.sum(axis=-1), n),
        "coverage": _ratio(said.sum(axis=-1), n),
        "log_loss": _ratio(totals[..., cells], n),
        "brier": _ratio(totals[..., cells + 1], n),
        "ece": _ratio(np.abs(right - confidences).sum(axis=-1), counts.sum(axis=-1)),
    }
    if set(OPPOSED) <= set(labels):
        found["f_average"] = f1[..., [labels.index(label) for label in OPPOSED]].mean(axis=-1)
    for position, label in enumerate(labels):
        found[f"precision[{label}]"] = precision[..., position]
        found[f"recall[{label}]"] = recall[..., position]
        found[f"f1[{label}]"] = f1[..., position]
    return found


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    part = np.asarray(part, dtype=float)
    return np.asarray(np.divide(part, whole, out=np.zeros_like(part), where=np.asarray(whole) > 0))


@dataclass(frozen=True, slots=True)
class LabelMetrics:
    """Precision, recall and F1 of one label; 0 where undefined."""

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


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """The answers whose confidence lies from `low` to `high`: how many, their mean confidence, the share right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float

    @property
    def interval(self) -> tuple[float, float]:
        """Where the share right lies, at 95 % (Wilson 1927, "Probable inference")."""
        z = 1.96
        middle = (self.accuracy + z * z / 2 / self.count) / (1 + z * z / self.count)
        spread = self.accuracy * (1 - self.accuracy) / self.count + (z / 2 / self.count) ** 2
        reach = z / (1 + z * z / self.count) * spread**0.5
        return max(middle - reach, 0.0), min(middle + reach, 1.0)


@dataclass(frozen=True)
class Metrics:
    """The quality of one task's predictions, from the `totals` of `judgements.Judgements.summands`.

    `coverage_curve` says what a minimum confidence costs and gives.
    """

    labels: tuple[str, ...]
    totals: np.ndarray
    coverage_curve: tuple[CoveragePoint, ...]

    @cached_property
    def values(self) -> dict[str, float]:
        """Every metric by name; `metrics_of` says which."""
        return {name: float(value) for name, value in metrics_of(self.labels, self.totals).items()}

    @property
    def confusion(self) -> tuple[tuple[int, ...], ...]:
        """Articles by true label (rows) and label given (columns), in the order of `labels`; the last column
        counts abstentions, which are never right."""
        size = len(self.labels)
        cells = self.totals[: size * (size + 1)].astype(int).reshape(size, size + 1)
        return tuple(map(tuple, cells.tolist()))

    @property
    def n(self) -> int:
        """How many articles were judged."""
        return sum(map(sum, self.confusion))

    @property
    def abstained(self) -> int:
        """How many articles got no label."""
        return sum(row[-1] for row in self.confusion)

    @property
    def accuracy(self) -> float:
        """The share of articles labelled right; an abstention is not right."""
        return self.values["accuracy"]

    @property
    def macro_f1(self) -> float:
        """The mean F1 of the labels that occur in the truth or the predictions."""
        return self.values["macro_f1"]

    @property
    def log_loss(self) -> float:
        """The mean negative logarithm of the true label's probability."""
        return self.values["log_loss"]

    @property
    def per_label(self) -> tuple[LabelMetrics, ...]:
        """Precision, recall, F1 and support of every label of the model."""
        values = self.values
        return tuple(
            LabelMetrics(
                label, values[f"precision[{label}]"], values[f"recall[{label}]"], values[f"f1[{label}]"], sum(row)
            )
            for label, row in zip(self.labels, self.confusion, strict=True)
        )

    @property
    def reliability(self) -> tuple[ReliabilityBin, ...]:
        """The bins that hold an answer, from the least confident on."""
        cells = len(self.labels) * (len(self.labels) + 1)
        counts, confidences, right = self.totals[cells + 2 :].reshape(3, BINS)
        return tuple(
            ReliabilityBin(
                i / BINS, (i + 1) / BINS, int(counts[i]), float(confidences[i] / counts[i]), float(right[i] / counts[i])
            )
            for i in range(BINS)
            if counts[i]
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """Labels of the model that no article has."""
        return tuple(label for label, row in zip(self.labels, self.confusion, strict=True) if not sum(row))

    @property
    def majority(self) -> str:
        """The commonest true label."""
        return max(self.per_label, key=lambda label: label.support).label

    @property
    def majority_accuracy(self) -> float:
        """What always answering the commonest label would score."""
        return max(map(sum, self.confusion)) / self.n

    @property
    def majority_macro_f1(self) -> float:
        """The macro-F1 of always answering the commonest label."""
        share = self.majority_accuracy
        return 2 * share / (1 + share) / (len(self.labels) - len(self.missing))

"""What a model said of articles whose label is known: the numbers that each adds to the metrics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from newsvane.metrics import BINS, CoveragePoint, Metrics

COVERAGE_STEPS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


@dataclass(frozen=True)
class Judgements:
    """What a model said of articles whose label is known.

    `truth` (articles,) holds indices of `labels`; `probabilities` (articles x labels) sum to one in each row;
    `answered` (articles,) is False where no label was given.
    """

    labels: tuple[str, ...]
    truth: np.ndarray
    probabilities: np.ndarray
    answered: np.ndarray

    @property
    def best(self) -> np.ndarray:
        """The index of the likeliest label (articles,), whether or not it was given as the answer."""
        return np.asarray(self.probabilities.argmax(axis=1))

    @property
    def predicted(self) -> np.ndarray:
        """The index of the label given (articles,); the number of labels where none was."""
        return np.where(self.answered, self.best, len(self.labels))

    @property
    def right(self) -> np.ndarray:
        """Whether the label was given and is true (articles,)."""
        return np.asarray(self.predicted == self.truth)

    @property
    def confidence(self) -> np.ndarray:
        """The probability of the likeliest label (articles,)."""
        return np.asarray(self.probabilities.max(axis=1))

    def of_rows(self, rows: np.ndarray) -> Judgements:
        """Those of some articles, by index or mask."""
        return Judgements(self.labels, self.truth[rows], self.probabilities[rows], self.answered[rows])

    def among(self, labels: Sequence[str]) -> Judgements:
        """The same with other labels around: in their order, those that are new with probability 0."""
        place = np.array([labels.index(label) for label in self.labels])
        probabilities = np.zeros((len(self.truth), len(labels)))
        probabilities[:, place] = self.probabilities
        return Judgements(tuple(labels), place[self.truth], probabilities, self.answered)

    def summands(self) -> sp.csr_matrix:
        """What each article adds to the totals that `metrics_of` reads (articles x columns), sparse."""
        n, size = len(self.truth), len(self.labels)
        cells = size * (size + 1)
        hit = np.arange(size) == self.truth[:, None]
        likelihood = np.maximum(self.probabilities[hit], 1e-15)
        # As scikit-learn: for two labels half the sum of squares, which is the error of one probability.
        brier = ((self.probabilities - hit) ** 2).sum(axis=1) / (2 if size == 2 else 1)
        bins = cells + 2 + np.minimum((self.confidence * BINS).astype(int), BINS - 1)
        answered = self.answered.astype(float)
        columns = np.column_stack(
            [
                self.truth * (size + 1) + self.predicted,
                np.full(n, cells),
                np.full(n, cells + 1),
                bins,
                bins + BINS,
                bins + 2 * BINS,
            ]
        )
        values = np.column_stack(
            [np.ones(n), -np.log(likelihood), brier, answered, answered * self.confidence, self.right]
        )
        rows = np.arange(0, columns.size + 1, columns.shape[1])
        return sp.csr_matrix((values.ravel(), columns.ravel(), rows), shape=(n, cells + 2 + 3 * BINS))

    @property
    def metrics(self) -> Metrics:
        """The metrics of all these articles."""
        confidence, right = self.confidence, self.right
        curve = []
        for step in COVERAGE_STEPS:
            kept = self.answered & (confidence >= step)
            share = float(kept.mean()) if len(kept) else 0.0
            curve.append(CoveragePoint(step, share, float(right[kept].mean()) if kept.any() else None))
        totals = np.asarray(self.summands().sum(axis=0)).ravel()
        return Metrics(self.labels, totals, tuple(curve))


def judge(
    labels: Sequence[str], truth: Sequence[str], probabilities: np.ndarray, answered: np.ndarray | None = None
) -> Judgements:
    """Put probabilities (articles x labels) beside the true labels. Without `answered` every article is answered."""
    index = {label: position for position, label in enumerate(labels)}
    true = np.array([index[label] for label in truth], dtype=int)
    answered = np.ones(len(true), dtype=bool) if answered is None else answered
    return Judgements(tuple(labels), true, np.asarray(probabilities, dtype=float), answered)

"""From logits to honest probabilities."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize_scalar


def softmax(logits: ArrayLike) -> np.ndarray:
    """Probabilities of rows of logits."""
    logits = np.asarray(logits)
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))


def fit_temperature(logits: np.ndarray, truth: np.ndarray) -> float:
    """The temperature T that makes softmax(logits / T) likeliest (Guo et al. 2017, "On calibration").

    `logits` (rows x labels); `truth` (rows,), the index of each row's label. The targets are Platt's (1999): of a
    label with n rows (n + 1) / (n + K), the rest to the other K - 1, so that a few rows, all told apart, do not make
    a model certain of everything.
    """
    labels = logits.shape[1]
    other = 1 / (np.bincount(truth, minlength=labels)[truth] + labels)

    def loss(log_t: float) -> float:
        scaled = logits / np.exp(log_t)
        top = scaled.max(axis=1)
        log_sum = top + np.log(np.exp(scaled - top[:, None]).sum(axis=1))
        said = other * scaled.sum(axis=1) + (1 - labels * other) * scaled[np.arange(len(truth)), truth]
        return float(np.mean(log_sum - said))

    best = minimize_scalar(loss, bounds=(-7, 5), method="bounded", options={"xatol": 1e-6})
    return float(np.exp(best.x))

"""What a test set can tell: intervals of metrics, and of differences between two models, by the bootstrap.

Articles (or groups of them, such as all on one story) are drawn with replacement, again and again, and every metric
is computed from each draw (Efron and Tibshirani 1993). Intervals are bias-corrected and accelerated (BCa, Efron 1987):
plain percentiles are too short on small test sets. For two models the draws are the same: what makes an article hard
for both cancels out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import scipy.sparse as sp

from newsvane.judgements import Judgements
from newsvane.metrics import LOWER_IS_BETTER, metrics_of

ROUNDS = 1000
LEVEL = 0.95
FEWEST = 6
"""Of fewer units all may differ one way by chance, in more than 1 - `LEVEL` of cases: 2 (1/2)^5 (the sign test)."""
POWER = 0.8
NOTHING = 1e-5
"""A smaller difference is the rounding of saved answers."""
NORMAL = NormalDist()
HELD_AT_ONCE = 1 << 23
"""So many numbers are held before they are summed up; it bounds memory."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A metric on this test set, and the interval that holds its true value with probability `LEVEL`."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """A metric of two models on the same articles: `new` - `old`, its interval, and its standard error.

    `worse` is how much the new model is worse, whichever way the metric runs; `significant` whether the interval
    excludes zero, which that of fewer than `FEWEST` units never does. `resolvable` is the smallest true difference
    that this test set would show so in four of five cases.
    """

    metric: str
    old: float
    new: float
    low: float
    high: float
    error: float

    @property
    def value(self) -> float:
        """The difference, new - old."""
        return self.new - self.old

    @property
    def worse(self) -> float:
        """How much the new model is worse; negative where it is better."""
        return self.value if self.metric.partition("[")[0] in LOWER_IS_BETTER else -self.value

    @property
    def significant(self) -> bool:
        """Whether the interval excludes zero."""
        return abs(self.value) > NOTHING and (self.low > 0 or self.high < 0)

    @property
    def resolvable(self) -> float:
        """The smallest true difference that such a test set shows with the probability `POWER`."""
        return (NORMAL.inv_cdf((1 + LEVEL) / 2) + NORMAL.inv_cdf(POWER)) * self.error


def estimates(
    judged: Judgements, groups: Sequence[str] | None = None, *, seed: int = 0, rounds: int = ROUNDS
) -> dict[str, Estimate]:
    """Every metric with its interval. `groups` (articles,) are drawn whole."""

    def statistics(totals: np.ndarray) -> dict[str, np.ndarray]:
        return metrics_of(judged.labels, totals)

    sample = _Sample(_summands(judged, groups), statistics, seed, rounds)
    return {name: Estimate(value, *sample.interval(name)) for name, value in sample.values.items()}


def differences(
    old: Judgements, new: Judgements, groups: Sequence[str] | None = None, *, seed: int = 0, rounds: int = ROUNDS
) -> dict[str, Difference]:
    """Every metric of two models on the same articles, in the same order and with the same labels."""
    pair = sp.hstack([_summands(old, groups), _summands(new, groups)], format="csr")
    width = pair.shape[1] // 2
    before = metrics_of(old.labels, _total(pair)[:width])

    def statistics(totals: np.ndarray) -> dict[str, np.ndarray]:
        first, second = metrics_of(old.labels, totals[..., :width]), metrics_of(old.labels, totals[..., width:])
        return {name: second[name] - first[name] for name in first}

    sample = _Sample(pair, statistics, seed, rounds)
    found = {}
    for name, value in sample.values.items():
        low, high = sample.interval(name)
        if pair.shape[0] < FEWEST:
            low, high = min(low, 0.0), max(high, 0.0)
        found[name] = Difference(name, float(before[name]), float(before[name]) + value, low, high, sample.error(name))
    return found


def _summands(judged: Judgements, groups: Sequence[str] | None) -> sp.csr_matrix:
    summands = judged.summands()
    if groups is None:
        return summands
    _, owner = np.unique(np.asarray(groups, dtype=object), return_inverse=True)
    n = len(owner)
    return sp.csr_matrix((np.ones(n), (owner, np.arange(n)))) @ summands


def _total(summands: sp.csr_matrix) -> np.ndarray:
    return np.asarray(summands.sum(axis=0)).ravel()


Statistics = Callable[[np.ndarray], dict[str, np.ndarray]]


class _Sample:
    """Statistics of a sample, of draws from it, and of the sample without each unit in turn (the jackknife)."""

    def __init__(self, summands: sp.csr_matrix, statistics: Statistics, seed: int, rounds: int) -> None:
        total = _total(summands)
        self.values = {name: float(value) for name, value in statistics(total).items()}
        self._drawn = statistics(_draws(summands, seed, rounds))
        step = max(1, HELD_AT_ONCE // summands.shape[1])
        parts = [
            statistics(total - summands[start : start + step].toarray()) for start in range(0, summands.shape[0], step)
        ]
        self._without = {name: np.concatenate([part[name] for part in parts]) for name in self.values}

    def error(self, name: str) -> float:
        """The standard error."""
        return float(self._drawn[name].std(ddof=1))

    def interval(self, name: str) -> tuple[float, float]:
        """The BCa interval."""
        drawn, value = self._drawn[name], self.values[name]
        below = (np.mean(drawn < value) + np.mean(drawn <= value)) / 2
        bias = NORMAL.inv_cdf(float(np.clip(below, 0.5 / len(drawn), 1 - 0.5 / len(drawn))))
        deviations = self._without[name].mean() - self._without[name]
        spread = float((deviations**2).sum()) ** 1.5
        acceleration = float((deviations**3).sum()) / 6 / spread if spread else 0.0
        quantiles = [
            NORMAL.cdf(bias + (bias + z) / (1 - acceleration * (bias + z)))
            for z in (NORMAL.inv_cdf((1 - LEVEL) / 2), NORMAL.inv_cdf((1 + LEVEL) / 2))
        ]
        low, high = np.quantile(drawn, quantiles)
        # A measure with a bias of its own, as the calibration error, can lie outside: show it inside all the same.
        return min(float(low), value), max(float(high), value)


def _draws(summands: sp.csr_matrix, seed: int, rounds: int) -> np.ndarray:
    """The totals of `rounds` draws (rounds x columns)."""
    random = np.random.default_rng(seed)
    n = summands.shape[0]
    columns = summands.T.tocsr()
    step = max(1, min(rounds, HELD_AT_ONCE // n))
    totals = []
    for start in range(0, rounds, step):
        some = min(step, rounds - start)
        weights = np.empty((n, some))
        for place in range(some):
            weights[:, place] = np.bincount(random.integers(n, size=n), minlength=n)
        totals.append((columns @ weights).T)
    return np.concatenate(totals)

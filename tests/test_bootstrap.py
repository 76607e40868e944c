"""Intervals hold what they say, and noise is told from regression."""

from __future__ import annotations

import numpy as np
import pytest

from newsvane.bootstrap import differences, estimates
from newsvane.judgements import Judgements

LABELS = ("a", "b", "c", "d")


def two_models(n: int, random: np.random.Generator, worse: float = 0.0) -> tuple[Judgements, Judgements]:
    """Two models with errors of their own on the same articles; the second is worse by some of its evidence."""
    truth = random.integers(len(LABELS), size=n)
    evidence = random.normal(size=(n, len(LABELS)))
    evidence[np.arange(n), truth] += 1.9

    def model(loss: float) -> Judgements:
        scores = evidence + 0.5 * random.normal(size=evidence.shape)
        scores[np.arange(n), truth] -= loss
        odds = np.exp(scores)
        return Judgements(LABELS, truth, odds / odds.sum(axis=1, keepdims=True), np.ones(n, dtype=bool))

    return model(0.0), model(worse)


def test_intervals_hold_the_true_value() -> None:
    true = two_models(400_000, np.random.default_rng(0))[0].metrics.values
    random = np.random.default_rng(1)
    found = [estimates(two_models(300, random)[0], seed=seed, rounds=300) for seed in range(800)]
    for metric in ("macro_f1", "accuracy", "log_loss", "brier"):
        held = np.mean([one[metric].low <= true[metric] <= one[metric].high for one in found])
        assert 0.93 <= held <= 0.97, (metric, held)


def test_noise_is_no_regression() -> None:
    """Two equally good models on 200 test sets: the plain comparison is red in a third of them, the gate hardly ever."""
    random = np.random.default_rng(2)
    drops = [differences(*two_models(300, random), seed=seed, rounds=300)["macro_f1"] for seed in range(200)]
    plain = np.mean([drop.worse > 0.01 for drop in drops])
    gate = np.mean([drop.worse > 0.01 and drop.significant for drop in drops])
    assert plain >= 0.25
    assert gate <= 0.05


def test_a_true_regression_is_caught() -> None:
    worse = 0.213
    old, new = two_models(400_000, np.random.default_rng(3), worse)
    assert old.metrics.macro_f1 - new.metrics.macro_f1 == pytest.approx(0.05, abs=0.002)
    random = np.random.default_rng(4)
    drops = [differences(*two_models(1000, random, worse), seed=seed, rounds=300)["macro_f1"] for seed in range(100)]
    assert np.mean([drop.worse > 0.01 and drop.significant for drop in drops]) >= 0.9
    # What a test set is said to resolve is what it does: a true difference of that size shows in four of five cases.
    assert np.mean([drop.resolvable for drop in drops]) == pytest.approx(0.036, abs=0.01)


def test_the_same_seed_gives_the_same_interval() -> None:
    judged = two_models(100, np.random.default_rng(5))[0]
    assert estimates(judged, seed=1) == estimates(judged, seed=1)
    assert estimates(judged, seed=1) != estimates(judged, seed=2)


def test_a_model_does_not_differ_from_itself() -> None:
    judged = two_models(100, np.random.default_rng(6))[0]
    for difference in differences(judged, judged).values():
        assert (difference.value, difference.low, difference.high, difference.error) == (0, 0, 0, 0)
        assert not difference.significant


def test_worse_is_worse_whichever_way_a_metric_runs() -> None:
    old, new = two_models(2000, np.random.default_rng(7), worse=1.0)
    found = differences(old, new, rounds=100)
    assert found["macro_f1"].value < 0 < found["macro_f1"].worse
    assert found["log_loss"].value > 0
    assert found["log_loss"].worse == found["log_loss"].value
    assert found["recall[a]"].worse > 0


@pytest.mark.parametrize(("n", "significant"), [(1, False), (5, False), (6, True)])
def test_few_articles_prove_nothing(n: int, significant: bool) -> None:
    truth, answered = np.zeros(n, dtype=int), np.ones(n, dtype=bool)
    old = Judgements(("a", "b"), truth, np.tile([0.9, 0.1], (n, 1)), answered)
    new = Judgements(("a", "b"), truth, np.tile([0.1, 0.9], (n, 1)), answered)
    for metric in ("accuracy", "macro_f1", "log_loss"):
        assert differences(old, new)[metric].significant is significant
    assert not differences(old, new, ["one story"] * n)["accuracy"].significant


def test_one_article_has_an_interval() -> None:
    judged = Judgements(("a", "b"), np.array([0]), np.array([[0.7, 0.3]]), np.array([True]))
    assert (estimates(judged)["accuracy"].low, estimates(judged)["accuracy"].high) == (1, 1)

"""Metrics are scikit-learn's, and what is missing is said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn import metrics as sk

from newsvane.judgements import judge
from newsvane.metrics import ReliabilityBin, metrics_of

LABELS = ("a", "b", "c", "d")


@given(st.integers(0, 2**32), st.integers(2, 60), st.integers(1, 4))
def test_metrics_are_those_of_scikit_learn(seed: int, n: int, true_labels: int) -> None:
    random = np.random.default_rng(seed)
    truth = random.choice(LABELS[:true_labels], n)
    probabilities = random.dirichlet(np.ones(4), n)
    predicted = np.array(LABELS)[probabilities.argmax(axis=1)]
    ours = judge(LABELS, truth.tolist(), probabilities).metrics
    assert ours.accuracy == pytest.approx(sk.accuracy_score(truth, predicted), abs=1e-12)
    assert ours.macro_f1 == pytest.approx(sk.f1_score(truth, predicted, average="macro"), abs=1e-12)
    assert ours.log_loss == pytest.approx(sk.log_loss(truth, probabilities, labels=LABELS), abs=1e-12)
    assert np.array(ours.confusion)[:, :-1].tolist() == sk.confusion_matrix(truth, predicted, labels=LABELS).tolist()
    expected = sk.precision_recall_fscore_support(truth, predicted, labels=LABELS, zero_division=0)
    got = [(m.precision, m.recall, m.f1, m.support) for m in ours.per_label]
    np.testing.assert_allclose(np.array(got).T, np.array(expected), atol=1e-12)
    commonest = max(LABELS, key=truth.tolist().count)
    assert ours.majority_accuracy == pytest.approx(np.mean(truth == commonest))
    assert ours.majority_macro_f1 == pytest.approx(sk.f1_score(truth, [commonest] * n, average="macro"))
    assert ours.missing == tuple(label for label in LABELS if label not in truth)


def test_abstentions_are_never_right() -> None:
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]])
    result = judge(("a", "b"), ["a", "a", "b"], probabilities, np.array([True, False, True])).metrics
    assert result.confusion == ((1, 0, 1), (0, 1, 0))
    assert (result.n, result.abstained, result.accuracy) == (3, 1, 2 / 3)
    assert [label.recall for label in result.per_label] == [0.5, 1]
    assert [label.precision for label in result.per_label] == [1, 1]
    assert (result.coverage_curve[0].coverage, result.coverage_curve[0].accuracy) == (2 / 3, 1)
    assert (result.coverage_curve[-1].coverage, result.coverage_curve[-1].accuracy) == (0, None)


def test_probabilities_are_judged_as_scikit_learn_does() -> None:
    random = np.random.default_rng(7)
    for labels in (LABELS, LABELS[:2]):
        truth = random.choice(labels, 300)
        probabilities = random.dirichlet(np.ones(len(labels)), 300)
        values = judge(labels, truth.tolist(), probabilities).metrics.values
        hits = (np.array(labels) == truth[:, None]).astype(float)
        expected = (
            ((probabilities - hits) ** 2).sum(axis=1).mean()
            if len(labels) > 2
            else sk.brier_score_loss(truth == labels[1], probabilities[:, 1])
        )
        assert values["brier"] == pytest.approx(expected, abs=1e-12)


def test_f_average_is_the_mean_f1_of_favor_and_against() -> None:
    random = np.random.default_rng(3)
    labels = ("against", "favor", "neutral")
    truth = random.choice(labels, 200)
    probabilities = random.dirichlet(np.ones(3), 200)
    predicted = np.array(labels)[probabilities.argmax(axis=1)]
    expected = sk.f1_score(truth, predicted, labels=["favor", "against"], average="macro")
    assert judge(labels, truth.tolist(), probabilities).metrics.values["f_average"] == pytest.approx(
        expected, abs=1e-12
    )
    assert "f_average" not in judge(LABELS, ["a"], np.full((1, 4), 0.25)).metrics.values


def test_calibration_error_by_hand() -> None:
    # Two answers at 0.9 (one right) and two at 0.6 (both right): half of |0.5 - 0.9| and half of |1 - 0.6|.
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.6, 0.4]])
    metrics = judge(("a", "b"), ["a", "b", "a", "a"], probabilities).metrics
    assert metrics.values["ece"] == pytest.approx(0.4)
    assert [(b.count, round(b.confidence, 6), b.accuracy) for b in metrics.reliability] == [(2, 0.6, 1), (2, 0.9, 0.5)]


def test_the_interval_of_a_bin_is_that_of_scipy() -> None:
    for count, right in ((1, 0), (1, 1), (7, 3), (120, 119)):
        wilson = binomtest(right, count).proportion_ci(method="wilson")
        found = ReliabilityBin(0.0, 1.0, count, 0.5, right / count).interval
        assert found == pytest.approx((wilson.low, wilson.high), abs=1e-4)


def test_an_abstention_counts_in_the_coverage_and_not_in_the_calibration() -> None:
    probabilities = np.array([[0.9, 0.1], [0.6, 0.4]])
    values = judge(("a", "b"), ["a", "a"], probabilities, np.array([True, False])).metrics.values
    assert values["coverage"] == 0.5
    assert values["ece"] == pytest.approx(0.1)


def test_metrics_of_many_totals_are_the_metrics_of_each() -> None:
    random = np.random.default_rng(1)
    judged = [judge(LABELS, random.choice(LABELS, 30).tolist(), random.dirichlet(np.ones(4), 30)) for _ in range(5)]
    together = metrics_of(LABELS, np.stack([j.metrics.totals for j in judged]))
    for row, one in enumerate(judged):
        for name, value in one.metrics.values.items():
            assert together[name][row] == pytest.approx(value, abs=1e-15)


def test_labels_of_another_model_come_with_probability_nothing() -> None:
    one = judge(("a", "b"), ["b", "a"], np.array([[0.2, 0.8], [0.3, 0.7]]))
    wider = one.among(("b", "c", "a"))
    assert wider.truth.tolist() == [0, 2]
    assert wider.probabilities.tolist() == [[0.8, 0, 0.2], [0.7, 0, 0.3]]
    assert wider.metrics.accuracy == one.metrics.accuracy

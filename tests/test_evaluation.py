"""Metrics are scikit-learn's, and what is missing is said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sk

from newsvane import Article, InputError, evaluate
from newsvane.classifier import Classifier
from newsvane.metrics import judge

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


def test_evaluate_a_model(classifier: Classifier, articles: list[Article]) -> None:
    few = articles[:50]
    evaluation = evaluate(classifier, few)
    predicted = [prediction.verdicts["topic"].label for prediction in classifier.predict(few)]
    right = np.mean([label == article.labels["topic"] for label, article in zip(predicted, few, strict=True)])
    assert evaluation.tasks["topic"].metrics.accuracy == pytest.approx(right)
    assert evaluation.tasks["stance"].metrics.n == 50


def test_labels_the_model_does_not_know_are_named(classifier: Classifier) -> None:
    strange = [
        Article(text="a", labels={"topic": "sports"}, place="t.csv:2"),
        Article(text="b", labels={"topic": "health"}, place="t.csv:3"),
    ]
    with pytest.raises(InputError, match="t.csv:2: topic 'sports' is not a label of the model"):
        evaluate(classifier, strange)


def test_no_label_to_test(classifier: Classifier) -> None:
    with pytest.raises(InputError, match="no article has a label"):
        evaluate(classifier, [Article(text="a")])

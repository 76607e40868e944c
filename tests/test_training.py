"""Training: what is learned, what is refused, and that it comes out the same every time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator

from newsvane import Article, InputError, train
from newsvane.calibration import fit_temperature, softmax
from newsvane.candidates import CANDIDATES
from newsvane.folds import make_folds
from newsvane.training import Training


def test_out_of_fold_chooses_and_measures(training: Training, articles: list[Article]) -> None:
    topic = training.tasks["topic"]
    assert topic.labels == ("diplomacy", "health", "military", "other")
    assert sum(topic.counts.values()) == len(articles)
    assert [settings for settings, _ in topic.trials] == list(CANDIDATES)
    assert dict(topic.trials)[topic.settings] == max(score for _, score in topic.trials)
    assert topic.metrics.macro_f1 > 0.6
    np.testing.assert_allclose(topic.probabilities.sum(axis=1), 1)
    truth = [article.labels["topic"] for article in articles]
    right = np.mean(
        [topic.labels[best] == label for best, label in zip(topic.probabilities.argmax(axis=1), truth, strict=True)]
    )
    assert right == pytest.approx(topic.metrics.accuracy)


def test_temperature_makes_probabilities_honest(training: Training) -> None:
    """Of the out-of-fold answers, about as many are right as their confidences promise."""
    topic = training.tasks["topic"]
    assert topic.probabilities.max(axis=1).mean() == pytest.approx(topic.metrics.accuracy, abs=0.04)


class _Scores(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A "model" whose inputs are its scores."""

    def fit(self, scores: np.ndarray, labels: np.ndarray) -> _Scores:
        self.classes_ = np.unique(labels)
        return self

    def decision_function(self, scores: np.ndarray) -> np.ndarray:
        return scores

    def predict(self, scores: np.ndarray) -> np.ndarray:
        return self.classes_[scores.argmax(axis=1)]


def test_temperature_is_that_of_scikit_learn() -> None:
    random = np.random.default_rng(0)
    labels = random.integers(0, 3, 8000)
    scores = random.normal(size=(8000, 3)) + 1.5 * np.eye(3)[labels]
    oracle = CalibratedClassifierCV(FrozenEstimator(_Scores().fit(scores, labels)), method="temperature").fit(
        scores, labels
    )
    ours = softmax(scores / fit_temperature(scores, labels))
    # Not the same to the digit: the targets are smoothed, here by some 2 in 2,670.
    np.testing.assert_allclose(ours, oracle.predict_proba(scores), atol=0.005)


@pytest.mark.parametrize("rows", [4, 20, 400])
def test_few_rows_all_told_apart_make_no_certainty(rows: int) -> None:
    """Probabilities are those of Platt's targets: with n rows of each of two labels (n + 1) / (n + 2)."""
    labels = np.arange(rows) % 2
    scores = np.eye(2)[labels]
    confidence = softmax(scores / fit_temperature(scores, labels)).max(axis=1)
    np.testing.assert_allclose(confidence, (rows / 2 + 1) / (rows / 2 + 2), atol=1e-5)


def test_a_task_trains_on_the_rows_that_have_it(articles: list[Article]) -> None:
    both = articles[:60]
    topic_only = [Article(a.id, a.title, a.text, labels={"topic": a.labels["topic"]}) for a in articles[60:120]]
    training = train([*both, *topic_only])
    assert sum(training.tasks["topic"].counts.values()) == 120
    assert sum(training.tasks["stance"].counts.values()) == 60
    assert set(train(topic_only).tasks) == {"topic"}


def labelled(*labels: str) -> list[Article]:
    return [
        Article(str(i), text=f"the words of text {i}", labels={"topic": label}, place=f"a.csv:{i + 2}")
        for i, label in enumerate(labels)
    ]


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (("a", "a", "b"), "a.csv:4: topic 'b' has one article; at least two are needed"),
        (("a", "a"), "topic: every article is labelled 'a'; at least two labels are needed"),
        ((), "no article has a label"),
    ],
)
def test_labels_that_cannot_be_learned(labels: tuple[str, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        train(labelled(*labels))


def test_nothing_in_common() -> None:
    texts = ["aa bb", "cc dd", "ee ff", "gg hh"]
    with pytest.raises(InputError, match="nothing to learn from"):
        train([Article(text=text, labels={"topic": "xy"[i % 2]}) for i, text in enumerate(texts)])


@pytest.mark.parametrize("text", ["! ?", "外交部发言人{0} 北京{0}", "{0}aa {0}bb"])
def test_texts_without_common_words(text: str) -> None:
    with pytest.raises(InputError, match="nothing to learn from"):
        train([Article(text=text.format(i), labels={"topic": "xy"[i % 2]}) for i in range(8)])


def test_articles_with_errors_are_refused() -> None:
    with pytest.raises(InputError, match=r"a\.csv:9: broken"):
        train([*labelled(*"aabb"), Article(text="a", labels={"topic": "a"}, place="a.csv:9", error="broken")])


def test_articles_on_one_target_stay_together(articles: list[Article]) -> None:
    labels = np.array([article.labels["topic"] for article in articles])
    targets = np.array([article.target for article in articles])
    folds, by_target = make_folds(labels, articles, 0)
    assert by_target
    for fitted, judged in folds:
        assert not set(targets[fitted]) & set(targets[judged])
    few = [Article(text=article.text, target="ab"[i % 2], labels=article.labels) for i, article in enumerate(articles)]
    assert all(len(set(fitted) & set(judged)) == 0 for fitted, judged in make_folds(labels, few, 0)[0])
    assert not make_folds(labels, few, 0)[1]


def test_a_class_smaller_than_the_folds() -> None:
    training = train(labelled(*"aaaaaaaabb"))
    assert training.tasks["topic"].counts == {"a": 8, "b": 2}


def test_labels_are_plain_strings(training: Training) -> None:
    assert {type(label) for label in training.tasks["topic"].labels} == {str}
    assert training.tasks["topic"].pipeline.classes_.dtype.kind == "U"


def test_the_same_data_and_seed_give_the_same_bytes(articles: list[Article], tmp_path: Path) -> None:
    """In processes of their own, with different hash seeds."""
    code = (
        "import sys, newsvane\n"
        "articles = newsvane.read_labelled(sys.argv[1])[:150]\n"
        "newsvane.publish(newsvane.train(articles), __import__('pathlib').Path(sys.argv[2]))\n"
    )
    corpus = Path(__file__).parent.parent / "data" / "train.csv"
    for seed in "12":
        subprocess.run(
            [sys.executable, "-c", code, corpus, tmp_path / seed], env=os.environ | {"PYTHONHASHSEED": seed}, check=True
        )
    first, second = (
        {file.name: file.read_bytes() for file in (tmp_path / seed / "versions").glob("*/*")} for seed in "12"
    )
    assert sorted(first) == sorted(second)
    assert {"topic.joblib", "stance.joblib", "passport.json"} <= set(first)
    assert first == second

"""Saved answers come back as they were, and say so where they do not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from newsvane import Article, InputError
from newsvane.answers import Answers, article_keys, collect, read_answers, write_answers
from newsvane.classifier import Classifier


def test_answers_come_back(classifier: Classifier, articles: list[Article], tmp_path: Path) -> None:
    few = [*articles[:20], Article(text="zzzz qqqq", place="x")]
    answers = collect(classifier.name, classifier.labels, few, classifier.predict(few))
    path = tmp_path / "baseline.json"
    write_answers(answers, path)
    first = path.read_bytes()
    back = read_answers(path)
    assert (back.name, back.labels) == (answers.name, answers.labels)
    assert set(back.keys) == set(answers.keys)
    for key in answers.keys:
        here, there = answers.row_of[key], back.row_of[key]
        for task in answers.labels:
            np.testing.assert_allclose(back.probabilities[task][there], answers.probabilities[task][here], atol=1e-6)
            assert back.answered[task][there] == answers.answered[task][here]
    assert not answers.answered["topic"][-1]
    write_answers(collect(classifier.name, classifier.labels, few[::-1], classifier.predict(few[::-1])), path)
    assert path.read_bytes() == first, "the order of the articles is no change"
    assert len(first.splitlines()) == 21 + 5, "a line for each article"


def test_keys_outlive_a_new_id_and_tell_targets_apart() -> None:
    one, two = Article(id="1", text="a", target="t"), Article(id="2", text="a", target="t")
    [first, second] = article_keys([one, two])
    assert second == f"{first}-2"
    assert article_keys([two]) == (first,)
    assert article_keys([Article(text="a", target="u")]) != (first,)
    assert article_keys([Article(text="half a pair \ud800")])


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b'{"format": 1, "model": "m", "labels": {"topic": ["a"]}, "articles": {"k": {}}}', b"\xff"],
)
def test_a_file_that_is_something_else(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"b\.json: not saved answers of newsvane"):
        read_answers(path)


def test_a_later_format(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_text('{"format": 99}')
    with pytest.raises(InputError, match="made by a later newsvane"):
        read_answers(path)
    with pytest.raises(InputError, match="No such file"):
        read_answers(tmp_path / "none.json")


def test_a_label_that_the_model_lacks_is_never_right() -> None:
    answers = Answers(
        "m", ("k",), {"topic": ("a", "b")}, {"topic": np.array([[0.9, 0.1]])}, {"topic": np.array([True])}
    )
    judged = answers.judged("topic", ["k"], ["c"])
    assert judged.labels == ("a", "b", "c")
    assert judged.metrics.accuracy == 0

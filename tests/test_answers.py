"""Saved answers come back as they were, and say so where they do not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from newsvane import Article, InputError, NewsvaneError
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


def saved(articles: str, labels: str = '["a", "b"]') -> bytes:
    return f'{{"format": 1, "model": "m", "labels": {{"topic": {labels}}}, "articles": {articles}}}'.encode()


def answers_of(*probabilities: list[float]) -> Answers:
    keys = tuple(f"k{row}" for row in range(len(probabilities)))
    return Answers(
        "m", keys, {"topic": ("a", "b")}, {"topic": np.array(probabilities)}, {"topic": np.ones(len(keys), bool)}
    )


def test_saved_answers_keep_the_winner_and_no_probability_becomes_nothing(tmp_path: Path) -> None:
    write_answers(answers_of([0.49999999, 0.50000001], [1 - 2e-9, 2e-9]), tmp_path / "b.json")
    back = read_answers(tmp_path / "b.json").judged("topic", ["k0", "k1"], ["b", "b"])
    assert back.predicted.tolist() == [1, 0]
    assert back.probabilities[1, 1] == 2e-9


def test_two_may_write_the_same_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    many = answers_of(*[[0.25, 0.75]] * 500)
    with ThreadPoolExecutor(8) as executor:
        list(executor.map(lambda _: write_answers(many, path), range(40)))
    assert len(read_answers(path).keys) == 500
    assert [file.name for file in tmp_path.iterdir()] == ["b.json"]
    with pytest.raises(NewsvaneError, match="none/b.json: No such file or directory"):
        write_answers(many, tmp_path / "none" / "b.json")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        saved('{"k": {}}'),
        saved('{"k": {"topic": [0.5, 0.5]}}').replace(b'"model": "m",', b""),
        saved('{"k": {"topic": [0.5, null]}}'),
        saved('{"k": {"topic": [1.5, -0.5]}}'),
        saved('{"k": {"topic": [0.9, 0.9]}}'),
        saved('{"k": {"topic": [1.0]}, "l": {"topic": [1.0]}}'),
        saved('{"k": {"topic": [0.5, 0.5]}}', '["a", "a"]'),
        saved('{"k": {"topic": [0.5, 0.5]}}', "[1, 2]"),
    ],
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

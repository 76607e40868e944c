"""Suggestions: uncertain, balanced, varied, repeatable, and readable by the tools they are for."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

from conftest import DATA, run, write_csv
from newsvane import Article, InputError, read_articles, read_labelled
from newsvane.bootstrap import Difference, Estimate
from newsvane.classifier import Classifier
from newsvane.curve import Curve, Point, learning_curve
from newsvane.report.suggestions import (
    curve_text,
    label_studio_json,
    prodigy_jsonl,
    suggestions_text,
    write_suggestions,
)
from newsvane.selection import Suggestion, _central, _choose, _shares, suggest


@pytest.fixture(scope="module")
def pool() -> list[Article]:
    return [article._replace(labels={}) for article in read_labelled(DATA / "test.csv")[:300]]


def test_the_doubtful_ones_are_chosen(pool: list[Article], classifier: Classifier) -> None:
    chosen = suggest(pool, classifier, n=30, tasks=["topic"])
    assert len({s.article.id for s in chosen}) == 30
    assert {s.task for s in chosen} == {"topic"}
    confidence = [p.verdicts["topic"].confidence or 0 for p in classifier.predict(pool)]
    assert max(s.confidence for s in chosen) < np.quantile(confidence, 0.8)
    assert np.mean([s.confidence for s in chosen]) < np.mean(confidence) - 0.1
    assert {s.doubt for s in chosen} == set(classifier.labels["topic"])
    assert [s.article.id for s in suggest(pool, classifier, n=30, tasks=["topic"])] == [s.article.id for s in chosen]


def test_each_task_gets_its_part_and_no_article_comes_twice(pool: list[Article], classifier: Classifier) -> None:
    chosen = suggest(pool, classifier, n=21)
    assert [s.task for s in chosen] == ["topic"] * 10 + ["stance"] * 11
    assert len({s.article.id for s in chosen}) == 21


def test_what_is_passed_over(pool: list[Article], classifier: Classifier) -> None:
    rows = [
        pool[0],
        pool[0]._replace(id="again"),
        pool[1]._replace(labels={"topic": "health"}),
        Article("strange", text="外交部 发言人 北京"),
        Article("broken", error="no text"),
    ]
    [only] = suggest(rows, classifier, n=5, tasks=["topic"])
    assert only.article.text == pool[0].text
    with pytest.raises(InputError, match="nothing to suggest"):
        suggest(rows[2:], classifier, tasks=["topic"])
    with pytest.raises(InputError, match="the model has no task 'mood'; it has topic, stance"):
        suggest(rows, classifier, tasks=["mood"])


def test_rare_labels_get_more() -> None:
    """A label with a tenth of the probability gets three quarters of the articles; all come from those in doubt."""
    random = np.random.default_rng(0)
    probabilities = np.vstack([np.tile([0.5, 0.5], (60, 1)), np.tile([0.99, 0.01], (300, 1))])
    probabilities[:60] += random.normal(0, 0.01, (60, 1)) * [1, -1]
    chosen = _choose(probabilities, random.normal(size=(360, 4)), 8, random)
    assert all(row < 60 for row, _ in chosen)
    assert [label for _, label in chosen].count(1) == 6


def test_one_comes_of_each_group() -> None:
    groups = np.arange(20) % 4
    chosen = _central(np.arange(20), np.eye(4)[groups], np.full(20, 0.5), 4, np.random.default_rng(0))
    assert sorted(groups[chosen]) == [0, 1, 2, 3]


@pytest.mark.parametrize(("n", "weights"), [(5, [0.5, 0.5]), (7, [0.2, 0.3, 0.5]), (1, [0.4, 0.6]), (0, [0.5, 0.5])])
def test_shares_add_up(n: int, weights: list[float]) -> None:
    parts = _shares(n, np.array(weights))
    assert sum(parts) == n
    assert all(abs(part - n * weight) < 1 for part, weight in zip(parts, weights, strict=True))


ARTICLE = Article("nv-1", "Nurses", "Nurses on the island\x1b went on strike.", "the strike", place="a.csv:2")
SUGGESTION = Suggestion(ARTICLE, "stance", "favor", 0.5, "against", 0.45)


def test_text_of_suggestions() -> None:
    line = suggestions_text([SUGGESTION], 90)
    assert line.startswith("a.csv:2  stance favor 0.50        or against 0.45      Nurses · Nurses on")
    assert len(line) <= 90
    assert "\x1b" not in line


@pytest.mark.parametrize("kind", ["label-studio", "prodigy", "csv"])
def test_tasks_come_back_from_the_tools_as_labelled_rows(tmp_path: Path, kind: str) -> None:
    """What a tool does to a task when an annotator has decided, done by hand."""
    if kind == "label-studio":
        [task] = json.loads(label_studio_json([SUGGESTION]))
        assert task["predictions"][0]["result"][0]["value"] == {"choices": ["favor"]}
        task["annotations"] = [{"result": task["predictions"][0]["result"]}]
        path = tmp_path / "export.json"
        path.write_text(json.dumps([task]))
    elif kind == "prodigy":
        task = json.loads(prodigy_jsonl([SUGGESTION], {"stance": ("against", "favor")}))
        assert [option["id"] for option in task["options"]] == ["against", "favor"]
        path = tmp_path / "export.jsonl"
        path.write_text(json.dumps(task | {"answer": "accept", "_input_hash": 1}))
    else:
        out = io.StringIO()
        write_suggestions([SUGGESTION], out)
        [row] = csv.DictReader(io.StringIO(out.getvalue()))
        assert (row["guess"], row["stance"], row["place"]) == ("favor", "", "a.csv:2")
        path = write_csv(tmp_path / "export.csv", [row | {"stance": "favor"}])
    [back] = read_articles(path)
    assert (back.id, back.title, back.target, back.labels) == ("nv-1", "Nurses", "the strike", {"stance": "favor"})


def test_a_curve_that_still_rises(articles: list[Article]) -> None:
    curve = learning_curve(articles, "topic")
    assert [point.share for point in curve.points] == [0.1, 0.25, 0.5, 0.75, 1.0]
    assert curve.points[-1].n == len(articles)
    values = [point.macro_f1.value for point in curve.points]
    assert values[-1] > values[0] + 0.05
    assert curve.doubling.value == pytest.approx(values[-1] - values[2])
    assert all(point.macro_f1.low <= point.macro_f1.value <= point.macro_f1.high for point in curve.points)
    with pytest.raises(InputError, match="no article has a label for mood"):
        learning_curve(articles, "mood")


def curve(*values: float, low: float) -> Curve:
    shares = (0.1, 0.25, 0.5, 0.75, 1.0)
    points = tuple(Point(s, int(100 * s), Estimate(v, v - 0.1, v + 0.1)) for s, v in zip(shares, values, strict=True))
    return Curve("topic", points, Difference("macro_f1", values[2], values[4], low, 0.1, 0.01))


def test_the_verdict() -> None:
    rising = curve(0.5, 0.6, 0.7, 0.73, 0.75, low=0.01)
    assert rising.helps
    assert rising.expected_gain == pytest.approx(0.025)  # 0.1, then 0.05, then half of that again
    assert "more labels would help: the second half of them brought +0.050 (+0.010 to +0.100)" in curve_text(rising)
    flat = curve(0.5, 0.6, 0.7, 0.7, 0.69, low=-0.02)
    assert not flat.helps
    assert flat.expected_gain == 0
    assert "would hardly help" in curve_text(flat)


def test_the_command(model_dir: Path, articles: list[Article], tmp_path: Path) -> None:
    rows = [{"id": a.id, "title": a.title, "text": a.text} for a in articles[:60]]
    data = write_csv(tmp_path / "pool.csv", rows)
    result = run("suggest", data, "-n", "4", "-f", "label-studio", "-o", tmp_path / "tasks.json", model=model_dir)
    assert (result.returncode, result.stdout) == (0, ""), result.stderr
    assert len(json.loads((tmp_path / "tasks.json").read_text())) == 4
    text = run("suggest", data, "-n", "100", "--task", "topic", model=model_dir)
    assert len(text.stdout.splitlines()) == 60
    assert "only 60 articles" in text.stderr
    labelled = write_csv(tmp_path / "l.csv", [{"text": a.text, "topic": a.labels["topic"]} for a in articles[:200]])
    assert run("suggest", "--curve", labelled).stdout.startswith("topic: macro-F1 out of fold")
    assert run("suggest").returncode == 2

"""Drift: none between two halves of one corpus, found where the news changed, and told by the exit code."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from conftest import run
from newsvane import Article, InputError
from newsvane.classifier import Classifier
from newsvane.drift import Drift, Limits, Measure, measure_drift, measure_growth
from newsvane.merging import merge
from newsvane.report.drifts import drift_text, merged_text
from newsvane.training import Training


def by_name(drift: Drift) -> dict[str, Measure]:
    return {measure.name: measure for measure in drift.measures}


def test_two_halves_of_one_corpus_do_not_drift(classifier: Classifier, articles: list[Article]) -> None:
    """Even with limits of nothing at all hardly a measure is past: the intervals hold zero."""
    drift = measure_drift(articles[::2], articles[1::2], classifier, limits=Limits(0, 0, 0))
    assert len(drift.past) <= 1
    assert not measure_drift(articles[::2], articles[1::2], classifier).past
    assert (drift.n_reference, drift.n_new) == (len(articles[::2]), len(articles[1::2]))


def test_other_news_and_other_words(classifier: Classifier, articles: list[Article]) -> None:
    health = [article for article in articles if article.labels["topic"] == "health"]
    strange = [article._replace(text=article.text.replace(" the ", " zqx wvut tsr ")) for article in health]
    found = by_name(measure_drift(articles, strange, classifier))
    share = np.mean([p.verdicts["topic"].label == "health" for p in classifier.predict(articles)])
    assert found["topic: health"].reference == pytest.approx(share)
    assert found["topic: health"].past
    assert found["topic: health"].low > 0.3
    assert found["unseen words"].past
    assert found["unseen words"].low < found["unseen words"].difference < found["unseen words"].high
    assert not found["stance: favor"].past


def test_unseen_words_are_counted_as_they_run(classifier: Classifier) -> None:
    reference = [Article(text="the army left town"), Article(text="the army stayed here")]
    drift = measure_drift(reference, [Article(text="the fleet fleet left"), Article(text="...")], classifier)
    measure = by_name(drift)["unseen words"]
    assert (measure.reference, measure.new) == (4 / 8, 2 / 4)  # left, town, stayed, here stand in one article each


def test_confidence_in_what_was_learned_is_not_compared(classifier: Classifier, articles: list[Article]) -> None:
    names = by_name(measure_drift(articles[:50], articles[50:100], classifier, learned=True)).keys()
    assert "topic: health" in names
    assert not {"topic: confidence", "stance: confidence"} & names


def test_nothing_to_compare(classifier: Classifier) -> None:
    with pytest.raises(InputError, match="no usable article in the new data"):
        measure_drift([Article(text="a")], [Article(error="no text")], classifier)
    with pytest.raises(InputError, match="no usable article in the reference"):
        measure_drift([], [Article(text="a")], classifier)


def test_growth_is_measured_on_what_was_added(training: Training, articles: list[Article]) -> None:
    health = [article for article in articles if article.labels["topic"] == "health"]
    rest = [article for article in articles if article.labels["topic"] != "health"]
    merged = merge([rest, health])
    assert [a.labels["topic"] for a in merged.added] == ["health"] * len(health)
    in_order = replace(training, articles=tuple(articles))
    drift = measure_growth(merged, in_order)
    assert drift
    assert (drift.n_reference, drift.n_new) == (len(rest), len(health))
    found = by_name(drift)
    assert (found["topic: health"].reference, found["topic: health"].new) == (0, 1)
    assert measure_growth(merge([articles]), in_order) is None


def test_text_of_a_merge() -> None:
    old = [Article("1", text="The army left.", labels={"topic": "a"}, place="a.csv:2")]
    new = [
        Article("1", text="The army left.", labels={"topic": "b"}, place="b.csv:2"),
        Article("2", text="Nurses\x1b strike.", target="the strike", labels={"topic": "b"}, place="b.csv:3"),
    ]
    assert merged_text(merge([old, new]), None).splitlines() == [
        "newer files: 1 articles added, 0 repeated unchanged, 1 labels changed; 2 in all",
        "  topic 'a' -> 'b': 1",
        "  b.csv:2: topic 'a' -> 'b' (a.csv:2)  The army left.",
        "  1 new targets: the strike",
    ]


def test_text_is_aligned() -> None:
    text = drift_text(
        Drift(5, 2, (Measure("unseen words", 0.1, 0.25, 0.1, 0.2, True), Measure("x", 0.5, 0.5, -0.1, 0.1, False)))
    )
    assert text.splitlines() == [
        "2 new articles against 5 of the reference",
        "              reference      new  difference  95% interval",
        "unseen words      0.100    0.250      +0.150  +0.100 to +0.200  past its limit",
        "x                 0.500    0.500      +0.000  -0.100 to +0.100",
    ]


def test_the_command(model_dir: Path, articles: list[Article], tmp_path: Path) -> None:
    for name, some in (("old", articles), ("new", [a for a in articles if a.labels["topic"] == "health"])):
        rows = [{"id": a.id, "title": a.title, "text": a.text} for a in some]
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    result = run("drift", tmp_path / "old.jsonl", tmp_path / "new.jsonl", "-f", "json", model=model_dir)
    assert result.returncode == 3, result.stderr
    record = json.loads(result.stdout)
    assert record["drifted"]
    assert "topic: health" in [measure["name"] for measure in record["measures"] if measure["past"]]
    same = run("drift", tmp_path / "old.jsonl", tmp_path / "old.jsonl", model=model_dir)
    assert same.returncode == 0
    assert "past its limit" not in same.stdout
    wide = ("--max-share", "1", "--max-confidence", "1", "--max-vocabulary", "1")
    assert run("drift", tmp_path / "old.jsonl", tmp_path / "new.jsonl", *wide, model=model_dir).returncode == 0

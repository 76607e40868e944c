"""Merging: who wins, what is told, and that nothing goes missing."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from conftest import DATA, run, write_csv
from newsvane import Article, InputError
from newsvane.merging import merge

ARMY = "The army left the town on Monday."
NURSES = "Nurses on the island went on strike."


def article(
    text: str,
    topic: str = "",
    *,
    id: str = "",
    stance: str = "",
    target: str = "",
    title: str = "",
    at: str = "a.csv:2",
) -> Article:
    labels = {task: label for task, label in (("topic", topic), ("stance", stance)) if label}
    return Article(id, title, text, target, labels, place=at)


def test_the_newer_label_wins_by_id_and_by_text() -> None:
    old = [article(ARMY, "other", id="1"), article(NURSES, "health", id="2", stance="favor")]
    new = [
        article(f"{ARMY} It rained.", "military", id="1", at="b.csv:2"),
        article(NURSES, stance="against", at="b.csv:3"),
    ]
    merged = merge([old, new])
    assert [(a.id, a.labels) for a in merged.articles] == [
        ("1", {"topic": "military"}),
        ("2", {"topic": "health", "stance": "against"}),
    ]
    assert merged.articles[0].text == f"{ARMY} It rained."
    assert [(r.task, r.change, r.old.place, r.new.place) for r in merged.relabelled] == [
        ("topic", ("other", "military"), "a.csv:2", "b.csv:2"),
        ("stance", ("favor", "against"), "a.csv:2", "b.csv:3"),
    ]
    assert (merged.added, merged.repeated) == ((), 0)


def test_new_repeated_and_three_files() -> None:
    first, second = article(ARMY, "military", id="1"), article(NURSES, "health")
    merged = merge([[first], [first, second], [article(NURSES, "other")]])
    assert [a.labels["topic"] for a in merged.articles] == ["military", "other"]
    assert (merged.added, merged.repeated) == (merged.articles[1:], 1)
    assert [r.change for r in merged.relabelled] == [("health", "other")]


def test_a_labelling_tool_may_lack_title_and_target() -> None:
    old = [article(NURSES, "other", id="1", title="Strike", target="the strike", stance="favor")]
    [one] = merge([old, [article(NURSES, "health")]]).articles
    assert (one.id, one.title, one.target) == ("1", "Strike", "the strike")
    assert one.labels == {"topic": "health", "stance": "favor"}


def test_one_text_about_two_targets_is_two_rows() -> None:
    old = [article(NURSES, stance="favor", target="nurses"), article(NURSES, stance="against", target="ministry")]
    merged = merge(
        [old, [article(NURSES, stance="neutral", target="ministry"), article(NURSES, stance="favor", target="island")]]
    )
    assert [(a.target, a.labels["stance"]) for a in merged.articles] == [
        ("nurses", "favor"), ("ministry", "neutral"), ("island", "favor"),
    ]  # fmt: skip
    assert [a.target for a in merged.added] == ["island"]


def test_repetitions_in_one_file_stay() -> None:
    assert len(merge([[article(ARMY, "a"), article(ARMY, "b")]]).articles) == 2
    again = merge([[article(ARMY, "a"), article(ARMY, "b")], [article(ARMY, "c")]])
    assert [a.labels["topic"] for a in again.articles] == ["c", "c"]


def test_ids_that_are_none() -> None:
    with pytest.raises(InputError, match=r"b\.csv:2: id '1' is that of another text in a\.csv:2\n.*--id-column"):
        merge([[article(ARMY, "a", id="1")], [article(NURSES, "b", id="1", at="b.csv:2")]])


def test_nothing() -> None:
    assert merge([]).articles == ()


def test_the_command_says_what_changed(tmp_path: Path) -> None:
    rows = list(csv.DictReader((DATA / "train.csv").open(encoding="utf-8", newline="")))[:90]
    old = write_csv(tmp_path / "old.csv", rows[:80])
    new = [{"text": row["text"], "label": [row["topic"]], "id": i} for i, row in enumerate(rows[70:])]
    new[0]["label"] = ["other" if rows[70]["topic"] != "other" else "health"]
    (tmp_path / "new.jsonl").write_text("".join(json.dumps(row) + "\n" for row in new))
    result = run("train", old, tmp_path / "new.jsonl", "-m", tmp_path / "m")
    assert result.returncode == 0, result.stderr
    assert "new.jsonl: an export of doccano; 'label' is read as topic" in result.stderr
    assert "trained on 90 articles" in result.stdout
    assert "newer files: 10 articles added, 9 repeated unchanged, 1 labels changed; 90 in all" in result.stdout
    assert f"topic {rows[70]['topic']!r} -> {new[0]['label'][0]!r}: 1" in result.stdout
    assert "unseen words" in result.stdout

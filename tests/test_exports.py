"""Exports of labelling tools, in the forms the tools write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsvane import Article, Columns, InputError, read_articles, read_labelled
from newsvane.exports import export_of

TEXT = "The ministry sent nurses to the island."


def read(path: Path, content: Any, columns: Columns | None = None) -> tuple[list[Article], list[str]]:
    lines = content if isinstance(content, str) else "\n".join(map(json.dumps, content))
    path.write_text(json.dumps(content) if path.suffix == ".json" else lines)
    told: list[str] = []
    return list(read_articles(path, columns or Columns(), notify=told.append)), told


def choice(name: str, *labels: str) -> dict[str, Any]:
    return {"from_name": name, "to_name": "text", "type": "choices", "value": {"choices": list(labels)}}


def task(number: int, *annotations: list[dict[str, Any]], **data: str) -> dict[str, Any]:
    return {
        "id": number,
        "data": {"text": TEXT, **data},
        "annotations": [
            {"id": i, "result": result, "was_cancelled": False, "updated_at": f"2026-11-2{i}T10:00:00Z"}
            for i, result in enumerate(annotations)
        ],
        "predictions": [],
        "project": 1,
    }


def test_label_studio(tmp_path: Path) -> None:
    cancelled = task(3, [choice("topic", "other")])
    cancelled["annotations"][0]["was_cancelled"] = True
    tasks = [
        task(1, [choice("topic", "health"), choice("stance", "favor")], id="nv-1", title="Nurses", desk="x"),
        task(2, [choice("topic", "health")], [choice("topic", "other")]),  # the newest annotation
        cancelled,
        task(4, [choice("topic", "health", "other")]),
    ]
    (first, second, third, fourth), told = read(tmp_path / "export.json", tasks)
    assert (first.id, first.title, first.text, first.place) == ("nv-1", "Nurses", TEXT, "export.json:1")
    assert first.labels == {"topic": "health", "stance": "favor"}
    assert first.record == {
        "text": TEXT,
        "id": "nv-1",
        "title": "Nurses",
        "desk": "x",
        "topic": "health",
        "stance": "favor",
    }
    assert (second.id, second.labels) == ("", {"topic": "other"})
    assert (third.labels, third.error) == ({}, "")
    assert fourth.error == "2 labels in 'topic' where one is needed: health, other"
    assert told == []


@pytest.mark.parametrize("name", ["sentiment", "the desk"])
def test_label_studio_with_a_control_of_another_name(tmp_path: Path, name: str) -> None:
    tasks = [task(1), task(2, [choice(name, "health")])]
    (first, second), told = read(tmp_path / "export.json", tasks)
    assert (first.labels, second.labels) == ({}, {"topic": "health"})
    [line] = told
    assert line.startswith("export.json: an export of Label Studio; '")
    assert line.endswith("' is read as topic")
    (_, named), told = read(tmp_path / "export.json", tasks, Columns(topic=name))
    assert (named.labels, told) == ({"topic": "health"}, [])


def test_label_studio_min(tmp_path: Path) -> None:
    rest = {"annotator": 1, "annotation_id": 7, "created_at": "x", "updated_at": "y", "lead_time": 3.5}
    rows = [
        {"text": TEXT, "id": 1, "topic": "health", **rest},
        {"text": TEXT, "id": 2, "topic": {"choices": ["health", "other"]}, **rest},
    ]
    (first, second), _ = read(tmp_path / "min.json", rows)
    assert (first.id, first.labels) == ("", {"topic": "health"})
    assert "2 labels" in second.error
    [other], told = read(tmp_path / "min.json", [{"text": TEXT, "id": 1, "sentiment": "bad", **rest}])
    assert other.labels == {"topic": "bad"}
    assert told == ["min.json: an export of Label Studio (JSON-MIN); 'sentiment' is read as topic"]
    [stance], told = read(
        tmp_path / "min.json", [{"text": TEXT, "id": 1, "sentiment": "bad", **rest}], Columns(stance="sentiment")
    )
    assert (stance.labels, told) == ({"stance": "bad"}, [])


def test_doccano(tmp_path: Path) -> None:
    rows = [
        {"id": 1, "text": TEXT, "label": ["health"]},
        {"id": 2, "text": TEXT, "label": []},
        {"id": 3, "text": TEXT, "label": ["a", "b"], "Comments": []},
    ]
    (first, second, third), told = read(tmp_path / "d.jsonl", rows)
    assert (first.id, first.labels, second.labels, second.error) == ("", {"topic": "health"}, {}, "")
    assert third.error == "2 labels in 'label' where one is needed: a, b"
    assert first.record == rows[0]
    assert told == ["d.jsonl: an export of doccano; 'label' is read as topic"]


def test_prodigy(tmp_path: Path) -> None:
    hashes = {"_input_hash": 1, "_task_hash": 2}
    options = [{"id": "health", "text": "health"}, {"id": "other", "text": "other"}]
    rows = [
        {"text": TEXT, "label": "health", "answer": "accept", "meta": {"id": "nv-1", "target": "nurses"}, **hashes},
        {"text": TEXT, "label": "health", "answer": "reject", **hashes},
        {"text": TEXT, "options": options, "accept": ["other"], "answer": "accept", **hashes},
        {"text": TEXT, "options": options, "accept": [], "answer": "ignore", **hashes},
    ]
    articles, told = read(tmp_path / "p.jsonl", rows)
    assert [article.labels.get("topic") for article in articles] == ["health", None, "other", None]
    assert (articles[0].id, articles[0].target) == ("nv-1", "nurses")
    assert told == ["p.jsonl: an export of Prodigy; 'label' is read as topic"]
    stances, told = read(tmp_path / "p.jsonl", rows, Columns(stance="label"))
    assert (stances[0].labels, told) == ({"stance": "health"}, [])


def test_a_label_goes_to_the_task_that_was_asked_for(tmp_path: Path) -> None:
    rows = [
        {"text": TEXT, "accept": ["favor"], "answer": "accept", "meta": {"asked": "stance", "id": "nv-1"}},
        {"text": TEXT, "accept": ["health"], "answer": "accept", "meta": {"asked": "topic"}},
    ]
    (first, second), told = read(tmp_path / "p.jsonl", rows)
    assert (first.labels, second.labels) == ({"stance": "favor"}, {"topic": "health"})
    assert [line.partition("; ")[2] for line in told] == ["'label' is read as stance", "'label' is read as topic"]


def test_a_column_called_label(tmp_path: Path) -> None:
    (article, _), told = read(tmp_path / "a.csv", f"id,text,label\n7,{TEXT},health\n8,{TEXT},other\n")
    assert (article.id, article.labels, article.export) == ("7", {"topic": "health"}, "")
    assert told == ["a.csv: 'label' is read as topic"]
    [own], told = read(tmp_path / "a.csv", f"id,text,topic,label\n7,{TEXT},health,x\n")
    assert (own.labels, told) == ({"topic": "health"}, [])


def test_rows_without_a_label_yet_are_left_aside(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_text(json.dumps([task(1, [choice("topic", "health")]), task(2)]))
    told: list[str] = []
    assert len(read_labelled(path, notify=told.append)) == 1
    assert told == [f"{path}: 1 rows have no label yet and are left aside"]
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": TEXT}))
    with pytest.raises(InputError, match="no label in 'topic' or 'stance'"):
        read_labelled(tmp_path / "a.jsonl")


def test_json_files(tmp_path: Path) -> None:
    (plain,), _ = read(tmp_path / "a.json", [{"id": "1", "text": "a", "topic": "x"}])
    assert (plain.labels, plain.place) == ({"topic": "x"}, "a.json:1")
    (tmp_path / "lines.json").write_text('{"text": "a"}\n{"text": "b"}\n')
    assert [article.text for article in read_articles(tmp_path / "lines.json")] == ["a", "b"]
    (tmp_path / "bad.json").write_text('[{"text": "a"}')
    with pytest.raises(InputError, match=r"bad\.json: not valid JSON"):
        list(read_articles(tmp_path / "bad.json"))
    (tmp_path / "odd.json").write_text('[{"text": "a"}, 5]')
    assert list(read_articles(tmp_path / "odd.json"))[1].error == "a JSON int where an object is needed"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab", max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["data", "annotations", "annotation_id", "lead_time", "text", "label", "answer", "accept", "meta", "_input_hash", "id"]
)  # fmt: skip


@given(st.dictionaries(KEYS, VALUES))
def test_no_row_however_odd_breaks_the_reading(record: dict[str, Any]) -> None:
    from newsvane.tables import Row

    if export := export_of(record):
        flat, _ = export.read(Row("a", 1, record), "topic", "stance")
        assert all(isinstance(flat.record.get(task, ""), str) for task in ("topic", "label"))

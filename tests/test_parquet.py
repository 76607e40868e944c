"""Predictions as parquet: types that other programs read, and no row or value lost."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from newsvane import Article, NewsvaneError
from newsvane.predictions import Prediction, Stance, Verdict
from newsvane.report.parquet import ROWS, write_parquet

pq = pytest.importorskip("pyarrow.parquet")

LABELS = {"topic": ("health", "other"), "stance": ("against", "favor")}
SURE = {"topic": Verdict("health", {"health": 0.75, "other": 0.25}), "stance": Verdict(None, {}, "no words")}


def predictions(records: Sequence[dict[str, Any]], verdicts: dict[str, Verdict] = SURE) -> list[Prediction]:
    return [
        Prediction(
            Article(record=record, place=f"a.csv:{row}"), verdicts, stances=(Stance("", False, verdicts["stance"]),)
        )
        for row, record in enumerate(records, 1)
    ]


def written(found: Sequence[Prediction]) -> Any:
    out = io.BytesIO()
    write_parquet(found, out, LABELS)
    return pq.read_table(io.BytesIO(out.getvalue()))


def test_columns_and_types() -> None:
    table = written(predictions([{"id": 7, "text": "a", "when": None}, {"id": 8, "text": "b\ud800", "when": None}]))
    assert table.to_pylist()[1] == {
        "id": 8, "text": "b\ufffd", "when": None,
        "topic": "health", "topic_confidence": 0.75, "topic_probabilities": {"health": 0.75, "other": 0.25},
        "topic_reason": None,
        "stance": None, "stance_confidence": None, "stance_probabilities": None, "stance_reason": "no words",
        "stance_target": None, "stance_target_known": None, "error": None,
    }  # fmt: skip
    kinds = {field.name: str(field.type) for field in table.schema}
    assert kinds["id"] == "int64"
    assert kinds["when"] == kinds["topic_reason"] == kinds["error"] == "string"
    assert kinds["topic_probabilities"] == "struct<health: double, other: double>"
    assert kinds["stance_target_known"] == "bool"


def test_values_of_several_kinds_are_text() -> None:
    assert written(predictions([{"x": 1}, {"x": "one"}, {"x": [1, None]}]))["x"].to_pylist() == ["1", "one", "[1,null]"]


def test_our_columns_give_way() -> None:
    row = written(predictions([{"topic": "theirs"}])).to_pylist()[0]
    assert (row["topic"], row["predicted_topic"]) == ("theirs", "health")


def test_many_rows_keep_their_order() -> None:
    table = written(predictions([{"id": row} for row in range(2 * ROWS + 1)]))
    assert table["id"].to_pylist() == list(range(2 * ROWS + 1))


def test_no_rows() -> None:
    assert written([]).num_rows == 0


@pytest.mark.parametrize(
    ("late", "problem"),
    [({"id": 1, "more": 2}, r"a\.csv:1001: has new columns \(more\)"), ({"id": "x"}, r"a\.csv:1001 to")],
)
def test_a_late_row_that_does_not_fit(late: dict[str, Any], problem: str) -> None:
    with pytest.raises(NewsvaneError, match=problem):
        written(predictions([*({"id": row} for row in range(ROWS)), late]))


def test_the_command(tmp_path: Path, model_dir: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": 1, "text": "The army sent two brigades to the border."}\n{"id": 2, "text": ""}\n')
    out = tmp_path / "out.parquet"
    command = [sys.executable, "-m", "newsvane", "classify", str(source), "-m", str(model_dir), "-o", str(out)]
    subprocess.run(command, check=True)
    rows = pq.read_table(out).to_pylist()
    assert [row["id"] for row in rows] == [1, 2]
    assert rows[0]["topic"] == max(rows[0]["topic_probabilities"], key=rows[0]["topic_probabilities"].get)
    assert rows[1]["error"] == "in.jsonl:2: no text"
    again = subprocess.run([*command, "--resume"], capture_output=True, text=True, check=False)
    assert again.returncode == 2
    assert "jsonl or csv" in again.stderr

"""The README is true: its commands run, its code prints what it says, its first two lines are what CI runs."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from conftest import DATA, ROOT, write_csv
from newsvane import evaluate, read_labelled
from newsvane.classifier import Classifier
from newsvane.comparison import compare
from newsvane.gates import Gate, check
from newsvane.report.schema import evaluation_record

README = (ROOT / "README.md").read_text(encoding="utf-8")
SHELL = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
COMMANDS = [line for block in SHELL[2:] for line in block.splitlines() if line.startswith("newsvane ")]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, model_dir: Path) -> Path:
    """A folder with what the README's commands speak of."""
    folder = tmp_path_factory.mktemp("desk")
    page = DATA / "examples" / "harbour-hospital-page.txt"
    shutil.copy(page, folder / "page.txt")
    rows = [
        {"id": str(i), "title": "", "text": f"The army moved {i} tanks to the front.", "desk": "x"} for i in range(20)
    ]
    write_csv(folder / "feed.csv", rows)
    pd.DataFrame(rows).to_parquet(folder / "feed.parquet")
    (folder / "feed.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "data" / "examples").mkdir(parents=True)
    shutil.copy(page, folder / "data" / "examples")
    shutil.copy(DATA / "train.csv", folder / "data")
    some = [dict(article.record) for article in read_labelled(DATA / "test.csv")[:180]]  # all of them take long
    write_csv(folder / "data" / "test.csv", some)
    write_csv(folder / "articles.csv", some)
    [gates] = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    (folder / "gates.toml").write_text(gates)
    shutil.copytree(model_dir, folder / "model")
    corpus = list(csv.DictReader((DATA / "train.csv").open(encoding="utf-8", newline="")))
    write_csv(folder / "held-out.csv", corpus[::30])
    write_csv(folder / "last-month.csv", corpus[:300])
    write_csv(folder / "this-month.csv", corpus[300:600])
    tasks = [
        {"data": {"id": row["id"], "title": row["title"], "text": row["text"]}, "annotations": [{"result": [
            {"from_name": "topic", "to_name": "text", "type": "choices", "value": {"choices": [row["topic"]]}}
        ]}]}
        for row in corpus[1:3600:30]
    ]  # fmt: skip
    (folder / "labelled.json").write_text(json.dumps(tasks))
    return folder


def test_the_first_two_commands() -> None:
    assert "scripts/train.py" in SHELL[0]
    assert "newsvane classify data/examples/" in SHELL[0]
    assert SHELL[1].strip() == next(
        line for line in README.splitlines() if line.startswith("python3 -m venv") and "pytest" in line
    )
    assert "grep -m1 '^python3 -m venv .*pytest' README.md" in (ROOT / ".ci" / "run").read_text()
    for path in re.findall(r"(?:data|scripts)/[\w./-]+", README):
        assert (ROOT / path).exists(), path


def test_every_command_runs(desk: Path) -> None:
    """In order, as a reader types them: later ones build on earlier ones."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for command in COMMANDS:
        result = subprocess.run(
            ["bash", "-c", command],
            cwd=desk,
            env=os.environ | {"PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, f"{command}\n{result.stderr}"


def test_the_python_code(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [code] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    monkeypatch.chdir(desk)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "README.md", "exec"), {})
    labels, answer = out.getvalue().splitlines()
    assert labels == re.search(r"print\(training.*# (.*)", code)[1]  # type: ignore[index]
    assert answer.startswith("health 0.")


def test_the_example_page_is_a_page_with_matter_around_the_story(desk: Path) -> None:
    from newsvane import read_articles

    [article] = read_articles(desk / "page.txt")
    assert article.title == "Island hospital keeps its night ward after nurses' vote"
    assert len(article.text.split("\n\n")) == 6
    assert any("frigate" in item for item in article.side)
    assert "frigate" not in article.text


def test_what_it_says_of_the_json_report_is_so(classifier: Classifier) -> None:
    """Every key of the table is there, and the other way round."""
    evaluation = evaluate(classifier, read_labelled(DATA / "test.csv")[:60])
    gates = check(evaluation, [Gate("min", "topic", "accuracy", 0.1)])
    record = evaluation_record(evaluation, gates, compare(evaluation.answers, evaluation.answers, evaluation.articles))
    rows = re.findall(r"^\| (`.*?) \| (.*?) \|$", README[README.index("| key | what it holds |") :], re.MULTILINE)
    said = {key: set(re.findall(r"`([a-z_]+)`", text)) for key, text in rows}
    difference = record["comparison"]["tasks"]["topic"]["differences"]["macro_f1"]
    there = {
        "`tasks.TASK`": set(record["tasks"]["topic"]) - {"labels", "confusion"} | {"value", "low", "high"},
        "`slices.COLUMN=VALUE.TASK`": set(record["slices"]["length=short"]["topic"]),
        "`mistakes.TASK`": {key for found in record["mistakes"].values() for mistake in found for key in mistake},
        "`gates`": set(record["gates"]) | set(record["gates"]["results"][0]),
        "`comparison`": (set(record["comparison"]) | set(difference)) - {"schema", "tasks"},
    }
    assert {key: said[key] for key in there} == there
    assert set(record) == {key for row in said for key in re.findall(r"`([a-z]+)", row)}

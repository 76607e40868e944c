"""newsvane evaluate and compare, as CI calls them: exit codes, reports, baselines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from conftest import DATA, run, write_csv
from newsvane import read_labelled
from newsvane.cli import app


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [dict(article.record) for article in read_labelled(DATA / "test.csv")[:120]]
    return write_csv(tmp_path_factory.mktemp("data") / "test.csv", rows)


@pytest.fixture
def newsvane(model_dir: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("NEWSVANE_MODEL", str(model_dir))
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)

    def invoke(*args: object) -> Result:
        return CliRunner().invoke(app, list(map(str, args)))

    return invoke


def test_a_process_fails_with_3(model_dir: Path, data: Path) -> None:
    result = run("evaluate", data, "--min", "topic.macro_f1=0.999", model=model_dir)
    assert result.returncode == 3
    assert "failed   topic.macro_f1 is 0." in result.stdout
    assert result.stderr == ""


def test_exit_codes(newsvane: object, data: Path, tmp_path: Path) -> None:
    assert newsvane("evaluate", data, "--min", "topic.macro_f1=0.2").exit_code == 0
    assert newsvane("evaluate", data, "--min", "topic.macro=0.2").exit_code == 3
    assert newsvane("evaluate", data, "--min", "slice[genre=brief].topic.accuracy=0").exit_code == 0
    assert newsvane("evaluate", data, "--min", "slice[desk=x].topic.accuracy=0").exit_code == 3
    for usage in (
        ["--min", "topic.macro_f1>0.2"],
        ["--max-drop", "topic.macro_f1=0.01"],
        ["--update-baseline"],
        ["--report", "pdf:x"],
        ["--report", "json"],
        ["--report", f"json:{tmp_path}/x", "--report", f"markdown:{tmp_path}/x"],
    ):
        assert newsvane("evaluate", data, *usage).exit_code == 2, usage


def test_a_baseline_is_missed_written_and_held_against(newsvane: object, data: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    gate = ["--baseline", baseline, "--max-drop", "topic.macro_f1=0.01"]
    first = newsvane("evaluate", data, *gate)
    assert first.exit_code == 0
    assert f"{baseline}: there is no baseline, so no drop is judged" in first.stderr
    assert "warning  topic.macro_f1: not judged: there is no baseline" in first.stdout
    assert not baseline.exists()
    assert newsvane("evaluate", data, *gate, "--update-baseline").exit_code == 0
    written = baseline.read_bytes()
    again = newsvane("evaluate", data, *gate)
    assert again.exit_code == 0
    assert "passed   topic.macro_f1 went from" in again.stdout
    assert "0 labels changed" in again.stdout
    # Answers that were all right before: now the model is worse, and not by chance.
    saved = json.loads(written)
    labels = saved["labels"]["topic"]
    from newsvane.answers import article_keys

    articles = read_labelled(data)
    for key, article in zip(article_keys(articles), articles, strict=True):
        saved["articles"][key]["topic"] = [float(label == article.labels["topic"]) for label in labels]
    baseline.write_text(json.dumps(saved))
    worse = newsvane("evaluate", data, *gate)
    assert worse.exit_code == 3
    assert "failed   topic.macro_f1 went from 1.0000 to 0." in worse.stdout
    accepted = newsvane("evaluate", data, *gate, "--update-baseline")
    assert accepted.exit_code == 0
    assert baseline.read_bytes() == written


def test_a_baseline_of_other_articles_or_none_at_all_can_be_written_anew(
    newsvane: object, data: Path, tmp_path: Path
) -> None:
    baseline, other = tmp_path / "baseline.json", tmp_path / "other.csv"
    write_csv(other, [dict(article.record) for article in read_labelled(DATA / "test.csv")[120:150]])
    gate = ["--baseline", baseline, "--max-drop", "topic.macro_f1=0.01"]
    assert newsvane("evaluate", other, *gate, "--update-baseline").exit_code == 0
    nothing = newsvane("evaluate", data, *gate)
    assert nothing.exit_code == 3
    assert "failed   topic.macro_f1: the baseline has answered none of these articles" in nothing.stdout
    assert newsvane("evaluate", data, *gate, "--update-baseline").exit_code == 0
    baseline.write_text("garbage")
    assert newsvane("evaluate", data, *gate).exit_code == 1
    anew = newsvane("evaluate", data, *gate, "--update-baseline")
    assert (anew.exit_code, "it is written anew" in anew.stderr) == (0, True)
    assert newsvane("evaluate", data, *gate).exit_code == 0


def test_the_comparison_draws_by_group_as_the_gate_does(newsvane: object, data: Path, tmp_path: Path) -> None:
    baseline, better = tmp_path / "baseline.json", tmp_path / "better.json"
    newsvane("evaluate", data, "--baseline", baseline, "--update-baseline")
    saved = json.loads(baseline.read_text())
    for record in list(saved["articles"].values())[::3]:
        record["topic"] = record["topic"][::-1]
    better.write_text(json.dumps(saved))
    options = ["--baseline", better, "--max-drop", "topic.macro_f1=0.5", "--group", "region", "--format", "json"]
    record = json.loads(newsvane("evaluate", data, *options).stdout)
    [result] = record["gates"]["results"]
    assert result["difference"] == record["comparison"]["tasks"]["topic"]["differences"]["macro_f1"]


def test_a_reader_that_goes_away_does_not_turn_red_into_green(model_dir: Path, data: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "newsvane", "evaluate", str(data), "--min", "topic.accuracy=1"]
    with os.fdopen(writer, "wb") as out:
        env = os.environ | {"NEWSVANE_MODEL": str(model_dir)}
        assert subprocess.run(command, stdout=out, env=env, check=False).returncode == 3


def test_every_report(newsvane: object, data: Path, tmp_path: Path) -> None:
    gates = tmp_path / "gates.toml"
    gates.write_text('[min]\n"topic.accuracy" = 0.3\n[max]\n"stance.ece" = 0.0\n')
    reports = {kind: tmp_path / f"report.{kind}" for kind in ("json", "markdown", "junit", "annotations")}
    options = [part for kind, path in reports.items() for part in ("--report", f"{kind}:{path}")]
    result = newsvane("evaluate", data, "--gates", gates, "--slice", "genre", *options, "--format", "json")
    assert result.exit_code == 3
    record = json.loads(reports["json"].read_text())
    assert json.loads(result.stdout) == record
    assert record["schema"] == "newsvane-evaluation/1"
    assert [(r["metric"], r["status"]) for r in record["gates"]["results"]] == [
        ("topic.accuracy", "passed"),
        ("stance.ece", "failed"),
    ]
    topic = record["tasks"]["topic"]
    right = sum(topic["confusion"][label][label] for label in topic["labels"])
    assert topic["metrics"]["accuracy"]["value"] == pytest.approx(right / 120)
    assert record["slices"]["genre=brief"]["topic"]["articles"] == sum(
        a.record["genre"] == "brief" for a in read_labelled(data)
    )
    assert reports["markdown"].read_text().startswith("### gates: failed\n")
    assert reports["annotations"].read_text().startswith("::error title=newsvane gate failed::stance.ece is 0.")
    assert '<testsuite tests="2" failures="1"' in reports["junit"].read_text()


def test_in_github_actions(newsvane: object, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    result = newsvane("evaluate", data, "--min", "topic.accuracy=1", "--format", "json")
    assert result.stderr.startswith("::error title=newsvane gate failed::topic.accuracy is 0.")
    assert json.loads(result.stdout)["gates"]["passed"] is False
    assert summary.read_text().startswith("before\n### gates: failed\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    unwritable = newsvane("evaluate", data, "--min", "topic.accuracy=1")
    assert unwritable.exit_code == 3
    assert f"no summary of the step: {tmp_path}: Is a directory" in unwritable.stderr


def test_a_report_into_a_pipe(newsvane: object, data: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as executor:
        read = executor.submit(pipe.read_text)
        assert newsvane("evaluate", data, "--report", f"json:{pipe}").exit_code == 0
        assert json.loads(read.result(30))["articles"] == 120
    assert pipe.is_fifo()


def test_compare_two_models_and_saved_answers(newsvane: object, model_dir: Path, data: Path, tmp_path: Path) -> None:
    saved = tmp_path / "saved.json"
    newsvane("evaluate", data, "--baseline", saved, "--update-baseline")
    same = newsvane("compare", saved, model_dir, data, "--format", "json")
    assert same.exit_code == 0, same.stderr
    record = json.loads(same.stdout)
    assert record["tasks"]["topic"]["articles"] == 120
    assert record["tasks"]["topic"]["changes"] == []
    answers = json.loads(saved.read_text())
    key = next(iter(answers["articles"]))
    answers["articles"][key]["topic"] = answers["articles"][key]["topic"][::-1]
    saved.write_text(json.dumps(answers))
    [change] = json.loads(newsvane("compare", saved, model_dir, data, "--format", "json").stdout)["tasks"]["topic"][
        "changes"
    ]
    assert change["old"] != change["new"]
    text = newsvane("compare", saved, model_dir, data).stdout
    assert "1 labels changed" in text
    assert f"{change['old']} -> {change['new']} (true: {change['label']})" in text
    assert "→" in newsvane("compare", saved, model_dir, data, "--format", "markdown").stdout

"""The commands, as a user runs them: processes of their own."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import DATA, run, write_csv
from nasty import GOOD, ROWS, write_nasty_csv
from newsvane import starter
from newsvane.cli import main

TEXT = "The army sent two infantry brigades and artillery to the front, the defence ministry said."


def test_train_evaluate_show(tmp_path: Path) -> None:
    rows = list(csv.DictReader((DATA / "train.csv").open(encoding="utf-8", newline="")))
    train, test = write_csv(tmp_path / "train.csv", rows[:120]), write_csv(tmp_path / "test.csv", rows[120:160])
    trained = run("train", train, "-m", tmp_path / "m")
    assert trained.returncode == 0, trained.stderr
    assert "trained on 120 articles" in trained.stdout
    assert "topic: 120 articles" in trained.stderr
    shown = run("models", "show", "-m", tmp_path / "m")
    assert "on 120 articles, seed 0" in shown.stdout
    assert json.loads(run("models", "show", "--json", "-m", tmp_path / "m").stdout)["data"]["articles"] == 120
    again = run("train", train, "-m", tmp_path / "m", "--seed", "1")
    assert again.returncode == 0
    header, *listed = run("models", "list", "-m", tmp_path / "m").stdout.splitlines()
    assert header.split() == ["version", "trained", "(UTC)", "articles", "MB", "topic", "F1", "stance", "F1"]
    assert [line[0] for line in listed] == [" ", "*"]
    old = listed[0].split()[0]
    assert run("models", "promote", old, "-m", tmp_path / "m").returncode == 0
    assert run("models", "list", "-m", tmp_path / "m").stdout.splitlines()[1].startswith(f"* {old}")
    text = run("evaluate", test, model=tmp_path / "m")
    assert text.returncode == 0
    assert text.stdout.startswith("topic: 40 articles, 0 without an answer\n  macro-F1 ")
    record = json.loads(run("evaluate", test, "--format", "json", model=tmp_path / "m").stdout)
    assert record["tasks"]["topic"]["articles"] == 40
    assert f"macro-F1          {record['tasks']['topic']['metrics']['macro_f1']['value']:.4f}" in text.stdout
    assert (
        "| label | precision | recall | F1 | articles |"
        in run("evaluate", test, "--format", "markdown", model=tmp_path / "m").stdout
    )


def test_train_reports_bad_rows_together(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "id,text,topic\n"
        + "".join(f"{i},some words about {'ab'[i % 2]},{'ab'[i % 2]}\n" for i in range(10))
        + "x,,a\ny,b\n"
    )
    stopped = run("train", path, "-m", tmp_path / "m")
    assert stopped.returncode == 1
    assert "a.csv:12: no text" in stopped.stderr
    assert "a.csv:13: 2 fields where the header has 3" in stopped.stderr
    assert "--skip-bad" in stopped.stderr
    assert not (tmp_path / "m").exists()
    skipped = run("train", path, "-m", tmp_path / "m", "--skip-bad")
    assert skipped.returncode == 0, skipped.stderr
    assert "left out: a.csv:12: no text" in skipped.stderr
    assert "trained on 10 articles" in skipped.stdout


def test_a_nasty_table_loses_nothing(model_dir: Path, tmp_path: Path) -> None:
    bad = write_nasty_csv(tmp_path / "nasty.csv")
    assert len(bad) == ROWS // 10
    result = run("classify", tmp_path / "nasty.csv", "--format", "jsonl", model=model_dir)
    assert result.returncode == 0, result.stderr
    rows = [json.loads(line) for line in result.stdout.split("\n")[:-1]]
    assert len(rows) == ROWS
    for number, row in enumerate(rows):
        key = f"x{number}" if f"x{number}" in bad else f"row{number}"
        if key in bad:
            place, _, error = bad[key].partition(": ...")
            assert row["error"].startswith(f"{place}: "), row
            assert error in row["error"]
            assert row["topic"] is None
        else:
            assert "error" not in row
        assert row["id"] == ("row1" if "already" in row.get("error", "") else f"row{number}")
        assert row["extra"] == f"x{number}" or "2 fields" in row["error"]
    assert rows[2]["text"] == f"{GOOD}\nsecond line"
    assert rows[1]["text"] == "NA"


def test_csv_out_keeps_columns_and_guards_formulas(model_dir: Path, tmp_path: Path) -> None:
    table = write_csv(
        tmp_path / "in.csv",
        [
            {"id": "1", "text": TEXT, "note": "=cmd()", "topic": "gold"},
            {"id": "2", "text": "", "note": "-5", "topic": ""},
        ],
    )
    result = run("classify", table, "-o", tmp_path / "out.csv", model=model_dir)
    assert (result.returncode, result.stdout) == (0, "")
    first, second = csv.DictReader((tmp_path / "out.csv").open(newline=""))
    assert list(first)[:4] == ["id", "text", "note", "topic"]
    assert (first["note"], first["topic"], first["predicted_topic"]) == ("'=cmd()", "gold", "military")
    assert (second["note"], second["predicted_topic"], second["error"]) == ("-5", "", "in.csv:3: no text")
    assert json.loads(first["predicted_topic_probabilities"]).keys() == {"diplomacy", "health", "military", "other"}


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_an_interrupted_run_goes_on_where_it_stopped(model_dir: Path, tmp_path: Path, kind: str) -> None:
    """Killed for real, again and again; in the end the file is what one whole run writes."""
    rows = [{"id": str(i), "text": f'{TEXT} "{i}"\nsecond line', "n": i} for i in range(6_000)]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    args = [sys.executable, "-m", "newsvane", "classify", str(tmp_path / "in.jsonl"), "-m", str(model_dir), "--resume"]
    out, whole, kills = tmp_path / f"out.{kind}", tmp_path / f"whole.{kind}", 0
    partial = tmp_path / f"out.{kind}.partial"
    for _ in range(2):
        process = subprocess.Popen([*args, "-o", str(out)], stderr=subprocess.PIPE)
        before = partial.stat().st_size if partial.exists() else 0
        while process.poll() is None and (not partial.exists() or partial.stat().st_size <= before):
            time.sleep(0.002)
        kills += process.poll() is None
        process.kill()
        process.communicate()
    assert kills == 2
    assert not out.exists()
    os.truncate(partial, partial.stat().st_size - 7)  # in the middle of a row, wherever the kill left it
    assert subprocess.run([*args, "-o", str(out)], capture_output=True, check=True).stderr.endswith(b"rows\n")
    subprocess.run([*args, "-o", str(whole)], check=True)
    assert out.read_bytes() == whole.read_bytes()
    assert out.read_bytes().count(b"military") >= 6_000

    out.rename(partial)
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "x", "text": "other"}))
    other = subprocess.run([*args, "-o", str(out)], capture_output=True, text=True, check=False)
    assert other.returncode == 1
    assert "does not come from this input" in other.stderr


def test_the_input_may_be_the_output(model_dir: Path, tmp_path: Path) -> None:
    path = tmp_path / "feed.jsonl"
    path.write_text("".join(json.dumps({"id": i, "text": TEXT}) + "\n" for i in range(3000)))
    assert run("classify", path, "-o", path, model=model_dir).returncode == 0
    assert [json.loads(line)["id"] for line in path.read_text().splitlines()] == list(range(3000))
    kept = path.read_bytes()
    assert run("classify", path, "missing.csv", "-o", path, model=model_dir).returncode == 1
    assert path.read_bytes() == kept


def test_one_target_and_several(model_dir: Path) -> None:
    one = json.loads(run("classify", TEXT, "--target", "the army", "-f", "jsonl", model=model_dir).stdout)
    assert (one["stance_target"], one["stance_target_known"]) == ("the army", False)
    none = json.loads(run("classify", TEXT, "-f", "jsonl", model=model_dir).stdout)
    assert (none["stance_target"], none["stance_target_known"]) == (None, None)
    both = ("--target", "the front line", "--target", "the army")
    two = json.loads(run("classify", TEXT, *both, "-f", "jsonl", model=model_dir).stdout)
    assert [stance["stance_target"] for stance in two["stances"]] == ["the front line", "the army"]
    assert two["stances"][1] == {key: one[key] for key in two["stances"][1]}
    assert "stance" not in two
    text = run("classify", TEXT, *both, model=model_dir).stdout
    assert [line.split("towards ")[1].split(",")[0] for line in text.splitlines() if "towards" in line] == list(
        both[1::2]
    )
    [header, row] = csv.reader(io.StringIO(run("classify", TEXT, *both, "-f", "csv", model=model_dir).stdout))
    assert json.loads(row[header.index("stances")]) == two["stances"]
    empty = run("classify", TEXT, "--target", " ", model=model_dir)
    assert (empty.returncode, empty.stdout) == (1, "")
    assert "a target is empty" in empty.stderr


def test_stance_labels_are_mapped_and_stated(tmp_path: Path) -> None:
    words = {"agree": "good plan", "disagree": "bad plan", "unrelated": "rain fell"}
    rows = [
        {"text": f"{text} number {i}", "target": "the plan", "stance": label}
        for i in range(8)
        for label, text in words.items()
    ]
    data = write_csv(tmp_path / "t.csv", rows)
    result = run("train", data, "-m", tmp_path / "m", "--stance-labels", "fnc")
    assert result.returncode == 0, result.stderr
    passport = json.loads(run("models", "show", "--json", "-m", tmp_path / "m").stdout)
    assert passport["tasks"]["stance"]["labels"] == ["against", "favor", "unrelated"]
    assert passport["data"]["stance_labels"] == "fnc"


def test_classify_text_forms(model_dir: Path) -> None:
    one = run("classify", TEXT, model=model_dir)
    assert one.stdout.splitlines()[1].split()[:2] == ["topic", "military"]
    piped = run("classify", stdin=TEXT.encode(), model=model_dir)
    assert piped.stdout == one.stdout
    many = run("classify", TEXT, "Nurses at the hospital vaccinated children against measles.", model=model_dir)
    assert [line.split()[0] for line in many.stdout.splitlines()] == ["military", "health"]
    why = run("classify", TEXT, "--explain", model=model_dir)
    assert "for      " in why.stdout
    assert "army +" in why.stdout
    assert "\x1b" not in why.stdout
    unsure = run("classify", TEXT, "--min-confidence", "1", "-f", "jsonl", model=model_dir)
    assert json.loads(unsure.stdout)["topic"] is None


def test_the_real_page(model_dir: Path, shared: Path) -> None:
    result = run(
        "classify", shared / "pages" / "troop-relocation-letter.txt", "--format", "jsonl", "--sections", model=model_dir
    )
    row = json.loads(result.stdout)
    assert row["topic"] == "military"
    assert row["title"] == "The US Army mistakenly reports the relocation of its troops in Iraq"
    assert len(row["text"].split("\n\n")) == 9
    [teaser] = [section for section in row["sections"] if "vaccin" in section["text"]]
    assert (teaser["part"], teaser["topic"]) == ("side", "health")


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["classify", "missing.csv"], 1, "missing.csv: no such file or directory"),
        (["classify", "a b", "-o", "out.tsv"], 2, "say --format"),
        (["classify", "--format", "xml", "a b"], 2, "Invalid value for '--format'"),
        (["classify", "a b", "--resume"], 2, "needs -o FILE with the format jsonl or csv"),
        (["classify", "--min-confidence", "2", "a b"], 2, "Invalid value for '--min-confidence'"),
        (
            ["classify", "a b", "-m", "nowhere"],
            1,
            "nowhere: no model here; train one: newsvane train DATA --model nowhere",
        ),
        (["classify", "a b", "-o", "no/such/dir/out.jsonl"], 1, "out.jsonl: No such file or directory"),
        (["train", "missing.csv"], 1, "missing.csv: no such file or directory"),
        (["nonsense"], 2, "No such command"),
    ],
)
def test_errors(model_dir: Path, tmp_path: Path, args: list[str], code: int, message: str) -> None:
    result = run(*args, model=model_dir, cwd=tmp_path)
    assert result.returncode == code
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_a_reader_that_goes_away(model_dir: Path, tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    path.write_text("".join(json.dumps({"id": str(i), "text": TEXT * 20}) + "\n" for i in range(3000)))
    command = f"{sys.executable} -m newsvane classify {path} -m {model_dir} -f jsonl | head -1"
    result = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, check=False)
    assert (result.returncode, result.stderr) == (0, b"")
    assert json.loads(result.stdout)["id"] == "0"


def test_a_live_pipe_is_answered_row_by_row(model_dir: Path) -> None:
    command = [sys.executable, "-m", "newsvane", "classify", "-", "-m", model_dir, "-f", "jsonl"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        for number in range(3):
            process.stdin.write(json.dumps({"id": number, "text": TEXT}) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.stdout.read() == ""


def test_an_output_that_cannot_be_written_is_an_error(model_dir: Path, tmp_path: Path) -> None:
    command = f"{sys.executable} -m newsvane classify '{TEXT}' -m {model_dir} -f jsonl"
    for output, message in ((">/dev/full", "No space left on device"), (">&-", "standard output is closed")):
        if output == ">/dev/full" and not Path("/dev/full").exists():
            continue
        result = subprocess.run(["bash", "-c", f"{command} {output}"], capture_output=True, text=True, check=False)
        assert result.returncode == 1
        assert message in result.stderr
        assert "Traceback" not in result.stderr


def test_pipes_of_other_encodings(model_dir: Path) -> None:
    row = json.dumps({"id": 10**30 + 1, "text": TEXT}) + "\n"
    for stdin in (gzip.compress(row.encode()), row.encode("utf-16")):
        result = run("classify", "-", "-f", "jsonl", model=model_dir, stdin=stdin)
        [answer] = map(json.loads, result.stdout.splitlines())
        assert (answer["id"], answer["topic"]) == (10**30 + 1, "military")


def test_help_is_light() -> None:
    code = "import sys; sys.argv = ['newsvane', '--help']\nfrom newsvane.cli import main\ntry: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "classify" in result.stdout
    loaded = {name.partition(".")[0] for name in result.stderr.split()}
    assert not loaded & {"sklearn", "pandas", "numpy", "scipy", "joblib", "rich"}


def test_serving_is_light(model_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(TEXT)
    code = (
        "import sys; sys.argv = ['newsvane', 'classify', sys.argv[1], '-m', sys.argv[2]]\nfrom newsvane.cli import main\n"
        "try: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "page.txt", model_dir], capture_output=True, text=True, check=True
    )
    assert "military" in result.stdout
    loaded = {name.partition(".")[0] for name in result.stderr.split()}
    assert not loaded & {"sklearn", "pandas", "numpy", "scipy", "joblib", "rich", "pickle", "pydantic"}


@pytest.mark.parametrize("engine", ["table", "sklearn"])
def test_engines_give_the_same_answers(model_dir: Path, tmp_path: Path, engine: str) -> None:
    rows = list(csv.DictReader((DATA / "test.csv").open(encoding="utf-8", newline="")))[:40]
    args = ("classify", write_csv(tmp_path / "some.csv", rows), "--format", "jsonl", "--explain")
    auto = [json.loads(line) for line in run(*args, model=model_dir).stdout.splitlines()]
    other = [json.loads(line) for line in run(*args, "--engine", engine, model=model_dir).stdout.splitlines()]
    assert len(auto) == len(other) == 40
    for one, two in zip(auto, other, strict=True):
        assert (one["predicted_topic"], one["predicted_stance"]) == (two["predicted_topic"], two["predicted_stance"])
        assert one["predicted_topic_probabilities"] == pytest.approx(two["predicted_topic_probabilities"], abs=1e-5)
        terms = [
            {term["term"]: term["label"] for term in row["predicted_topic_explanation"]["terms"]} for row in (one, two)
        ]
        assert terms[0] == pytest.approx(terms[1], abs=1e-6)


def test_first_use_trains_the_starter_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a slice of the corpus, whose place in a wheel has a test of its own."""
    rows = list(csv.DictReader((DATA / "train.csv").open(encoding="utf-8", newline="")))[::8]
    corpus = write_csv(tmp_path / "train.csv", rows)
    monkeypatch.setattr(starter, "corpus", lambda: corpus)
    monkeypatch.setattr(sys, "argv", ["newsvane", "classify", TEXT])
    monkeypatch.delenv("NEWSVANE_MODEL", raising=False)
    for home in ("XDG_DATA_HOME", "HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(home, str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    shown = []
    for _ in range(2):
        with pytest.raises(SystemExit) as end:
            main()
        assert not end.value.code
        shown.append(capsys.readouterr())
    assert "training the starter model" in shown[0].err
    assert "trained in " in shown[0].err
    assert "military" in shown[0].out
    assert (shown[1].out, shown[1].err) == (shown[0].out, "")


def test_version() -> None:
    from newsvane import __version__

    assert run("--version").stdout == f"newsvane {__version__}\n"


def test_every_command_has_help() -> None:
    for command in (["train"], ["classify"], ["evaluate"], ["models", "show"]):
        assert run(*command, "--help").returncode == 0


def test_empty_input(model_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("")
    result = run("classify", tmp_path / "empty.jsonl", "-f", "jsonl", model=model_dir)
    assert (result.returncode, result.stdout) == (0, "")
    assert io.StringIO(result.stderr).read() == ""

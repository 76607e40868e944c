"""The store: one whole version or the other, checked before it is opened."""

from __future__ import annotations

import io
import json
import os
import pickle
import shutil
import zlib
from pathlib import Path

import joblib
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from typer.testing import CliRunner

from conftest import run, write_csv
from newsvane import Article, ModelError, load, publish, store, train
from newsvane.cli import app
from newsvane.publishing import promote, prune, rollback
from newsvane.scorer import Score
from newsvane.training import Training


@pytest.fixture(scope="module")
def small(articles: list[Article]) -> Training:
    return train(articles[:80])


@pytest.fixture(scope="module")
def original(small: Training, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("original")
    publish(small, directory)
    return directory


@pytest.fixture
def published(original: Path, tmp_path: Path) -> Path:
    """A copy, to be damaged."""
    return Path(shutil.copytree(original, tmp_path, dirs_exist_ok=True))


def test_publish_and_read_back(published: Path, small: Training) -> None:
    version = store.current(published)
    assert [v.name for v in store.versions(published)] == [version.name]
    assert (published / "CURRENT").read_text() == version.name + "\n"
    files = {"topic.joblib", "topic.table", "stance.joblib", "stance.table"}
    assert {file.name for file in version.path.iterdir()} == {*files, "passport.json"}
    assert version.passport["files"].keys() == files
    assert version.passport["tasks"]["topic"]["labels"] == list(small.tasks["topic"].labels)
    assert version.passport["data"]["articles"] == 80
    pipeline = version.load_pipeline("topic")
    np.testing.assert_allclose(
        pipeline.predict_proba(version.passport["probes"]), version.passport["tasks"]["topic"]["probes"]
    )


def test_nothing_is_left_behind(published: Path) -> None:
    assert sorted(path.name for path in published.iterdir()) == ["CURRENT", "versions"]
    assert not list((published / "versions").glob(".*"))


def test_publishing_again_keeps_the_old_version(published: Path, articles: list[Article]) -> None:
    first = store.current(published).name
    second = publish(train(articles[:60]), published).name
    assert store.current(published).name == second
    assert {v.name for v in store.versions(published)} == {first, second}


def test_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="newsvane train DATA --model"):
        load(tmp_path)


@pytest.mark.parametrize("pointer", [b"", b"nonsense\n", b"../../etc\n", b"\xff\xfe\x00", b"x" * 5000])
def test_a_broken_pointer_names_the_mend(published: Path, pointer: bytes) -> None:
    name = store.current(published).name
    (published / "CURRENT").write_bytes(pointer)
    with pytest.raises(ModelError) as caught:
        load(published)
    assert f"newsvane models promote {name}" in str(caught.value) or "CURRENT" in str(caught.value)


@pytest.mark.parametrize("pointer", [b"", b"nonsense\n", b"..\n"])
def test_nothing_is_pruned_or_rolled_back_while_no_version_serves(published: Path, pointer: bytes) -> None:
    version = store.current(published)
    shutil.copytree(version.path, version.path.with_name(f"2000{version.name[4:]}"))
    (published / "CURRENT").write_bytes(pointer)
    for command in (lambda: prune(published, 0), lambda: rollback(published)):
        with pytest.raises(ModelError):
            command()
    assert len(store.versions(published)) == 2
    listed = run("models", "list", "-m", published)
    assert (listed.returncode, listed.stdout.count(version.name[4:])) == (0, 2)
    assert f"newsvane models promote {version.name}" in listed.stderr
    assert promote(published, version.name).name == store.current(published).name


def test_the_version_before_is_kept_though_another_one_is_gone(published: Path) -> None:
    version = store.current(published)
    for year in ("2000", "2001"):
        shutil.copytree(version.path, version.path.with_name(f"{year}{version.name[4:]}"))
    with (published / "CURRENT").open("a") as pointer:
        pointer.write(f"1999-gone\n2000{version.name[4:]}\n")
    assert prune(published, 0) == [f"2001{version.name[4:]}"]


def test_a_directory_that_cannot_be_written_is_said(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = store.current(published)
    earlier = shutil.copytree(version.path, version.path.with_name(f"2000{version.name[4:]}")).name
    promote(published, earlier)

    def forbidden(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", forbidden)
    for command in (lambda: promote(published, version.name), lambda: rollback(published)):
        with pytest.raises(ModelError, match="cannot be written: Permission denied"):
            command()
    assert store.current(published).name == earlier


@pytest.mark.parametrize(
    "passport", [b"", b"[]", b"{", b"\xff", b'{"format": 99, "newsvane": "9.9"}', b'{"format": "x"}']
)
def test_a_broken_passport(published: Path, passport: bytes) -> None:
    (store.current(published).path / "passport.json").write_bytes(passport)
    with pytest.raises(ModelError, match="train again|upgrade"):
        load(published)


def test_another_scikit_learn_is_refused_with_the_command(published: Path) -> None:
    path = store.current(published).path / "passport.json"
    passport = json.loads(path.read_text())
    passport["libraries"]["scikit-learn"] = "0.19.2"
    path.write_text(json.dumps(passport))
    with pytest.raises(
        ModelError, match=rf"trained with scikit-learn 0\.19\.2.*newsvane train DATA --model {published}"
    ):
        load(published, engine="sklearn")
    assert load(published, engine="table").labels["topic"]


@pytest.mark.parametrize(("name", "engine"), [("topic.joblib", "sklearn"), ("topic.table", "auto")])
def test_a_missing_file(published: Path, name: str, engine: str) -> None:
    (store.current(published).path / name).unlink()
    with pytest.raises(ModelError, match=name):
        load(published, engine=engine)


def test_a_model_without_a_table_is_served_by_scikit_learn(published: Path) -> None:
    path = store.current(published).path / "passport.json"
    passport = json.loads(path.read_text())
    del passport["files"]["topic.table"]
    path.write_text(json.dumps(passport))
    told: list[str] = []
    classifier = load(published, notify=told.append)
    assert told == ["topic has no table: served by scikit-learn, slower"]
    engines = {task: type(scorer).__name__ for task, scorer in classifier.scorers.items()}
    assert engines == {"topic": "PipelineScorer", "stance": "TableScorer"}
    with pytest.raises(ModelError, match="topic has no table"):
        load(published, engine="table")


class Bomb:
    """A pickle that makes a file when it is opened."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return os.system, (f"touch {self.path}",)


def hostile_files(flag: Path) -> dict[str, bytes]:
    bomb = Bomb(flag)
    estimator = LogisticRegression()
    estimator.C = bomb
    files = {"plain pickle": pickle.dumps(bomb)}
    for name, thing, compress in [
        ("joblib", bomb, 0), ("in an estimator's parameter", estimator, 0), ("in an object array", np.array([bomb], dtype=object), 0), ("zlib", bomb, 3),
    ]:  # fmt: skip
        out = io.BytesIO()
        joblib.dump(thing, out, compress=compress)
        files[name] = out.getvalue()
    files["dotted name"] = b"cos\nsystem\n(Vtouch " + str(flag).encode() + b"\ntR."
    files["zlib pickle"] = zlib.compress(files["plain pickle"])
    return files


def test_the_bombs_are_live(tmp_path: Path) -> None:
    """The next test proves nothing unless these files do run code where they are opened."""
    for name, data in hostile_files(tmp_path / "flag").items():
        if name == "zlib pickle":
            data = zlib.decompress(data)
        joblib.load(io.BytesIO(data)) if "joblib" in name or "in an" in name or name == "zlib" else pickle.loads(data)
        assert (tmp_path / "flag").exists(), name
        (tmp_path / "flag").unlink()


@pytest.mark.parametrize("name", list(hostile_files(Path("flag"))))
def test_a_file_that_is_not_the_one_published_is_never_opened(published: Path, tmp_path: Path, name: str) -> None:
    flag = tmp_path / "flag"
    (store.current(published).path / "topic.joblib").write_bytes(hostile_files(flag)[name])
    with pytest.raises(ModelError, match="sha256 differs"):
        load(published, engine="sklearn")
    list(load(published).predict([Article(text="The army sent troops.")]))  # serves from tables, and opens no pickle
    publish(train([Article(text=f"some words {i}", labels={"topic": "ab"[i % 2]}) for i in range(8)]), published)
    assert not flag.exists()


@pytest.mark.parametrize(
    ("place", "value", "problem"),
    [
        (("seed",), "x", "passport.seed has the wrong type"),
        (("tasks", "topic", "min_known"), None, "passport.tasks.topic.min_known has the wrong type"),
        (("tasks", "topic"), {}, "passport.tasks.topic lacks C|passport.tasks.topic lacks counts"),
        (("files", "topic.joblib"), [], "passport.files.topic.joblib has the wrong type"),
        (("libraries",), {}, "passport.libraries lacks scikit-learn"),
    ],
)
def test_a_passport_of_the_wrong_shape(published: Path, place: tuple[str, ...], value: object, problem: str) -> None:
    path = store.current(published).path / "passport.json"
    passport = json.loads(path.read_text())
    part = passport
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    path.write_text(json.dumps(passport))
    with pytest.raises(ModelError, match=problem):
        load(published)


def test_an_engine_of_no_such_name(published: Path) -> None:
    with pytest.raises(ValueError, match="'typo' is none of auto, table, sklearn"):
        load(published, engine="typo")


def test_a_pipeline_that_answers_otherwise_is_refused(published: Path) -> None:
    path = store.current(published).path / "passport.json"
    passport = json.loads(path.read_text())
    passport["tasks"]["topic"]["probes"][0] = [0.25] * 4
    path.write_text(json.dumps(passport))
    with pytest.raises(ModelError, match="answers otherwise"):
        load(published, engine="sklearn")


def test_a_table_that_does_not_answer_as_its_pipeline_is_not_published(
    published: Path, small: Training, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving = store.current(published).name
    monkeypatch.setattr("newsvane.kernel.TableScorer.score", lambda self, documents: [
        Score((9.0,) * len(self.labels), 1, 1) for _ in documents
    ])  # fmt: skip
    with pytest.raises(ModelError, match="Nothing was published"):
        publish(small, published)
    assert [version.name for version in store.versions(published)] == [serving]
    assert not list((published / "versions").glob(".*"))


@pytest.mark.parametrize("name", list(hostile_files(Path("flag"))))
def test_no_command_opens_a_hostile_file(published: Path, tmp_path: Path, name: str) -> None:
    flag, version = tmp_path / "flag", store.current(published)
    (version.path / "topic.joblib").write_bytes(hostile_files(flag)[name])
    (version.path / "stance.joblib").write_bytes(hostile_files(flag)[name])
    rows = write_csv(
        tmp_path / "rows.csv", [{"id": str(i), "text": "Troops moved.", "topic": "military"} for i in "ab"]
    )
    for command, code in (
        (["classify", "Troops moved to the border."], 0),
        (["classify", "Troops moved to the border.", "--explain", "--sections"], 0),
        (["classify", "Troops moved to the border.", "--engine", "sklearn"], 1),
        (["evaluate", str(rows)], 0),
        (["models", "show"], 0),
        (["models", "list"], 0),
        (["models", "promote", version.name], 0),
        (["models", "rollback"], 1),
        (["audit", str(rows)], 0),
    ):
        if command[0] != "audit":
            command = [*command, "--model", str(published)]
        assert CliRunner().invoke(app, command).exit_code in {0, code}, command
        assert not flag.exists(), command

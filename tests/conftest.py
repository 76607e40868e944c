"""What the tests share: a small model, trained once, and the way to the benchmark sets."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from newsvane import Article, load, publish, read_labelled, train
from newsvane.classifier import Classifier

ROOT = Path(__file__).parent.parent
DATA = ROOT / "data"
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("needs ../shared (benchmark sets and pages), which is not here")
    return SHARED


@pytest.fixture(scope="session")
def articles() -> list[Article]:
    """Every fourth article of the corpus: enough to learn topics, quick to train."""
    return read_labelled(DATA / "train.csv")[::4]


@pytest.fixture(scope="session")
def model_dir(articles: list[Article], tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("model")
    publish(train(articles), directory)
    return directory


@pytest.fixture(scope="session")
def classifier(model_dir: Path) -> Classifier:
    return load(model_dir)


def run(
    *args: object, model: Path | None = None, cwd: Path | None = None, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run newsvane as a user does: a process of its own, output captured."""
    env = {key: value for key, value in os.environ.items() if key != "NEWSVANE_MODEL"} | environment
    if model:
        env["NEWSVANE_MODEL"] = str(model)
    result = subprocess.run(
        [sys.executable, "-m", "newsvane", *map(str, args)],
        capture_output=True,
        input=stdin,
        env=env,
        cwd=cwd,
        check=False,
    )
    return subprocess.CompletedProcess(result.args, result.returncode, result.stdout.decode(), result.stderr.decode())


def write_csv(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path

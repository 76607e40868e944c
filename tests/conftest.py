"""What the tests share: a small model, trained once, and the way to the benchmark sets."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import joblib
import pytest
from filelock import FileLock
from hypothesis import settings
from threadpoolctl import threadpool_limits

from newsvane import Article, load, publish, read_labelled, train
from newsvane.classifier import Classifier
from newsvane.training import Training

# A deadline is a timed test, and on a machine that does other work it fails for no reason.
settings.register_profile("newsvane", deadline=None)
settings.load_profile("newsvane")

ROOT = Path(__file__).parent.parent
DATA = ROOT / "data"
SHARED = ROOT.parent / "shared"


def pytest_configure() -> None:
    """BLAS on one thread, here and in what is started from here: the workers of pytest share the cores already."""
    threadpool_limits(1)
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that no worker is left alone with it in the end."""
    items.sort(key=lambda item: item.path.name != "test_packaging.py")


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
def training(articles: list[Article], tmp_path_factory: pytest.TempPathFactory) -> Training:
    """Trained by the first worker that needs it; the others wait and read what it made."""
    base = tmp_path_factory.getbasetemp()
    path = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "training.joblib"
    with FileLock(path.with_suffix(".lock")):
        if not path.exists():
            joblib.dump(train(articles), path)
    trained: Training = joblib.load(path)
    return trained


@pytest.fixture(scope="session")
def model_dir(training: Training, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("model")
    publish(training, directory)
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

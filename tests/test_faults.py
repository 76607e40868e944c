"""Whatever happens to a trainer, one whole version serves, nothing is lost, and the next run cleans up.

Each child is a real process (a fork of one that has trained already, so that it is quick), really killed.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import run
from newsvane import Article, ModelError, load, publish, publishing, store, train
from newsvane.training import Training

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # the children only use the disk
ARTICLE = Article(text="The army sent troops to the front.")


@pytest.fixture(scope="module")
def trainings() -> list[Training]:
    """Two that tell themselves apart by their labels."""
    texts = ["the army sent troops", "nurses vaccinated children", "troops of the army", "children and nurses"]
    return [
        train([Article(text=text, labels={"topic": f"{name}{row % 2}"}) for row, text in enumerate(texts * 3)])
        for name in ("old", "new")
    ]


def serving(directory: Path) -> str:
    """What the model that serves answers: the files fit each other, or loading would fail."""
    [prediction] = load(directory).predict([ARTICLE])
    return str(prediction.verdicts["topic"].label)[:3]


def in_a_child(work: Callable[[], object]) -> int:
    """Run in a process of its own; its exit code, negative where a signal ended it."""
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def kill_at(step: int, directory: Path) -> None:
    """From here on this process dies by SIGKILL when it touches the directory for the `step`-th time."""
    steps = iter(range(1, 10_000))
    events = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree", "os.chmod", "os.scandir"}

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        touched = event in events and any(str(directory) in str(argument) for argument in arguments[:2])
        if touched and next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def leftovers(directory: Path) -> list[str]:
    return [path.name for path in (*directory.glob(".*"), *(directory / "versions").glob(".*"))]


def test_killed_at_every_step_of_a_publish(trainings: list[Training], tmp_path: Path) -> None:
    old, new = trainings
    first = publish(old, tmp_path).name
    outcomes = []
    for step in range(1, 200):

        def work(step: int = step) -> None:
            kill_at(step, tmp_path)
            publish(new, tmp_path)

        code = in_a_child(work)
        outcomes.append(serving(tmp_path))
        for version in store.versions(tmp_path):
            load(version.path)
        if code == 0:
            break
        assert code == -signal.SIGKILL
        publishing.promote(tmp_path, first)
    assert step > 15, "the hook saw too little"
    assert code == 0
    assert outcomes[0] == "old"
    assert outcomes[-1] == "new"
    assert sorted(outcomes, reverse=True) == outcomes, "once it serves, no later step undoes it"
    publish(new, tmp_path)
    assert leftovers(tmp_path) == []


def test_killed_while_training(tmp_path: Path, trainings: list[Training]) -> None:
    publish(trainings[0], tmp_path / "model")
    data = Path(__file__).parent.parent / "data" / "train.csv"
    command = [sys.executable, "-m", "newsvane", "train", str(data), "-m", str(tmp_path / "model")]
    for seconds in (1.0, 4.0):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        time.sleep(seconds)
        process.kill()
        assert process.wait() == -signal.SIGKILL
        assert serving(tmp_path / "model") == "old"
        assert len(store.versions(tmp_path / "model")) == 1


def test_a_full_disk(trainings: list[Training], tmp_path: Path) -> None:
    """A quota of 4 kB for a file, which a table exceeds."""
    publish(trainings[0], tmp_path)

    def work() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        with pytest.raises(ModelError, match="cannot be written: File too large"):
            publish(trainings[1], tmp_path)

    assert in_a_child(work) == 0
    assert serving(tmp_path) == "old"
    assert leftovers(tmp_path) == []


def test_a_directory_that_cannot_be_written(trainings: list[Training], tmp_path: Path) -> None:
    publish(trainings[0], tmp_path)
    if os.geteuid():
        for path in (tmp_path / "versions", tmp_path):
            path.chmod(0o500)
        with pytest.raises(ModelError, match="cannot be written: Permission denied"):
            publish(trainings[1], tmp_path)
        for path in (tmp_path, tmp_path / "versions"):
            path.chmod(0o700)
    else:  # nothing is forbidden to root but what no one can write
        with pytest.raises(ModelError, match="/proc/self/model: cannot be written"):
            publish(trainings[1], "/proc/self/model")
    assert serving(tmp_path) == "old"


def test_two_trainers_at_once(trainings: list[Training], tmp_path: Path) -> None:
    children = []
    for training in trainings:
        child = os.fork()
        if not child:
            try:
                for _ in range(10):
                    publish(training, tmp_path)
                os._exit(0)
            finally:
                os._exit(1)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0]
    assert len(store.versions(tmp_path)) == 20
    for version in store.versions(tmp_path):
        load(version.path)
    assert serving(tmp_path) in ("old", "new")
    assert leftovers(tmp_path) == []


def test_a_thousand_classifications_during_twenty_publishes(trainings: list[Training], tmp_path: Path) -> None:
    publish(trainings[0], tmp_path)
    child = os.fork()
    if not child:
        try:
            for turn in range(20):
                publish(trainings[(turn + 1) % 2], tmp_path)
            os._exit(0)
        finally:
            os._exit(1)
    answers = [serving(tmp_path) for _ in range(1000)]
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert set(answers) == {"old", "new"}


def test_the_clock_set_back(trainings: list[Training], tmp_path: Path) -> None:
    version = publish(trainings[0], tmp_path)
    version.path.rename(version.path.with_name(f"2999{version.name[4:]}"))
    told: list[str] = []
    new = publish(trainings[1], tmp_path, notify=told.append)
    assert told == [
        f"2999{version.name[4:]} is of a later time than now: was the clock set back? Lists of versions go by time"
    ]
    assert store.current(tmp_path).name == new.name


def test_the_pointer_deleted(trainings: list[Training], tmp_path: Path) -> None:
    name = publish(trainings[0], tmp_path).name
    (tmp_path / "CURRENT").unlink()
    result = run("classify", "The army sent troops.", "-m", tmp_path)
    assert result.returncode == 1
    assert result.stderr == (
        f"error: {tmp_path}: no version serves; let one: newsvane models promote {name} --model {tmp_path}\n"
    )
    assert run("models", "promote", name, "-m", tmp_path).returncode == 0
    assert serving(tmp_path) == "old"

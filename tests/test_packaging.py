"""The wheel: what is in it, and that it works in an empty environment."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from conftest import DATA, ROOT, write_csv

TEXT = "Nurses at the hospital vaccinated children against measles."
MODULES = {
    f"newsvane/{path.relative_to(ROOT / 'model' / 'newsvane')}" for path in (ROOT / "model" / "newsvane").rglob("*.py")
}
OTHERS = {"newsvane/py.typed", "newsvane/report/html/page.css"}
CORPUS = {"newsvane/starter_corpus/train.csv", "newsvane/starter_corpus/labels.toml"}


@pytest.fixture
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean copy of what git tracks, of which a release is made."""
    folder = tmp_path_factory.mktemp("source")
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, tracked.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
    return folder


def build(source: Path, out: Path, **environment: str) -> tuple[Path, set[str]]:
    """The wheel of a source, and the names of the files in it."""
    command = [sys.executable, "-m", "build", "--wheel", "-o", out, source]
    subprocess.run(command, check=True, capture_output=True, env=os.environ | environment)
    [wheel] = out.glob("*.whl")
    return wheel, {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}


def write_slice(path: Path) -> Path:
    rows = list(csv.DictReader((DATA / "train.csv").open(encoding="utf-8", newline="")))[::40]
    return write_csv(path, rows)


def test_the_wheel_works_in_an_empty_environment(source: Path, tmp_path: Path) -> None:
    wheel, names = build(source, tmp_path / "dist")
    native = sorted(names - MODULES - CORPUS - OTHERS)
    assert names == MODULES | CORPUS | OTHERS | set(native)
    assert [name.partition(".")[0] for name in native] == ["newsvane/_counting", "newsvane/_kernel"]
    assert all(name.endswith((".so", ".pyd")) for name in native)

    venv.create(tmp_path / "venv", with_pip=True)
    bin_ = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    # Of the dependencies, only what is imported gets compiled.
    pip = [bin_ / "python", "-m", "pip", "install", "-q", "--no-compile", "-c", ROOT / "constraints.txt"]
    subprocess.run([*pip, wheel], check=True)

    def ask(*command: object) -> str:
        return subprocess.run(
            [bin_ / str(command[0]), *map(str, command[1:])], capture_output=True, text=True, cwd=tmp_path, check=True
        ).stdout

    assert ask("python", "-c", "from newsvane import kernel; print(kernel.native is not None)") == "True\n"
    corpus = Path(ask("python", "-c", "from newsvane import starter; print(starter.corpus())").strip())
    assert corpus.is_relative_to(tmp_path / "venv")
    assert corpus.read_bytes() == (DATA / "train.csv").read_bytes()
    ask("newsvane", "train", write_slice(tmp_path / "train.csv"), "-m", "model")
    assert ask("newsvane", "classify", TEXT).startswith(TEXT)


def test_the_wheel_built_without_a_compiler(source: Path, tmp_path: Path, model_dir: Path) -> None:
    wheel, names = build(source, tmp_path / "dist", CC="no-such-compiler", CXX="no-such-compiler")
    assert names == MODULES | CORPUS | OTHERS
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    paths = os.pathsep.join([str(tmp_path / "site"), sysconfig.get_path("purelib")])
    code = "from newsvane import cli, kernel; print(kernel.native, kernel.__file__); cli.main()"
    # Without `site`, which would find the native kernel of an editable installation.
    result = subprocess.run(
        [sys.executable, "-S", "-c", code, "classify", TEXT, "-m", model_dir],
        capture_output=True, text=True, cwd=tmp_path, env=os.environ | {"PYTHONPATH": paths}, check=True,
    )  # fmt: skip
    assert result.stdout.startswith(f"None {tmp_path / 'site' / 'newsvane' / 'kernel.py'}\n{TEXT}\n")
    assert "topic   health" in result.stdout


def test_importing_newsvane_is_free() -> None:
    code = "import sys, newsvane; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {name.partition(".")[0] for name in loaded} & {"sklearn", "pandas", "numpy", "scipy", "joblib", "typer"}


def test_public_names() -> None:
    import newsvane

    assert newsvane.__all__ == sorted(newsvane.__all__)
    for name in newsvane.__all__:
        assert getattr(newsvane, name).__doc__
    assert set(newsvane.__all__) <= set(dir(newsvane))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        newsvane.nonsense  # noqa: B018

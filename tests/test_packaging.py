"""The wheel: what is in it, and that it works in an empty environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from conftest import ROOT

TEXT = "Nurses at the hospital vaccinated children against measles."
MODULES = {
    f"newsvane/{path.relative_to(ROOT / 'model' / 'newsvane')}" for path in (ROOT / "model" / "newsvane").rglob("*.py")
}
CORPUS = {"newsvane/starter_corpus/train.csv", "newsvane/starter_corpus/labels.toml"}


@pytest.fixture(scope="module")
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
    shutil.rmtree(source / "build", ignore_errors=True)
    command = [sys.executable, "-m", "build", "--wheel", "-o", out, source]
    subprocess.run(command, check=True, capture_output=True, env=os.environ | environment)
    [wheel] = out.glob("*.whl")
    return wheel, {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}


def test_the_wheels_work_in_an_empty_environment(source: Path, tmp_path: Path) -> None:
    """The native one first, then over it the one that was built without a compiler, with the same answer."""
    venv.create(tmp_path / "venv", with_pip=True)
    bin_ = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    home = dict.fromkeys(("XDG_DATA_HOME", "HOME", "LOCALAPPDATA"), str(tmp_path / "home"))

    def ask(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [bin_ / command[0], *command[1:]], capture_output=True, text=True, cwd=tmp_path, env=os.environ | home, check=True
        )  # fmt: skip

    wheel, names = build(source, tmp_path / "native")
    [native] = names - MODULES - CORPUS - {"newsvane/py.typed"}
    assert names == MODULES | CORPUS | {"newsvane/py.typed", native}
    assert native.startswith("newsvane/_kernel.")
    assert native.endswith((".so", ".pyd"))
    # Of the dependencies, only what is imported gets compiled.
    pip = [bin_ / "python", "-m", "pip", "install", "-q", "--no-compile"]
    subprocess.run([*pip, "-c", ROOT / "constraints.txt", wheel], check=True)
    first = ask("newsvane", "classify", TEXT)
    assert "training the starter model" in first.stderr
    assert "health" in first.stdout
    is_native = "from newsvane import kernel; print(kernel.native is not None)"
    assert ask("python", "-c", is_native).stdout == "True\n"

    wheel, names = build(source, tmp_path / "pure", CC="no-such-compiler")
    assert names == MODULES | CORPUS | {"newsvane/py.typed"}
    subprocess.run([*pip, "--no-deps", "--force-reinstall", wheel], check=True)
    assert ask("python", "-c", is_native).stdout == "False\n"
    second = ask("newsvane", "classify", TEXT)
    assert (second.stdout, second.stderr) == (first.stdout, "")


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

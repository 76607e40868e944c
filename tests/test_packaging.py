"""The wheel: what is in it, and that it works in an empty environment."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from conftest import ROOT


@pytest.fixture(scope="module", params=["native", "without a compiler"])
def wheel(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """Built from a clean copy of what git tracks, as a release is."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, tracked.stdout.split("\0")):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    compiler = {} if request.param == "native" else {"CC": "no-such-compiler"}
    command = [sys.executable, "-m", "build", "--wheel", "-o", out, source]
    subprocess.run(command, check=True, capture_output=True, env=os.environ | compiler)
    [built] = out.glob("*.whl")
    return built


def test_the_wheel_works_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    modules = {f"newsvane/{path.name}" for path in (ROOT / "model" / "newsvane").glob("*.py")}
    corpus = {"newsvane/starter_corpus/train.csv", "newsvane/starter_corpus/labels.toml"}
    native = {name for name in names if name.startswith("newsvane/_kernel.")}
    assert names - native == modules | corpus | {"newsvane/py.typed"}
    assert all(name.endswith((".so", ".pyd")) for name in native)

    venv.create(tmp_path / "venv", with_pip=True)
    bin_ = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    constraints = ROOT / "constraints.txt"
    subprocess.run([bin_ / "python", "-m", "pip", "install", "-q", "-c", constraints, wheel], check=True)
    home = dict.fromkeys(("XDG_DATA_HOME", "HOME", "LOCALAPPDATA"), str(tmp_path / "home"))
    result = subprocess.run(
        [bin_ / "newsvane", "classify", "Nurses at the hospital vaccinated children against measles."],
        capture_output=True, text=True, cwd=tmp_path, env=os.environ | home, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "training the starter model" in result.stderr
    assert "health" in result.stdout
    code = "from newsvane import kernel; print(kernel.native is not None)"
    loaded = subprocess.run([bin_ / "python", "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert loaded == str(bool(native))


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

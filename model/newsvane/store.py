"""Trained models on disk: version directories that never change, and a pointer to the one that serves.

    DIR/CURRENT                        the name of the version that serves; below it those that did before
    DIR/versions/20261122T181500.123456Z-1a2b3c4d/
        topic.joblib, stance.joblib    fitted scikit-learn pipelines
        topic.table, stance.table      their compiled form, which serves: plain data, nothing to unpickle
        held_out.jsonl                 the articles it was tested on before it could serve, if there were any
        passport.json                  what the model is, was trained on and scored; hash and size of each file

A version is written beside its place and moved there whole; the pointer is replaced in one step. A reader
sees the old version or the new one, never a mixture. Training twice on the same data gives the same files.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newsvane.articles import Article
from newsvane.errors import ModelError
from newsvane.sources import read_labelled
from newsvane.table import Table, open_table

FORMAT = 1
CURRENT, VERSIONS, PASSPORT, HELD_OUT = "CURRENT", "versions", "passport.json", "held_out.jsonl"
TIME = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True)
class Version:
    """A published version: its directory and its passport."""

    path: Path
    passport: dict[str, Any]

    @property
    def name(self) -> str:
        """The name of its directory: time of training and hash of its content."""
        return self.path.name

    @property
    def created(self) -> datetime:
        """When it was published (UTC). Raises `ModelError` where its directory has been given another name."""
        try:
            return datetime.strptime(self.name.split("-")[0], TIME).replace(tzinfo=UTC)
        except ValueError:
            raise ModelError(f"{self.path}: not the name of a version, which begins with its time") from None

    def read(self, file: str) -> bytes:
        """The bytes of one of its files, checked against the passport.

        Raises `ModelError` where the file is missing or is not the one that was published.
        """
        import hashlib

        try:
            data = (self.path / file).read_bytes()
        except OSError as error:
            raise ModelError(f"{self.path / file}: {error.strerror}; {_retrain(self.path)}") from error
        expected = self.passport["files"].get(file, {}).get("sha256")
        if hashlib.sha256(data).hexdigest() != expected:
            raise ModelError(
                f"{self.path / file}: not the file that was published (sha256 differs); {_retrain(self.path)}"
            )
        return data

    def load_pipeline(self, task: str) -> Any:
        """Unpickle the scikit-learn pipeline of a task.

        The very bytes that were checked are unpickled; and only by the scikit-learn they were written by, for
        another minor version may load them and answer wrongly.
        """
        import importlib.metadata
        import io

        data = self.read(f"{task}.joblib")
        made_by, running = self.passport["libraries"]["scikit-learn"], importlib.metadata.version("scikit-learn")
        if made_by.split(".")[:2] != running.split(".")[:2]:
            raise ModelError(
                f"{self.path}: trained with scikit-learn {made_by}, but {running} is installed; {_retrain(self.path)}"
            )
        import joblib

        return joblib.load(io.BytesIO(data))

    def held_out(self) -> list[Article]:
        """The articles that the version was tested on; none where there was no test."""
        if HELD_OUT not in self.passport["files"]:
            return []
        self.read(HELD_OUT)
        return read_labelled(self.path / HELD_OUT)

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(int(file["size"]) for file in self.passport["files"].values())

    def open_table(self, task: str) -> Table | None:
        """The compiled form of a task's pipeline; None where the pipeline could not be compiled.

        Its own checksums are checked, not its sha256: there is no code in a table.
        """
        name = f"{task}.table"
        return open_table(self.path / name) if name in self.passport["files"] else None


def _retrain(version: Path) -> str:
    return f"train again: newsvane train DATA --model {version.parent.parent}"


def current(directory: Path) -> Version:
    """The version that serves. Raises `ModelError` if there is none."""
    name = history(directory)[0]
    known = [version.name for version in directories(directory)]
    if name not in known:
        mend = (
            f"newsvane models promote {known[-1]} --model {directory}"
            if known
            else f"newsvane train DATA --model {directory}"
        )
        raise ModelError(f"{directory / CURRENT}: names {name[:80]!r}, which is no version here; mend it: {mend}")
    return open_version(directory / VERSIONS / name)


def history(directory: Path) -> list[str]:
    """The names of the versions that serve and served, the present one first.

    Raises `ModelError` if no model serves in this directory.
    """
    pointer = directory / CURRENT
    try:
        names = pointer.read_text(encoding="utf-8").split()
    except FileNotFoundError:
        raise ModelError(_no_pointer(directory)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{pointer}: {error}") from error
    if not names:
        raise ModelError(_no_pointer(directory))
    return names


def _no_pointer(directory: Path) -> str:
    if known := directories(directory):
        return f"{directory}: no version serves; let one: newsvane models promote {known[-1].name} --model {directory}"
    return f"{directory}: no model here; train one: newsvane train DATA --model {directory}"


def open_version(path: Path) -> Version:
    """Read a version's passport. Raises `ModelError` where it is missing, damaged or of a later format."""
    try:
        passport = json.loads((path / PASSPORT).read_bytes())
        later = passport["format"] > FORMAT
        if not later and (problem := _misfit(passport, _PASSPORT)):
            raise ValueError(problem)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path / PASSPORT}: cannot be read ({error}); {_retrain(path)}") from error
    if later:
        raise ModelError(f"{path}: made by a later newsvane ({passport.get('newsvane')}); upgrade, or {_retrain(path)}")
    return Version(path, passport)


_NUMBER = (int, float)
_METRICS = {"macro_f1": _NUMBER, "accuracy": _NUMBER, "log_loss": _NUMBER, "coverage_curve": list}
_TASK = {
    "labels": list, "counts": {"*": int}, "settings": {"namespaces": list, "C": _NUMBER}, "trials": list,
    "temperature": _NUMBER, "min_known": _NUMBER, "out_of_fold": _METRICS, "probes": list,
}  # fmt: skip
_PASSPORT = {
    "newsvane": str, "python": str, "unicode": str, "seed": int, "libraries": {"scikit-learn": str, "*": str},
    "data": {"articles": int, "files": {"*": str}}, "tasks": {"*": _TASK},
    "files": {"*": {"sha256": str, "size": int}}, "probes": list,
}  # fmt: skip
"""The types of what is read of a passport; ``*`` stands for keys of any name."""


def _misfit(value: Any, shape: Any, where: str = "passport") -> str:
    """What in a value is not of the shape; nothing if it fits."""
    if not isinstance(shape, dict):
        return "" if isinstance(value, shape) and not isinstance(value, bool) else f"{where} has the wrong type"
    if not isinstance(value, dict):
        return f"{where} has the wrong type"
    if missing := shape.keys() - {"*"} - value.keys():
        return f"{where} lacks {', '.join(sorted(missing))}"
    known = {key: shape.get(key, shape.get("*")) for key in value}
    return next((p for key in value if known[key] and (p := _misfit(value[key], known[key], f"{where}.{key}"))), "")


def versions(directory: Path) -> list[Version]:
    """All published versions, oldest first."""
    return [open_version(path) for path in directories(directory)]


def find(directory: Path, name: str) -> Version:
    """The version of a name, or the only one whose name begins so. Raises `ModelError` if there is none."""
    known = [path.name for path in directories(directory)]
    found = [other for other in known if other == name] or [other for other in known if other.startswith(name)]
    if len(found) != 1:
        problem = f"{len(found)} versions begin with {name!r}" if found else f"no version {name!r}"
        raise ModelError(f"{directory}: {problem}; there are {', '.join(known) or 'none'}")
    return open_version(directory / VERSIONS / found[0])


def directories(directory: Path) -> list[Path]:
    """The directories of all published versions, oldest first."""
    try:
        return sorted(
            path for path in (directory / VERSIONS).iterdir() if path.is_dir() and not path.name.startswith(".")
        )
    except OSError:
        return []

"""Trained models on disk: version directories that never change, and a pointer to the one that serves.

    DIR/CURRENT                        the name of the version that serves
    DIR/versions/20261122T181500Z-1a2b3c4d/
        topic.joblib, stance.joblib    fitted scikit-learn pipelines
        topic.table, stance.table      their compiled form, which serves: plain data, nothing to unpickle
        passport.json                  what the model is, was trained on and scored; hash and size of each file

A version is written beside its place and moved there whole; the pointer is replaced in one step. A reader
sees the old version or the new one, never a mixture. Training twice on the same data gives the same files.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsvane.errors import ModelError
from newsvane.table import Table, open_table
from newsvane.tables import Notify, ignore

if TYPE_CHECKING:
    from newsvane.training import Training

FORMAT = 1
CURRENT, VERSIONS, PASSPORT = "CURRENT", "versions", "passport.json"
LIBRARIES = ("scikit-learn", "numpy", "scipy", "joblib")
PROBES = 3
"""So many training articles go into the passport with their probabilities, to check a loaded model by."""


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
            return datetime.strptime(self.name.split("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
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
    pointer = directory / CURRENT
    try:
        name = pointer.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise ModelError(f"{directory}: no model here; train one: newsvane train DATA --model {directory}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{pointer}: {error}") from error
    known = [version.name for version in _directories(directory)]
    if name not in known:
        mend = (
            f"newsvane models promote {known[-1]} --model {directory}"
            if known
            else f"newsvane train DATA --model {directory}"
        )
        raise ModelError(f"{pointer}: names {name[:80]!r}, which is no version here; mend it: {mend}")
    return open_version(directory / VERSIONS / name)


def open_version(path: Path) -> Version:
    """Read a version's passport. Raises `ModelError` where it is missing, damaged or of a later format."""
    try:
        passport = json.loads((path / PASSPORT).read_bytes())
        later = passport["format"] > FORMAT
        if not later and not all(isinstance(passport[key], dict) for key in ("tasks", "files", "libraries", "data")):
            raise ValueError("a part is missing")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path / PASSPORT}: cannot be read ({error}); {_retrain(path)}") from error
    if later:
        raise ModelError(f"{path}: made by a later newsvane ({passport.get('newsvane')}); upgrade, or {_retrain(path)}")
    return Version(path, passport)


def versions(directory: Path) -> list[Version]:
    """All published versions, oldest first."""
    return [open_version(path) for path in _directories(directory)]


def _directories(directory: Path) -> list[Path]:
    try:
        return sorted(
            path for path in (directory / VERSIONS).iterdir() if path.is_dir() and not path.name.startswith(".")
        )
    except OSError:
        return []


def publish(
    training: Training, directory: str | Path, *, sources: Iterable[str | Path] = (), notify: Notify = ignore
) -> Version:
    """Write a new version and let it serve. `sources` are the files it was trained on, for the passport.

    A pipeline that cannot be compiled is told to `notify`, and will be served by scikit-learn.

    Raises `ModelError` where the directory cannot be written; then the version that served still does.
    """
    import shutil
    import tempfile

    directory = Path(directory)
    try:
        (directory / VERSIONS).mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".new-", dir=directory / VERSIONS))
        try:
            passport = _write_version(training, temporary, sources, notify)
            final = directory / VERSIONS / _version_name(passport)
            temporary.chmod(0o755)
            if not final.exists():  # else the same content was published within this second
                temporary.rename(final)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        _sync(directory / VERSIONS)
        _point(directory, final.name)
    except OSError as error:
        raise ModelError(f"{directory}: cannot be written: {error.strerror or error}") from error
    return open_version(final)


def promote(directory: Path, name: str) -> Version:
    """Let a published version serve. Raises `ModelError` if there is none of that name."""
    known = [path.name for path in _directories(directory)]
    if name not in known:
        raise ModelError(f"{directory}: no version {name!r}; there are {', '.join(known) or 'none'}")
    version = open_version(directory / VERSIONS / name)
    _point(directory, name)
    return version


def _point(directory: Path, name: str) -> None:
    import tempfile

    descriptor, temporary = tempfile.mkstemp(prefix=".CURRENT-", dir=directory)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{name}\n")
            file.flush()
            os.fsync(descriptor)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(directory / CURRENT)
    finally:
        Path(temporary).unlink(missing_ok=True)
    _sync(directory)


def _version_name(passport: bytes) -> str:
    import hashlib

    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    return f"{now}-{hashlib.sha256(passport).hexdigest()[:8]}"


def _write_version(training: Training, path: Path, sources: Iterable[str | Path], notify: Notify) -> bytes:
    import joblib

    from newsvane.compile import NotCompilableError, compile_pipeline

    for task, trained in training.tasks.items():
        joblib.dump(trained.pipeline, path / f"{task}.joblib")
        try:
            compile_pipeline(trained.pipeline, path / f"{task}.table")
        except NotCompilableError as reason:
            notify(f"{task}: served by scikit-learn, slower, for {reason}")
    files = {file.name: {"sha256": _sha256(file), "size": file.stat().st_size} for file in sorted(path.iterdir())}
    passport = json.dumps(_passport(training, sources) | {"files": files}, indent=1).encode()
    (path / PASSPORT).write_bytes(passport)
    for file in path.iterdir():
        _sync(file)
    _sync(path)
    return passport


def _passport(training: Training, sources: Iterable[str | Path]) -> dict[str, Any]:
    import importlib.metadata
    import platform
    import unicodedata

    from newsvane import __version__, fields

    probes = [fields.document(article) for article in training.articles[:PROBES]]
    tasks = {}
    for task, trained in training.tasks.items():
        tasks[task] = {
            "labels": list(trained.labels),
            "counts": trained.counts,
            "settings": asdict(trained.settings),
            "trials": [asdict(settings) | {"macro_f1": score} for settings, score in trained.trials],
            "temperature": trained.temperature,
            "min_known": trained.min_known,
            "out_of_fold": {
                "macro_f1": trained.metrics.macro_f1,
                "accuracy": trained.metrics.accuracy,
                "log_loss": trained.metrics.log_loss,
                "coverage_curve": [asdict(point) for point in trained.metrics.coverage_curve],
            },
            "probes": trained.pipeline.predict_proba(probes).tolist(),
        }
    return {
        "format": FORMAT,
        "newsvane": __version__,
        "python": platform.python_version(),
        "unicode": unicodedata.unidata_version,
        "libraries": {library: importlib.metadata.version(library) for library in LIBRARIES},
        "seed": training.seed,
        "data": {
            "articles": len(training.articles),
            "targets": sorted({article.target.casefold() for article in training.articles if article.target}),
            "files": {Path(source).name: _sha256(Path(source)) for source in sources if Path(source).is_file()},
        },
        "tasks": tasks,
        "probes": probes,
    }


def _sha256(path: Path) -> str:
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Make sure a file or a directory is on the disk, where the system can."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

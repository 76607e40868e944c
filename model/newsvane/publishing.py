"""Writing versions of a model, and letting one serve."""

from __future__ import annotations

import contextlib
import os
import platform
import secrets
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsvane.articles import Article
from newsvane.errors import ModelError, Notify, ignore
from newsvane.packing import sync, write_version
from newsvane.store import (
    CURRENT,
    TIME,
    VERSIONS,
    Version,
    current,
    directories,
    find,
    history,
    open_version,
)

if TYPE_CHECKING:
    from newsvane.training import Training

DAY = 86400.0
REMEMBERED = 20
"""The pointer names so many versions that served, so that one can go back."""


def publish(
    training: Training,
    directory: str | Path,
    *,
    sources: Iterable[str | Path] = (),
    stance_labels: str = "",
    held_out: Iterable[Article] = (),
    test: dict[str, Any] | None = None,
    serve: bool = True,
    notify: Notify = ignore,
) -> Version:
    """Write a new version and, unless told not to, let it serve.

    `sources` are the files it was trained on, `stance_labels` how their labels were mapped on reading, `held_out` the
    articles it was tested on, and `test` a record of how that went, all for those who look at it later. A pipeline
    that cannot be compiled is told to `notify`, and will be served by scikit-learn. Raises `ModelError` where the
    directory cannot be written; then the version that served still does.
    """
    import shutil

    directory = Path(directory)
    with _writing(directory):
        (directory / VERSIONS).mkdir(parents=True, exist_ok=True)
        _clean(directory)
        temporary = _temporary(directory / VERSIONS, ".new")
        try:
            temporary.mkdir()
            passport = write_version(
                training,
                temporary,
                sources=sources,
                stance_labels=stance_labels,
                held_out=held_out,
                test=test,
                notify=notify,
            )
            final = directory / VERSIONS / _version_name(passport)
            _check_clock(directory, final, notify)
            temporary.rename(final)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        sync(directory / VERSIONS)
        if serve:
            _point(directory, final.name)
    return open_version(final)


def promote(directory: Path, name: str) -> Version:
    """Let a published version serve, by its name or how it begins.

    Raises `ModelError` if there is none, or the directory cannot be written.
    """
    version = find(directory, name)
    with _writing(directory):
        _point(directory, version.name)
    return version


def rollback(directory: Path) -> Version:
    """Let the version serve that did before the present one.

    Raises `ModelError` if there is none, or the directory cannot be written.
    """
    present, *before = history(directory)
    known = {path.name for path in directories(directory)}
    earlier = [name for name in before if name in known and name != present]
    if not earlier:
        raise ModelError(f"{directory}: no earlier version to roll back to; newsvane models list shows what there is")
    version = open_version(directory / VERSIONS / earlier[0])
    with _writing(directory):
        _write_pointer(directory, earlier)
    return version


def prune(directory: Path, keep: int) -> list[str]:
    """Remove all versions but the newest `keep`, and never the one that serves or the one before; their names.

    Raises `ModelError`, and removes none, where the pointer names no version: then any of them may be the one that
    is to serve.
    """
    import shutil

    present, known = current(directory).name, directories(directory)
    before = [name for name in history(directory)[1:] if name in {path.name for path in known}]
    safe = {present, *before[:1]}
    old = [path for path in known[: -keep or None] if path.name not in safe]
    with _writing(directory):
        for path in old:
            hidden = path.with_name(f".old-{path.name}")
            path.rename(hidden)  # at once no version any more, however long its files take
            shutil.rmtree(hidden)
    return [path.name for path in old]


@contextlib.contextmanager
def _writing(directory: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ModelError(f"{directory}: cannot be written: {error.strerror or error}") from error


def _point(directory: Path, name: str) -> None:
    try:
        before = history(directory)
    except ModelError:
        before = []
    _write_pointer(directory, [name, *(other for other in before if other != name)][:REMEMBERED])


def _write_pointer(directory: Path, names: Iterable[str]) -> None:
    temporary = _temporary(directory, ".CURRENT")
    try:
        with temporary.open("x", encoding="utf-8") as file:
            file.writelines(f"{name}\n" for name in names)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(directory / CURRENT)
    finally:
        temporary.unlink(missing_ok=True)
    sync(directory)


def _temporary(directory: Path, kind: str) -> Path:
    """A name for what is not whole yet. It says which process of which machine writes it."""
    return directory / f"{kind}-{platform.node()}-{os.getpid()}-{secrets.token_hex(4)}"


def _clean(directory: Path) -> None:
    """Remove what trainers left behind that were killed."""
    import shutil

    for path in (directory / VERSIONS).glob(".old-*"):
        shutil.rmtree(path, ignore_errors=True)
    for path in (directory / VERSIONS).glob(".new-*"):
        if _abandoned(path):
            shutil.rmtree(path, ignore_errors=True)
    for path in directory.glob(".CURRENT-*"):
        if _abandoned(path):
            path.unlink(missing_ok=True)


def _abandoned(temporary: Path) -> bool:
    """Whether nobody writes it any more: its process is gone or, where that cannot be asked, a day has passed."""
    owner, pid, _ = temporary.name.rsplit("-", 2)
    if owner.partition("-")[2] == platform.node() and os.name == "posix" and pid.isdecimal():
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            return True
        except OSError:  # it lives, under another user
            return False
        return int(pid) == os.getpid()
    try:
        return time.time() - temporary.stat().st_mtime > DAY
    except OSError:  # its owner was faster
        return False


def _check_clock(directory: Path, new: Path, notify: Notify) -> None:
    later = [path.name for path in directories(directory) if path.name > new.name]
    if later:
        notify(f"{later[-1]} is of a later time than now: was the clock set back? Lists of versions go by time")


def _version_name(passport: bytes) -> str:
    import hashlib

    now = datetime.now(UTC).strftime(TIME)
    return f"{now}-{hashlib.sha256(passport).hexdigest()[:8]}"

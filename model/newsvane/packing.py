"""The files of a version: pipelines, tables, what it was tested on, and the passport that says what all of it is."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsvane.articles import Article
from newsvane.errors import ModelError, Notify
from newsvane.store import FORMAT, HELD_OUT, PASSPORT
from newsvane.table import open_table

if TYPE_CHECKING:
    from newsvane.training import Training

LIBRARIES = ("scikit-learn", "numpy", "scipy", "joblib")
PROBES, PROBE_LENGTH = 3, 200
"""The heads of so many training articles go into the passport with their probabilities, to check a loaded model by."""
CHECKED = 50
"""So many training articles must get the same answers of a table as of its pipeline."""
TOLERANCE = 1e-5


def write_version(
    training: Training,
    path: Path,
    *,
    sources: Iterable[str | Path],
    stance_labels: str,
    held_out: Iterable[Article],
    test: dict[str, Any] | None,
    notify: Notify,
) -> bytes:
    """Write all files of a version into a new directory, and onto the disk; the passport's bytes.

    Raises `ModelError` where a table, opened again, answers otherwise than its pipeline.
    """
    from newsvane.compile import NotCompilableError, compile_pipeline
    from newsvane.pipeline import dump

    record = _passport(training, sources, stance_labels) | {"test": test}
    _write_held_out(held_out, path / HELD_OUT)
    for task, trained in training.tasks.items():
        dump(trained.pipeline, path / f"{task}.joblib")
        try:
            compile_pipeline(trained.pipeline, path / f"{task}.table")
        except NotCompilableError as reason:
            notify(f"{task}: served by scikit-learn, slower, for {reason}")
        else:
            _check_table(path / f"{task}.table", trained.pipeline, training.articles[:CHECKED])
    files = {file.name: {"sha256": _sha256(file), "size": file.stat().st_size} for file in sorted(path.iterdir())}
    passport = json.dumps(record | {"files": files}, indent=1).encode()
    (path / PASSPORT).write_bytes(passport)
    for file in path.iterdir():
        sync(file)
    sync(path)
    return passport


def _write_held_out(articles: Iterable[Article], path: Path) -> None:
    lines = [
        json.dumps({"id": a.id, "title": a.title, "text": a.text, "target": a.target, **a.labels}) for a in articles
    ]
    if lines:
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _check_table(path: Path, pipeline: Any, articles: Sequence[Article]) -> None:
    """Raise `ModelError` unless a table, opened again, answers as its pipeline does."""
    from newsvane import fields
    from newsvane.kernel import TableScorer
    from newsvane.pipeline import PipelineScorer

    table, reference = TableScorer(open_table(path)), PipelineScorer(pipeline)
    columns = fields.columns(articles, table.fields, table.idf)
    documents = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    for one, two in zip(table.score(documents), reference.score(documents), strict=True):
        far = max(abs(a - b) for a, b in zip(one.logits, two.logits, strict=True))
        if far > TOLERANCE * max(1, *map(abs, two.logits)) or (one.words, one.known) != (two.words, two.known):
            raise ModelError(
                f"{path.name}: does not answer as the pipeline does; please report it. Nothing was published"
            )


def _passport(training: Training, sources: Iterable[str | Path], stance_labels: str) -> dict[str, Any]:
    import importlib.metadata
    import unicodedata

    from newsvane import __version__, fields
    from newsvane.calibration import softmax
    from newsvane.pipeline import PipelineScorer

    probes = [fields.document(article)[:PROBE_LENGTH] for article in training.articles[:PROBES]]
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
            "probes": softmax([score.logits for score in PipelineScorer(trained.pipeline).score(probes)]).tolist(),
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
            "targets": sorted(training.targets),
            "stance_labels": stance_labels,
            "files": {Path(source).name: _sha256(Path(source)) for source in sources if Path(source).is_file()},
        },
        "tasks": tasks,
        "probes": probes,
    }


def _sha256(path: Path) -> str:
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Make sure a file or a directory is on the disk, where the system can."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""newsvane train."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from newsvane.articles import Columns, read_labelled
from newsvane.cli.options import SkipBad, say, takes_columns
from newsvane.report.models import training_text


@takes_columns(labels=True)
def train(
    data: Annotated[list[str], typer.Argument(metavar="DATA...", help="Labelled tables: csv, tsv, jsonl or parquet.")],
    *,
    model: Annotated[
        Path,
        typer.Option("--model", "-m", metavar="DIR", envvar="NEWSVANE_MODEL", help="Model directory to publish into."),
    ] = Path("model"),
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Seed of the folds and the solver.")] = 0,
    skip_bad: SkipBad = False,
    columns: Columns,
) -> None:
    """Train a topic and a stance model on labelled articles, and let them serve."""
    from newsvane import store, training

    started = time.perf_counter()
    articles = read_labelled(data, columns, skip_bad=skip_bad, notify=say)
    trained = training.train(articles, seed=seed, notify=say)
    version = store.publish(trained, model, sources=data, notify=say)
    typer.echo(training_text(trained, version, time.perf_counter() - started))

"""newsvane train."""

from __future__ import annotations

import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsvane.articles import Article, Columns
from newsvane.cli.options import GatesFile, SkipBad, say, takes_columns
from newsvane.errors import ModelError
from newsvane.sources import read_batches, read_labelled

if TYPE_CHECKING:
    from newsvane.promotion import Contest
    from newsvane.store import Version


class Promote(StrEnum):
    """When a new version serves: if it passes the gates, always, or never."""

    gate = "gate"
    always = "always"
    never = "never"


@takes_columns(labels=True)
def train(
    data: Annotated[
        list[str],
        typer.Argument(
            metavar="DATA...",
            help="Labelled tables (csv, tsv, jsonl, parquet) or exports of labelling tools, the newest last.",
        ),
    ],
    *,
    model: Annotated[
        Path,
        typer.Option("--model", "-m", metavar="DIR", envvar="NEWSVANE_MODEL", help="Model directory to publish into."),
    ] = Path("model"),
    test: Annotated[
        list[Path],
        typer.Option(
            "--test",
            metavar="DATA",
            help="Labelled table to hold the new model against the one that serves. Default: that of the latter.",
        ),
    ] = [],  # noqa: B006  (typer reads it)
    promote: Annotated[
        Promote, typer.Option(help="Let the new model serve: if it passes the gates, always, or never.")
    ] = Promote.gate,
    gates: GatesFile = None,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Seed of the folds and the solver.")] = 0,
    skip_bad: SkipBad = False,
    columns: Columns,
) -> None:
    """Train a topic and a stance model on labelled articles, and let them serve if they are no worse than before.

    Of several files a later one is newer: a row with the id or the text of an older one takes its place.
    """
    from newsvane import promotion, publishing, training
    from newsvane.drift import measure_growth
    from newsvane.gates import read_gates
    from newsvane.merging import merge
    from newsvane.report.drifts import merged_text
    from newsvane.report.models import training_text

    started = time.perf_counter()
    wanted = read_gates(gates) if gates else ()
    champion = _champion(model)
    held_out = read_labelled(test, columns, notify=say) if test else _held_out(champion)
    merged = merge(read_batches(data, columns, skip_bad=skip_bad, notify=say))
    trained = training.train(merged.articles, seed=seed, notify=say)
    contest = promotion.contest(trained, champion, held_out, wanted, seed=seed)
    serves = promote is Promote.always or (promote is Promote.gate and (contest is None or contest.passed))
    version = publishing.publish(
        trained,
        model,
        sources=[*data],
        stance_labels=columns.stance_labels,
        held_out=held_out,
        test=_record(contest),
        serve=serves,
        notify=say,
    )
    typer.echo(training_text(trained, version, time.perf_counter() - started))
    if len(data) > 1:
        typer.echo(f"\n{merged_text(merged, measure_growth(merged, trained, seed=seed))}")
    _tell(contest, champion, version, serves, held_out)
    if contest and not contest.passed and promote is Promote.gate:
        raise typer.Exit(3)


def _champion(directory: Path) -> Version | None:
    """The version that serves. One that cannot be loaded is said, and does not stop the training of another."""
    from newsvane import classifier, store

    if not (directory / store.CURRENT).exists():
        return None
    try:
        champion = store.current(directory)
        classifier.load(champion.path)
        return champion
    except ModelError as error:
        say(f"no comparison with the model that served: {error}")
        return None


def _held_out(champion: Version | None) -> list[Article]:
    try:
        return champion.held_out() if champion else []
    except ModelError as error:
        say(f"no test on the held-out articles of the version that serves: {error}")
        return []


def _record(contest: Contest | None) -> dict[str, Any] | None:
    from newsvane.report.schema import evaluation_record

    return evaluation_record(contest.evaluation, contest.gates, contest.comparison) if contest else None


def _tell(
    contest: Contest | None, champion: Version | None, version: Version, serves: bool, held_out: list[Article]
) -> None:
    from newsvane.report.evaluations import evaluation_text

    if contest:
        typer.echo("\non held-out articles")
        typer.echo(evaluation_text(contest.evaluation, contest.gates, contest.comparison))
        if contest.leaked:
            say(f"{contest.leaked} held-out articles stand in the training data too; they were left out of the test")
        for task, labels in contest.lacking.items():
            say(f"held-out articles have a {task} that the new model lacks, and is wrong on: {', '.join(labels)}")
    elif held_out:
        say("every held-out article stands in the training data too: there was no test")
    elif champion:
        say(f"{champion.name} was not held against the new model: there are no held-out articles; give --test DATA")
    for task in (champion.passport["tasks"].keys() - version.passport["tasks"].keys()) if champion else ():
        say(f"the new model has no {task}, for no article has a label for it")
    mend = f"newsvane models promote {version.name} --model {version.path.parent.parent}"
    if serves:
        say(f"{version.name} serves")
    elif champion:
        say(f"{champion.name} still serves; let the new one serve all the same: {mend}")
    else:
        say(f"no version serves; let one: {mend}")

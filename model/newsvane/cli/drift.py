"""newsvane drift."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsvane import outputs
from newsvane.articles import Columns
from newsvane.cli.options import ModelOption, say, takes_columns
from newsvane.report.drifts import drift_record, drift_text
from newsvane.report.records import to_json
from newsvane.sources import read_articles

if TYPE_CHECKING:
    from newsvane.store import Version


class Format(StrEnum):
    """How drift is written."""

    text = "text"
    json = "json"


@takes_columns(labels=False)
def drift(
    reference: Annotated[
        str,
        typer.Argument(metavar="REFERENCE", help="Articles the model was good at: held-out, or an earlier feed."),
    ],
    new: Annotated[list[str], typer.Argument(metavar="NEW...", help="The articles it is given now.")],
    *,
    model: ModelOption = None,
    max_vocabulary: Annotated[
        float, typer.Option(min=0, metavar="D", help="Most that the share of unseen words may rise.")
    ] = 0.05,
    max_share: Annotated[float, typer.Option(min=0, metavar="D", help="Most that a label's share may change.")] = 0.10,
    max_confidence: Annotated[
        float, typer.Option(min=0, metavar="D", help="Most that the mean confidence may fall.")
    ] = 0.05,
    format: Annotated[Format, typer.Option("--format", "-f")] = Format.text,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Seed of the bootstrap.")] = 0,
    columns: Columns,
) -> None:
    """Compare the articles of today with those a model learned from; exit with 3 past a limit.

    A difference is past its limit where it is larger and its 95% interval excludes zero.
    """
    from newsvane.classifier import load, resolve
    from newsvane.drift import Limits, measure_drift

    old = list(read_articles(reference, columns, notify=say))
    today = list(read_articles(new, columns, notify=say))
    if bad := sum(bool(article.error) for article in (*old, *today)):
        say(f"{bad} rows cannot be used and are left aside; newsvane audit lists them")
    version = resolve(model, notify=say)
    if learned := _learned(version, reference):
        say(f"{reference}: the model was trained on this, so its confidence there says nothing and is not compared")
    limits = Limits(max_vocabulary, max_share, max_confidence)
    measured = measure_drift(old, today, load(version.path, notify=say), learned=learned, limits=limits, seed=seed)
    with outputs.open_output(None) as out:
        print(to_json(drift_record(measured), indent=True) if format is Format.json else drift_text(measured), file=out)
    if measured.past:
        raise typer.Exit(3)


def _learned(version: Version, reference: str) -> bool:
    """Whether a file is one of those that a version was trained on."""
    import hashlib

    if not Path(reference).is_file():
        return False
    with Path(reference).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return digest in version.passport["data"]["files"].values()

"""newsvane classify."""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsvane import outputs
from newsvane.articles import Columns
from newsvane.cli.options import ModelOption, say, takes_columns
from newsvane.sources import STDIN, read_articles

if TYPE_CHECKING:
    from newsvane.predictions import Prediction


class Format(StrEnum):
    """How predictions are written."""

    text = "text"
    jsonl = "jsonl"
    csv = "csv"
    parquet = "parquet"


class Engine(StrEnum):
    """What scores: the compiled table, or the scikit-learn pipeline."""

    auto = "auto"
    table = "table"
    sklearn = "sklearn"


@takes_columns(labels=False)
def classify(
    source: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE]...", help="Files, directories, - for stdin, or a text in quotes."),
    ] = None,
    *,
    model: ModelOption = None,
    format: Annotated[
        Format | None, typer.Option("--format", "-f", help="Default: that of the -o file's ending, else text.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write results here instead of stdout.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where an interrupted run stopped.")] = False,
    target: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="What the stance is towards, for every article; may be given several times."),
    ] = None,
    min_confidence: Annotated[
        float, typer.Option(min=0, max=1, metavar="P", help="Withhold answers less probable than this.")
    ] = 0.0,
    explain: Annotated[bool, typer.Option("--explain", help="Show what each answer rests on.")] = False,
    sections: Annotated[
        bool, typer.Option("--sections", help="Show the topic of each paragraph, and of the matter beside the story.")
    ] = False,
    engine: Annotated[
        Engine, typer.Option(help="The compiled table, or scikit-learn itself, to compare.")
    ] = Engine.auto,
    columns: Columns,
) -> None:
    """Classify articles: one result for each, in order."""
    from newsvane.classifier import load

    if not source:
        if sys.stdin.isatty():
            raise typer.BadParameter(
                "name a file, a directory, a text in quotes, or - for standard input", param_hint="SOURCE"
            )
        source = [STDIN]
    kind = format or (_format_of(output) if output else Format.text)
    if kind is Format.parquet and output is None:
        raise typer.BadParameter("parquet needs -o FILE", param_hint="--format")
    if resume and (output is None or kind not in (Format.jsonl, Format.csv)):
        raise typer.BadParameter("needs -o FILE with the format jsonl or csv", param_hint="--resume")
    articles = read_articles(source, columns, notify=say)
    first = next(articles, None)  # a source that cannot be read is said before a model is loaded
    classifier = load(model, engine=engine, notify=say)
    found = itertools.chain([first], articles) if first else iter(())
    done = outputs.progress_of(output, kind) if resume and output else outputs.Progress()
    if done.rows and output:
        say(f"{output}: goes on after {done.rows} rows")
        found = done.skip(found, output)
    live = STDIN in source
    predictions = classifier.predict(
        found, targets=target or (), min_confidence=min_confidence, explain=explain, sections=sections, live=live
    )
    if sys.stderr.isatty():
        predictions = _counted(predictions)
    with outputs.open_output(output, append=resume) as out:
        predictions = outputs.flushed(predictions, out) if live else predictions
        if kind is Format.jsonl:
            outputs.write_jsonl(predictions, out)
        elif kind is Format.csv:
            outputs.write_csv(predictions, out, classifier.labels, done.columns)
        elif kind is Format.parquet:
            from newsvane.report.parquet import write_parquet

            write_parquet(predictions, out.buffer, classifier.labels)
        else:
            outputs.write_text(predictions, out, classifier.labels)


_FORMATS = {
    ".jsonl": Format.jsonl,
    ".ndjson": Format.jsonl,
    ".csv": Format.csv,
    ".parquet": Format.parquet,
    ".txt": Format.text,
}


def _format_of(output: Path) -> Format:
    ending = output.suffix.lower()
    if ending not in _FORMATS:
        raise typer.BadParameter(f"ends in none of {' '.join(_FORMATS)}; say --format", param_hint="-o")
    return _FORMATS[ending]


def _counted(predictions: Iterable[Prediction]) -> Iterator[Prediction]:
    """The same predictions; after two seconds their number is shown on the terminal as it grows."""
    started = shown = time.monotonic()
    for number, prediction in enumerate(predictions, 1):
        yield prediction
        now = time.monotonic()
        if now - started > 2 and now - shown > 0.2:
            shown = now
            print(
                f"\r{number:,} articles, {number / (now - started):,.0f} a second", end="", file=sys.stderr, flush=True
            )
    if shown > started:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)

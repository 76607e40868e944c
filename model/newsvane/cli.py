"""The command line: each command parses, calls the function of the same name, renders, and exits.

Results go to stdout, everything else to stderr. Exit codes: 0 done, 1 error, 2 usage, 3 gate failed.
"""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsvane import __version__, outputs, report
from newsvane.articles import STDIN, Columns, read_articles, read_labelled
from newsvane.errors import NewsvaneError

if TYPE_CHECKING:
    from newsvane.classifier import Prediction

app = typer.Typer(
    help="Topic and stance of news articles.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
models_app = typer.Typer(help="The versions of a model.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(models_app, name="models")


class Format(StrEnum):
    """How predictions are written."""

    text = "text"
    jsonl = "jsonl"
    csv = "csv"


class Engine(StrEnum):
    """What scores: the compiled table, or the scikit-learn pipeline."""

    auto = "auto"
    table = "table"
    sklearn = "sklearn"


class ReportFormat(StrEnum):
    """How an evaluation is written."""

    text = "text"
    json = "json"
    markdown = "markdown"


ModelOption = Annotated[
    Path | None,
    typer.Option(
        "--model",
        "-m",
        metavar="DIR",
        help="Model directory. Default: $NEWSVANE_MODEL, else ./model, else the starter model.",
    ),
]
IdColumn = Annotated[str, typer.Option(metavar="NAME", help="Column with the article's id.")]
TitleColumn = Annotated[str, typer.Option(metavar="NAME", help="Column with the title.")]
TextColumn = Annotated[str, typer.Option(metavar="NAME", help="Column with the text.")]
TargetColumn = Annotated[str, typer.Option(metavar="NAME", help="Column with what the stance is towards.")]
TopicColumn = Annotated[str, typer.Option(metavar="NAME", help="Column with the topic label.")]
StanceColumn = Annotated[str, typer.Option(metavar="NAME", help="Column with the stance label.")]
Pages = Annotated[
    bool, typer.Option("--pages", help="Texts in tables are scraped pages: keep what is not the story apart.")
]


def main() -> None:
    """Run the command line; errors meant for the user become one message and exit code 1."""
    try:
        app()
    except NewsvaneError as error:
        _say(f"error: {error}")
        sys.exit(1)


def _say(message: str) -> None:
    print(report.safe_for_terminal(message), file=sys.stderr, flush=True)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"newsvane {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


@app.command()
def train(
    data: Annotated[list[str], typer.Argument(metavar="DATA...", help="Labelled tables: csv, tsv, jsonl or parquet.")],
    model: Annotated[
        Path,
        typer.Option("--model", "-m", metavar="DIR", envvar="NEWSVANE_MODEL", help="Model directory to publish into."),
    ] = Path("model"),
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Seed of the folds and the solver.")] = 0,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Leave bad rows out and list them, instead of stopping.")
    ] = False,
    id_column: IdColumn = "id",
    title_column: TitleColumn = "title",
    text_column: TextColumn = "text",
    target_column: TargetColumn = "target",
    topic_column: TopicColumn = "topic",
    stance_column: StanceColumn = "stance",
    pages: Pages = False,
) -> None:
    """Train a topic and a stance model on labelled articles, and let them serve."""
    from newsvane.store import publish
    from newsvane.training import train as train_models

    started = time.perf_counter()
    columns = Columns(id_column, title_column, text_column, target_column, topic_column, stance_column, pages)
    articles = read_labelled(data, columns, skip_bad=skip_bad, notify=_say)
    training = train_models(articles, seed=seed, notify=_say)
    version = publish(training, model, sources=data, notify=_say)
    typer.echo(report.training_text(training, version, time.perf_counter() - started))


@app.command()
def classify(
    source: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE]...", help="Files, directories, - for stdin, or a text in quotes."),
    ] = None,
    model: ModelOption = None,
    format: Annotated[
        Format | None, typer.Option("--format", "-f", help="Default: that of the -o file's ending, else text.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write results here instead of stdout.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where an interrupted run stopped.")] = False,
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
    id_column: IdColumn = "id",
    title_column: TitleColumn = "title",
    text_column: TextColumn = "text",
    target_column: TargetColumn = "target",
    pages: Pages = False,
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
    if resume and (output is None or kind is Format.text):
        raise typer.BadParameter("needs -o FILE with the format jsonl or csv", param_hint="--resume")
    columns = Columns(id_column, title_column, text_column, target_column, pages=pages)
    articles = read_articles(source, columns, notify=_say)
    first = next(articles, None)  # a source that cannot be read is said before a model is loaded
    classifier = load(model, engine=engine, notify=_say)
    found = itertools.chain([first], articles) if first else iter(())
    done = outputs.progress_of(output, kind) if resume and output else outputs.Progress()
    if done.rows and output:
        _say(f"{output}: goes on after {done.rows} rows")
        found = done.skip(found, output)
    predictions = _counted(classifier.predict(found, min_confidence=min_confidence, explain=explain, sections=sections))
    with outputs.open_output(output, append=resume) as out:
        if kind is Format.jsonl:
            outputs.write_jsonl(predictions, out)
        elif kind is Format.csv:
            outputs.write_csv(predictions, out, classifier.labels, done.columns)
        else:
            outputs.write_text(predictions, out, classifier.labels)


@app.command()
def evaluate(
    data: Annotated[list[str], typer.Argument(metavar="DATA...", help="Labelled tables to test the model on.")],
    model: ModelOption = None,
    format: Annotated[ReportFormat, typer.Option("--format", "-f")] = ReportFormat.text,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Leave bad rows out and list them, instead of stopping.")
    ] = False,
    id_column: IdColumn = "id",
    title_column: TitleColumn = "title",
    text_column: TextColumn = "text",
    target_column: TargetColumn = "target",
    topic_column: TopicColumn = "topic",
    stance_column: StanceColumn = "stance",
    pages: Pages = False,
) -> None:
    """Compare a model's answers with the labels of articles it has not seen."""
    from newsvane.classifier import load
    from newsvane.evaluation import evaluate as evaluate_model

    columns = Columns(id_column, title_column, text_column, target_column, topic_column, stance_column, pages)
    evaluation = evaluate_model(load(model, notify=_say), read_labelled(data, columns, skip_bad=skip_bad, notify=_say))
    with outputs.open_output(None) as out:
        if format is ReportFormat.json:
            print(report.to_json(report.evaluation_record(evaluation), indent=True), file=out)
        elif format is ReportFormat.markdown:
            print(report.evaluation_markdown(evaluation), file=out)
        else:
            print(report.evaluation_text(evaluation), file=out)


@models_app.command()
def show(
    model: ModelOption = None,
    json: Annotated[bool, typer.Option("--json", help="The whole passport, as JSON.")] = False,
) -> None:
    """Show what the model that serves was made from and how good it is."""
    from newsvane.classifier import resolve

    version = resolve(model, notify=_say)
    typer.echo(report.to_json(version.passport, indent=True) if json else report.version_text(version))


ModelDirectory = Annotated[
    Path, typer.Option("--model", "-m", metavar="DIR", envvar="NEWSVANE_MODEL", help="Model directory.")
]


@models_app.command("list")
def list_versions(model: ModelDirectory = Path("model")) -> None:
    """List the versions of a model, oldest first; a star marks the one that serves."""
    from newsvane import store

    serving = store.current(model).name
    for version in store.versions(model):
        typer.echo(f"{'*' if version.name == serving else ' '} {version.name}")


@models_app.command()
def promote(version: str, model: ModelDirectory = Path("model")) -> None:
    """Let a version serve."""
    from newsvane import store

    _say(f"{store.promote(model, version).name} serves")


# --- output -----------------------------------------------------------------------------------------------


_FORMATS = {".jsonl": Format.jsonl, ".ndjson": Format.jsonl, ".csv": Format.csv, ".txt": Format.text}


def _format_of(output: Path) -> Format:
    ending = output.suffix.lower()
    if ending not in _FORMATS:
        raise typer.BadParameter(f"ends in none of {' '.join(_FORMATS)}; say --format", param_hint="-o")
    return _FORMATS[ending]


def _counted(predictions: Iterable[Prediction]) -> Iterator[Prediction]:
    """The same predictions; after two seconds, on a terminal, their number is shown as it grows."""
    started = shown = time.monotonic()
    visible = sys.stderr.isatty()
    for number, prediction in enumerate(predictions, 1):
        yield prediction
        now = time.monotonic()
        if visible and now - started > 2 and now - shown > 0.2:
            shown = now
            print(
                f"\r{number:,} articles, {number / (now - started):,.0f} a second", end="", file=sys.stderr, flush=True
            )
    if shown > started:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)

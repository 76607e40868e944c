"""newsvane suggest."""

from __future__ import annotations

import shutil
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from newsvane import outputs
from newsvane.articles import Columns
from newsvane.cli.options import ModelOption, say, takes_columns
from newsvane.report import suggestions as shown
from newsvane.report.style import safe_for_terminal
from newsvane.sources import read_articles, read_labelled


class Format(StrEnum):
    """How suggestions are written."""

    text = "text"
    csv = "csv"
    label_studio = "label-studio"
    prodigy = "prodigy"


@takes_columns(labels=True)
def suggest(
    source: Annotated[
        list[str] | None,
        typer.Argument(metavar="[UNLABELLED]...", help="Files to choose articles from."),
    ] = None,
    *,
    n: Annotated[int, typer.Option("-n", min=1, metavar="N", help="How many articles to choose.")] = 50,
    task: Annotated[
        list[str] | None,
        typer.Option(metavar="TASK", help="What to label them for: topic, stance. Default: each."),
    ] = None,
    model: ModelOption = None,
    format: Annotated[Format, typer.Option("--format", "-f")] = Format.text,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write results here instead of stdout.")
    ] = None,
    curve: Annotated[
        list[str] | None,
        typer.Option(metavar="DATA", help="Labelled data: show how good models are with 10 to 100% of it, first."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Seed of the grouping and of the folds.")] = 0,
    columns: Columns,
) -> None:
    """Choose the articles to label next: those a model is unsure of, varied, and from the dense part of the pool.

    Tasks for Label Studio and Prodigy hold the model's guess. With --curve DATA it says whether more labels would help.
    """
    if not source and not curve:
        raise typer.BadParameter("name the articles to choose from, or --curve DATA", param_hint="UNLABELLED")
    if curve:
        _show_curves(curve, task, columns, seed, err=bool(source))  # beside results that go elsewhere
    if not source:
        return
    from newsvane.classifier import load
    from newsvane.selection import suggest as choose

    articles = list(read_articles(source, columns, notify=say))
    if bad := sum(bool(article.error) for article in articles):
        say(f"{bad} rows cannot be used and are left aside; newsvane audit lists them")
    classifier = load(model, notify=say)
    found = choose(articles, classifier, n=n, tasks=task or (), seed=seed)
    if len(found) < n:
        say(f"only {len(found)} articles are unlabelled and can be judged")
    with outputs.open_output(output) as out:
        if format is Format.csv:
            shown.write_suggestions(found, out)
        elif format is Format.label_studio:
            print(shown.label_studio_json(found), file=out)
        elif format is Format.prodigy:
            print(shown.prodigy_jsonl(found, classifier.labels), file=out)
        else:
            width = shutil.get_terminal_size().columns if out.isatty() else None
            print(shown.suggestions_text(found, width), file=out)


def _show_curves(data: list[str], tasks: list[str] | None, columns: Columns, seed: int, *, err: bool) -> None:
    from newsvane.curve import learning_curve

    articles = read_labelled(data, columns, notify=say)
    for task in tasks or dict.fromkeys(task for article in articles for task in article.labels):
        typer.echo(safe_for_terminal(shown.curve_text(learning_curve(articles, task, seed=seed)) + "\n"), err=err)

"""newsvane evaluate."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from newsvane import outputs
from newsvane.articles import Columns, read_labelled
from newsvane.cli.options import ModelOption, SkipBad, say, takes_columns
from newsvane.report import evaluations, markdown
from newsvane.report.records import to_json


class Format(StrEnum):
    """How an evaluation is written."""

    text = "text"
    json = "json"
    markdown = "markdown"


@takes_columns(labels=True)
def evaluate(
    data: Annotated[list[str], typer.Argument(metavar="DATA...", help="Labelled tables to test the model on.")],
    *,
    model: ModelOption = None,
    format: Annotated[Format, typer.Option("--format", "-f")] = Format.text,
    skip_bad: SkipBad = False,
    columns: Columns,
) -> None:
    """Compare a model's answers with the labels of articles it has not seen."""
    from newsvane import evaluation
    from newsvane.classifier import load

    articles = read_labelled(data, columns, skip_bad=skip_bad, notify=say)
    evaluated = evaluation.evaluate(load(model, notify=say), articles)
    with outputs.open_output(None) as out:
        if format is Format.json:
            print(to_json(evaluations.evaluation_record(evaluated), indent=True), file=out)
        elif format is Format.markdown:
            print(markdown.evaluation_markdown(evaluated), file=out)
        else:
            print(evaluations.evaluation_text(evaluated), file=out)

"""Options that several commands have."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

import typer

from newsvane.articles import Columns
from newsvane.report.style import safe_for_terminal

ModelOption = Annotated[
    Path | None,
    typer.Option(
        "--model",
        "-m",
        metavar="DIR",
        help="Model directory. Default: $NEWSVANE_MODEL, else ./model, else the starter model.",
    ),
]
ModelDirectory = Annotated[
    Path, typer.Option("--model", "-m", metavar="DIR", envvar="NEWSVANE_MODEL", help="Model directory.")
]
GatesFile = Annotated[
    Path | None,
    typer.Option("--gates", metavar="FILE", help="TOML file with the tables [min], [max], [max-drop]."),
]
SkipBad = Annotated[bool, typer.Option("--skip-bad", help="Leave bad rows out and list them, instead of stopping.")]

_COLUMN_HELP = {
    "id": "Column with the article's id.",
    "title": "Column with the title.",
    "text": "Column with the text.",
    "target": "Column with what the stance is towards.",
    "topic": "Column with the topic label.",
    "stance": "Column with the stance label.",
    "stance_labels": "What stance labels mean: theirs=ours,... or a preset: fnc, semeval, pro-con, sentiment.",
    "pages": "Texts in tables are scraped pages: keep what is not the story apart.",
}


def say(message: str) -> None:
    """Tell the user something that is not a result."""
    print(safe_for_terminal(message), file=sys.stderr, flush=True)


def takes_columns(*, labels: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command, in place of its parameter `columns`, an option for each field of `Columns`.

    Without `labels`, those for the columns of topic and stance are left out.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(command, eval_str=True)
        options = {
            field.name if field.name in ("pages", "stance_labels") else f"{field.name}_column": field
            for field in fields(Columns)
            if labels or field.name not in ("topic", "stance", "stance_labels")
        }

        @functools.wraps(command)
        def with_columns(**values: Any) -> None:
            columns = Columns(**{field.name: values.pop(option) for option, field in options.items()})
            command(**values, columns=columns)

        added = [
            inspect.Parameter(
                option, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=_annotation(field.name)
            )
            for option, field in options.items()
        ]
        kept = [parameter for parameter in signature.parameters.values() if parameter.name != "columns"]
        with_columns.__signature__ = signature.replace(parameters=[*kept, *added])  # type: ignore[attr-defined]
        with_columns.__annotations__ = {parameter.name: parameter.annotation for parameter in (*kept, *added)}
        return with_columns

    return decorate


def _annotation(name: str) -> Any:
    if name == "pages":
        return Annotated[bool, typer.Option("--pages", help=_COLUMN_HELP[name])]
    if name == "stance_labels":
        return Annotated[str, typer.Option(metavar="MAPPING", help=_COLUMN_HELP[name], show_default=False)]
    return Annotated[str, typer.Option(metavar="NAME", help=_COLUMN_HELP[name])]

"""newsvane models: list, show, promote."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsvane.cli.options import ModelDirectory, ModelOption, say
from newsvane.report.models import version_text
from newsvane.report.records import to_json

app = typer.Typer(help="The versions of a model.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def show(
    model: ModelOption = None,
    json: Annotated[bool, typer.Option("--json", help="The whole passport, as JSON.")] = False,
) -> None:
    """Show what the model that serves was made from and how good it is."""
    from newsvane.classifier import resolve

    version = resolve(model, notify=say)
    typer.echo(to_json(version.passport, indent=True) if json else version_text(version))


@app.command("list")
def list_versions(model: ModelDirectory = Path("model")) -> None:
    """List the versions of a model, oldest first; a star marks the one that serves."""
    from newsvane import store

    serving = store.current(model).name
    for version in store.versions(model):
        typer.echo(f"{'*' if version.name == serving else ' '} {version.name}")


@app.command()
def promote(version: str, model: ModelDirectory = Path("model")) -> None:
    """Let a version serve."""
    from newsvane import store

    say(f"{store.promote(model, version).name} serves")

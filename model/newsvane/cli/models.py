"""newsvane models: list, show, diff, promote, rollback, prune."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsvane.cli.options import ModelDirectory, ModelOption, say
from newsvane.errors import ModelError
from newsvane.report.models import difference_text, list_text, version_text
from newsvane.report.records import to_json

app = typer.Typer(help="The versions of a model.", add_completion=False, no_args_is_help=True, rich_markup_mode=None)
VersionName = Annotated[str, typer.Argument(metavar="VERSION", help="The name of a version, or how it begins.")]


@app.command("list")
def list_versions(model: ModelDirectory = Path("model")) -> None:
    """List the versions of a model, oldest first; a star marks the one that serves."""
    from newsvane import store

    versions = store.versions(model)
    try:
        serving = store.current(model).name
    except ModelError as error:
        if not versions:
            raise
        say(str(error))
        serving = ""
    typer.echo(list_text(versions, serving))


@app.command()
def show(
    model: ModelOption = None,
    json: Annotated[bool, typer.Option("--json", help="The whole passport, as JSON.")] = False,
) -> None:
    """Show what the model that serves was made from and how good it is."""
    from newsvane.classifier import resolve

    version = resolve(model, notify=say)
    typer.echo(to_json(version.passport, indent=True) if json else version_text(version))


@app.command()
def diff(old: VersionName, new: VersionName, model: ModelDirectory = Path("model")) -> None:
    """Show in what two versions differ: data, settings, figures. newsvane compare holds them against each other."""
    from newsvane import store

    typer.echo(difference_text(store.find(model, old), store.find(model, new)))


@app.command()
def promote(version: VersionName, model: ModelDirectory = Path("model")) -> None:
    """Let a version serve."""
    from newsvane import publishing

    say(f"{publishing.promote(model, version).name} serves")


@app.command()
def rollback(model: ModelDirectory = Path("model")) -> None:
    """Let the version serve that did before."""
    from newsvane import publishing

    say(f"{publishing.rollback(model).name} serves")


@app.command()
def prune(
    model: ModelDirectory = Path("model"),
    keep: Annotated[int, typer.Option(min=0, metavar="N", help="Keep so many of the newest versions.")] = 5,
) -> None:
    """Remove old versions; the one that serves and the one before it always stay."""
    from newsvane import publishing

    removed = publishing.prune(model, keep)
    for name in removed:
        typer.echo(f"removed {name}")
    say(f"{len(removed)} versions removed")

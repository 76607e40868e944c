"""The command line: each command parses, calls the function of the same name, renders, and exits.

Results go to stdout, everything else to stderr. Exit codes: 0 done, 1 error, 2 usage, 3 gate failed.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from newsvane import __version__
from newsvane.cli import audit, classify, drift, evaluate, models, suggest, train
from newsvane.cli.light import LightCommand, LightGroup
from newsvane.cli.options import say
from newsvane.errors import NewsvaneError

app = typer.Typer(
    cls=LightGroup,
    help="Topic and stance of news articles.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command()(train.train)
app.command(cls=LightCommand)(classify.classify)
app.command()(evaluate.evaluate)
app.command()(evaluate.compare)
app.command()(audit.audit)
app.command()(suggest.suggest)
app.command()(drift.drift)
app.add_typer(models.app, name="models")


def main() -> None:
    """Run the command line; errors meant for the user become one message and exit code 1."""
    try:
        app()
    except NewsvaneError as error:
        say(f"error: {error}")
        sys.exit(1)


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

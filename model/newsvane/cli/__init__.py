"""The command line: each command parses, calls the function of the same name, renders, and exits.

Results go to stdout, everything else to stderr. Exit codes: 0 done, 1 error, 2 usage, 3 gate failed.
"""

from __future__ import annotations

import importlib
import sys
from typing import Annotated, Any

import typer
import typer.main

from newsvane import __version__
from newsvane.cli.light import LightCommand, LightGroup
from newsvane.errors import NewsvaneError

HOMES = {
    "train": "train",
    "classify": "classify",
    "evaluate": "evaluate",
    "compare": "evaluate",
    "audit": "audit",
    "suggest": "suggest",
    "drift": "drift",
    "models": "models",
}
"""The commands in the order of the help, and the module that each stands in."""


class _Commands(LightGroup):
    """Commands that are imported when they are asked for: to classify one article must not wait for the others."""

    def list_commands(self, context: Any) -> list[str]:
        """The names of all commands."""
        return list(HOMES)

    def get_command(self, context: Any, name: str) -> Any:
        """A command by its name; None if there is none."""
        if name not in HOMES:
            return None
        home = importlib.import_module(f"newsvane.cli.{HOMES[name]}")
        if name == "models":
            command: Any = typer.main.get_command(home.app)
        else:
            single = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
            single.command(cls=LightCommand if name == "classify" else None)(getattr(home, name))
            command = typer.main.get_command(single)
        command.name = name
        return command


app = typer.Typer(
    cls=_Commands,
    help="Topic and stance of news articles.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line; errors meant for the user become one message and exit code 1."""
    try:
        app()
    except NewsvaneError as error:
        from newsvane.cli.options import say

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

"""Commands that start fast."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from enum import EnumType
from pathlib import Path
from typing import Any, get_args

from typer.core import TyperCommand, TyperGroup


class _Light:
    """Plain texts, paths and choices are converted here.

    Typer converts every value with pydantic, which takes longer to import than it takes to read and judge an
    article. A value that is not plain still goes there, and typer says what is wrong with it.
    """

    params: list[Any]
    callback: Callable[..., Any] | None

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        declared = inspect.signature(self.callback).parameters if self.callback else {}
        for parameter in self.params:
            if parameter.name in declared and not parameter.required and parameter.callback is None:
                # Annotated[kind | None, ...] or Annotated[kind, ...]
                annotated = get_args(declared[parameter.name].annotation)[0]
                parameter.process_value = _plainly({*get_args(annotated), annotated}, parameter.process_value)

    def get_help_option(self, context: Any) -> Any:
        """``--help``, of which typer does not know what it is without pydantic."""
        option = super().get_help_option(context)  # type: ignore[misc]
        if option and "process_value" not in vars(option):
            thoroughly = option.process_value
            option.process_value = lambda context, value: thoroughly(context, bool(value))
        return option


class LightCommand(_Light, TyperCommand):
    """A command that starts fast."""


class LightGroup(_Light, TyperGroup):
    """A group of commands that starts fast."""


Process = Callable[[Any, Any], Any]


def _plainly(kinds: set[Any], thoroughly: Process) -> Process:
    """The conversion of a value that may be of some kinds; `thoroughly` is the one for values that are not plain."""
    choices: dict[Any, Any] = {}
    for kind in kinds:
        if isinstance(kind, EnumType):
            members: dict[str, Any] = dict(kind.__members__)
            choices |= {member.value: member for member in members.values()}

    def process(context: Any, value: Any) -> Any:
        if value is None or type(value) in kinds or (list[str] in kinds and isinstance(value, (list, tuple))):
            return value
        if list[Path] in kinds:
            return [Path(item) for item in value]
        if Path in kinds:
            return Path(value)
        return choices[value] if value in choices else thoroughly(context, value)

    return process

"""The exceptions newsvane raises on purpose, and how what is no error is told on the way.

NewsvaneError            every one of them; its text is meant for the user
├── InputError           a source that cannot be read, or rows that are wrong; `problems` lists them all
├── ModelError           a model that is missing, damaged, or made by another version
└── OptionalFeatureError an extra package is needed; the text names the install command
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

SHOWN = 20
"""How many problems the text of an `InputError` spells out; `problems` always holds them all."""


class NewsvaneError(Exception):
    """Base of all errors that newsvane raises on purpose."""


class InputError(NewsvaneError):
    """A source or some of its rows are unusable.

    `problems` holds one line each, as ``file:row: what is wrong``; `mend` says what to do about them.
    """

    def __init__(self, problems: str | Sequence[str], mend: str = "") -> None:
        self.problems: tuple[str, ...] = (problems,) if isinstance(problems, str) else tuple(problems)
        self.mend = mend
        lines = list(self.problems[:SHOWN])
        if len(self.problems) > SHOWN:
            lines.append(f"... and {len(self.problems) - SHOWN} more")
        if mend:
            lines.append(mend)
        super().__init__("\n".join(lines))


class ModelError(NewsvaneError):
    """A trained model is missing, damaged, or from another version of a library."""


class OptionalFeatureError(NewsvaneError):
    """A feature needs a package that is not installed."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs an optional package: pip install 'newsvane[{extra}]'")


Notify = Callable[[str], None]
"""What a user should be told on the way goes to such a function, a sentence at a time."""


def ignore(message: str) -> None:
    """Tell nobody."""

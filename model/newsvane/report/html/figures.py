"""Figures as HTML."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from newsvane.report.evaluations import enough_digits
from newsvane.report.html.markup import Markup, tag

if TYPE_CHECKING:
    from newsvane.bootstrap import Difference, Estimate

MINUS = "\N{MINUS SIGN}"


def between(estimate: Estimate) -> Markup:
    """The interval of a value."""
    return tag("span", f"[{estimate.low:.4f}, {estimate.high:.4f}]", class_="between")


def between_signed(difference: Difference) -> Markup:
    """The interval of a difference."""
    return tag("span", f"[{signed(difference.low)}, {signed(difference.high)}]", class_="between")


def signed(value: float, limit: float | None = None) -> str:
    """A value with its sign, and with the digits that it takes to tell it from a limit of the same sign."""
    shown = f"{abs(value):.4f}" if limit is None else enough_digits(abs(value), limit)
    return f"{MINUS if math.copysign(1, value) < 0 else '+'}{shown}"


def percent(share: float) -> str:
    """A share in whole percent."""
    return f"{100 * share:.0f}%"


def many(count: int, one: str, more: str) -> str:
    """A count with its noun."""
    return f"{count:,} {one if count == 1 else more}"

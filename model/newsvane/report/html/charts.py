"""Charts as SVG: pure functions, numbers in, markup out.

Positions are shares of the width, so a chart in a row of a table fills whatever room it gets without distortion.
Colours and strokes stand in the stylesheet, by class. Every chart is an image with a title, which is its text for
those who do not see it; the figures stand in a table beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsvane.report.html.markup import Content, Markup, join, tag

if TYPE_CHECKING:
    from newsvane.metrics import CoveragePoint, ReliabilityBin

HEIGHT = 20
"""The height of a chart in a row."""
SIZE, LEFT, TOP = 320, 34, 32
"""Of the larger charts: the width, the room for the numbers of the vertical axis, and that above, in units."""
PLOT = SIZE - LEFT - 16


@dataclass(frozen=True, slots=True)
class Axis:
    """The values from `low` to `high`, drawn from left to right."""

    low: float
    high: float

    @classmethod
    def around(cls, values: Iterable[float], margin: float = 0.08) -> Axis:
        """One on which all the values have room."""
        values = list(values)
        room = (max(values) - min(values)) * margin or 0.01
        return cls(min(values) - room, max(values) + room)

    def place(self, value: float) -> str:
        """Where a value stands, in percent of the width."""
        return f"{100 * self.share(value):.2f}%"

    def share(self, value: float) -> float:
        """Where a value stands, from 0 to 1; a value beyond the axis stands at its end."""
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)


def figure(identity: str, title: str, *content: Content, **attributes: str | float | None) -> Markup:
    """An image with a title."""
    return tag(
        "svg",
        tag("title", title, id=identity),
        *content,
        role="img",
        aria_labelledby=identity,
        **attributes,
    )


def scale(axis: Axis, ticks: Sequence[float]) -> Markup:
    """The numbers of an axis, to stand above the charts of a column. The figures stand in the rows, so it is hidden."""
    return tag(
        "svg",
        [
            tag("text", f"{tick:g}", x=axis.place(tick), y=13, class_=f"tick {_anchor(axis.share(tick))}")
            for tick in ticks
        ],
        class_="strip",
        height=16,
        aria_hidden="true",
    )


def bar(identity: str, title: str, axis: Axis, value: float, low: float, high: float) -> Markup:
    """A bar from the start of the axis to a value, with its interval."""
    width = f"{100 * axis.share(value):.2f}%"
    return _row(
        identity,
        title,
        tag("rect", x=0, y=4, width="100%", height=HEIGHT - 8, class_="track"),
        tag("rect", x=0, y=4, width=width, height=HEIGHT - 8, class_="bar"),
        _span(axis, low, high),
    )


def interval(
    identity: str,
    title: str,
    axis: Axis,
    value: float,
    low: float,
    high: float,
    *,
    mark: float | None = None,
    forbidden: tuple[float, float] | None = None,
    state: str = "",
) -> Markup:
    """A dot with its interval; a `mark` to compare it with, and the values that are not allowed. `state` is a class."""
    shaded = None
    if forbidden:
        start, end = map(axis.share, forbidden)
        shaded = tag(
            "rect", x=f"{100 * start:.2f}%", y=0, width=f"{100 * (end - start):.2f}%", height=HEIGHT, class_="forbidden"
        )
    return _row(
        identity,
        title,
        tag("line", x1=0, x2="100%", y1=HEIGHT / 2, y2=HEIGHT / 2, class_="axis"),
        shaded,
        None if mark is None else tag("line", x1=axis.place(mark), x2=axis.place(mark), y1=0, y2=HEIGHT, class_="mark"),
        _span(axis, low, high),
        tag("circle", cx=axis.place(value), cy=HEIGHT / 2, r=4.5, class_=f"dot {state}".strip()),
    )


def reliability(identity: str, title: str, bins: Sequence[ReliabilityBin]) -> Markup:
    """Confidence against the share right, with intervals; below, how many answers each bin holds."""
    counts_top, counts_height = TOP + PLOT + 50, 44
    most = max((b.count for b in bins), default=1)
    marks: list[Content] = []
    for b in bins:
        x, y = _across(b.confidence), _up(b.accuracy)
        low, high = b.interval
        left, width = _across(b.low), _across(b.high) - _across(b.low)
        tall = counts_height * b.count / most
        marks += [
            tag("line", x1=x, x2=x, y1=_up(low), y2=_up(high), class_="span"),
            tag("circle", cx=x, cy=y, r=4, class_="dot"),
            tag(
                "rect",
                x=left + 1,
                y=_round(counts_top + counts_height - tall),
                width=_round(width - 2),
                height=_round(tall),
                class_="bar",
            ),
            tag(
                "text",
                _short(b.count),
                x=_round(left + width / 2),
                y=_round(counts_top + counts_height - tall - 3),
                class_="count",
            ),
        ]
    diagonal = tag("line", x1=_across(0), y1=_up(0), x2=_across(1), y2=_up(1), class_="mark")
    numbers = tag("text", "answers", x=_across(0), y=counts_top - 14, class_="tick start")
    return figure(
        identity,
        title,
        _frame((0, 0.25, 0.5, 0.75, 1), (0, 0.25, 0.5, 0.75, 1), "confidence", "share right"),
        diagonal,
        marks,
        numbers,
        tag(
            "line",
            x1=_across(0),
            x2=_across(1),
            y1=counts_top + counts_height,
            y2=counts_top + counts_height,
            class_="axis",
        ),
        viewBox=f"0 0 {SIZE} {counts_top + counts_height + 4}",
        class_="plot",
    )


def coverage(identity: str, title: str, points: Sequence[CoveragePoint]) -> Markup:
    """Share answered against share right, for each minimum of confidence, which stands at its point."""
    drawn = [(p, p.accuracy) for p in points if p.accuracy is not None]
    lowest = min((accuracy for _, accuracy in drawn), default=0.0)
    floor = min(0.1 * math.floor(10 * lowest), 0.9)
    axis = Axis(floor, 1.0)

    def at(point: CoveragePoint, accuracy: float) -> tuple[float, float]:
        return _across(point.coverage), _up(axis.share(accuracy))

    places = [at(p, accuracy) for p, accuracy in drawn]
    labels, last = [], None
    for (x, y), (point, _) in zip(places, drawn, strict=True):
        if last is None or math.dist(last, (x, y)) > 18:  # where they would cover each other the first one stands
            labels.append(tag("text", f"{point.confidence:g}", x=_round(x + 6), y=_round(y - 6), class_="tick start"))
            last = (x, y)
    ticks = [floor + (1 - floor) * step / 4 for step in range(5)]
    return figure(
        identity,
        title,
        _frame((0, 0.25, 0.5, 0.75, 1), ticks, "share answered", "share right", axis),
        tag("polyline", points=" ".join(f"{x},{y}" for x, y in places), class_="line"),
        [tag("circle", cx=x, cy=y, r=4, class_="dot") for x, y in places],
        labels,
        viewBox=f"0 0 {SIZE} {TOP + PLOT + 34}",
        class_="plot",
    )


def _frame(
    across: Sequence[float], up: Sequence[float], below: str, beside: str, axis: Axis = Axis(0.0, 1.0)
) -> Markup:
    """Grid, ticks and the names of both axes; the horizontal one goes from 0 to 1."""
    return join(
        [
            join(
                tag(
                    "line",
                    x1=_across(0),
                    x2=_across(1),
                    y1=_up(axis.share(tick)),
                    y2=_up(axis.share(tick)),
                    class_="grid",
                ),
                tag("text", f"{tick:.3g}", x=LEFT - 6, y=_round(_up(axis.share(tick)) + 3.5), class_="tick end"),
            )
            for tick in up
        ],
        [tag("text", f"{tick:g}", x=_across(tick), y=TOP + PLOT + 14, class_="tick middle") for tick in across],
        tag("text", below, x=_across(0.5), y=TOP + PLOT + 28, class_="tick middle"),
        tag("text", beside, x=0, y=11, class_="tick start"),
    )


def _row(identity: str, title: str, *content: Content) -> Markup:
    return figure(identity, title, *content, class_="strip", height=HEIGHT)


def _span(axis: Axis, low: float, high: float) -> Markup:
    return tag("line", x1=axis.place(low), x2=axis.place(high), y1=HEIGHT / 2, y2=HEIGHT / 2, class_="span")


def _anchor(share: float) -> str:
    return "start" if share < 0.05 else "end" if share > 0.95 else "middle"


def _across(share: float) -> float:
    return _round(LEFT + PLOT * share)


def _up(share: float) -> float:
    return _round(TOP + PLOT * (1 - share))


def _short(count: int) -> str:
    """A count in three characters or so."""
    return str(count) if count < 1000 else f"{count / 1000:.2g}k" if count < 100_000 else f"{count / 1e6:.2g}M"


def _round(length: float) -> float:
    return round(length, 2)

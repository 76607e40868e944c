"""The quality of one task as HTML: headline figures, labels, confusion matrix, reliability, coverage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from newsvane.report.evaluations import ABSTAINED, HEADLINES
from newsvane.report.html import charts
from newsvane.report.html.charts import Axis
from newsvane.report.html.figures import between, many, percent
from newsvane.report.html.markup import Column, Content, Markup, join, scrolling, table, tag

if TYPE_CHECKING:
    from newsvane.bootstrap import Estimate
    from newsvane.evaluation import TaskEvaluation
    from newsvane.metrics import Metrics

WHOLE = Axis(0.0, 1.0)
SHARES = ("macro_f1", "accuracy", "f_average", "coverage")
"""The headline metrics that are drawn from 0 to 1."""
MANY_LABELS = 7
"""With more labels the confusion matrix takes the width of the page."""
LONG_LABEL, LONGEST_LABEL = 10, 24
"""Longer labels stand upright above the matrix; those longer still are broken there, in characters."""


def task_html(task: str, evaluated: TaskEvaluation) -> Markup:
    """The sections of one task."""
    metrics, estimates = evaluated.metrics, evaluated.estimates
    notes = [f"{many(metrics.n, 'article', 'articles')}, {metrics.abstained:,} without an answer."]
    if metrics.missing:
        notes.append(f" No article here is labelled {', '.join(metrics.missing)}.")
    wide = " wide" if len(metrics.labels) > MANY_LABELS else ""
    return join(
        tag("p", notes, class_="lead"),
        _headlines(task, metrics, estimates),
        tag("h3", "Labels"),
        _labels(task, metrics, estimates),
        tag(
            "div",
            tag("section", tag("h3", "Confusion"), _confusion(task, metrics), class_=f"panel{wide}"),
            tag("section", tag("h3", "Reliability"), _reliability(task, metrics), class_="panel"),
            tag("section", tag("h3", "Coverage"), _coverage(task, metrics), class_="panel"),
            class_="panels",
        ),
    )


def _headlines(task: str, metrics: Metrics, estimates: Mapping[str, Estimate]) -> Markup:
    floors = {"macro_f1": metrics.majority_macro_f1, "accuracy": metrics.majority_accuracy}
    tiles = []
    for name, title in HEADLINES.items():
        if name not in estimates:
            continue
        found, floor = estimates[name], floors.get(name)
        words = f"{title} {found.value:.4f}, between {found.low:.4f} and {found.high:.4f}"
        chart = charts.interval(
            f"{task}-{name}", words, WHOLE, found.value, found.low, found.high, mark=floor
        )  # fmt: skip
        tiles.append(
            tag(
                "div",
                tag("dt", title),
                tag("dd", f"{found.value:.4f}", class_="value"),
                tag("dd", between(found)),
                tag("dd", chart) if name in SHARES else None,
                tag("dd", "always ", tag("bdi", metrics.majority), f": {floor:.4f}", class_="floor")
                if floor is not None
                else None,
            )
        )
    return tag("dl", tiles, class_="figures")


def _labels(task: str, metrics: Metrics, estimates: Mapping[str, Estimate]) -> Markup:
    columns = (
        Column("Label", "name"),
        Column(charts.scale(WHOLE, (0, 0.25, 0.5, 0.75, 1)), "chart"),
        Column("F1", "value"),
        Column("95 % interval", "interval"),
        Column("Precision"),
        Column("Recall"),
        Column("Articles"),
    )
    rows: list[list[Content]] = []
    for number, row in enumerate(metrics.per_label):
        found = estimates[f"f1[{row.label}]"]
        title = f"F1 of {row.label}: {row.f1:.4f}, between {found.low:.4f} and {found.high:.4f}"
        rows.append(
            [
                tag("bdi", row.label),
                charts.bar(f"{task}-label-{number}", title, WHOLE, row.f1, found.low, found.high),
                f"{row.f1:.4f}",
                between(found),
                f"{row.precision:.4f}",
                f"{row.recall:.4f}",
                f"{row.support:,}",
            ]
        )
    return table(columns, [(None, rows)])


def _confusion(task: str, metrics: Metrics) -> Markup:
    names = [*metrics.labels]
    if metrics.abstained:
        names.append(ABSTAINED)
    longest = max(map(len, names))
    upright = len(names) > MANY_LABELS or longest > LONG_LABEL
    head = tag(
        "tr",
        tag("th", tag("span", "predicted →"), tag("span", "true ↓"), class_="corner"),
        [tag("th", tag("bdi", name), scope="col", class_="upright" if upright else None) for name in names],
    )
    rows = []
    for place, (label, counts) in enumerate(zip(metrics.labels, metrics.confusion, strict=True)):
        total = sum(counts) or 1
        cells = [
            _cell(count, count / total, right=column == place) for column, count in enumerate(counts[: len(names)])
        ]
        rows.append(tag("tr", tag("th", tag("bdi", label), scope="row"), cells))
    room = f"--long: {min(longest, LONGEST_LABEL) + 1}"
    matrix = tag("table", tag("thead", head), tag("tbody", rows), class_="confusion", style=room)
    note = "Articles, and the share of their true label. Framed: right answers."
    return join(scrolling(f"Confusion matrix of {task}", matrix), tag("p", note, class_="note"))


def _cell(count: int, share: float, *, right: bool) -> Markup:
    if not count:
        return tag("td", "0", class_="right none" if right else "none")
    return tag(
        "td",
        f"{count:,}",
        tag("small", percent(share)),
        class_="right" if right else "wrong",
        style=f"--share:{share:.3f}",
    )


def _reliability(task: str, metrics: Metrics) -> Markup:
    bins = metrics.reliability
    title = (
        f"Reliability of {task}: of the answers given with a confidence, the share that is right; expected"
        f" calibration error {metrics.values['ece']:.4f}"
    )
    columns = (
        Column("Confidence", "name"),
        Column("Answers"),
        Column("Mean confidence"),
        Column("Share right"),
        Column("95 % interval"),
    )
    rows: list[list[Content]] = [
        [
            f"{b.low:.2f} to {b.high:.2f}",
            f"{b.count:,}",
            f"{b.confidence:.4f}",
            f"{b.accuracy:.4f}",
            f"[{b.interval[0]:.4f}, {b.interval[1]:.4f}]",
        ]
        for b in bins
    ]
    return _with_table(
        charts.reliability(f"{task}-reliability", title, bins),
        "On the diagonal a confidence is what it says. Lines: 95 % intervals. Below: answers at each confidence.",
        table(columns, [(None, rows)]),
    )


def _coverage(task: str, metrics: Metrics) -> Markup:
    columns = (Column("Minimum confidence", "name"), Column("Share answered"), Column("Share right"))
    rows: list[list[Content]] = [
        [
            f"{point.confidence:g}",
            f"{point.coverage:.4f}",
            "none" if point.accuracy is None else f"{point.accuracy:.4f}",
        ]
        for point in metrics.coverage_curve
    ]
    title = f"Coverage of {task}: the share answered and the share of it right, at minimum confidences from 0 to 0.95"
    return _with_table(
        charts.coverage(f"{task}-coverage-curve", title, metrics.coverage_curve),
        "Answer less and be right more often: each point is a minimum confidence.",
        table(columns, [(None, rows)]),
    )


def _with_table(chart: Markup, note: str, figures: Markup) -> Markup:
    return tag(
        "figure",
        chart,
        tag("figcaption", note, class_="note"),
        tag("details", tag("summary", "Figures"), figures),
    )

"""Slices as HTML: a table with a chart for each task, against the value over all articles."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from newsvane.report.html import charts
from newsvane.report.html.charts import Axis
from newsvane.report.html.figures import between
from newsvane.report.html.markup import Column, Content, Markup, join, table, tag

if TYPE_CHECKING:
    from newsvane.evaluation import Evaluation, TaskEvaluation


def slices_html(evaluation: Evaluation) -> Markup:
    """Macro-F1 of every slice, one table a task."""
    panels = [
        tag("section", tag("h3", task), _task(task, whole, evaluation.slices), class_="panel half")
        for task, whole in evaluation.tasks.items()
    ]
    note = "Macro-F1 with 95 % intervals. The vertical line is the value over all articles."
    return join(tag("p", note, class_="lead"), tag("div", panels, class_="panels"))


def _task(task: str, whole: TaskEvaluation, slices: Mapping[str, Mapping[str, TaskEvaluation]]) -> Markup:
    found = {name: tasks[task] for name, tasks in slices.items() if task in tasks}
    macro_f1 = whole.estimates["macro_f1"].value
    lowest = min([macro_f1, *(cut.estimates["macro_f1"].low for cut in found.values())])
    axis = Axis(min(int(lowest * 10) / 10, 0.9), 1.0)
    columns = (
        Column("Slice", "name"),
        Column(charts.scale(axis, (axis.low, (axis.low + 1) / 2, 1.0)), "chart"),
        Column("macro-F1", "value"),
        Column("95 % interval", "interval"),
        Column("Articles", "beside"),
    )
    bodies: list[tuple[Content, list[list[Content]]]] = []
    number = 0
    for column, names in groupby(found, key=lambda name: name.partition("=")[0]):
        rows: list[list[Content]] = []
        for name in names:
            estimate = found[name].estimates["macro_f1"]
            words = f"macro-F1 of {name}: {estimate.value:.4f}, between {estimate.low:.4f} and {estimate.high:.4f}"
            rows.append(
                [
                    tag("bdi", name.partition("=")[2]),
                    charts.interval(
                        f"{task}-slice-{number}", words, axis, estimate.value, estimate.low, estimate.high,
                        mark=macro_f1,
                    ),
                    f"{estimate.value:.4f}",
                    between(estimate),
                    f"{found[name].metrics.n:,}",
                ]
            )  # fmt: skip
            number += 1
        bodies.append((tag("bdi", column), rows))
    return table(columns, bodies)

"""A comparison with the baseline as HTML: differences with their intervals, and the articles whose label changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from newsvane.report.evaluations import HEADLINES
from newsvane.report.html import charts
from newsvane.report.html.charts import Axis
from newsvane.report.html.figures import between_signed, many, signed
from newsvane.report.html.markup import Column, Content, Markup, join, table, tag

if TYPE_CHECKING:
    from newsvane.comparison import Change, Comparison, TaskComparison

SHOWN_CHANGES = 50


def comparison_html(comparison: Comparison) -> Markup:
    """The differences of the headline metrics and the changed labels, task by task."""
    lead = join("From ", tag("bdi", tag("code", comparison.old)), " to ", tag("bdi", tag("code", comparison.new)), ".")
    note = None
    if comparison.unshared:
        articles = many(comparison.unshared, "article was", "articles were")
        note = f" {articles} answered by one of the two only and left out."
    parts = [
        join(
            tag("h3", task, tag("span", f" {many(compared.n, 'article', 'articles')}", class_="aside")),
            _differences(task, compared),
            _changes(compared),
        )
        for task, compared in comparison.tasks.items()
    ]
    scales = " Each chart has its own scale, with zero in the middle."
    return join(tag("p", lead, note, scales, class_="lead"), parts)


def _differences(task: str, compared: TaskComparison) -> Markup:
    columns = (
        Column("Metric", "name"),
        Column("Before"),
        Column("After"),
        Column("Chart of the difference", "chart headed"),
        Column("Difference", "value"),
        Column("95 % interval", "interval"),
        Column("Resolves"),
        Column("Real?", "real"),
    )
    rows: list[list[Content]] = []
    for name, title in HEADLINES.items():
        found = compared.differences.get(name)
        if not found:
            continue
        reach = max(abs(found.low), abs(found.high), abs(found.value), found.resolvable, 1e-4) * 1.1
        words = f"{title} changed by {signed(found.value)}, between {signed(found.low)} and {signed(found.high)}"
        better, real = found.worse < 0, found.significant
        rows.append(
            [
                title,
                f"{found.old:.4f}",
                f"{found.new:.4f}",
                charts.interval(
                    f"{task}-difference-{name}", words, Axis(-reach, reach), found.value, found.low, found.high,
                    mark=0.0, state=("passed" if better else "failed") if real else "",
                ),
                signed(found.value),
                between_signed(found),
                f"{found.resolvable:.4f}",
                tag("span", "better" if better else "worse", class_=f"status {'passed' if better else 'failed'}")
                if real
                else tag("span", "may be noise" if found.value else "same", class_="aside"),
            ]
        )  # fmt: skip
    return table(columns, [(None, rows)])


def _changes(compared: TaskComparison) -> Markup:
    broken, mended = compared.broken, compared.mended
    others = tuple(change for change in compared.changes if change.truth not in (change.old, change.new))
    lead = tag(
        "p",
        f"{many(len(compared.changes), 'label', 'labels')} changed: {len(mended)} mended, {len(broken)} broken,"
        f" {len(others)} wrong before and after.",
        class_="changed",
    )
    lists = [
        _change_list(title, changes)
        for title, changes in (("Broken", broken), ("Mended", mended), ("Wrong before and after", others))
        if changes
    ]
    return join(lead, lists)


def _change_list(title: str, changes: Sequence[Change]) -> Markup:
    columns = (Column("Article", "name"), *(Column(title, "text") for title in ("Before", "After", "True label")))
    rows: list[list[Content]] = [
        [
            join(
                tag("span", change.article.title or change.article.text[:80], dir="auto", lang="", class_="headline"),
                " ",
                tag("small", tag("bdi", change.article.place)),
            ),
            tag("bdi", change.old or "none"),
            tag("bdi", change.new or "none"),
            tag("bdi", change.truth),
        ]
        for change in changes[:SHOWN_CHANGES]
    ]
    rest = None
    if len(changes) > SHOWN_CHANGES:
        rest = tag("p", f"And {len(changes) - SHOWN_CHANGES:,} more; the JSON report has them all.", class_="note")
    return tag("details", tag("summary", f"{title} ({len(changes):,})"), table(columns, [(None, rows)]), rest)

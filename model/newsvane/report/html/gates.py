"""Gates as HTML: the verdict, and a table of what was asked, what was measured and what the test set can resolve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsvane.bootstrap import POWER
from newsvane.metrics import LOWER_IS_BETTER
from newsvane.report.evaluations import enough_digits
from newsvane.report.html import charts
from newsvane.report.html.charts import Axis
from newsvane.report.html.figures import between, between_signed, many, percent, signed
from newsvane.report.html.markup import Column, Content, Markup, breakable, join, table, tag

if TYPE_CHECKING:
    from newsvane.bootstrap import Difference, Estimate
    from newsvane.gates import Gate, GateReport, GateResult

SYMBOLS = {"passed": "✓", "warning": "!", "failed": "✕"}
COLUMNS = (
    Column("Outcome", "outcome"),
    Column("Metric", "name"),
    Column("Measured", "measured"),
    Column(tag("span", "Chart", class_="unseen"), "chart"),
    Column("Asked", "asked"),
)


def verdict(gates: GateReport | None) -> tuple[str, str]:
    """The status of all gates together, and the same in words; without gates an empty status."""
    if not gates or not gates.results:
        return "", "Evaluation"
    failed, warnings = (sum(result.status == status for result in gates.results) for status in ("failed", "warning"))
    all_gates = many(len(gates.results), "gate", "gates")
    if failed:
        return "failed", f"{failed} of {all_gates} failed"
    passed = f"{all_gates} passed" if len(gates.results) == 1 else f"All {all_gates} passed"
    if warnings:
        return "warning", f"No gate of {len(gates.results)} failed, {many(warnings, 'warning', 'warnings')}"
    return "passed", passed


def outcome(status: str) -> Markup:
    """A status as a sign and a word."""
    return tag("span", tag("span", SYMBOLS[status], aria_hidden="true"), " ", status, class_=f"status {status}")


def gates_html(gates: GateReport) -> Markup:
    """The table of gates, those that failed first, and how to read it."""
    order = list(SYMBOLS)
    results = sorted(gates.results, key=lambda result: -order.index(result.status))
    rows = [_row(f"gate-{number}", result) for number, result in enumerate(results)]
    notes: list[Content] = []
    if any(result.difference for result in results):
        notes.append(
            "A drop fails where it is larger than allowed and its interval excludes zero; one that is larger but may"
            f" be noise is a warning. What the test set resolves is the smallest true change that it would show with a"
            f" probability of {percent(POWER)}."
        )
    if gates.unshared:
        notes.append(
            f" {many(gates.unshared, 'article stands', 'articles stand')} on one side only, here or in the baseline,"
            " and do not count for drops."
        )
    return join(table(COLUMNS, [(None, rows)]), tag("p", notes, class_="note") if notes else None)


def _row(identity: str, result: GateResult) -> list[Content]:
    gate = result.gate
    measured: Content = "not measured"
    chart = None
    if result.estimate:
        measured = join(tag("b", enough_digits(result.estimate.value, gate.limit)), " ", between(result.estimate))
        chart = _level(identity, gate, result.estimate, result.status)
    if result.difference:
        measured = _drop_text(gate, result.difference)
        chart = _drop(identity, gate, result.difference, result.status)
    name = join(tag("span", gate.kind, class_="kind"), " ", tag("bdi", tag("code", breakable(gate.name))))
    return [outcome(result.status), name, measured, chart, tag("bdi", result.reason)]


def _drop_text(gate: Gate, difference: Difference) -> Markup:
    coarse = ", which is coarser than the limit" if difference.resolvable > gate.limit else ""
    return join(
        tag("b", signed(difference.value, gate.limit)),
        " ",
        between_signed(difference),
        tag(
            "small",
            f"from {difference.old:.4f} to {difference.new:.4f};"
            f" the test set resolves {difference.resolvable:.4f}{coarse}",
        ),
    )


def _level(identity: str, gate: Gate, found: Estimate, status: str) -> Markup:
    axis = Axis.around((found.low, found.high, gate.limit), 0.15)
    forbidden = (axis.low, gate.limit) if gate.kind == "min" else (gate.limit, axis.high)
    value = enough_digits(found.value, gate.limit)
    title = f"{gate.name} is {value}, between {found.low:.4f} and {found.high:.4f}; the limit is {gate.limit:g}"
    return charts.interval(
        identity, title, axis, found.value, found.low, found.high, mark=gate.limit, forbidden=forbidden, state=status
    )


def _drop(identity: str, gate: Gate, found: Difference, status: str) -> Markup:
    lower_is_better = gate.metric.partition("[")[0] in LOWER_IS_BETTER
    limit = gate.limit if lower_is_better else -gate.limit
    axis = Axis.around((found.low, found.high, limit, 0.0, -limit), 0.15)
    title = (
        f"{gate.name} changed by {signed(found.value, gate.limit)}, between {signed(found.low)} and"
        f" {signed(found.high)}; allowed is {signed(limit)}"
    )
    forbidden = (limit, axis.high) if lower_is_better else (axis.low, limit)
    return charts.interval(
        identity, title, axis, found.value, found.low, found.high, mark=0.0, forbidden=forbidden, state=status
    )

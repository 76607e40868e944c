"""Evaluations, gates and comparisons as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from newsvane.report.style import PLAIN, Style, cut, safe_for_terminal

if TYPE_CHECKING:
    from newsvane.bootstrap import Difference, Estimate
    from newsvane.comparison import Comparison, TaskComparison
    from newsvane.evaluation import Evaluation, TaskEvaluation
    from newsvane.gates import GateReport, GateResult
    from newsvane.metrics import Metrics

ABSTAINED = "(no label)"
TRUE_PREDICTED = "true \\ predicted"
HEADLINES = {
    "macro_f1": "macro-F1",
    "accuracy": "accuracy",
    "f_average": "F-average",
    "coverage": "coverage",
    "log_loss": "log loss",
    "brier": "Brier score",
    "ece": "calibration error",
}
"""The metrics that stand first, and what they are called."""
SHOWN_CHANGES = 20


def evaluation_text(
    evaluation: Evaluation,
    gates: GateReport | None = None,
    comparison: Comparison | None = None,
    style: Style = PLAIN,
) -> str:
    """Metrics of each task with their intervals, slices, gates, and what changed against the baseline."""
    blocks = [_task_text(task, evaluated, style) for task, evaluated in evaluation.tasks.items()]
    if evaluation.slices:
        blocks.append(_slices_text(evaluation.slices))
    if comparison:
        blocks.append(comparison_text(comparison, style))
    if gates and gates.results:
        blocks.append(gates_text(gates, style))
    return "\n\n".join(blocks)


def _task_text(task: str, evaluated: TaskEvaluation, style: Style) -> str:
    metrics, estimates = evaluated.metrics, evaluated.estimates
    lines = [style.bold(f"{task}: {metrics.n} articles, {metrics.abstained} without an answer")]
    floors = {"macro_f1": metrics.majority_macro_f1, "accuracy": metrics.majority_accuracy}
    for name, title in HEADLINES.items():
        if name in estimates:
            floor = f"   always {metrics.majority!r}: {floors[name]:.4f}" if name in floors else ""
            lines.append(f"  {title:18}{interval(estimates[name])}{style.dim(safe_for_terminal(floor))}")
    lines += ["", *(f"  {line}".rstrip() for line in _tables(metrics, estimates))]
    return "\n".join(lines)


def interval(estimate: Estimate) -> str:
    """A value with its interval."""
    return f"{estimate.value:.4f}  [{estimate.low:.4f}, {estimate.high:.4f}]"


def metrics_lines(metrics: Metrics) -> list[str]:
    """The metrics of one task without intervals, as lines."""
    return [
        f"macro-F1 {metrics.macro_f1:.4f}  (always the commonest label: {metrics.majority_macro_f1:.4f})",
        f"accuracy {metrics.accuracy:.4f}  (always the commonest label: {metrics.majority_accuracy:.4f})",
        f"log loss {metrics.log_loss:.4f}, calibration error {metrics.values['ece']:.4f}",
        "",
        *_tables(metrics, {}),
    ]


def _tables(metrics: Metrics, estimates: Mapping[str, Estimate]) -> list[str]:
    labels = [cut(label, None) for label in metrics.labels]
    room = max(8, *map(len, labels))
    lines = [f"{'label':{room}} precision  recall      F1  {'[F1 between]      ' if estimates else ''}articles"]
    for label, row in zip(labels, metrics.per_label, strict=True):
        found = estimates.get(f"f1[{row.label}]")
        between = f"[{found.low:.4f}, {found.high:.4f}] " if found else ""
        lines.append(f"{label:{room}} {row.precision:9.4f} {row.recall:7.4f} {row.f1:7.4f}  {between}{row.support:8}")
    if metrics.missing:
        lines.append(f"no article here is labelled {safe_for_terminal(', '.join(metrics.missing))}")
    wide = [max(len(label), 5) for label in (*labels, ABSTAINED)]
    lines += [
        "",
        f"{TRUE_PREDICTED:{max(room, 16)}} "
        + " ".join(f"{label:>{w}}" for label, w in zip((*labels, ABSTAINED), wide, strict=True)),
    ]
    for label, row_of_counts in zip(labels, metrics.confusion, strict=True):
        cells = " ".join(f"{count:{w}}" for count, w in zip(row_of_counts, wide, strict=True))
        lines.append(f"{label:{max(room, 16)}} {cells}")
    lines += ["", "confidence at least  answered  of these right"]
    for point in metrics.coverage_curve:
        right = "-" if point.accuracy is None else f"{point.accuracy:.3f}"
        lines.append(f"{point.confidence:19.2f} {point.coverage:9.3f} {right:>15}")
    return lines


def _slices_text(slices: Mapping[str, Mapping[str, TaskEvaluation]]) -> str:
    room = max(len(name) for name in slices)
    lines = ["slices, macro-F1"]
    for name, tasks in slices.items():
        for number, (task, evaluated) in enumerate(tasks.items()):
            shown = cut(name, None) if number == 0 else ""
            found = interval(evaluated.estimates["macro_f1"])
            lines.append(f"  {shown:{room}}  {task:7} {found}  {evaluated.metrics.n:6} articles")
    return "\n".join(lines)


def gates_text(gates: GateReport, style: Style = PLAIN) -> str:
    """Each gate with its outcome, what was measured, and why."""
    lines = [safe_for_terminal(f"gates{f', against {gates.baseline}' if gates.baseline else ''}")]
    for result in gates.results:
        paint = {"failed": style.bad, "passed": style.good}.get(result.status, style.bold)
        lines.append(f"  {paint(f'{result.status:8}')} {gate_line(result)}")
    if gates.unshared:
        lines.append(f"  {gates.unshared} articles stand on one side only, and are left out of drops")
    return "\n".join(lines)


def gate_line(result: GateResult) -> str:
    """A gate, what was measured, and why it came out as it did."""
    figures = ""
    if result.estimate:
        figures = f" is {enough_digits(result.estimate.value, result.gate.limit)}"
        figures += f" [{result.estimate.low:.4f}, {result.estimate.high:.4f}]"
    if result.difference:
        figures = f" went {difference_text(result.difference)}"
    return safe_for_terminal(f"{result.gate.name}{figures}: {result.reason}")


def difference_text(difference: Difference) -> str:
    """Both values, the difference with its interval, and what this test set could have shown."""
    return (
        f"from {difference.old:.4f} to {difference.new:.4f}: {difference.value:+.4f}"
        f" [{difference.low:+.4f}, {difference.high:+.4f}]{resolved(difference)}"
    )


def resolved(difference: Difference) -> str:
    """What the test set could have shown; nothing where no article tells the two apart, for then it is not known."""
    return f"; the test set resolves {difference.resolvable:.4f}" if difference.error else ""


def enough_digits(value: float, limit: float) -> str:
    """A value with as many digits as it takes to tell it from a limit."""
    for digits in range(4, 17):
        shown = f"{value:.{digits}f}"
        if float(shown) != limit or value == limit:
            return shown
    return repr(value)


def comparison_text(comparison: Comparison, style: Style = PLAIN) -> str:
    """Differences of the headline metrics, and the articles whose label changed."""
    blocks = []
    for task, compared in comparison.tasks.items():
        lines = [
            style.bold(safe_for_terminal(f"{task}: {compared.n} articles, {comparison.old} -> {comparison.new}")),
            *(
                f"  {title:18}{difference_text(compared.differences[name])}"
                + (style.bold("  *") if compared.differences[name].significant else "")
                for name, title in HEADLINES.items()
                if name in compared.differences
            ),
            f"  {len(compared.changes)} labels changed: {len(compared.mended)} mended, {len(compared.broken)} broken",
        ]
        lines += _changes(compared)
        blocks.append("\n".join(lines))
    if comparison.unshared:
        blocks.append(f"{comparison.unshared} articles were answered by one of the two only, and are left out")
    return "\n\n".join(blocks)


def _changes(compared: TaskComparison) -> list[str]:
    lines = []
    for mark, changes in (("broken", compared.broken), ("mended", compared.mended)):
        for change in changes[:SHOWN_CHANGES]:
            labels = safe_for_terminal(f"{change.old or 'none'} -> {change.new or 'none'} (true: {change.truth})")
            name = cut(f"{change.article.place}: {change.article.title or change.article.text}", 80)
            lines.append(f"    {mark}  {labels}  {name}")
        if len(changes) > SHOWN_CHANGES:
            lines.append(f"    {mark}  ... and {len(changes) - SHOWN_CHANGES} more")
    return lines

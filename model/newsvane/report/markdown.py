"""Evaluations and comparisons as markdown, as a pull request or a step summary shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from newsvane.report.evaluations import ABSTAINED, HEADLINES, TRUE_PREDICTED, enough_digits, interval, resolved
from newsvane.report.style import safe_for_terminal

if TYPE_CHECKING:
    from newsvane.bootstrap import Difference
    from newsvane.comparison import Comparison
    from newsvane.evaluation import Evaluation, TaskEvaluation
    from newsvane.gates import GateReport, GateResult

MARKS = {"passed": "✅ passed", "warning": "⚠️ warning", "failed": "❌ failed"}


def evaluation_markdown(
    evaluation: Evaluation, gates: GateReport | None = None, comparison: Comparison | None = None
) -> str:
    """Gates first, then each task, the slices, and what changed against the baseline."""
    blocks = []
    if gates and gates.results:
        blocks.append(gates_markdown(gates))
    blocks += [_task(task, evaluated) for task, evaluated in evaluation.tasks.items()]
    if evaluation.slices:
        rows = [
            [name, task, interval(evaluated.estimates["macro_f1"]), evaluated.metrics.n]
            for name, tasks in evaluation.slices.items()
            for task, evaluated in tasks.items()
        ]
        blocks.append("### slices\n\n" + _table(["slice", "task", "macro-F1", "articles"], rows))
    if comparison:
        blocks.append(comparison_markdown(comparison))
    return "\n\n".join(blocks) + "\n"


def gates_markdown(gates: GateReport) -> str:
    """The outcome of each gate as a table."""
    rows = [
        [MARKS[result.status], f"{result.gate.kind} {result.gate.name}", _figures(result), result.reason]
        for result in gates.results
    ]
    against = f" against {_escape(gates.baseline)}" if gates.baseline else ""
    title = f"### gates{against}: {'passed' if gates.passed else 'failed'}"
    return f"{title}\n\n" + _table(["", "gate", "measured", "why"], rows)


def _figures(result: GateResult) -> str:
    if result.difference:
        return _difference(result.difference)
    if result.estimate:
        value = enough_digits(result.estimate.value, result.gate.limit)
        return f"{value} [{result.estimate.low:.4f}, {result.estimate.high:.4f}]"
    return ""


def _difference(difference: Difference) -> str:
    return (
        f"{difference.old:.4f} → {difference.new:.4f}: {difference.value:+.4f}"
        f" [{difference.low:+.4f}, {difference.high:+.4f}]{resolved(difference)}"
    )


def _task(task: str, evaluated: TaskEvaluation) -> str:
    metrics, estimates = evaluated.metrics, evaluated.estimates
    headlines = [[title, interval(estimates[name])] for name, title in HEADLINES.items() if name in estimates]
    floor = f"{metrics.majority_macro_f1:.4f} macro-F1, {metrics.majority_accuracy:.4f} accuracy"
    labels = [
        [row.label, f"{row.precision:.4f}", f"{row.recall:.4f}", interval(estimates[f"f1[{row.label}]"]), row.support]
        for row in metrics.per_label
    ]
    parts = [
        f"### {task}: {metrics.n} articles, {metrics.abstained} without an answer",
        _table(["metric", "value [95 % interval]"], headlines),
        _escape(f"always {metrics.majority}: {floor}"),
        _table(["label", "precision", "recall", "F1", "articles"], labels),
        _table(
            [TRUE_PREDICTED, *metrics.labels, ABSTAINED],
            [[label, *row] for label, row in zip(metrics.labels, metrics.confusion, strict=True)],
        ),
    ]
    if metrics.missing:
        parts.append(_escape(f"No article here is labelled {', '.join(metrics.missing)}."))
    return "\n\n".join(parts)


def comparison_markdown(comparison: Comparison) -> str:
    """The differences of the headline metrics."""
    blocks = []
    for task, compared in comparison.tasks.items():
        rows = [
            [title, _difference(found), "yes" if found.significant else "may be noise"]
            for name, title in HEADLINES.items()
            if (found := compared.differences.get(name))
        ]
        blocks.append(
            f"### {task}: {_escape(comparison.old)} → {_escape(comparison.new)}, {compared.n} articles\n\n"
            + _table(["metric", "difference [95 % interval]", "real?"], rows)
            + f"\n\n{len(compared.changes)} labels changed: {len(compared.mended)} mended,"
            f" {len(compared.broken)} broken."
        )
    return "\n\n".join(blocks)


def _table(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> str:
    def line(cells: Sequence[Any]) -> str:
        return "| " + " | ".join(_escape(str(cell)) for cell in cells) + " |"

    return "\n".join([line(header), "|" + " --- |" * len(header), *map(line, rows)])


def _escape(text: str) -> str:
    """Text as it stands: nothing in it is markup, and it stays in its cell."""
    text = " ".join(safe_for_terminal(text).split())
    for character in "\\`*_[]<>|#":
        text = text.replace(character, f"\\{character}")
    return text

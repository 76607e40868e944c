"""Evaluations as markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from newsvane.report.evaluations import ABSTAINED, TRUE_PREDICTED

if TYPE_CHECKING:
    from newsvane.evaluation import Evaluation


def evaluation_markdown(evaluation: Evaluation) -> str:
    """An evaluation as markdown tables."""
    blocks = []
    for task, metrics in evaluation.tasks.items():
        blocks.append(
            f"### {task}: macro-F1 {metrics.macro_f1:.4f}, accuracy {metrics.accuracy:.4f} on {metrics.n} articles\n\n"
            + _markdown_table(
                ["label", "precision", "recall", "F1", "articles"],
                [
                    [m.label, f"{m.precision:.4f}", f"{m.recall:.4f}", f"{m.f1:.4f}", m.support]
                    for m in metrics.per_label
                ],
            )
            + "\n\n"
            + _markdown_table(
                [TRUE_PREDICTED, *metrics.labels, ABSTAINED],
                [[label, *row] for label, row in zip(metrics.labels, metrics.confusion, strict=True)],
            )
        )
    return "\n\n".join(blocks)


def _markdown_table(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> str:
    def line(cells: Sequence[Any]) -> str:
        return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"

    return "\n".join([line(header), "|" + " --- |" * len(header), *map(line, rows)])

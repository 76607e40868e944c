"""Evaluations as text and as records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsvane.evaluation import Evaluation, Metrics

ABSTAINED = "(no label)"
TRUE_PREDICTED = "true \\ predicted"


def evaluation_text(evaluation: Evaluation) -> str:
    """Metrics of each task: macro-F1 first."""
    blocks = []
    for task, metrics in evaluation.tasks.items():
        blocks.append(
            "\n".join([f"{task}: {metrics.n} articles", *(f"  {line}".rstrip() for line in metrics_lines(metrics))])
        )
    return "\n\n".join(blocks)


def metrics_lines(metrics: Metrics) -> list[str]:
    """The metrics of one task, as lines."""
    room = max(8, *map(len, metrics.labels))
    lines = [
        f"macro-F1 {metrics.macro_f1:.4f}  (always the commonest label: {metrics.majority_macro_f1:.4f})",
        f"accuracy {metrics.accuracy:.4f}  (always the commonest label: {metrics.majority_accuracy:.4f})",
        f"log loss {metrics.log_loss:.4f}",
        "",
        f"{'label':{room}} precision  recall      F1  articles",
    ]
    lines += [
        f"{m.label:{room}} {m.precision:9.4f} {m.recall:7.4f} {m.f1:7.4f} {m.support:9}" for m in metrics.per_label
    ]
    wide = [max(len(label), 5) for label in (*metrics.labels, ABSTAINED)]
    lines += [
        "",
        f"{TRUE_PREDICTED:{max(room, 16)}} "
        + " ".join(f"{label:>{w}}" for label, w in zip((*metrics.labels, ABSTAINED), wide, strict=True)),
    ]
    for label, row in zip(metrics.labels, metrics.confusion, strict=True):
        lines.append(f"{label:{max(room, 16)}} " + " ".join(f"{count:{w}}" for count, w in zip(row, wide, strict=True)))
    lines += ["", "confidence at least  answered  of these right"]
    for point in metrics.coverage_curve:
        right = "-" if point.accuracy is None else f"{point.accuracy:.3f}"
        lines.append(f"{point.confidence:19.2f} {point.coverage:9.3f} {right:>15}")
    if metrics.missing:
        lines += ["", f"no article here is labelled {', '.join(metrics.missing)}"]
    return lines


def evaluation_record(evaluation: Evaluation) -> dict[str, Any]:
    """An evaluation as a record of plain values."""
    return {
        "articles": evaluation.n,
        "tasks": {
            task: {
                "macro_f1": metrics.macro_f1,
                "accuracy": metrics.accuracy,
                "log_loss": metrics.log_loss,
                "majority": {"macro_f1": metrics.majority_macro_f1, "accuracy": metrics.majority_accuracy},
                "articles": metrics.n,
                "abstained": metrics.abstained,
                "labels": {
                    m.label: {"precision": m.precision, "recall": m.recall, "f1": m.f1, "support": m.support}
                    for m in metrics.per_label
                },
                "missing_labels": list(metrics.missing),
                "abstained_by_label": dict(zip(metrics.labels, (row[-1] for row in metrics.confusion), strict=True)),
                "confusion": {
                    label: dict(zip(metrics.labels, row[:-1], strict=True))
                    for label, row in zip(metrics.labels, metrics.confusion, strict=True)
                },
                "coverage_curve": [
                    {"confidence": p.confidence, "coverage": p.coverage, "accuracy": p.accuracy}
                    for p in metrics.coverage_curve
                ],
            }
            for task, metrics in evaluation.tasks.items()
        },
    }

"""Evaluations and comparisons as records of plain values: the JSON reports. The README describes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from newsvane.report.evaluations import HEADLINES

if TYPE_CHECKING:
    from newsvane.bootstrap import Difference, Estimate
    from newsvane.comparison import Comparison
    from newsvane.evaluation import Evaluation, Mistake, TaskEvaluation
    from newsvane.gates import GateReport, GateResult

SCHEMA = "newsvane-evaluation/1"
COMPARISON_SCHEMA = "newsvane-comparison/1"


def evaluation_record(
    evaluation: Evaluation, gates: GateReport | None = None, comparison: Comparison | None = None
) -> dict[str, Any]:
    """An evaluation with its gates and the comparison with the baseline; null where there is none."""
    return {
        "schema": SCHEMA,
        "model": evaluation.answers.name,
        "articles": evaluation.n,
        "tasks": {task: _task(evaluated) for task, evaluated in evaluation.tasks.items()},
        "slices": {
            name: {task: _slice(evaluated) for task, evaluated in tasks.items()}
            for name, tasks in evaluation.slices.items()
        },
        "mistakes": {task: [_mistake(mistake) for mistake in found] for task, found in evaluation.mistakes.items()},
        "gates": gates and gates_record(gates),
        "comparison": comparison and comparison_record(comparison),
    }


def _task(evaluated: TaskEvaluation) -> dict[str, Any]:
    metrics, estimates = evaluated.metrics, evaluated.estimates
    return {
        "articles": metrics.n,
        "abstained": metrics.abstained,
        "metrics": _headlines(estimates),
        "majority": {
            "label": metrics.majority,
            "macro_f1": metrics.majority_macro_f1,
            "accuracy": metrics.majority_accuracy,
        },
        "labels": {
            row.label: {"support": row.support}
            | {name: _estimate(estimates[f"{name}[{row.label}]"]) for name in ("precision", "recall", "f1")}
            for row in metrics.per_label
        },
        "missing_labels": list(metrics.missing),
        "confusion": {
            label: dict(zip(metrics.labels, row[:-1], strict=True))
            for label, row in zip(metrics.labels, metrics.confusion, strict=True)
        },
        "abstained_by_label": dict(zip(metrics.labels, (row[-1] for row in metrics.confusion), strict=True)),
        "reliability": [
            {"from": b.low, "to": b.high, "answers": b.count, "confidence": b.confidence, "accuracy": b.accuracy}
            for b in metrics.reliability
        ],
        "coverage_curve": [
            {"confidence": p.confidence, "coverage": p.coverage, "accuracy": p.accuracy} for p in metrics.coverage_curve
        ],
    }


def _slice(evaluated: TaskEvaluation) -> dict[str, Any]:
    return {"articles": evaluated.metrics.n, "metrics": _headlines(evaluated.estimates)}


def _headlines(estimates: Mapping[str, Estimate]) -> dict[str, Any]:
    return {name: _estimate(estimates[name]) for name in HEADLINES if name in estimates}


def _estimate(estimate: Estimate) -> dict[str, float]:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}


def _mistake(mistake: Mistake) -> dict[str, Any]:
    return {
        "id": mistake.article.id,
        "place": mistake.article.place,
        "title": mistake.article.title,
        "label": mistake.truth,
        "predicted": mistake.verdict.label,
        "confidence": mistake.verdict.confidence,
    }


def gates_record(gates: GateReport) -> dict[str, Any]:
    """The outcome of each gate."""
    return {
        "passed": gates.passed,
        "baseline": gates.baseline,
        "unshared_articles": gates.unshared,
        "results": [_result(result) for result in gates.results],
    }


def _result(result: GateResult) -> dict[str, Any]:
    return {
        "kind": result.gate.kind,
        "metric": result.gate.name,
        "limit": result.gate.limit,
        "status": str(result.status),
        "reason": result.reason,
        "estimate": result.estimate and _estimate(result.estimate),
        "difference": result.difference and _difference(result.difference),
    }


def comparison_record(comparison: Comparison) -> dict[str, Any]:
    """The differences of every metric, and the articles whose label changed."""
    return {
        "schema": COMPARISON_SCHEMA,
        "old": comparison.old,
        "new": comparison.new,
        "unshared_articles": comparison.unshared,
        "tasks": {
            task: {
                "articles": compared.n,
                "differences": {name: _difference(found) for name, found in compared.differences.items()},
                "changes": [
                    {
                        "id": change.article.id,
                        "place": change.article.place,
                        "label": change.truth,
                        "old": change.old,
                        "new": change.new,
                    }
                    for change in compared.changes
                ],
            }
            for task, compared in comparison.tasks.items()
        },
    }


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "old": difference.old,
        "new": difference.new,
        "difference": difference.value,
        "low": difference.low,
        "high": difference.high,
        "significant": difference.significant,
        "resolvable": difference.resolvable,
    }

"""Gates as GitHub workflow commands: the notes that stand on a run and beside the files of a pull request.

The form: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsvane.gates import Status
from newsvane.report.evaluations import gate_line

if TYPE_CHECKING:
    from newsvane.gates import GateReport, GateResult

SHOWN = 10
"""GitHub shows ten of a kind for each step."""


def workflow_commands(gates: GateReport) -> str:
    """A line for each gate that failed or warns, the worst first, ten at most."""
    lines = [
        _line(kind, result)
        for kind, status in (("error", Status.failed), ("warning", Status.warning))
        for result in sorted(gates.of(status), key=_severity, reverse=True)
    ]
    if len(lines) > SHOWN:
        rest, kind = len(lines) - SHOWN + 1, "warning" if gates.passed else "error"
        lines = [*lines[: SHOWN - 1], f"::{kind} title=newsvane::and {rest} more; they stand in the report"]
    return "".join(f"{line}\n" for line in lines)


def _severity(result: GateResult) -> float:
    """By how much a gate is missed; what could not be measured comes first."""
    if result.difference:
        return result.difference.worse - result.gate.limit
    return abs(result.estimate.value - result.gate.limit) if result.estimate else float("inf")


def _line(kind: str, result: GateResult) -> str:
    title = _data(f"newsvane gate {result.status}").replace(":", "%3A").replace(",", "%2C")
    return f"::{kind} title={title}::{_data(gate_line(result))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

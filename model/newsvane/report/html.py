"""An evaluation as one self-contained HTML page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsvane.comparison import Comparison
    from newsvane.evaluation import Evaluation
    from newsvane.gates import GateReport


def evaluation_html(
    evaluation: Evaluation, gates: GateReport | None = None, comparison: Comparison | None = None
) -> str:
    """The page."""
    raise NotImplementedError

"""Confident learning: the ranking, the threshold, and planted errors in the corpus."""

from __future__ import annotations

import numpy as np

from newsvane.confident import LIKELY, Suspect, find_suspects
from newsvane.out_of_fold import OutOfFold


def table(probabilities: list[list[float]], given: list[int]) -> OutOfFold:
    return OutOfFold(("a", "b"), np.array(given), np.array(probabilities), np.ones(len(given)))


def test_the_least_probable_label_comes_first() -> None:
    found = find_suspects(table([[0.9, 0.1], [0.2, 0.8], [0.01, 0.99], [0.4, 0.6], [0.1, 0.9]], [0, 0, 0, 0, 1]))
    assert [(s.position, s.label) for s in found] == [(2, "b"), (1, "b"), (3, "b")]
    assert found[0] == Suspect(2, 0.01, "b", 0.99, likely=True)
    assert [s.likely for s in found] == [True, False, False]


def test_likely_only_where_the_other_label_is_said_with_confidence() -> None:
    """Those labelled b get 0.995 for it on average: 0.99 is less than that."""
    assert LIKELY >= 0.01
    found = find_suspects(table([[0.01, 0.99], [0.005, 0.995], [0.005, 0.995], [0.9, 0.1]], [0, 1, 1, 0]))
    assert [(s.position, s.likely) for s in found] == [(0, False)]


def test_nothing_to_suspect() -> None:
    assert find_suspects(table([[0.9, 0.1], [0.1, 0.9]], [0, 1])) == []

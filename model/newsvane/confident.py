"""Suspected label errors, found by confident learning.

Northcutt, Jiang and Chuang 2021, "Confident learning: estimating uncertainty in dataset labels". A model that has not
seen an article gives every label a probability. A label is said with confidence where its probability is at least
what the articles that carry it get for it on average. An article that gets another label than the one it carries is
suspect: the more, the less probable its own label is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from newsvane.out_of_fold import OutOfFold

LIKELY = 0.02
"""A suspect's label is likely wrong where another is said with confidence and its own has at most this probability.

Chosen so that fewer than one in a hundred articles of the starter corpus is accused, and measured on others of it.
"""


@dataclass(frozen=True, slots=True)
class Suspect:
    """An article, by its position, that looks like `label`, with its `probability`; its own label has that of `own`."""

    position: int
    own: float
    label: str
    probability: float
    likely: bool


def find_suspects(table: OutOfFold) -> list[Suspect]:
    """The articles for which another label than their own is the likeliest, the most suspect first."""
    rows = np.arange(len(table.given))
    own = table.probabilities[rows, table.given]
    carriers = np.bincount(table.given, minlength=len(table.labels))
    usual = np.bincount(table.given, own, len(table.labels)) / carriers
    best = table.probabilities.argmax(axis=1)
    probability = table.probabilities[rows, best]
    likely = (own <= LIKELY) & (probability >= usual[best])
    suspects = np.flatnonzero(best != table.given)
    return [
        Suspect(row, float(own[row]), table.labels[best[row]], float(probability[row]), bool(likely[row]))
        for row in suspects[np.argsort(own[suspects], kind="stable")].tolist()
    ]

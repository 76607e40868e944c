"""Folds: which articles judge models that were fitted on the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from newsvane import fields
from newsvane.articles import Article

FOLDS, FEW_FOLDS, MANY_ARTICLES = 5, 3, 20_000
"""So many folds; fewer for a large corpus, where each fit takes long and a model of two thirds is as good."""
MANY_PER_TARGET = 100
"""With more articles a target on average, the targets are known ones, as in a poll on five questions."""

Folds = list[tuple[np.ndarray, np.ndarray]]
"""The rows to fit on and the rows to judge, for each fold."""


def make_folds(labels: np.ndarray, articles: Sequence[Article], seed: int) -> tuple[Folds, bool]:
    """Folds that keep articles on one target, or with one text, together; and whether it is the targets.

    Three articles on one plan share names and places: with two of them in training, the third is no unseen
    article, and its figures flatter. So do rows that share a text. Whichever is shared by more rows is kept
    together. Where the targets are few, as in polls on five questions, a model is meant to know them, and only
    equal texts are kept together.
    """
    known = Counter(article.target for article in articles if article.target)
    documents = list(map(fields.document, articles))
    by_target = 0 < len(known) <= len(set(documents)) and known.total() <= MANY_PER_TARGET * len(known)
    groups = [
        article.target if by_target and article.target else document
        for article, document in zip(articles, documents, strict=True)
    ]
    most = FOLDS if len(articles) < MANY_ARTICLES else FEW_FOLDS
    held = [
        len({group for group, label in zip(groups, labels, strict=True) if label == name}) for name in np.unique(labels)
    ]
    if min(held) > 1 and len(set(groups)) < len(groups):  # else every group is one article, and this is slow
        splitter = StratifiedGroupKFold(min(most, *held), shuffle=True, random_state=seed)
        folds = list(splitter.split(labels, labels, groups))
        if all(len(set(labels[fitted])) == len(held) for fitted, _ in folds):
            return folds, by_target
    # Groups of one article; or a label of one group, or one that fell whole into a fold, which cannot be kept together.
    smallest = int(np.unique(labels, return_counts=True)[1].min())
    return list(StratifiedKFold(min(most, smallest), shuffle=True, random_state=seed).split(labels, labels)), False


def part(rows: np.ndarray, labels: np.ndarray, share: float, seed: int) -> np.ndarray:
    """A share of the rows of each label, at least one; a larger share holds the rows of a smaller one."""
    random = np.random.default_rng(seed)
    of_label = [random.permutation(rows[labels[rows] == label]) for label in np.unique(labels[rows])]
    return np.sort(np.concatenate([each[: max(1, round(share * len(each)))] for each in of_label]))

"""Learning curves: how good a model is with a part of its data, and whether more labels would help."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from newsvane.articles import Article
from newsvane.bootstrap import Difference, Estimate, differences, estimates
from newsvane.errors import InputError
from newsvane.out_of_fold import out_of_folds

SHARES = (0.10, 0.25, 0.50, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Point:
    """The macro-F1 of models that were fitted on a share of the articles, of which there are so many (`n`)."""

    share: float
    n: int
    macro_f1: Estimate


@dataclass(frozen=True)
class Curve:
    """The learning curve of a task. `doubling` is what the second half of the articles brought."""

    task: str
    points: tuple[Point, ...]
    doubling: Difference

    @property
    def helps(self) -> bool:
        """Whether more labels would help: the second half of them did, and not by chance."""
        return self.doubling.low > 0

    @property
    def expected_gain(self) -> float:
        """What twice as many articles would bring if each doubling brings as much less than the one before as now.

        The gains of doublings then form a geometric series; a guess, never more than the last gain.
        """
        at = {point.share: point.macro_f1.value for point in self.points}
        before, last = at[0.50] - at[0.25], at[1.0] - at[0.50]
        if last <= 0:
            return 0.0
        return last * min(last / before, 1.0) if before > 0 else last


def learning_curve(articles: Iterable[Article], task: str, *, seed: int = 0) -> Curve:
    """Judge all articles out of fold by models fitted on 10, 25, 50, 75 and 100% of the others.

    Raises `InputError` where the task cannot be learned.
    """
    labelled = [article for article in articles if task in article.labels]
    if not labelled:
        raise InputError(f"no article has a label for {task}")
    tables = out_of_folds(labelled, task, SHARES, seed=seed)
    judged = {share: table.judgements for share, table in zip(SHARES, tables, strict=True)}
    points = tuple(
        Point(share, round(share * len(labelled)), estimates(judgements, seed=seed)["macro_f1"])
        for share, judgements in judged.items()
    )
    return Curve(task, points, differences(judged[0.50], judged[1.0], seed=seed)["macro_f1"])

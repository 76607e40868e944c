"""Two models on the same articles: what differs, and what of it is more than noise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from newsvane import bootstrap
from newsvane.answers import Answers, article_keys
from newsvane.articles import TASKS, Article
from newsvane.bootstrap import Difference
from newsvane.errors import InputError
from newsvane.judgements import Judgements


@dataclass(frozen=True, slots=True)
class Change:
    """An article that the two models label differently; None is no label."""

    article: Article
    truth: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class TaskComparison:
    """Two models on `n` articles: every metric's difference, and the articles whose label changed."""

    n: int
    differences: Mapping[str, Difference]
    changes: tuple[Change, ...]

    @property
    def mended(self) -> tuple[Change, ...]:
        """What the old model got wrong and the new one gets right."""
        return tuple(change for change in self.changes if change.new == change.truth)

    @property
    def broken(self) -> tuple[Change, ...]:
        """What the old model got right and the new one gets wrong."""
        return tuple(change for change in self.changes if change.old == change.truth)


@dataclass(frozen=True)
class Comparison:
    """What `compare` gives. `unshared` articles lack an answer of one of the models and are left out."""

    old: str
    new: str
    tasks: Mapping[str, TaskComparison]
    unshared: int


def compare(
    old: Answers, new: Answers, articles: Iterable[Article], groups: Sequence[str] | None = None, *, seed: int = 0
) -> Comparison:
    """Hold the answers of two models against the labels of articles, and against each other.

    For the intervals articles of one group (`groups`, one for each article) are drawn together.
    Raises `InputError` where they have no labelled article in common.
    """
    articles = tuple(articles)
    keyed = dict(zip(article_keys(articles), articles, strict=True))
    group_of = None if groups is None else dict(zip(keyed, groups, strict=True))
    shared = {key: article for key, article in keyed.items() if key in old.row_of and key in new.row_of}
    tasks = {}
    for task in TASKS:
        if not set(old.labels.get(task, ())) & set(new.labels.get(task, ())):
            continue  # one has no such task, or its labels are of another kind
        keys = [key for key, article in shared.items() if task in article.labels]
        if not keys:
            continue
        before, after = pair(old, new, task, keys, [shared[key].labels[task] for key in keys])
        changes = [
            Change(shared[keys[row]], shared[keys[row]].labels[task], _given(before, row), _given(after, row))
            for row in np.flatnonzero(before.predicted != after.predicted).tolist()
        ]
        together = None if group_of is None else [group_of[key] for key in keys]
        tasks[task] = TaskComparison(
            len(keys), bootstrap.differences(before, after, together, seed=seed), tuple(changes)
        )
    if not tasks:
        raise InputError(f"{old.name} and {new.name} share no labelled article of this data, or no label")
    return Comparison(old.name, new.name, tasks, len(articles) - len(shared))


def pair(old: Answers, new: Answers, task: str, keys: list[str], truth: list[str]) -> tuple[Judgements, Judgements]:
    """What two models said of the same articles, with the labels of both."""
    before, after = old.judged(task, keys, truth), new.judged(task, keys, truth)
    labels = tuple(dict.fromkeys((*after.labels, *before.labels)))
    return before.among(labels), after.among(labels)


def _given(judged: Judgements, row: int) -> str | None:
    predicted = int(judged.predicted[row])
    return judged.labels[predicted] if predicted < len(judged.labels) else None

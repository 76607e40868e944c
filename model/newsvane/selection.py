"""Active learning: which articles to label next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from threadpoolctl import threadpool_limits

from newsvane import fields
from newsvane.articles import Article
from newsvane.errors import InputError

if TYPE_CHECKING:
    from newsvane.classifier import Classifier

CANDIDATES = 5
"""So many candidates are grouped for each article that is chosen."""

TOPICS = 100
"""Dimensions of the space in which candidates are grouped (latent semantic analysis)."""

SAMPLE = 20_000
"""At most so many articles of the pool say what that space is."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An article worth labelling for `task`: the model's guess and its probability, and the label it was drawn for.

    The model can hardly tell whether the article has the label `doubt`, which it gives the probability `chance`.
    """

    article: Article
    task: str
    label: str
    confidence: float
    doubt: str
    chance: float


def suggest(
    articles: Iterable[Article], classifier: Classifier, *, n: int = 50, tasks: Sequence[str] = (), seed: int = 0
) -> list[Suggestion]:
    """Choose `n` articles for an annotator, in the order of the tasks and, in each, the most doubtful first.

    Uncertain: for each label, those of which the model can hardly say whether they have it. Balanced: the
    rarer a label seems to be in the pool, the more of them (by the inverse square root), for of rare labels there are
    the fewest examples so far.
    Varied, and from the dense part of the pool: the candidates are grouped by k-means, weighted by doubt, and from
    each group comes the one nearest its centre (Zhdanov 2019, "Diverse mini-batch active learning"). Articles
    that have a label for the task, repeat another's text, or cannot be judged are passed over.

    Raises `InputError` where nothing is left to choose from, or the model lacks a task.
    """
    if unknown := [task for task in tasks if task not in classifier.labels]:
        raise InputError(f"the model has no task {unknown[0]!r}; it has {', '.join(classifier.labels)}")
    unlike = {fields.document(article): article for article in articles if not article.error}
    pool = list(unlike.values())
    predictions = list(classifier.predict(pool))
    wanted = tuple(tasks) or tuple(classifier.labels)
    random = np.random.default_rng(seed)
    chosen: dict[int, Suggestion] = {}
    space: np.ndarray | None = None
    for number, task in enumerate(wanted):
        labels = classifier.labels[task]
        rows = np.array(
            [
                row
                for row, (article, prediction) in enumerate(zip(pool, predictions, strict=True))
                if row not in chosen and task not in article.labels and prediction.verdicts[task].probabilities
            ],
            dtype=int,
        )
        if not len(rows):
            continue
        if space is None:
            space = _space(list(unlike), random)
        verdicts = [predictions[row].verdicts[task] for row in rows.tolist()]
        probabilities = np.array([[verdict.probabilities[label] for label in labels] for verdict in verdicts])
        left = (n - len(chosen)) // (len(wanted) - number)
        for index, label in _choose(probabilities, space[rows], left, random):
            best = int(probabilities[index].argmax())
            chosen[int(rows[index])] = Suggestion(
                pool[rows[index]],
                task,
                labels[best],
                float(probabilities[index, best]),
                labels[label],
                float(probabilities[index, label]),
            )
    if not chosen:
        raise InputError("no article here is unlabelled and can be judged: there is nothing to suggest")
    return list(chosen.values())


def _space(documents: Sequence[str], random: np.random.Generator) -> np.ndarray:
    """Where documents lie, by their words (documents x dimensions), each at unit distance from the origin."""
    vectorizer = TfidfVectorizer(sublinear_tf=True, min_df=min(2, len(documents)))
    try:
        matrix = vectorizer.fit_transform(documents)
    except ValueError:  # no word stands in two of them
        return np.ones((len(documents), 1))
    size = min(TOPICS, min(matrix.shape) - 1)
    if size < 1:
        return np.ones((len(documents), 1))
    sample = np.sort(random.choice(len(documents), min(SAMPLE, len(documents)), replace=False))
    with threadpool_limits(1, user_api="blas"):
        analysis = TruncatedSVD(size, random_state=int(random.integers(2**31))).fit(matrix[sample])
        space = analysis.transform(matrix)
    return np.asarray(space / np.maximum(np.linalg.norm(space, axis=1, keepdims=True), 1e-9))


def _choose(probabilities: np.ndarray, space: np.ndarray, n: int, random: np.random.Generator) -> list[tuple[int, int]]:
    """Rows to label, each with the label that it is in doubt for; the most doubtful first."""
    n = min(n, len(probabilities))
    doubts = np.minimum(probabilities, 1 - probabilities)
    weights = 1 / np.sqrt(np.maximum(probabilities.mean(axis=0), 1e-6))
    shares = _shares(n, weights / weights.sum())
    chosen: dict[int, int] = {}
    for label in np.argsort(probabilities.mean(axis=0), kind="stable").tolist():
        order = np.argsort(-doubts[:, label], kind="stable")
        candidates = np.array(
            [row for row in order.tolist() if row not in chosen][: CANDIDATES * shares[label]], dtype=int
        )
        for row in _central(candidates, space, doubts[:, label], shares[label], random):
            chosen[row] = label
    return sorted(chosen.items(), key=lambda pair: -doubts[pair])


def _shares(n: int, weights: np.ndarray) -> list[int]:
    """n in parts as large as weights that sum to one say, by the largest remainders."""
    exact = n * weights
    parts = np.floor(exact).astype(int)
    parts[np.argsort(parts - exact, kind="stable")[: n - parts.sum()]] += 1
    return [int(part) for part in parts]


def _central(
    candidates: np.ndarray, space: np.ndarray, doubts: np.ndarray, n: int, random: np.random.Generator
) -> list[int]:
    """Of rows that come the most doubtful first, `n` that lie in the middle of groups of them."""
    if len(candidates) <= n or not n:
        return [int(row) for row in candidates[:n]]
    points = space[candidates]
    groups = min(n, len(np.unique(points, axis=0)))
    with threadpool_limits(1):
        means = KMeans(groups, n_init=1, random_state=int(random.integers(2**31)))
        means.fit(points, sample_weight=doubts[candidates] + 1e-6)
    distances = ((points - means.cluster_centers_[means.labels_]) ** 2).sum(axis=1)
    nearest = {int(means.labels_[i]): int(candidates[i]) for i in np.argsort(-distances, kind="stable").tolist()}
    rest = [int(row) for row in candidates if int(row) not in set(nearest.values())]
    return [*nearest.values(), *rest][:n]

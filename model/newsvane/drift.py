"""Drift: whether new articles are still of the kind that a model learned.

Three things are measured in a reference and in new articles: how many running words were never seen before, how often
each label is given, and how sure the model is. Intervals of the differences come from the bootstrap over articles
(Efron and Tibshirani 1993): a small batch must not alarm by chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from newsvane import fields
from newsvane.articles import Article
from newsvane.errors import InputError
from newsvane.scorer import WORD

if TYPE_CHECKING:
    from newsvane.classifier import Classifier
    from newsvane.merging import Merged
    from newsvane.training import Training

ROUNDS, LEVEL = 1000, 0.95
FOLDS = 5
UNANSWERED = "(no label)"


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a difference may be: rise of the share of unseen words, change of a label's share, fall of the mean
    confidence."""

    vocabulary: float = 0.05
    share: float = 0.10
    confidence: float = 0.05


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure in the `reference` and in the `new` articles, and the interval of its difference, new - reference.

    It is `past` its limit where the difference is larger and its interval excludes zero.
    """

    name: str
    reference: float
    new: float
    low: float
    high: float
    past: bool

    @property
    def difference(self) -> float:
        """New - reference."""
        return self.new - self.reference


@dataclass(frozen=True)
class Drift:
    """What was measured in so many articles (`n_reference`, `n_new`)."""

    n_reference: int
    n_new: int
    measures: tuple[Measure, ...]

    @property
    def past(self) -> tuple[Measure, ...]:
        """The measures that are past their limits."""
        return tuple(measure for measure in self.measures if measure.past)


@dataclass(frozen=True)
class Answers:
    """The label of each article, as a position in `labels` (articles,), and its confidence, NaN for none."""

    labels: tuple[str, ...]
    given: np.ndarray
    confidence: np.ndarray


def measure_drift(
    reference: Sequence[Article],
    new: Sequence[Article],
    classifier: Classifier,
    *,
    learned: bool = False,
    limits: Limits | None = None,
    seed: int = 0,
) -> Drift:
    """How new articles differ from those of a reference, as a model sees both.

    `learned` says that the model was trained on the reference: of that it is surer than of any other articles, so
    confidence is not compared.

    The words of the reference are what is known. What share of unseen words is usual is measured in the reference
    itself, in each fifth against the other four. Raises `InputError` where either has no usable article.
    """
    reference = [article for article in reference if not article.error]
    new = [article for article in new if not article.error]
    if not reference or not new:
        raise InputError(f"no usable article in the {'new data' if reference else 'reference'}")
    before, after = _judge(classifier, reference), _judge(classifier, new)
    if learned:
        before = {
            task: replace(answers, confidence=np.full(len(reference), np.nan)) for task, answers in before.items()
        }
    return _compare(reference, new, before, after, limits or Limits(), seed)


def measure_growth(merged: Merged, training: Training, *, limits: Limits | None = None, seed: int = 0) -> Drift | None:
    """How the articles that newer files added differ from the older ones: their own labels, and how sure models were
    of them that had not seen them. None where nothing was added, or everything."""
    added = {id(article) for article in merged.added}
    old = [article for article in merged.articles if id(article) not in added]
    if not added or not old:
        return None
    before: dict[str, Answers] = {}
    after: dict[str, Answers] = {}
    for task, trained in training.tasks.items():
        articles = [article for article in training.articles if task in article.labels]
        index = {label: position for position, label in enumerate(trained.labels)}
        given = np.array([index[article.labels[task]] for article in articles])
        confidence = trained.probabilities.max(axis=1)
        is_new = np.array([id(article) in added for article in articles])
        if is_new.any() and not is_new.all():
            before[task] = Answers(trained.labels, given[~is_new], confidence[~is_new])
            after[task] = Answers(trained.labels, given[is_new], confidence[is_new])
    return _compare(old, merged.added, before, after, limits or Limits(), seed)


def _judge(classifier: Classifier, articles: Sequence[Article]) -> dict[str, Answers]:
    predictions = list(classifier.predict(articles))
    answers = {}
    for task, labels in classifier.labels.items():
        index = {label: position for position, label in enumerate((*labels, UNANSWERED))}
        verdicts = [prediction.verdicts[task] for prediction in predictions]
        given = np.array([index[verdict.label or UNANSWERED] for verdict in verdicts])
        confidence = np.array([verdict.confidence if verdict.label else np.nan for verdict in verdicts], dtype=float)
        answers[task] = Answers(tuple(index), given, confidence)
    return answers


def _compare(
    reference: Sequence[Article],
    new: Sequence[Article],
    before: Mapping[str, Answers],
    after: Mapping[str, Answers],
    limits: Limits,
    seed: int,
) -> Drift:
    usual, unseen = _unseen(reference, new)
    random = np.random.default_rng(seed)
    measures = [_measure("unseen words", usual, unseen, (-np.inf, limits.vocabulary), random)]
    for task, old in before.items():
        answers = after[task]
        for position, label in enumerate(old.labels):
            was, now = _shares(old, position), _shares(answers, position)
            if was[:, 0].any() or now[:, 0].any():
                measures.append(_measure(f"{task}: {label}", was, now, (-limits.share, limits.share), random))
        was, now = _confidences(old), _confidences(answers)
        if len(was) and len(now):
            measures.append(_measure(f"{task}: confidence", was, now, (-limits.confidence, np.inf), random))
    return Drift(len(reference), len(new), tuple(measures))


def _shares(answers: Answers, position: int) -> np.ndarray:
    """Whether each article has the label, and one (articles x 2)."""
    return np.column_stack([answers.given == position, np.ones(len(answers.given))]).astype(float)


def _confidences(answers: Answers) -> np.ndarray:
    """The confidence of each answered article, and one (articles x 2)."""
    values = answers.confidence[~np.isnan(answers.confidence)]
    return np.column_stack([values, np.ones(len(values))])


def _unseen(reference: Sequence[Article], new: Sequence[Article]) -> tuple[np.ndarray, np.ndarray]:
    """The unseen words and all words of each article (articles x 2), for both."""
    texts = [WORD.findall(fields.document(article).lower()) for article in reference]
    only: dict[str, int] = {}  # the fifth that a word stands in; -1 if in several
    for number, words in enumerate(texts):
        fold = number % FOLDS
        for word in words:
            if only.setdefault(word, fold) != fold:
                only[word] = -1
    usual = [(sum(only[word] >= 0 for word in words), len(words)) for words in texts]
    unseen = []
    for article in new:
        words = WORD.findall(fields.document(article).lower())
        unseen.append((sum(word not in only for word in words), len(words)))
    return np.array(usual, dtype=float), np.array(unseen, dtype=float)


def _measure(
    name: str, old: np.ndarray, new: np.ndarray, bounds: tuple[float, float], random: np.random.Generator
) -> Measure:
    """The ratio of the two columns' sums in both, and the percentile interval of its difference."""
    before, after = _ratio(old.sum(axis=0)), _ratio(new.sum(axis=0))
    drawn = _ratio(_draws(new, random)) - _ratio(_draws(old, random))
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]).tolist()
    difference = float(after - before)
    past = not bounds[0] <= difference <= bounds[1] and not low <= 0 <= high
    return Measure(name, float(before), float(after), low, high, past)


def _ratio(sums: np.ndarray) -> np.ndarray:
    return np.asarray(sums[..., 0] / np.maximum(sums[..., 1], 1))


def _draws(values: np.ndarray, random: np.random.Generator) -> np.ndarray:
    n = len(values)
    return np.array([np.bincount(random.integers(n, size=n), minlength=n) @ values for _ in range(ROUNDS)])

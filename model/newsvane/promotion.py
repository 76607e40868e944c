"""Champion and challenger: a new model serves only if it is no worse than the one that does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsvane.answers import article_keys, collect
from newsvane.articles import Article
from newsvane.classifier import Classifier, load, of_training
from newsvane.comparison import Comparison, compare
from newsvane.evaluation import Evaluation, evaluate
from newsvane.gates import Gate, GateReport, check
from newsvane.store import Version
from newsvane.training import Training

ALLOWED_DROP = 0.01
"""Without gates of one's own, so much macro-F1 may be lost in each task before it counts, if it is no noise."""


@dataclass(frozen=True)
class Contest:
    """How a challenger did on the articles that both models were tested on.

    `comparison` is None where no model served or where the two have no labels in common. `leaked` articles were in
    the training data too, and were left out of the test.
    """

    evaluation: Evaluation
    comparison: Comparison | None
    gates: GateReport
    leaked: int

    @property
    def passed(self) -> bool:
        """Whether the challenger may serve."""
        return self.gates.passed


def contest(
    training: Training,
    champion: Version | None,
    articles: Sequence[Article],
    gates: Iterable[Gate] = (),
    *,
    seed: int = 0,
) -> Contest | None:
    """Hold a training that is not published yet against the version that serves, on labelled `articles`.

    Both judge the same articles; those that stand in the training data are left out, and where none is left, or
    none was given, there is no contest: None. Without `gates` the macro-F1 of no task may drop by more than
    `ALLOWED_DROP`, noise apart.
    """
    trained_on = set(article_keys(training.articles))
    held_out = [a for a, key in zip(articles, article_keys(articles), strict=True) if key not in trained_on]
    if not held_out:
        return None
    challenger = of_training(training)
    evaluation = evaluate(challenger, held_out, seed=seed)
    gates = tuple(gates) or tuple(
        Gate("max-drop", task, "macro_f1", ALLOWED_DROP) for task in evaluation.tasks if champion
    )
    if champion is None:
        return Contest(evaluation, None, check(evaluation, gates), len(articles) - len(held_out))
    serving: Classifier = load(champion.path)
    before = collect(serving.name, serving.labels, held_out, serving.predict(held_out))
    comparison = compare(before, evaluation.answers, held_out, seed=seed)
    return Contest(evaluation, comparison, check(evaluation, gates, before), len(articles) - len(held_out))

"""Champion and challenger: a new model serves only if it is no worse than the one that does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from newsvane.answers import article_keys, collect
from newsvane.articles import Article
from newsvane.classifier import Classifier, load, of_training
from newsvane.comparison import Comparison, compare
from newsvane.errors import InputError
from newsvane.evaluation import Evaluation, evaluate
from newsvane.gates import Gate, GateReport, check, sliced_columns
from newsvane.store import Version
from newsvane.training import Training

ALLOWED_DROP = 0.01
"""Without gates of one's own, so much macro-F1 may be lost in each task before it counts, if it is no noise."""


@dataclass(frozen=True)
class Contest:
    """How a challenger did on the articles that both models were tested on.

    `comparison` is None where no model served or where the two have no labels in common. `leaked` articles were in
    the training data too, and were left out of the test. `lacking` are the labels of the test, by task, that the
    challenger does not know: it is wrong on their articles.
    """

    evaluation: Evaluation
    comparison: Comparison | None
    gates: GateReport
    leaked: int
    lacking: Mapping[str, tuple[str, ...]]

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
    `ALLOWED_DROP`, noise apart. A task that the serving model has must not be lost, whatever the gates.
    """
    # A key of which there are several ends in a number, "-2"; here the content alone counts.
    trained_on = {_content(key) for key in article_keys(training.articles)}
    held_out = [a for a, key in zip(articles, article_keys(articles), strict=True) if _content(key) not in trained_on]
    if not held_out:
        return None
    leaked = len(articles) - len(held_out)
    challenger = of_training(training)
    gates = tuple(gates)
    evaluation = evaluate(challenger, held_out, slices=sliced_columns(gates, held_out), seed=seed, foreign=True)
    lacking = {
        task: unknown
        for task, evaluated in evaluation.tasks.items()
        if (unknown := tuple(label for label in evaluated.judged.labels if label not in challenger.labels[task]))
    }
    if champion is None:
        return Contest(evaluation, None, check(evaluation, gates), leaked, lacking)
    serving: Classifier = load(champion.path)
    gates = gates or _no_drop(evaluation.tasks)
    lost = [task for task in serving.labels if task not in challenger.labels]
    gates += _no_drop(task for task in lost if task not in {gate.task for gate in gates})
    before = collect(serving.name, serving.labels, held_out, serving.predict(held_out))
    try:
        comparison = compare(before, evaluation.answers, held_out, seed=seed)
    except InputError:
        comparison = None  # nothing in common, which fails the gates of drops
    return Contest(evaluation, comparison, check(evaluation, gates, before), leaked, lacking)


def _no_drop(tasks: Iterable[str]) -> tuple[Gate, ...]:
    return tuple(Gate("max-drop", task, "macro_f1", ALLOWED_DROP) for task in tasks)


def _content(key: str) -> str:
    return key.partition("-")[0]

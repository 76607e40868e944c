"""A gate fails for reasons, and only for them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsvane import Article, InputError
from newsvane.answers import Answers, article_keys
from newsvane.evaluation import Evaluation, TaskEvaluation
from newsvane.gates import Gate, Status, check, read_gates, sliced_columns

LABELS = ("a", "b")


def evaluation(right: list[bool], name: str = "new") -> Evaluation:
    """A model that is right or wrong on articles of alternating labels, always with 0.8."""
    truth = [LABELS[row % 2] for row in range(len(right))]
    articles = tuple(
        Article(text=f"text {row}", labels={"topic": label}, record={"desk": "x" if row < 10 else "y"})
        for row, label in enumerate(truth)
    )
    probabilities = np.array(
        [[0.8, 0.2] if (label == "a") == good else [0.2, 0.8] for label, good in zip(truth, right, strict=True)]
    )
    answers = Answers(
        name, article_keys(articles), {"topic": LABELS}, {"topic": probabilities}, {"topic": np.ones(len(right), bool)}
    )
    whole = TaskEvaluation(answers.judged("topic", answers.keys, truth), np.arange(len(right)), None, 0)
    first = np.arange(len(right)) < 10
    return Evaluation({"topic": whole}, {"desk=x": {"topic": whole.among(first)}}, {"topic": ()}, articles, answers)


def outcome(kind: str, text: str, now: Evaluation, before: Evaluation | None = None) -> tuple[Status, str]:
    [result] = check(now, [Gate.parse(kind, text)], before.answers if before else None).results
    return result.status, result.reason


EIGHT_OF_TEN = [row % 5 != 0 for row in range(200)]


def test_minimum_and_maximum() -> None:
    now = evaluation(EIGHT_OF_TEN)
    assert outcome("min", "topic.accuracy=0.8", now)[0] is Status.passed
    assert outcome("min", "topic.accuracy=0.8001", now) == (Status.failed, "at least 0.8001 is asked")
    assert outcome("max", "topic.ece=0.01", now)[0] is Status.passed
    assert outcome("max", "topic.log_loss=0.1", now) == (Status.failed, "at most 0.1 is asked")
    assert outcome("min", "slice[desk=x].topic.accuracy=0.8", now)[0] is Status.passed
    assert outcome("min", "slice[desk=x].topic.recall[a]=0.9", now)[0] is Status.failed


def test_what_is_not_there_fails_and_is_named() -> None:
    now = evaluation(EIGHT_OF_TEN)
    assert outcome("min", "topic.acuracy=0.1", now) == (
        Status.failed,
        "there is no metric acuracy; did you mean accuracy?",
    )
    assert outcome("min", "stance.accuracy=0", now) == (
        Status.failed,
        "there is no task stance here; there are topic",
    )
    assert outcome("min", "slice[desk=z].topic.accuracy=0", now)[1].startswith("there is no slice desk=z; did you mean")
    assert outcome("max-drop", "topic.f_average=0", now)[0] is Status.failed
    assert outcome("min", "topic.zzz=0", now)[1].endswith(", f1[a], precision[b] and 2 more")


def test_a_drop_fails_only_where_it_is_large_and_no_noise() -> None:
    before = evaluation(EIGHT_OF_TEN, "old")
    slightly = evaluation([good and row not in (1, 2, 3) for row, good in enumerate(EIGHT_OF_TEN)])
    much = evaluation([good and row > 40 for row, good in enumerate(EIGHT_OF_TEN)])
    other = [row % 5 != 1 for row in range(200)]
    other[2] = other[3] = other[4] = other[7] = False
    assert outcome("max-drop", "topic.accuracy=0.02", slightly, before) == (
        Status.passed,
        "a drop of 0.02 is allowed",
    )
    assert outcome("max-drop", "topic.accuracy=0.01", much, before) == (Status.failed, "a drop of 0.01 is allowed")
    assert outcome("max-drop", "topic.accuracy=0.01", evaluation(other), before) == (
        Status.warning,
        "a drop of 0.01 is allowed; this one may be noise",
    )
    assert outcome("max-drop", "topic.log_loss=0.01", much, before)[0] is Status.failed
    assert outcome("max-drop", "topic.accuracy=0", before, much)[0] is Status.passed


def test_the_drop_that_is_allowed_may_be_had() -> None:
    before = evaluation([row >= 50 for row in range(1000)], "old")
    after = evaluation([row >= 60 for row in range(1000)])
    assert outcome("max-drop", "topic.accuracy=0.01", after, before)[0] is Status.passed
    assert outcome("max-drop", "topic.accuracy=0.0099", after, before)[0] is Status.failed


def test_a_baseline_of_other_labels_fails() -> None:
    now = evaluation(EIGHT_OF_TEN)
    other = replace(now.answers, labels={"topic": ("x", "y")})
    [result] = check(now, [Gate("max-drop", "topic", "accuracy", 1)], other).results
    assert (result.status, result.reason) == (Status.failed, "the baseline has none of the labels of topic")


def test_no_baseline_is_said() -> None:
    assert outcome("max-drop", "topic.accuracy=0.01", evaluation(EIGHT_OF_TEN)) == (
        Status.warning,
        "not judged: there is no baseline",
    )


def test_a_baseline_of_other_articles_fails() -> None:
    now = evaluation(EIGHT_OF_TEN)
    other = Answers("old", ("0" * 16,), {"topic": LABELS}, {"topic": np.array([[1.0, 0]])}, {"topic": np.array([True])})
    report = check(now, [Gate.parse("max-drop", "topic.accuracy=0.01")], other)
    assert not report.passed
    assert report.results[0].reason == "the baseline has answered none of these articles"
    assert (report.baseline, report.unshared) == ("old", 201)


def test_drops_are_judged_on_the_articles_that_both_have_answered() -> None:
    now, before = evaluation(EIGHT_OF_TEN), evaluation(EIGHT_OF_TEN[:100], "old")
    report = check(now, [Gate.parse("max-drop", "topic.accuracy=0.01")], before.answers)
    assert report.results[0].status is Status.passed
    assert report.unshared == 100


@given(
    st.sampled_from(["topic", "stance"]),
    st.sampled_from(["macro_f1", "f1[favor]", "recall[not known]", "f1[[a]=b].c]", "f1[a\nb]"]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "desk=x", "genre=press-release", "a.b=c.d=e", "a[b]=[c]"]),
)
def test_a_gate_is_read_as_it_is_written(task: str, metric: str, limit: float, cut: str) -> None:
    written = Gate("min", task, metric, limit, cut)
    assert Gate.parse("min", f"{written.name}={limit!r}") == written


@pytest.mark.parametrize(
    "text", ["", "topic", "topic=1", "topic.macro_f1", "topic.macro_f1>=1", "topic.macro_f1=x", "="]
)
def test_what_is_no_gate(text: str) -> None:
    with pytest.raises(InputError, match=r"not of the form TASK\.METRIC=NUMBER"):
        Gate.parse("min", text)


def test_everything_that_is_no_gate_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gates.toml"
    path.write_text('[min]\ntopic.macro_f1 = 0.8\n"topic.accuracy" = 0.1\n[max]\n"topic.ece" = nan\n')
    with pytest.raises(InputError) as caught:
        read_gates(path)
    assert caught.value.problems == (
        f"{path}: [min] topic = {{'macro_f1': 0.8}}: not a metric and a number",
        f"{path}: [max] topic.ece = nan: not a metric and a number",
    )
    assert 'in quotes: "topic.macro_f1" = 0.9' in str(caught.value)
    for nothing in ("", "[min]\n"):
        path.write_text(nothing)
        with pytest.raises(InputError, match="there is no gate in it"):
            read_gates(path)
    path.write_bytes(b'\xef\xbb\xbf[min]\n"topic.accuracy" = 0.1\n')
    assert read_gates(path) == (Gate("min", "topic", "accuracy", 0.1),)


def test_gates_say_which_columns_to_slice_by() -> None:
    gates = [Gate.parse("min", f"slice[{cut}].topic.accuracy=0") for cut in ("desk=x", "a=b=c", "none=x")]
    articles = [Article(record={"desk": "x"}), Article(record={"a=b": "c"})]
    assert sliced_columns([*gates, Gate("min", "topic", "accuracy", 0)], articles) == ["desk", "a=b"]


def test_a_file_of_gates(tmp_path: Path) -> None:
    path = tmp_path / "gates.toml"
    path.write_text(
        '[min]\n"topic.macro_f1" = 0.8\n"slice[genre=brief].topic.f1[a]" = 1\n[max-drop]\n"stance.ece" = 0.01\n'
    )
    assert read_gates(path) == (
        Gate("min", "topic", "macro_f1", 0.8),
        Gate("min", "topic", "f1[a]", 1, "genre=brief"),
        Gate("max-drop", "stance", "ece", 0.01),
    )
    path.write_text("[minimum]\n")
    with pytest.raises(InputError, match="no table of gates: minimum"):
        read_gates(path)
    path.write_text("[min\n")
    with pytest.raises(InputError, match="not TOML"):
        read_gates(path)

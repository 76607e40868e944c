"""Gates: what a model must reach, and how much worse than before it may be, told apart from noise.

A gate names a metric: ``topic.macro_f1``, ``stance.f1[favor]``, ``slice[genre=brief].topic.accuracy``.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from newsvane import bootstrap
from newsvane.answers import Answers
from newsvane.articles import Article
from newsvane.bootstrap import Difference, Estimate
from newsvane.comparison import pair
from newsvane.errors import InputError
from newsvane.evaluation import Evaluation, TaskEvaluation

KINDS = ("min", "max", "max-drop")
ROUNDING = 1e-9
"""0.95 - 0.94 is 0.01 and a little more."""
Drops = Callable[[str, str], Mapping[str, Difference]]
"""The differences to the baseline, by slice and task."""
NAMED = 10
"""So many names are given where one is not known."""
_GATE = re.compile(
    r"(?:slice\[(?P<slice>.+=.*)\]\.)?(?P<task>\w+)\.(?P<metric>\w+(?:\[.+\])?)=(?P<limit>[-+.\deE]+)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition: `metric` of `task` (on `slice`) is at least, at most, or not worse than before by `limit`."""

    kind: str
    task: str
    metric: str
    limit: float
    slice: str = ""

    @classmethod
    def parse(cls, kind: str, text: str) -> Gate:
        """A gate as it is written: ``[slice[COLUMN=VALUE].]TASK.METRIC=LIMIT``. Raises `InputError`."""
        found = _GATE.fullmatch(text.strip())
        try:
            if not found:
                raise ValueError
            return cls(kind, found["task"], found["metric"], float(found["limit"]), found["slice"] or "")
        except ValueError:
            raise InputError(
                f"gate --{kind} {text}: not of the form TASK.METRIC=NUMBER",
                "Such as topic.macro_f1=0.9, stance.f1[favor]=0.6 or slice[genre=brief].topic.accuracy=0.8.",
            ) from None

    @property
    def name(self) -> str:
        """The metric as it is written."""
        return f"{f'slice[{self.slice}].' if self.slice else ''}{self.task}.{self.metric}"


class Status(StrEnum):
    """How a gate came out. Only `failed` fails a build; a `warning` is a drop that may be noise."""

    passed = "passed"
    warning = "warning"
    failed = "failed"


@dataclass(frozen=True, slots=True)
class GateResult:
    """How a gate came out, and why. `estimate` or `difference` holds the figures, where there are any."""

    gate: Gate
    status: Status
    reason: str
    estimate: Estimate | None = None
    difference: Difference | None = None


@dataclass(frozen=True)
class GateReport:
    """What `check` gives, a result for each gate. `baseline` is the name of the model compared with, if any;
    `unshared` counts the articles that only one of the two has answered."""

    results: tuple[GateResult, ...]
    baseline: str | None = None
    unshared: int = 0

    @property
    def passed(self) -> bool:
        """Whether no gate failed."""
        return not self.of(Status.failed)

    def of(self, status: Status) -> tuple[GateResult, ...]:
        """The results of one status."""
        return tuple(result for result in self.results if result.status is status)


def read_gates(path: Path) -> tuple[Gate, ...]:
    """The gates of a TOML file: tables ``[min]``, ``[max]``, ``[max-drop]`` of ``"metric" = limit``.

    Raises `InputError` that names everything in the file that is no gate, or that there is none.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not TOML: {error}") from error
    if strange := [name for name, table in tables.items() if name not in KINDS or not isinstance(table, dict)]:
        raise InputError(f"{path}: no table of gates: {', '.join(strange)}", f"There are [{'], ['.join(KINDS)}].")
    gates, problems = [], []
    for kind, table in tables.items():
        for metric, limit in table.items():
            try:
                gates.append(Gate.parse(kind, f"{metric}={limit}"))
            except InputError:
                problems.append(f"{path}: [{kind}] {metric} = {limit}: not a metric and a number")
    if problems:
        raise InputError(problems, 'A metric is named in quotes: "topic.macro_f1" = 0.9.')
    if not gates:
        raise InputError(f"{path}: there is no gate in it", 'Such as, below [min], "topic.macro_f1" = 0.9.')
    return tuple(gates)


def sliced_columns(gates: Iterable[Gate], articles: Iterable[Article]) -> list[str]:
    """The columns that gates on slices name, where the articles have them; one that is not there fails its gate."""
    there = {column for article in articles for column in article.record}
    cuts = (gate.slice.split("=") for gate in gates)
    named = dict.fromkeys("=".join(parts[:end]) for parts in cuts for end in range(1, len(parts)))
    return [column for column in named if column in there]


def check(evaluation: Evaluation, gates: Iterable[Gate], baseline: Answers | None = None) -> GateReport:
    """Hold an evaluation against every gate.

    A drop fails where it is larger than allowed and more than noise: the interval of the difference to the baseline,
    on the same articles, excludes zero (paired bootstrap). One that is larger but may be noise is a warning.
    A metric that is not there fails. Without a baseline a drop cannot be judged, which is a warning too.
    """
    shared = set() if baseline is None else baseline.row_of.keys() & evaluation.answers.keys
    unshared = 0 if baseline is None else len(evaluation.answers.keys) + len(baseline.keys) - 2 * len(shared)

    @cache  # one bootstrap, however many metrics are asked of it
    def drops(cut: str, task: str) -> Mapping[str, Difference]:
        evaluated = (evaluation.slices[cut] if cut else evaluation.tasks)[task]
        return _drops(evaluation.answers, evaluated, task, baseline, shared) if baseline else {}

    results = tuple(_judge(evaluation, gate, baseline, drops) for gate in gates)
    return GateReport(results, baseline.name if baseline else None, unshared)


def _judge(evaluation: Evaluation, gate: Gate, baseline: Answers | None, drops: Drops) -> GateResult:
    if gate.slice and gate.slice not in evaluation.slices:
        return GateResult(gate, Status.failed, f"there is no slice {gate.slice}{_near(gate.slice, evaluation.slices)}")
    tasks = evaluation.slices[gate.slice] if gate.slice else evaluation.tasks
    if gate.task not in tasks:
        return GateResult(gate, Status.failed, f"there is no task {gate.task} here; there are {', '.join(tasks)}")
    evaluated = tasks[gate.task]
    if gate.metric not in evaluated.metrics.values:
        return GateResult(
            gate, Status.failed, f"there is no metric {gate.metric}{_near(gate.metric, evaluated.metrics.values)}"
        )
    if gate.kind == "max-drop":
        return _judge_drop(evaluated, gate, baseline, drops)
    estimate = evaluated.estimates[gate.metric]
    if gate.kind == "min":
        kept, relation = estimate.value >= gate.limit, "at least"
    else:
        kept, relation = estimate.value <= gate.limit, "at most"
    return GateResult(
        gate, Status.passed if kept else Status.failed, f"{relation} {gate.limit:g} is asked", estimate=estimate
    )


def _judge_drop(evaluated: TaskEvaluation, gate: Gate, baseline: Answers | None, drops: Drops) -> GateResult:
    if baseline is None:
        return GateResult(gate, Status.warning, "not judged: there is no baseline")
    if set(baseline.labels.get(gate.task, ())).isdisjoint(evaluated.judged.labels):
        return GateResult(gate, Status.failed, f"the baseline has none of the labels of {gate.task}")
    difference = drops(gate.slice, gate.task).get(gate.metric)
    if difference is None:
        return GateResult(gate, Status.failed, "the baseline has answered none of these articles")
    allowed = f"a drop of {gate.limit:g} is allowed"
    if difference.worse <= gate.limit + ROUNDING:
        return GateResult(gate, Status.passed, allowed, difference=difference)
    if difference.significant:
        return GateResult(gate, Status.failed, allowed, difference=difference)
    return GateResult(gate, Status.warning, f"{allowed}; this one may be noise", difference=difference)


def _drops(
    answers: Answers, evaluated: TaskEvaluation, task: str, baseline: Answers, shared: Collection[str]
) -> Mapping[str, Difference]:
    """Every metric's difference to the baseline on the articles that both have answered; nothing if there are none."""
    keys = [answers.keys[row] for row in evaluated.rows]
    there = [position for position, key in enumerate(keys) if key in shared]
    if not there:
        return {}
    truth = [evaluated.judged.labels[evaluated.judged.truth[position]] for position in there]
    groups = None if evaluated.groups is None else [evaluated.groups[position] for position in there]
    before, after = pair(baseline, answers, task, [keys[position] for position in there], truth)
    return bootstrap.differences(before, after, groups, seed=evaluated.seed)


def _near(name: str, names: Iterable[str]) -> str:
    known: Sequence[str] = list(names)
    near = difflib.get_close_matches(name, known, 1)
    more = f" and {len(known) - NAMED} more" if len(known) > NAMED else ""
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known[:NAMED]) or 'none'}{more}"

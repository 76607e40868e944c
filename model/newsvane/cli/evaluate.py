"""newsvane evaluate and newsvane compare."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsvane import outputs
from newsvane.articles import Article, Columns
from newsvane.cli.options import GatesFile, ModelOption, SkipBad, say, takes_columns
from newsvane.errors import InputError
from newsvane.report.records import to_json
from newsvane.sources import read_labelled

if TYPE_CHECKING:
    from newsvane.answers import Answers
    from newsvane.comparison import Comparison
    from newsvane.evaluation import Evaluation
    from newsvane.gates import Gate, GateReport


class Format(StrEnum):
    """How an evaluation is written."""

    text = "text"
    json = "json"
    markdown = "markdown"


Seed = Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Seed of the draws for the intervals.")]
REPORTS = ("json", "markdown", "junit", "annotations", "html")


@takes_columns(labels=True)
def evaluate(
    data: Annotated[list[str], typer.Argument(metavar="DATA...", help="Labelled tables to test the model on.")],
    *,
    model: ModelOption = None,
    slice: Annotated[
        list[str], typer.Option("--slice", metavar="COLUMN", help="Also measure by the values of a column; repeatable.")
    ] = [],  # noqa: B006  (typer reads it)
    group: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Column of stories: articles of one are drawn together."),
    ] = None,
    gates: GatesFile = None,
    min: Annotated[
        list[str], typer.Option("--min", metavar="METRIC=V", help="Fail below, as topic.macro_f1=0.9; repeatable.")
    ] = [],  # noqa: B006
    max: Annotated[
        list[str], typer.Option("--max", metavar="METRIC=V", help="Fail above, as stance.ece=0.08; repeatable.")
    ] = [],  # noqa: B006
    max_drop: Annotated[
        list[str],
        typer.Option("--max-drop", metavar="METRIC=V", help="Fail where it got worse by more, and not by chance."),
    ] = [],  # noqa: B006
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Saved answers of an earlier model, to judge drops by.")
    ] = None,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="Save this model's answers as the baseline, and accept its drops.")
    ] = False,
    report: Annotated[
        list[str],
        typer.Option("--report", metavar="KIND:PATH", help=f"Write a report, KIND one of {', '.join(REPORTS)}."),
    ] = [],  # noqa: B006
    format: Annotated[Format, typer.Option("--format", "-f", help="What is written to stdout.")] = Format.text,
    seed: Seed = 0,
    skip_bad: SkipBad = False,
    columns: Columns,
) -> None:
    """Compare a model's answers with the labels of articles it has not seen; fail where a gate fails."""
    from newsvane import evaluation
    from newsvane.answers import write_answers
    from newsvane.classifier import load
    from newsvane.gates import check, sliced_columns

    wanted = _gates(gates, {"min": min, "max": max, "max-drop": max_drop})
    reports = [_report(text) for text in report]
    if len({path for _, path in reports}) < len(reports):
        raise typer.BadParameter("two reports have the same path", param_hint="--report")
    if update_baseline and not baseline:
        raise typer.BadParameter("needs --baseline FILE, the file to write", param_hint="--update-baseline")
    if not baseline and any(gate.kind == "max-drop" for gate in wanted):
        raise typer.BadParameter("needs --baseline FILE, what to compare with", param_hint="--max-drop")
    before = _read_baseline(baseline, update_baseline)
    articles = read_labelled(data, columns, skip_bad=skip_bad, notify=say)
    slices = [*slice, *sliced_columns(wanted, articles)]
    evaluated = evaluation.evaluate(load(model, notify=say), articles, slices=slices, group=group, seed=seed)
    compared = _against(before, evaluated, seed)
    checked = check(evaluated, wanted, evaluated.answers if update_baseline else before) if wanted else None
    if baseline and update_baseline:
        write_answers(evaluated.answers, baseline)
        say(f"{baseline}: written")
    for kind, path in reports:
        with outputs.open_output(path) as out:
            out.write(_rendered(kind, evaluated, checked, compared))
    _tell_github(evaluated, checked, compared)
    try:
        with outputs.open_output(None) as out:
            print(_rendered(format, evaluated, checked, compared).rstrip("\n"), file=out)
    finally:  # though the reader of standard output may have gone (| head)
        if checked and not checked.passed:
            raise typer.Exit(3)


@takes_columns(labels=True)
def compare(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="A model directory, a version of one, or saved answers.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The same, to be held against it.")],
    data: Annotated[list[str], typer.Argument(metavar="DATA...", help="Labelled tables to compare them on.")],
    *,
    format: Annotated[Format, typer.Option("--format", "-f")] = Format.text,
    seed: Seed = 0,
    skip_bad: SkipBad = False,
    columns: Columns,
) -> None:
    """Compare two models on the same articles: what differs, and what of it is more than noise."""
    from newsvane import comparison
    from newsvane.report import evaluations, markdown, schema

    articles = read_labelled(data, columns, skip_bad=skip_bad, notify=say)
    compared = comparison.compare(_answers(old, articles), _answers(new, articles), articles, seed=seed)
    renderers: dict[Format, Callable[[Comparison], str]] = {
        Format.text: evaluations.comparison_text,
        Format.json: lambda found: to_json(schema.comparison_record(found), indent=True),
        Format.markdown: markdown.comparison_markdown,
    }
    with outputs.open_output(None) as out:
        print(renderers[format](compared), file=out)


def _answers(source: Path, articles: list[Article]) -> Answers:
    from newsvane.answers import collect, read_answers
    from newsvane.classifier import load

    if source.is_file():
        return read_answers(source)
    classifier = load(source, notify=say)
    return collect(classifier.name, classifier.labels, articles, classifier.predict(articles))


def _gates(path: Path | None, options: dict[str, list[str]]) -> tuple[Gate, ...]:
    if not path and not any(options.values()):
        return ()
    from newsvane.gates import Gate, read_gates

    written = []
    for kind, texts in options.items():
        for text in texts:
            try:
                written.append(Gate.parse(kind, text))
            except InputError as error:
                raise typer.BadParameter(str(error), param_hint=f"--{kind}") from None
    return (*(read_gates(path) if path else ()), *written)


def _report(text: str) -> tuple[str, Path]:
    kind, _, path = text.partition(":")
    if kind not in REPORTS or not path:
        raise typer.BadParameter(
            f"{text!r} is not KIND:PATH with one of {', '.join(REPORTS)}, as html:report.html", param_hint="--report"
        )
    return kind, Path(path)


def _read_baseline(path: Path | None, update: bool) -> Answers | None:
    if not path:
        return None
    if not path.exists():
        if not update:
            say(f"{path}: there is no baseline, so no drop is judged; write it with --update-baseline")
        return None
    from newsvane.answers import read_answers

    try:
        return read_answers(path)
    except InputError as error:
        if not update:
            raise
        say(f"{error.problems[0]}; it is written anew")
        return None


def _against(before: Answers | None, evaluated: Evaluation, seed: int) -> Comparison | None:
    if before is None:
        return None
    from newsvane.comparison import compare as compare_answers

    try:
        return compare_answers(before, evaluated.answers, evaluated.articles, evaluated.groups, seed=seed)
    except InputError as error:
        say(f"nothing to compare with: {error}")
        return None


def _rendered(kind: str, evaluated: Evaluation, checked: GateReport | None, compared: Comparison | None) -> str:
    from newsvane.gates import GateReport
    from newsvane.report import annotations, evaluations, html, junit, markdown, schema
    from newsvane.report.style import PLAIN, Style

    colours = Style(sys.stdout.isatty() and "NO_COLOR" not in os.environ) if kind == "text" else PLAIN
    gates = checked or GateReport(())
    renderers: dict[str, Callable[[], str]] = {
        "text": lambda: evaluations.evaluation_text(evaluated, checked, compared, colours),
        "json": lambda: to_json(schema.evaluation_record(evaluated, checked, compared), indent=True) + "\n",
        "markdown": lambda: markdown.evaluation_markdown(evaluated, checked, compared),
        "html": lambda: html.evaluation_html(evaluated, checked, compared),
        "junit": lambda: junit.junit(gates),
        "annotations": lambda: annotations.workflow_commands(gates),
    }
    return renderers[kind]()


def _tell_github(evaluated: Evaluation, checked: GateReport | None, compared: Comparison | None) -> None:
    """In GitHub Actions: the summary of the step, and a note for each gate that did not pass."""
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        try:
            with Path(summary).open("a", encoding="utf-8") as file:
                file.write(_rendered("markdown", evaluated, checked, compared))
        except OSError as error:
            say(f"no summary of the step: {summary}: {error.strerror or error}")
    if os.environ.get("GITHUB_ACTIONS") == "true" and checked:
        sys.stderr.write(_rendered("annotations", evaluated, checked, compared))

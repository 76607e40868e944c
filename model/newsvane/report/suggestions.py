"""What to label next: as text, as a table, and as tasks for labelling tools; and learning curves as text."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from newsvane.report.records import to_cell, to_json
from newsvane.report.style import cut, safe_for_terminal

if TYPE_CHECKING:
    from newsvane.curve import Curve
    from newsvane.selection import Suggestion

COLUMNS = ("id", "place", "title", "text", "target", "task", "guess", "confidence", "doubt", "chance")
MODEL = "newsvane"


def suggestions_text(suggestions: Sequence[Suggestion], width: int | None = None) -> str:
    """A line for each: where it stands, the guess, the doubt, and how the article begins."""
    lines = []
    room = max(len(s.article.place) for s in suggestions)
    for s in suggestions:
        guess = f"{s.task} {s.label} {s.confidence:.2f}"
        doubt = "" if s.doubt == s.label else f"or {s.doubt} {s.chance:.2f}"
        head = safe_for_terminal(f"{s.article.place:{room}}  {guess:24} {doubt:20} ")
        text = " · ".join(part for part in (s.article.title, s.article.text[:300]) if part)
        lines.append(head + cut(text, max((width or 120) - len(head), 10)))
    return "\n".join(lines)


def write_suggestions(suggestions: Sequence[Suggestion], out: TextIO) -> None:
    """A csv table, with an empty column for the label of each task that is asked for."""
    tasks = list(dict.fromkeys(s.task for s in suggestions))
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*COLUMNS, *tasks])
    for s in suggestions:
        a = s.article
        cells = (a.id, a.place, a.title, a.text, a.target, s.task, s.label, s.confidence, s.doubt, s.chance)
        writer.writerow([*map(to_cell, cells), *("" for _ in tasks)])


def label_studio_json(suggestions: Sequence[Suggestion]) -> str:
    """Tasks for Label Studio, with the guess as a prediction; a control has the name of its task."""
    return to_json([_label_studio_task(suggestion) for suggestion in suggestions], indent=True)


def _label_studio_task(s: Suggestion) -> dict[str, Any]:
    choice = {"from_name": s.task, "to_name": "text", "type": "choices", "value": {"choices": [s.label]}}
    return {
        "data": _data(s),
        "predictions": [{"model_version": MODEL, "score": s.confidence, "result": [choice]}],
    }


def prodigy_jsonl(suggestions: Sequence[Suggestion], labels: Mapping[str, Sequence[str]]) -> str:
    """Tasks for Prodigy's choice interface, a line each, with the guess chosen; `labels` are those of each task."""
    lines = []
    for s in suggestions:
        data = _data(s)
        task = {
            "text": data.pop("text"),
            "options": [{"id": label, "text": label} for label in labels[s.task]],
            "accept": [s.label],
            "meta": {**data, "confidence": round(s.confidence, 3)},
        }
        lines.append(to_json(task))
    return "\n".join(lines)


def _data(s: Suggestion) -> dict[str, Any]:
    """What comes back with the label, and tells which article it is of."""
    article = s.article
    named = {"id": article.id, "title": article.title, "target": article.target}
    return {
        "text": article.text or article.title,
        **{key: value for key, value in named.items() if value},
        "asked": s.task,
    }


def curve_text(curve: Curve) -> str:
    """Macro-F1 by share of the data, and whether more labels would help."""
    lines = [f"{curve.task}: macro-F1 out of fold, by how many labels the models were fitted on"]
    for point in curve.points:
        value = point.macro_f1
        figures = f"{value.value:.3f}  {value.low:.3f} to {value.high:.3f}"
        lines.append(f"  {point.share:5.0%} {point.n:8,}  {figures}  {'#' * round(40 * value.value)}")
    last = curve.doubling
    gain = f"the second half of them brought {last.value:+.3f} ({last.low:+.3f} to {last.high:+.3f})"
    if curve.helps:
        lines.append(f"  more labels would help: {gain}; as many again may bring about {curve.expected_gain:+.3f}")
    else:
        lines.append(f"  more labels of this kind would hardly help: {gain}")
    return "\n".join(lines)

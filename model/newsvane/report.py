"""Everything newsvane shows: predictions, trainings, evaluations and models, as text and as records.

Nothing else in the library makes text for people. Text from articles is made safe before it reaches a
terminal (no control characters, no bidirectional overrides) or a spreadsheet (no formulas).
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from newsvane.classifier import Explanation, Prediction, Section, Verdict
    from newsvane.evaluation import Evaluation, Metrics
    from newsvane.store import Version
    from newsvane.training import Training

SHOWN_TERMS = 8
PREFIX = "predicted_"
ABSTAINED = "(no label)"
TRUE_PREDICTED = "true \\ predicted"

# C0 and C1 controls, zero-width and bidirectional marks: what can make a terminal lie about a text.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_FORMULA = re.compile(r"[\s\0]*[=+\-@＝＋－＠]|[\t\r\n]")
_NUMBER = re.compile(r"[+-]?(\d[\d.,]*|\.\d+)([eE][+-]?\d+)?%?")


def safe_for_terminal(text: str) -> str:
    """The text with everything that steers a terminal shown as U+FFFD."""
    return _LONE_SURROGATE.sub("\ufffd", _UNSAFE.sub("\ufffd", text))


def safe_for_spreadsheet(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would run as a formula; numbers stay numbers."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


class Style:
    """Colours for a terminal, or none."""

    def __init__(self, colours: bool) -> None:
        self.colours = colours

    def _paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colours else text

    def bold(self, text: str) -> str:
        """Text in bold."""
        return self._paint(text, "1")

    def dim(self, text: str) -> str:
        """Text that steps back."""
        return self._paint(text, "2")

    def good(self, text: str) -> str:
        """Text that speaks for."""
        return self._paint(text, "32")

    def bad(self, text: str) -> str:
        """Text that speaks against."""
        return self._paint(text, "31")


PLAIN = Style(False)


# --- predictions as records -------------------------------------------------------------------------------


SUFFIXES = ("", "_confidence", "_probabilities", "_reason", "_explanation")


def prefix_for(columns: Iterable[str], tasks: Iterable[str]) -> str:
    """What our columns are prefixed with, so that none has the name of a column of the input: mostly nothing."""
    theirs, ours, prefix = set(columns), tuple(tasks), ""
    while not theirs.isdisjoint(_names(ours, prefix)):
        prefix += PREFIX
    return prefix


@cache
def _names(tasks: tuple[str, ...], prefix: str) -> frozenset[str]:
    return frozenset({f"{prefix}sections", *(f"{prefix}{task}{suffix}" for task in tasks for suffix in SUFFIXES)})


def prediction_record(prediction: Prediction, prefix: str | None = None) -> dict[str, Any]:
    """The row as it came, every key in order, then the verdicts.

    Where a key of the row has a name of ours, ours begin with ``predicted_``; `prefix` says so for a whole table.
    """
    return {**prediction.article.record, **_added(prediction, prefix)}


def _added(prediction: Prediction, prefix: str | None = None) -> dict[str, Any]:
    article = prediction.article
    if prefix is None:
        prefix = prefix_for(article.record, prediction.verdicts)
    added = _verdict_record(prediction)
    if prediction.sections:
        added["sections"] = [_section_record(section) for section in prediction.sections]
    if prefix:
        added = {f"{prefix}{key}": value for key, value in added.items()}
    if article.error:
        added[_error_key(article.record)] = f"{article.place}: {article.error}"
    return added


def _error_key(columns: Collection[str]) -> str:
    key = "error"
    while key in columns:
        key = f"{PREFIX}{key}"
    return key


def _verdict_record(prediction: Prediction) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for task, verdict in prediction.verdicts.items():
        record[task] = verdict.label
        record[f"{task}_confidence"] = verdict.confidence
        record[f"{task}_probabilities"] = dict(verdict.probabilities)
        if verdict.label is None:
            record[f"{task}_reason"] = verdict.reason
        if verdict.explanation:
            record[f"{task}_explanation"] = _explanation_record(verdict.explanation)
    return record


def _section_record(section: Section) -> dict[str, Any]:
    verdict = section.verdict
    return {
        "part": "side" if section.side else "body",
        "text": section.text,
        "topic": verdict.label,
        "topic_confidence": verdict.confidence,
        **({"topic_reason": verdict.reason} if verdict.label is None else {}),
    }


def _explanation_record(explanation: Explanation) -> dict[str, Any]:
    return {
        "label": explanation.label,
        "logit": explanation.logit,
        "intercept": explanation.intercept,
        "runner_up": explanation.runner_up,
        "runner_up_logit": explanation.runner_up_logit,
        "runner_up_intercept": explanation.runner_up_intercept,
        "terms": [
            {"term": term.term, "namespace": term.namespace, "label": term.label, "runner_up": term.runner_up}
            for term in explanation.terms
        ],
    }


def to_json(record: Any, *, indent: bool = False) -> str:
    """A record as JSON; non-ASCII characters stand as themselves, except half surrogate pairs."""
    try:
        return orjson.dumps(record, option=orjson.OPT_INDENT_2 if indent else None).decode()
    except TypeError:  # half a surrogate pair, or an integer of more than 64 bits
        return json.dumps(record, indent=2 if indent else None)


def prediction_json(prediction: Prediction) -> bytes:
    """The record of a prediction as a line of JSON; of a row that was JSON every byte stands as it came."""
    raw, record = prediction.article.raw.strip(), prediction.article.record
    if not record or not raw.endswith(b"}"):
        return to_json(prediction_record(prediction)).encode() + b"\n"
    added = to_json(_added(prediction)).encode()
    return raw[:-1].rstrip() + b"," + added[1:] + b"\n"


def to_cell(value: Any) -> str:
    """A value as a cell of a csv file; lists and mappings as JSON, no formulas."""
    if value is None:
        return ""
    if isinstance(value, str):
        return safe_for_spreadsheet(_LONE_SURROGATE.sub("\ufffd", value))
    return to_json(value) if isinstance(value, (dict, list, bool)) else str(value)


def csv_columns(predictions: Iterable[Prediction], tasks: Iterable[str], prefix: str) -> list[str]:
    """The columns for some predictions: the input's in order, ours, a reason for each task, and the error last."""
    theirs: dict[str, None] = {}
    ours = {f"{prefix}{task}{suffix}": None for task in tasks for suffix in SUFFIXES[:-1]}
    for prediction in predictions:
        theirs |= dict.fromkeys(prediction.article.record)
        ours |= dict.fromkeys(key for key in _added(prediction, prefix) if key.startswith(prefix))
    error = _error_key(theirs)
    return [*theirs, *(column for column in ours if column != error), error]


# --- predictions as text ----------------------------------------------------------------------------------


def prediction_line(
    prediction: Prediction, labels: Mapping[str, Sequence[str]], width: int | None, style: Style
) -> str:
    """One line for one article: a column for each task, then its title. Cut to `width` characters if given."""
    article = prediction.article
    cells, taken = [], 0
    for task, names in labels.items():
        verdict = prediction.verdicts[task]
        room = max(len("none"), *map(len, names))
        confidence = _confidence(verdict)
        label = f"{safe_for_terminal(verdict.label or 'none'):{room}}"
        cells.append(f"{style.bold(label) if verdict.label else style.dim(label)} {style.dim(confidence)}")
        taken += room + len(confidence) + 3
    name = f"{article.place}: {article.error}" if article.error else article.title or article.text
    name = _cut(name, width and width - taken)
    return "  ".join([*cells, style.bad(name) if article.error else name])


def prediction_text(prediction: Prediction, style: Style) -> str:
    """Several lines for one article: each verdict, what it rests on, and the sections if there are any."""
    article = prediction.article
    lines = [style.bold(_cut(article.title or article.text, 100))]
    for task, verdict in prediction.verdicts.items():
        lines.append(f"  {task:8}{_verdict_text(verdict, style)}")
        if verdict.explanation:
            lines.extend(f"          {line}" for line in _explanation_lines(verdict.explanation, style))
    for section in prediction.sections:
        label = f"{section.verdict.label or 'none':10}"
        part = "side" if section.side else "body"
        label = style.dim(label) if section.side else label
        lines.append(f"  {part:6}{label} {_confidence(section.verdict)}  {style.dim(_cut(section.text, 70))}")
    return "\n".join(lines) + "\n"


def _confidence(verdict: Verdict) -> str:
    return "    " if verdict.confidence is None else f"{verdict.confidence:.2f}"


def _cut(text: str, width: int | None) -> str:
    """A text on one line, safe for a terminal, cut to a width."""
    line = " ".join(safe_for_terminal(text).split())
    return line if width is None or len(line) <= width else f"{line[: max(width - 1, 10)]}…"


def _verdict_text(verdict: Verdict, style: Style) -> str:
    if not verdict.probabilities:
        return f"{style.bold('none')}  {verdict.reason}"
    ranked = sorted(verdict.probabilities.items(), key=lambda item: -item[1])
    others = ", ".join(f"{label} {probability:.2f}" for label, probability in ranked[1:4])
    if verdict.label is None:
        return f"{style.bold('none')}  {verdict.reason} (then {others})"
    return f"{style.bold(safe_for_terminal(verdict.label))} {verdict.confidence:.2f}  {style.dim(f'({others})')}"


def _explanation_lines(explanation: Explanation, style: Style) -> list[str]:
    """The strongest words on both sides; pieces of words are summed up, for they say little one by one."""
    words = [term for term in explanation.terms if term.namespace == "words"]
    pieces = sum(term.margin for term in explanation.terms if term.namespace != "words")
    speak_for = [style.good(f"{safe_for_terminal(term.term)} +{term.margin:.2f}") for term in words if term.margin > 0][
        :SHOWN_TERMS
    ]
    speak_against = [
        style.bad(f"{safe_for_terminal(term.term)} {term.margin:.2f}") for term in reversed(words) if term.margin < 0
    ][:SHOWN_TERMS]
    lead = explanation.logit - explanation.runner_up_logit
    intercepts = explanation.intercept - explanation.runner_up_intercept
    lines = [
        f"{explanation.label} before {explanation.runner_up} by {lead:.2f}: words {sum(t.margin for t in words):+.2f}"
    ]
    if len(words) < len(explanation.terms):
        lines[0] += f", pieces of words {pieces:+.2f}"
    lines[0] += f", prior {intercepts:+.2f}"
    if speak_for:
        lines.append(f"{'for':9}{', '.join(speak_for)}")
    if speak_against:
        lines.append(f"{'against':9}{', '.join(speak_against)}")
    return lines


def highlighted(prediction: Prediction, task: str, style: Style) -> str:
    """The article's text with the words that decided one task in colour."""
    text = safe_for_terminal(prediction.article.text)
    explanation = prediction.verdicts[task].explanation
    if not style.colours or not explanation:
        return text
    margins = {
        term.term: term.margin for term in explanation.terms if term.namespace == "words" and " " not in term.term
    }
    strong = sorted(map(abs, margins.values()), reverse=True)[: 3 * SHOWN_TERMS]
    limit = strong[-1] if strong else 0.0

    def colour(match: re.Match[str]) -> str:
        margin = margins.get(match[0].lower(), 0.0)
        return (
            match[0]
            if abs(margin) < limit or not margin
            else style.good(match[0])
            if margin > 0
            else style.bad(match[0])
        )

    return re.sub(r"\w\w+", colour, text)


# --- trainings, evaluations, models -----------------------------------------------------------------------


def training_text(training: Training, version: Version, seconds: float) -> str:
    """What was trained, how it was chosen and how good it is on articles it had not seen."""
    lines = [f"trained on {len(training.articles)} articles in {seconds:.1f} s: {version.path}"]
    for task, trained in training.tasks.items():
        counts = ", ".join(f"{label} {count}" for label, count in trained.counts.items())
        lines += ["", f"{task}: {counts}", "  out of fold (each article judged by a model that had not seen it)"]
        for settings, score in trained.trials:
            mark = "chosen" if settings == trained.settings else ""
            lines.append(
                f"    {'+'.join(settings.namespaces):18} C={settings.C:<5g} macro-F1 {score:.4f}  {mark}".rstrip()
            )
        lines += [f"  {line}".rstrip() for line in _metrics_lines(trained.metrics)]
    return "\n".join(lines)


def evaluation_text(evaluation: Evaluation) -> str:
    """Metrics of each task: macro-F1 first."""
    blocks = []
    for task, metrics in evaluation.tasks.items():
        blocks.append(
            "\n".join([f"{task}: {metrics.n} articles", *(f"  {line}".rstrip() for line in _metrics_lines(metrics))])
        )
    return "\n\n".join(blocks)


def _metrics_lines(metrics: Metrics) -> list[str]:
    room = max(8, *map(len, metrics.labels))
    lines = [
        f"macro-F1 {metrics.macro_f1:.4f}  (always the commonest label: {metrics.majority_macro_f1:.4f})",
        f"accuracy {metrics.accuracy:.4f}  (always the commonest label: {metrics.majority_accuracy:.4f})",
        f"log loss {metrics.log_loss:.4f}",
        "",
        f"{'label':{room}} precision  recall      F1  articles",
    ]
    lines += [
        f"{m.label:{room}} {m.precision:9.4f} {m.recall:7.4f} {m.f1:7.4f} {m.support:9}" for m in metrics.per_label
    ]
    wide = [max(len(label), 5) for label in (*metrics.labels, ABSTAINED)]
    lines += [
        "",
        f"{TRUE_PREDICTED:{max(room, 16)}} "
        + " ".join(f"{label:>{w}}" for label, w in zip((*metrics.labels, ABSTAINED), wide, strict=True)),
    ]
    for label, row in zip(metrics.labels, metrics.confusion, strict=True):
        lines.append(f"{label:{max(room, 16)}} " + " ".join(f"{count:{w}}" for count, w in zip(row, wide, strict=True)))
    lines += ["", "confidence at least  answered  of these right"]
    for point in metrics.coverage_curve:
        right = "-" if point.accuracy is None else f"{point.accuracy:.3f}"
        lines.append(f"{point.confidence:19.2f} {point.coverage:9.3f} {right:>15}")
    if metrics.missing:
        lines += ["", f"no article here is labelled {', '.join(metrics.missing)}"]
    return lines


def evaluation_record(evaluation: Evaluation) -> dict[str, Any]:
    """An evaluation as a record of plain values."""
    return {
        "articles": evaluation.n,
        "tasks": {
            task: {
                "macro_f1": metrics.macro_f1,
                "accuracy": metrics.accuracy,
                "log_loss": metrics.log_loss,
                "majority": {"macro_f1": metrics.majority_macro_f1, "accuracy": metrics.majority_accuracy},
                "articles": metrics.n,
                "abstained": metrics.abstained,
                "labels": {
                    m.label: {"precision": m.precision, "recall": m.recall, "f1": m.f1, "support": m.support}
                    for m in metrics.per_label
                },
                "missing_labels": list(metrics.missing),
                "abstained_by_label": dict(zip(metrics.labels, (row[-1] for row in metrics.confusion), strict=True)),
                "confusion": {
                    label: dict(zip(metrics.labels, row[:-1], strict=True))
                    for label, row in zip(metrics.labels, metrics.confusion, strict=True)
                },
                "coverage_curve": [
                    {"confidence": p.confidence, "coverage": p.coverage, "accuracy": p.accuracy}
                    for p in metrics.coverage_curve
                ],
            }
            for task, metrics in evaluation.tasks.items()
        },
    }


def evaluation_markdown(evaluation: Evaluation) -> str:
    """An evaluation as markdown tables."""
    blocks = []
    for task, metrics in evaluation.tasks.items():
        blocks.append(
            f"### {task}: macro-F1 {metrics.macro_f1:.4f}, accuracy {metrics.accuracy:.4f} on {metrics.n} articles\n\n"
            + _markdown_table(
                ["label", "precision", "recall", "F1", "articles"],
                [
                    [m.label, f"{m.precision:.4f}", f"{m.recall:.4f}", f"{m.f1:.4f}", m.support]
                    for m in metrics.per_label
                ],
            )
            + "\n\n"
            + _markdown_table(
                [TRUE_PREDICTED, *metrics.labels, ABSTAINED],
                [[label, *row] for label, row in zip(metrics.labels, metrics.confusion, strict=True)],
            )
        )
    return "\n\n".join(blocks)


def _markdown_table(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> str:
    def line(cells: Sequence[Any]) -> str:
        return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"

    return "\n".join([line(header), "|" + " --- |" * len(header), *map(line, rows)])


def version_text(version: Version) -> str:
    """What a model is: its data, labels, settings and out-of-fold metrics."""
    passport = version.passport
    libraries = ", ".join(f"{name} {number}" for name, number in passport["libraries"].items())
    lines = [
        f"{version.name}  ({version.path})",
        f"trained {version.created:%Y-%m-%d %H:%M} UTC"
        f" on {passport['data']['articles']} articles, seed {passport['seed']}",
        f"made by newsvane {passport['newsvane']}, Python {passport['python']}, {libraries}",
    ]
    for name, digest in passport["data"]["files"].items():
        lines.append(f"data  {name}  sha256 {digest[:16]}…")
    for task, facts in passport["tasks"].items():
        settings, metrics = facts["settings"], facts["out_of_fold"]
        counts = ", ".join(f"{label} {count}" for label, count in facts["counts"].items())
        lines += [
            f"{task}: {counts}",
            f"  {'+'.join(settings['namespaces'])}, C={settings['C']:g}, temperature {facts['temperature']:.3f}",
            f"  out of fold: macro-F1 {metrics['macro_f1']:.4f}, accuracy {metrics['accuracy']:.4f},"
            f" log loss {metrics['log_loss']:.4f}",
        ]
    for name, facts in passport["files"].items():
        lines.append(f"file  {name}  {facts['size']:,} bytes")
    return "\n".join(lines)

"""Predictions as records: what jsonl and csv output hold."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson

from newsvane.report.style import LONE_SURROGATE, safe_for_spreadsheet

if TYPE_CHECKING:
    from newsvane.predictions import Explanation, Prediction, Section, Stance, Verdict

PREFIX = "predicted_"
SUFFIXES = ("", "_confidence", "_probabilities", "_reason", "_explanation")


def prefix_for(columns: Collection[str], tasks: Iterable[str]) -> str:
    """What our columns are prefixed with, so that none has the name of a column of the input: mostly nothing."""
    ours, prefix = tuple(tasks), ""
    while not _names(ours, prefix).isdisjoint(columns):
        prefix += PREFIX
    return prefix


@cache
def _names(tasks: tuple[str, ...], prefix: str) -> frozenset[str]:
    ours = ["sections", *(f"{task}{suffix}" for task in tasks for suffix in SUFFIXES)]
    if "stance" in tasks:
        ours += ["stances", "stance_target", "stance_target_known"]
    return frozenset(f"{prefix}{name}" for name in ours)


def prediction_record(prediction: Prediction, prefix: str | None = None) -> dict[str, Any]:
    """The row as it came, every key in order, then the verdicts.

    Where a key of the row has a name of ours, ours begin with ``predicted_``; `prefix` says so for a whole table.
    """
    return {**prediction.article.record, **_added(prediction, prefix)}


def _added(prediction: Prediction, prefix: str | None = None) -> dict[str, Any]:
    article, verdicts, sections, stances = prediction
    if prefix is None:
        prefix = prefix_for(article.record, verdicts)
    added: dict[str, Any] = {}
    for task, verdict in verdicts.items():
        if task == "stance" and len(stances) > 1:
            added["stances"] = list(map(_stance_record, stances))
            continue
        _add_verdict(added, task, verdict)
        if task == "stance" and stances:
            _add_target(added, stances[0])
    if sections:
        added["sections"] = list(map(_section_record, sections))
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


def _add_verdict(record: dict[str, Any], task: str, verdict: Verdict) -> None:
    label, probabilities, reason, explanation = verdict
    record[task] = label
    record[f"{task}_confidence"] = verdict.confidence
    record[f"{task}_probabilities"] = probabilities
    if label is None:
        record[f"{task}_reason"] = reason
    if explanation:
        record[f"{task}_explanation"] = _explanation_record(explanation)


def _add_target(record: dict[str, Any], stance: Stance) -> None:
    record["stance_target"] = stance.target or None
    record["stance_target_known"] = stance.known if stance.target else None


def _stance_record(stance: Stance) -> dict[str, Any]:
    record: dict[str, Any] = {}
    _add_target(record, stance)
    _add_verdict(record, "stance", stance.verdict)
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
        "sentences": [
            {"text": sentence.text, "near_target": sentence.near, "margin": sentence.margin}
            for sentence in explanation.sentences
        ],
    }


def to_json(record: Any, *, indent: bool = False) -> str:
    """A record as JSON; non-ASCII characters stand as themselves, except half surrogate pairs."""
    return _to_json(record, orjson.OPT_INDENT_2 if indent else None).decode()


def _to_json(record: Any, option: int | None = None) -> bytes:
    try:
        return orjson.dumps(record, option=option)
    except TypeError:  # half a surrogate pair, or an integer of more than 64 bits
        return json.dumps(record, indent=2 if option else None).encode()


def prediction_json(prediction: Prediction) -> bytes:
    """The record of a prediction as a line of JSON; of a row that was JSON every byte stands as it came."""
    article = prediction.article
    raw = article.raw
    end = raw.rfind(b"}")  # of an object, which is all that `raw` ever holds
    if end < 0 or not article.record:
        return _to_json(prediction_record(prediction)) + b"\n"
    return b"%b,%b\n" % (raw[:end].strip(), _to_json(_added(prediction))[1:])


def to_text(value: Any) -> str:
    """A value as text; lists and mappings as JSON."""
    if isinstance(value, str):
        return LONE_SURROGATE.sub("\ufffd", value)
    return to_json(value) if isinstance(value, (dict, list, bool)) else str(value)


def to_cell(value: Any) -> str:
    """A value as a cell of a csv file: nothing for None, and no formulas."""
    if value is None:
        return ""
    return safe_for_spreadsheet(to_text(value)) if isinstance(value, str) else to_text(value)


def table_columns(predictions: Sequence[Prediction], tasks: Iterable[str], prefix: str) -> list[str]:
    """The columns for some predictions: the input's in order, ours, a reason for each task, and the error last."""
    theirs: dict[str, None] = {}
    several = any(len(prediction.stances) > 1 for prediction in predictions)
    ours = {
        f"{prefix}{task}{suffix}": None
        for task in tasks
        for suffix in SUFFIXES[:-1]
        if not (several and task == "stance")
    }
    for prediction in predictions:
        theirs |= dict.fromkeys(prediction.article.record)
        ours |= dict.fromkeys(key for key in _added(prediction, prefix) if key.startswith(prefix))
    error = _error_key(theirs)
    return [*theirs, *(column for column in ours if column != error), error]

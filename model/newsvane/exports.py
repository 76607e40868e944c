"""Exports of labelling tools, read as they are: each row becomes a flat one, with a column for each label.

Label Studio's JSON and JSON-MIN, doccano's JSONL and Prodigy's JSONL are told by the shape of their rows. Ids that
a tool counts itself are no ids of articles: an article keeps the id it was given to the tool with, if it had one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from newsvane.tables import Row

LABEL_NAMES = ("label", "labels", "choice", "choices", "category", "class", "sentiment")
"""Names under which tools keep a label, where it has not the name of a task."""

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Export:
    """One kind of export: which `tool` made it, how its rows are told, and how one is made flat.

    Where rows are `nested`, the flat one stands for them everywhere; else rows stay as they came.
    """

    tool: str
    matches: Callable[[Record], bool]
    flatten: Callable[[Record], dict[str, Any]]
    nested: bool = False

    def read(self, row: Row, topic: str, stance: str) -> tuple[Row, str]:
        """The flat row; and, where no column is named as `topic` or `stance`, which one was read as which.

        A label is a string, or a list of one; several are an error of the row. It is a topic, unless the row says
        that something else was `asked`.
        """
        if row.error:
            return row, ""
        record = self.flatten(row.record)
        error = ""
        for column in {topic, stance, *LABEL_NAMES} & record.keys():
            labels = _labels(record[column])
            record[column] = labels[0] if labels else ""
            if len(labels) > 1:
                error = f"{len(labels)} labels in '{column}' where one is needed: {', '.join(labels)}"
        source = next((name for name in LABEL_NAMES if name in record and not {topic, stance} & record.keys()), "")
        if not source:
            return Row(row.file, row.number, record, error), ""
        column = stance if record.get("asked") == "stance" else topic
        record[column] = record[source]
        return Row(row.file, row.number, record, error), f"'{source}' is read as {column}"


def export_of(record: Record) -> Export | None:
    """Of which tool a row is an export; None for a table of columns as asked for."""
    return next((export for export in EXPORTS if export.matches(record)), None)


def _labels(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        value = value.get("choices")
    values = value if isinstance(value, list) else [value]
    return [str(item).strip() for item in values if item is not None and str(item).strip()]


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


# --- Label Studio -----------------------------------------------------------------------------------------

_BOOKKEEPING = ("annotator", "annotation_id", "created_at", "updated_at", "lead_time")


def _is_label_studio(record: Record) -> bool:
    return isinstance(record.get("data"), dict) and any(key in record for key in ("annotations", "predictions"))


def _label_studio(record: Record) -> dict[str, Any]:
    """The task's data and, of its annotations, the newest: one label for each control, under the control's name."""
    annotations = [
        annotation for annotation in _objects(record.get("annotations")) if not annotation.get("was_cancelled")
    ]
    annotations.sort(key=lambda annotation: str(annotation.get("updated_at") or annotation.get("created_at") or ""))
    chosen: dict[str, Any] = {}
    for result in _objects(annotations[-1].get("result")) if annotations else ():
        if result.get("type") == "choices":
            labels = _labels(result.get("value"))
            chosen[str(result.get("from_name"))] = labels[0] if len(labels) == 1 else labels
    if len(chosen) == 1 and not {"topic", "stance"} & chosen.keys():
        chosen = {name if name in LABEL_NAMES else "label": value for name, value in chosen.items()} | chosen
    return {**record["data"], **chosen}


def _is_label_studio_min(record: Record) -> bool:
    return "annotation_id" in record and bool({"annotator", "lead_time"} & record.keys())


def _label_studio_min(record: Record) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key not in ("id", *_BOOKKEEPING)}


# --- Prodigy and doccano ----------------------------------------------------------------------------------


def _is_prodigy(record: Record) -> bool:
    return any(key in record for key in ("_input_hash", "_task_hash")) or (
        "text" in record and record.get("answer") in ("accept", "reject", "ignore")
    )


def _prodigy(record: Record) -> dict[str, Any]:
    """The example with what stands in its meta; a label only where it was accepted."""
    meta = record.get("meta")
    flat = {**(meta if isinstance(meta, dict) else {}), **record}
    if "accept" in record:
        flat["label"] = record["accept"]
    if record.get("answer", "accept") != "accept":
        flat["label"] = None
    return {key: value for key, value in flat.items() if key not in ("options", "accept", "meta", "_view_id")}


def _is_doccano(record: Record) -> bool:
    return "text" in record and any(isinstance(record.get(key), list) for key in ("label", "labels"))


def _doccano(record: Record) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != "id" or not isinstance(value, int)}


def _is_labelled(record: Record) -> bool:
    return isinstance(record.get("label"), str)


EXPORTS = (
    Export("Label Studio", _is_label_studio, _label_studio, nested=True),
    Export("Label Studio (JSON-MIN)", _is_label_studio_min, _label_studio_min),
    Export("Prodigy", _is_prodigy, _prodigy),
    Export("doccano", _is_doccano, _doccano),
    Export("", _is_labelled, dict),  # no tool's own form: a table whose labels are called so,
)

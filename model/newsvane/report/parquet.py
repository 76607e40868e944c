"""Predictions as a parquet table."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any

from newsvane.batches import in_batches
from newsvane.errors import NewsvaneError, OptionalFeatureError
from newsvane.report import records

if TYPE_CHECKING:
    import pyarrow as pa

    from newsvane.predictions import Prediction

ROWS = 1000
"""Rows a group; the columns, and the types of the input's own, are those of the first group."""


def write_parquet(predictions: Iterable[Prediction], out: IO[bytes], labels: Mapping[str, Sequence[str]]) -> None:
    """Write the columns of the input, then those of the verdicts; probabilities as a struct of the task's labels.

    A column of the input whose values are of several types becomes text. Raises `NewsvaneError` where a later row has
    a column that the first ones lack, or a value that does not fit its column.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet
    except ImportError:
        raise OptionalFeatureError("writing parquet", "parquet") from None
    groups = in_batches(predictions, ROWS)
    head = next(groups, [])
    prefix = records.prefix_for({key for prediction in head for key in prediction.article.record}, labels)
    schema = _schema(head, labels, prefix)
    with pyarrow.parquet.ParquetWriter(out, schema) as writer:
        for group in itertools.chain([head], groups):
            rows = [records.prediction_record(prediction, prefix) for prediction in group]
            problem = f"; the columns are those of the first {ROWS:,} rows; use --format jsonl"
            for prediction, row in zip(group, rows, strict=True):
                if lost := row.keys() - set(schema.names):
                    raise NewsvaneError(
                        f"{prediction.article.place}: has new columns ({', '.join(sorted(lost))}){problem}"
                    )
            columns = {field.name: _values([row.get(field.name) for row in rows], field.type) for field in schema}
            try:
                writer.write_table(pa.table(columns, schema))
            except (pa.ArrowException, OverflowError) as error:
                places = f"{group[0].article.place} to {group[-1].article.place}"
                raise NewsvaneError(f"{places}: {error}{problem}") from error


def _schema(head: Sequence[Prediction], labels: Mapping[str, Sequence[str]], prefix: str) -> pa.Schema:
    import pyarrow as pa

    ours: dict[str, Any] = {"stance_target_known": pa.bool_()}
    for task, names in labels.items():
        ours[f"{task}_confidence"] = pa.float64()
        ours[f"{task}_probabilities"] = pa.struct([(name, pa.float64()) for name in names])
    theirs = {key for prediction in head for key in prediction.article.record}
    fields = []
    for column in records.table_columns(head, labels, prefix):
        if column in theirs:
            fields.append((column, _type([prediction.article.record.get(column) for prediction in head])))
        else:
            fields.append((column, ours.get(column.removeprefix(prefix), pa.string())))
    return pa.schema(fields)


def _type(values: Sequence[Any]) -> pa.DataType:
    """What values are; text where they are of several kinds or none is given."""
    import pyarrow as pa

    try:
        found = pa.array(values).type
    except (pa.ArrowException, OverflowError, UnicodeEncodeError):
        return pa.string()
    return pa.string() if pa.types.is_null(found) else found


def _values(values: Sequence[Any], kind: pa.DataType) -> list[Any]:
    """Values as their column holds them: as text, if it is one of text, and no probabilities as none."""
    import pyarrow as pa

    if pa.types.is_string(kind):
        return [None if value is None else records.to_text(value) for value in values]
    return [None if value == {} else value for value in values]

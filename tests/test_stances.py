"""Stance labels as users have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import write_csv
from newsvane import Columns, InputError, read_labelled
from newsvane.stances import PRESETS, parse_mapping


def test_pairs_and_presets() -> None:
    assert parse_mapping("Agree=favor, disagree = against") == {"agree": "favor", "disagree": "against"}
    assert parse_mapping("semeval") == PRESETS["semeval"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("agree", "'agree' is no pair"),
        ("a=b,=c", "'=c' is no pair"),
        ("a=b=c", "is no pair"),
        ("a=b,A=c", "'a' is mapped twice"),
        ("", "no pair"),
    ],
)
def test_what_is_no_mapping(text: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        parse_mapping(text)


def test_labels_are_mapped_on_reading_and_only_where_asked(tmp_path: Path) -> None:
    rows = [{"text": "some words", "stance": label} for label in ("FAVOR", "AGAINST", "NONE", "unrelated")]
    path = write_csv(tmp_path / "t.csv", rows)
    mapped = read_labelled(path, Columns(stance_labels="semeval"))
    assert [article.labels["stance"] for article in mapped] == ["favor", "against", "neutral", "unrelated"]
    assert [article.labels["stance"] for article in read_labelled(path)] == ["FAVOR", "AGAINST", "NONE", "unrelated"]

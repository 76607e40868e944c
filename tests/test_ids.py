"""Ids: each has the row it first stood in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsvane.ids import Ids


@given(st.lists(st.text(max_size=2), max_size=50))
def test_as_a_dictionary(names: list[str]) -> None:
    ids, expected = Ids(), {}
    for row, name in enumerate(names):
        assert ids.first_row(name, row) == expected.setdefault(name, row)


def test_many() -> None:
    ids = Ids()
    assert all(ids.first_row(f"a{row}", row) == row for row in range(10_000))
    assert all(ids.first_row(f"a{row}", -1) == row for row in range(10_000))

"""Batches: every item once, in order; none waits for others that may never come."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from newsvane.batches import as_they_come, in_batches, worked_ahead


def test_in_batches() -> None:
    assert list(in_batches(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(in_batches([])) == []


def test_an_item_is_given_out_before_the_next_has_come() -> None:
    go_on = threading.Event()

    def slow() -> Iterator[int]:
        yield from (1, 2)
        assert go_on.wait(10)
        yield 3

    batches = as_they_come(slow(), size=10, pause=0.01)
    seen = next(batches)
    while len(seen) < 2:
        seen += next(batches)
    assert seen == [1, 2]
    go_on.set()
    assert list(batches) == [[3]]


def test_many_items_come_in_order() -> None:
    batches = list(as_they_come(iter(range(1000)), size=7, pause=0.001))
    assert [item for batch in batches for item in batch] == list(range(1000))
    assert max(map(len, batches)) == 7


def test_an_error_comes_after_the_items_before_it() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    batches = as_they_come(broken())
    assert next(batches) == [1]
    with pytest.raises(ValueError, match="broken"):
        next(batches)


@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_worked_ahead_keeps_the_order(count: int) -> None:
    def work(item: int) -> int:
        time.sleep(0.001 * (item % 3))
        return item * item

    assert list(worked_ahead(work, range(count))) == [item * item for item in range(count)]


def test_little_is_read_ahead() -> None:
    read = []

    def items() -> Iterator[int]:
        for item in range(10_000):
            read.append(item)
            yield item

    results = worked_ahead(str, items())
    assert next(results) == "0"
    assert len(read) < 1000

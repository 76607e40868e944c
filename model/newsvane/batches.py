"""Work in batches: as many articles at a time as pay, fewer where they come slowly, the next ones read meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

BATCH = 256
PAUSE = 0.1
"""A source that has given nothing for so many seconds is answered up to there."""


def in_batches(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """The items, `size` at a time; the last batch may have fewer."""
    items = iter(items)
    while batch := list(islice(items, size)):
        yield batch


def as_they_come(items: Iterable[T], size: int = BATCH, pause: float = PAUSE) -> Iterator[list[T]]:
    """The items, `size` at a time, or as many as there are when no batch has become full for `pause` seconds."""
    import threading
    from queue import Empty, Queue

    full: Queue[list[T] | BaseException | None] = Queue(2)
    growing: list[T] = []
    lock = threading.Lock()

    def take() -> list[T]:
        batch = growing.copy()
        growing.clear()
        return batch

    def read() -> None:
        end = None
        try:
            for item in items:
                with lock:
                    growing.append(item)
                    batch = take() if len(growing) == size else []
                if batch:
                    full.put(batch)
        except BaseException as error:
            end = error
        full.put(end)

    threading.Thread(target=read, daemon=True).start()
    while True:
        try:
            batch = full.get(timeout=pause)
        except Empty:
            batch = []
        if not isinstance(batch, list) or not batch:
            with lock:
                rest = take()
            if rest:
                yield rest
        if isinstance(batch, BaseException):
            raise batch
        if batch is None:
            return
        if batch:
            yield batch


def worked_ahead(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """The function's values, in order, for items that are read while others are worked on, on all cores."""
    items = iter(items)
    head = list(islice(items, 2))
    if len(head) < 2:  # no thread for a single item: starting them takes longer
        yield from map(function, head)
        return
    from collections import deque
    from concurrent.futures import ThreadPoolExecutor

    # As many threads as cores, and twice as many batches: who asks for them works too, and more threads take its core.
    threads = os.cpu_count() or 1
    with ThreadPoolExecutor(threads, "newsvane") as executor:
        waiting = deque(executor.submit(function, item) for item in head)
        for item in items:
            waiting.append(executor.submit(function, item))
            if len(waiting) > 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

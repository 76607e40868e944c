"""Label sets: misspelt labels, labels of few articles, and columns that give a label away."""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

RARE = 0.05
"""A misspelt label has at most this share of the articles of the label that was meant."""

ALIKE, SHORTEST = 0.75, 4
"""How alike two spellings are at least (Ratcliff/Obershelp), and from how many letters on that says anything."""

SUPPORT = 20
"""So many articles with one value are needed to say that the value gives their label away."""

GIVEN_AWAY, COMMON = 0.97, 0.8
"""A value gives a label away where at least the first share of its articles has it, and at most the second of all."""


def find_typos(counts: Mapping[str, int]) -> dict[str, str]:
    """Labels that look misspelt, each with the one that was probably meant.

    A label is one if it is another one but for case, spaces and punctuation, and has fewer articles; or if it is
    spelt much like one and is rare beside it. Labels that differ by a digit are meant to.
    """
    meant = {}
    by_count = sorted(counts, key=lambda label: (-counts[label], label))
    for place, label in enumerate(by_count):
        commoner = [other for other in by_count[:place] if other not in meant]
        same = [other for other in commoner if _letters(other) == _letters(label) != ""]
        near = [
            other
            for other in commoner
            if counts[label] <= RARE * counts[other] and min(len(label), len(other)) >= SHORTEST
            and re.findall(r"\d", label) == re.findall(r"\d", other)
        ]  # fmt: skip
        lowered = {other.lower(): other for other in reversed(near)}
        close = same or [lowered[name] for name in difflib.get_close_matches(label.lower(), lowered, 1, ALIKE)]
        if close:
            meant[label] = close[0]
    return meant


def _letters(label: str) -> str:
    return re.sub(r"[\W_]", "", label).casefold()


@dataclass(frozen=True, slots=True)
class Giveaway:
    """A value of a column that stands for a label: `right` of the `total` articles that have the value."""

    column: str
    value: str
    label: str
    right: int
    total: int


def find_giveaways(
    records: Sequence[Mapping[str, Any]], labels: Sequence[str], columns: Iterable[str]
) -> list[Giveaway]:
    """The values of columns that nearly decide the label of the rows that have them, in the order of the columns.

    A model cannot read a column, but what the text says of it (a byline, a dateline) it can, and then learns the
    source instead of the matter.
    """
    everywhere = Counter(labels)
    found = []
    for column in columns:
        seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for record, label in zip(records, labels, strict=True):
            if value := _value(record.get(column)):
                seen[value][label] += 1
        for value, counts in seen.items():
            (label, right), total = counts.most_common(1)[0], counts.total()
            common = everywhere[label] > COMMON * len(labels)
            if total >= SUPPORT and right >= GIVEN_AWAY * total and not common:
                found.append(Giveaway(column, value, label, right, total))
    return found


def _value(value: Any) -> str:
    return "" if value is None or isinstance(value, (dict, list)) else str(value).strip()

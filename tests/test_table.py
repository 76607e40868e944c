"""A table is data: a damaged or forged file gives an error, or answers, and nothing else."""

from __future__ import annotations

import json
import random
import struct
from collections import Counter
from pathlib import Path

import pytest

from fuzz_table import damaged, forged, use
from newsvane import Article, ModelError, train
from newsvane.compile import compile_pipeline
from newsvane.kernel import TableScorer
from newsvane.table import HEADER, open_table


@pytest.fixture(scope="module")
def table(articles: list[Article], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("table") / "topic.table"
    compile_pipeline(
        train([Article(text=a.text, labels={"topic": a.labels["topic"]}) for a in articles[:60]])
        .tasks["topic"]
        .pipeline,
        path,
    )
    return path


def test_what_is_written_is_read(table: Path) -> None:
    opened = open_table(table)
    assert opened.labels == ("diplomacy", "health", "military", "other")
    assert opened.namespaces[-1].last == opened.size
    terms = [opened.term(row) for row in range(opened.size)]
    first = opened.namespaces[0]
    assert terms[first.first : first.last] == sorted(terms[first.first : first.last])


def test_any_flipped_bit_is_noticed(table: Path, tmp_path: Path, articles: list[Article]) -> None:
    data = table.read_bytes()
    [metadata_size] = struct.unpack_from("<I", data, 12)
    sections = json.loads(data[HEADER.size : HEADER.size + metadata_size])["sections"]
    used = [(0, HEADER.size + metadata_size)] + [(s["offset"], s["offset"] + s["size"]) for s in sections.values()]
    draw = random.Random(0)
    for _ in range(300):
        at = draw.randrange(*draw.choice(used))
        damaged = bytearray(data)
        damaged[at] ^= 1 << draw.randrange(8)
        (tmp_path / "t.table").write_bytes(damaged)
        with pytest.raises(ModelError, match="damaged|format"):
            TableScorer(open_table(tmp_path / "t.table")).contributions(articles[0].text)


def test_damaged_tables_are_refused(table: Path, tmp_path: Path) -> None:
    data, draw = table.read_bytes(), random.Random(2)
    for size in (0, 10, len(data) // 2, len(data) - 1):
        (tmp_path / "t.table").write_bytes(data[:size])
        assert use(tmp_path / "t.table") == "refused"
    for _ in range(300):
        (tmp_path / "t.table").write_bytes(damaged(data, draw))
        use(tmp_path / "t.table")


def test_forged_tables_do_no_harm(table: Path, tmp_path: Path) -> None:
    data, draw = table.read_bytes(), random.Random(1)
    ends = Counter()
    for _ in range(400):
        (tmp_path / "t.table").write_bytes(forged(data, draw))
        ends[use(tmp_path / "t.table")] += 1
    assert ends["refused"] > 100
    assert ends["answered"] > 50

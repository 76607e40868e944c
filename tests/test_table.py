"""A table is data: a damaged or forged file gives an error, or answers, and nothing else."""

from __future__ import annotations

import json
import random
import struct
import zlib
from pathlib import Path

import pytest

from newsvane import Article, ModelError, fields, train
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


def use(path: Path, text: str) -> None:
    scorer = TableScorer(open_table(path))
    scorer.score([text] * 3)
    scorer.score_one(text)
    scorer.contributions(text)


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
            use(tmp_path / "t.table", articles[0].text)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: b"",
        lambda d: d[:10],
        lambda d: d[:-1],
        lambda d: d + b"x",
        lambda d: b"x" * 1000,
        lambda d: d[: len(d) // 2],
    ],
)
def test_a_cut_or_grown_file(table: Path, tmp_path: Path, change) -> None:
    (tmp_path / "t.table").write_bytes(change(table.read_bytes()))
    with pytest.raises(ModelError):
        open_table(tmp_path / "t.table")


def forged(data: bytes, draw: random.Random) -> bytes:
    """A table with some bytes or numbers changed, and every checksum made right again: what an attacker would write."""
    out = bytearray(data)
    [size] = struct.unpack_from("<I", data, 12)
    metadata = json.loads(data[HEADER.size : HEADER.size + size])
    for kind in draw.sample([0, 1, 2], draw.randrange(1, 3)):
        if kind == 0:  # bytes of a section
            section = metadata["sections"][draw.choice(["slots", "slots", "rows", "ends", "terms"])]
            for _ in range(draw.choice([1, 10, 2000])):
                if section["size"]:
                    out[section["offset"] + draw.randrange(section["size"])] = draw.randrange(256)
        elif kind == 1:  # a number of the metadata
            holders = [metadata, *metadata["namespaces"], *metadata["sections"].values()]
            holder = draw.choice([holder for holder in holders if isinstance(holder, dict) and holder])
            key = draw.choice(list(holder))
            holder[key] = draw.choice(
                [
                    0,
                    1,
                    -1,
                    2**31,
                    2**32,
                    2**63,
                    2**64,
                    1e308,
                    "x",
                    None,
                    [],
                    {},
                    [1, 2],
                    ["a", "b"],
                    True,
                    draw.randrange(1 << 20),
                ]
            )
        else:  # every slot names a row that is not there
            section = metadata["sections"]["slots"]
            value = draw.choice([2**32 - 1, 2**31, 1, 10**6])
            out[section["offset"] : section["offset"] + section["size"]] = struct.pack(
                "<II", draw.randrange(2**32), value
            ) * (section["size"] // 8)
    try:
        for section in metadata["sections"].values():
            start, end = section["offset"], section["offset"] + section["size"]
            if 0 <= start <= end <= len(out) and draw.random() < 0.95:
                section["crc32"] = zlib.crc32(out[start:end])
    except (TypeError, KeyError, AttributeError):
        pass
    text = json.dumps(metadata).encode()
    text = text.ljust(size) if len(text) <= size else text[:size]
    out[HEADER.size : HEADER.size + size] = text
    head = struct.pack("<8sIIQI", out[:8], 1, size, len(out), zlib.crc32(text))
    out[: HEADER.size] = head + struct.pack("<I", zlib.crc32(head))
    return bytes(out)


def test_forged_tables_do_no_harm(table: Path, tmp_path: Path, articles: list[Article]) -> None:
    data, draw, refused = table.read_bytes(), random.Random(1), 0
    text = fields.document(articles[1])[:400]
    for _ in range(400):
        (tmp_path / "t.table").write_bytes(forged(data, draw))
        try:
            use(tmp_path / "t.table", text)
        except ModelError:
            refused += 1
    assert 100 < refused < 400

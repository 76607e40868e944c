#!/usr/bin/env python3
"""Damage and forge tables, and have both kernels read them: each must give an error or an answer.

    python scripts/fuzz_table.py --files 100000

To catch reads outside the table too, build the native kernel with AddressSanitizer first:

    CFLAGS="-fsanitize=address -O1 -g" NEWSVANE_NATIVE=1 pip install --no-build-isolation -e .
    ASAN_OPTIONS=detect_leaks=0 LD_PRELOAD=$(gcc -print-file-name=libasan.so) python scripts/fuzz_table.py
"""

from __future__ import annotations

import argparse
import json
import random
import struct
import tempfile
import time
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

from newsvane import Article, train
from newsvane.compile import compile_pipeline
from newsvane.errors import ModelError
from newsvane.kernel import TableScorer, native
from newsvane.table import FORMAT, HEADER, open_table

VALUES: tuple[Any, ...] = (
    0, 1, -1, 63, 64, 2**31, 2**32 - 1, 2**32, 2**63, 2**64 - 1, 2**64, 1e308, 0.5, True,
    "x", "", None, [], {}, [1, 2], ["a", "b"],
)  # fmt: skip
TEXT = "The army sent troops to the hospital. Ministers met; İ, ΑΣ and 中国 \ud800 too."


def damaged(data: bytes, draw: random.Random) -> bytes:
    """A table as a bad disk or a cut line leaves it: bits flipped, bytes missing, added or moved."""
    out = bytearray(data)
    kind = draw.randrange(5)
    at = draw.randrange(len(out))
    if kind == 0:
        for _ in range(draw.choice([1, 1, 8, 100])):
            out[draw.randrange(len(out))] ^= 1 << draw.randrange(8)
    elif kind == 1:
        del out[at:]
    elif kind == 2:
        out += draw.randbytes(draw.choice([1, 64, 4096]))
    elif kind == 3:
        del out[at : at + draw.choice([1, 8, 64])]
    else:
        out[at : at + 64] = draw.randbytes(len(out[at : at + 64]))
    return bytes(out)


def forged(data: bytes, draw: random.Random) -> bytes:
    """A table that someone wrote to do harm: contents or metadata changed, and every checksum made right."""
    out = bytearray(data)
    [size] = struct.unpack_from("<I", data, 12)
    metadata = json.loads(data[HEADER.size : HEADER.size + size])
    kind = draw.randrange(4)
    spans = {name: (place["offset"], place["size"]) for name, place in metadata["sections"].items()}
    if kind in (0, 3):
        start, length = spans[draw.choice(["slots", "slots", "rows", "ends", "terms"])]
        for _ in range(draw.choice([1, 10, 2000])):
            out[start + draw.randrange(length)] = draw.randrange(256)
    if kind == 1:  # every slot is taken, by a row that may not be there
        start, length = spans["slots"]
        slot = struct.pack("<II", draw.randrange(2**32), draw.choice([1, 10**4, 10**6, 2**31, 2**32 - 1]))
        out[start : start + length] = slot * (length // 8)
    for name, (start, length) in spans.items():
        metadata["sections"][name]["crc32"] = zlib.crc32(out[start : start + length])
    if kind in (2, 3):
        holder = draw.choice([metadata, *metadata["namespaces"], *metadata["sections"].values()])
        key = draw.choice(list(holder))
        old = holder[key]
        holder[key] = draw.choice([*VALUES, old[1:] if isinstance(old, list) else draw.randrange(1 << 20)])
    text = json.dumps(metadata).encode()[:size].ljust(size)
    head = struct.pack("<8sIIQI", out[:8], FORMAT, size, len(out), zlib.crc32(text))
    out[: HEADER.size + size] = head + struct.pack("<I", zlib.crc32(head)) + text
    return bytes(out)


def use(path: Path, text: str = TEXT) -> str:
    """What becomes of reading a table and scoring with all it has: ``answer`` or the kind of error."""
    try:
        scorer = TableScorer(open_table(path))
        scorer.score([text] * 2)
        scorer.score_one(text)
        scorer.contributions(text)
    except ModelError:
        return "refused"
    return "answered"


def main() -> None:
    """Read as many changed copies of a table as are asked for, and count what became of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000, help="how many changed tables to read")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    draw, counts = random.Random(options.seed), Counter[str]()
    print(f"native kernel: {'yes' if native else 'no, Python only'}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.table"
        data = _small_table(path)
        started = time.perf_counter()
        for _ in range(options.files):
            change = draw.choice([damaged, forged])
            path.write_bytes(change(data, draw))
            counts[f"{change.__name__}, {use(path)}"] += 1
    for what, count in sorted(counts.items()):
        print(f"{count:8,}  {what}")
    print(f"{options.files:,} files in {time.perf_counter() - started:.0f} s, no crash, no hang")


def _small_table(path: Path) -> bytes:
    """A table of some hundred terms, with words and characters, as the training makes it."""
    words = ["army", "troops", "hospital", "nurse", "minister", "treaty", "football", "court"]
    articles = [
        Article(text=f"the {words[i % 8]} and the {words[i // 2 % 8]} met", labels={"topic": "abcd"[i % 4]})
        for i in range(64)
    ]
    compile_pipeline(train(articles).tasks["topic"].pipeline, path)
    return path.read_bytes()


if __name__ == "__main__":
    main()

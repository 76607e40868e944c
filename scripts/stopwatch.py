"""Measure whole processes against each other, and write what was found as a table."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

BENCHMARKS = Path(__file__).resolve().parent.parent / "BENCHMARKS.md"
AT_LEAST, AT_MOST = 3, 9
SECONDS, LONG = 15, 150
"""So many pairs at least, unless they have taken `LONG` seconds together, and more while they have taken `SECONDS`."""

HEADER = ("what", "size", "newsvane", "peer", "ratio", "asked")
LIBRARIES = ("newsvane", "scikit-learn", "numpy", "scipy", "joblib", "pandas", "orjson", "typer")
PEERS = ("vowpalwabbit", "fasttext", "fasttext-wheel", "fasttext-numpy2", "fasttext-numpy2-wheel")

LAUNCHER = """
import resource, subprocess, sys, time
with open(sys.argv[1], "wb") as out:
    started = time.perf_counter()
    code = subprocess.call(sys.argv[2:], stdout=out)
    seconds = time.perf_counter() - started
print(code, seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Runs and measures a command from a small process: a child's peak memory is never below that of the process
which started it, and starting one takes longer from a large process."""


@dataclass(frozen=True)
class Cost:
    """What a process took: seconds from start to end, and its peak memory in megabytes."""

    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Row:
    """A line of the table. `met` is None where nothing was asked."""

    what: str
    size: str
    newsvane: str
    peer: str = ""
    ratio: str = ""
    asked: str = ""
    met: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """The line as it is shown; a target that was missed says so."""
        asked = self.asked + (", **missed**" if self.met is False else "")
        return self.what, self.size, self.newsvane, self.peer, self.ratio, asked


def run(command: Sequence[object], output: Path | None = None) -> Cost:
    """Run a command to its end, its standard output in a file. Raises `CalledProcessError` where it fails."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    arguments = [str(part) for part in command]
    launcher = [sys.executable, "-I", "-S", "-c", LAUNCHER, str(output or os.devnull), *arguments]
    result = subprocess.run(launcher, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    code, seconds, peak = result.stdout.split()
    if int(code):
        raise subprocess.CalledProcessError(int(code), arguments, stderr=result.stderr)
    return Cost(float(seconds), float(peak) / (2**20 if sys.platform == "darwin" else 2**10))


def in_turn(ours: Sequence[object], theirs: Sequence[object], *, output: Path | None = None) -> tuple[Cost, Cost]:
    """What two commands take, run in turn in pairs: medians of the seconds, maxima of the memory.

    The standard output of `theirs` goes to `output`.
    """
    pairs: list[tuple[Cost, Cost]] = []
    started = time.perf_counter()
    while len(pairs) < AT_MOST:
        pairs.append((run(ours), run(theirs, output)))
        if time.perf_counter() - started > (SECONDS if len(pairs) >= AT_LEAST else LONG):
            break
    first, second = zip(*pairs, strict=True)
    return _summary(first), _summary(second)


def _summary(costs: Sequence[Cost]) -> Cost:
    return Cost(median(cost.seconds for cost in costs), max(cost.megabytes for cost in costs))


def faster(what: str, size: int, costs: tuple[Cost, Cost], at_least: float | None = None) -> Row:
    """A row that says how many times the peer's time is newsvane's."""
    ours, theirs = (cost.seconds for cost in costs)
    ratio = theirs / ours
    asked = "" if at_least is None else f"at least {at_least:g}"
    met = None if at_least is None else ratio >= at_least
    return Row(what, f"{size:,}", _seconds(ours), _seconds(theirs), f"{ratio:.1f} x as fast", asked, met)


def share(what: str, size: str, costs: tuple[Cost, Cost], at_most: float | None = None, asked: str = "") -> Row:
    """A row that says which part of the peer's time newsvane takes."""
    ours, theirs = (cost.seconds for cost in costs)
    ratio = ours / theirs
    met = None if at_most is None else ratio <= at_most
    asked = asked or ("" if at_most is None else f"at most {at_most:g}")
    return Row(what, size, _seconds(ours), _seconds(theirs), f"{ratio:.3g} of it", asked, met)


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.0f} ms"


def table(rows: Sequence[Row]) -> str:
    """The rows in Markdown."""
    lines = [HEADER, tuple("---" for _ in HEADER), *(row.cells for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def machine() -> str:
    """The machine and the versions, without its name."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    versions = [f"{name} {version}" for name in (*LIBRARIES, *PEERS) if (version := _version(name))]
    system = f"{platform.system()} {platform.machine()}, {cores} cores"
    return f"{system}, {platform.python_implementation()} {platform.python_version()}; {', '.join(versions)}."


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def write(name: str, text: str) -> None:
    """Replace the part of BENCHMARKS.md between the markers of that name, or add it."""
    start, end = f"<!-- {name}: written by scripts/benchmark.py -->", f"<!-- end of {name} -->"
    page = BENCHMARKS.read_text(encoding="utf-8") if BENCHMARKS.exists() else "# Benchmarks\n"
    part = f"{start}\n{text.strip()}\n{end}"
    if start in page:
        page = re.sub(f"{re.escape(start)}.*?{re.escape(end)}", lambda _: part, page, flags=re.DOTALL)
    else:
        page = f"{page.rstrip()}\n\n{part}\n"
    BENCHMARKS.write_text(page, encoding="utf-8")

"""A table with every defect at once, and what each of its rows must become."""

from __future__ import annotations

from pathlib import Path

ROWS = 1000
GOOD = "The health ministry said the hospitals had treated the wounded soldiers."


def write_nasty_csv(path: Path) -> dict[str, str]:
    """Write the table; return the place of each defective row, by its id, with a word of the expected error.

    Every tenth row is bad, in turn: a quote never closed, too many fields, too few, a NUL byte, bytes that are
    not UTF-8, no text, and an id used before. The good rows hold "NA", newlines in quotes, doubled quotes,
    non-ASCII text, and one of them ten megabytes.
    """
    bad: dict[str, str] = {}
    out = bytearray(b"\xef\xbb\xbfid,text,extra\r\n")
    line = 2
    for number in range(ROWS):
        name = f"row{number}"
        good = [
            GOOD,
            "NA",
            f'"{GOOD}\nsecond line"',
            '"he said ""no"", twice"',
            "Łódź: żołnierze — 中国 🙂",
            f'"{GOOD}, with a comma"',
        ][number % 6]
        if number == 500:
            good = "army " * 2_000_000
        row = f"{name},{good},x{number}".encode()
        if number % 10 == 9:
            row, error = [
                (f'{name},"never closed,x{number}'.encode(), "quote"),
                (f"{name},a,x{number},more".encode(), "4 fields"),
                (f"{name},a".encode(), "2 fields"),
                (f"{name},a\0b,x{number}".encode(), "NUL"),
                (f"{name},caf\xe9,x{number}".encode("latin-1"), "UTF-8"),
                (f"{name},,x{number}".encode(), "no text"),
                (f"row1,{GOOD},x{number}".encode(), "already the id"),
            ][number // 10 % 7]
            bad[f"x{number}" if error not in ("2 fields",) else name] = f"{path.name}:{line}: ...{error}"
        out += row + b"\r\n"
        line += row.count(b"\n") + 1
    path.write_bytes(bytes(out))
    return bad

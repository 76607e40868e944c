"""Tables: every defect that tables have, and that no row is ever lost."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsvane.decoding import decode
from newsvane.errors import InputError
from newsvane.tables import Row, read_rows


def rows_of(path: Path, data: bytes | str) -> list[Row]:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return list(read_rows(path))


def test_plain_csv(tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "a.csv", "id,text\n1,one\n2,two\n")
    assert rows == [Row("a.csv", 2, {"id": "1", "text": "one"}), Row("a.csv", 3, {"id": "2", "text": "two"})]


@pytest.mark.parametrize("word", ["NA", "None", "null", "nan", "N/A", ""])
def test_words_for_missing_are_text(tmp_path: Path, word: str) -> None:
    assert rows_of(tmp_path / "a.csv", f"id,text\n1,{word}\n")[0].record["text"] == word


@pytest.mark.parametrize("data", [b"\xef\xbb\xbfid,text\n1,caf\xc3\xa9\n", "id,text\n1,café\n".encode("utf-16")])
def test_byte_order_marks(tmp_path: Path, data: bytes) -> None:
    assert rows_of(tmp_path / "a.csv", data) == [Row("a.csv", 2, {"id": "1", "text": "café"})]


def test_newlines_in_quotes_count_as_lines(tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "a.csv", 'id,text\n1,"two\nlines"\n2,b\n')
    assert [(row.place, row.record["text"]) for row in rows] == [("a.csv:2", "two\nlines"), ("a.csv:4", "b")]


def test_a_stray_quote_costs_its_own_row_only(tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "a.csv", 'id,text\n1,"never closed\n2,b\n3,"c, d"\n4,e\n')
    assert [row.record["id"] for row in rows] == ["1", "2", "3", "4"]
    assert [bool(row.error) for row in rows] == [True, False, False, False]
    assert rows[2].record["text"] == "c, d"


def test_ragged_rows(tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "a.csv", "id,text\n1,a,b\n2\n3,c\n")
    assert [row.error for row in rows] == ["3 fields where the header has 2", "1 fields where the header has 2", ""]
    assert rows[1].record == {"id": "2", "text": ""}


def test_nul_bytes(tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "a.csv", b"id,text\n1,a\0b\n2,c\n")
    assert [(row.record["id"], row.error) for row in rows] == [("1", "contains NUL bytes"), ("2", "")]


def test_one_damaged_line_in_utf8(tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "a.csv", "id,text\n1,café\n2,thé\n".encode() + b"3,caf\xe9\n4,ok\n")
    assert [row.error for row in rows] == ["", "", "not valid UTF-8", ""]
    assert rows[2].record == {"id": "3", "text": "caf\ufffd"}


def test_a_legacy_encoding_is_guessed_and_told(tmp_path: Path) -> None:
    told: list[str] = []
    path = tmp_path / "a.csv"
    text = "Les députés ont débattu à l’Assemblée de la santé publique, “très” tôt.\n"
    path.write_bytes(("id,text\n" + "".join(f'{i},"{text.strip()}"\n' for i in range(20))).encode("cp1252"))
    rows = list(read_rows(path, told.append))
    assert {row.record["text"] for row in rows} == {text.strip()}
    assert len(told) == 1
    assert "guessed" in told[0]


def test_decode_guesses_a_text() -> None:
    text, guess = decode("Der Außenminister würdigte die Gespräche über Abrüstung.".encode("cp1252"))
    assert text == "Der Außenminister würdigte die Gespräche über Abrüstung."
    assert guess


def test_ten_megabytes_in_one_line(tmp_path: Path) -> None:
    big = "word " * 2_000_000
    rows = rows_of(tmp_path / "a.csv", f'id,text\n1,"{big}"\n2,b\n')
    assert [len(row.record["text"]) for row in rows] == [10_000_000, 1]
    rows = rows_of(tmp_path / "a.jsonl", json.dumps({"text": big}) + "\n" + json.dumps({"text": "b"}))
    assert [len(row.record["text"]) for row in rows] == [10_000_000, 1]


@pytest.mark.parametrize(
    ("name", "data"), [("a.csv", "id;text\n1;a\n"), ("a.tsv", "id\ttext\n1\ta\n"), ("a.csv", "id\ttext\n1\ta\n")]
)
def test_delimiters(tmp_path: Path, name: str, data: str) -> None:
    assert rows_of(tmp_path / name, data)[0].record == {"id": "1", "text": "a"}


def test_gzip_and_a_cut_gzip(tmp_path: Path) -> None:
    data = gzip.compress(b"id,text\n" + b"".join(b"%d,some words here\n" % i for i in range(1000)))
    assert len(rows_of(tmp_path / "a.csv.gz", data)) == 1000
    with pytest.raises(InputError, match=r"a\.csv\.gz"):
        rows_of(tmp_path / "a.csv.gz", data[: len(data) // 2])


def test_jsonl_defects(tmp_path: Path) -> None:
    lines = ['{"text": "a"}', "{nope", "[1]", "", '{"text": "\\u0000b"}', "[" * 100_000, '{"n": ' + "9" * 5000 + "}"]
    rows = rows_of(tmp_path / "a.jsonl", "\n".join(lines))
    assert [row.place for row in rows] == [f"a.jsonl:{n}" for n in (1, 2, 3, 5, 6, 7)]
    assert [row.error.split(":")[0] for row in rows] == [
        "",
        "not valid JSON",
        "a JSON list where an object is needed",
        "",
        "not valid JSON",
        "not valid JSON",
    ]


def test_jsonl_is_split_at_newlines_only(tmp_path: Path) -> None:
    text = "one\u2028two\u0085three\x0bfour"
    assert rows_of(tmp_path / "a.jsonl", json.dumps({"text": text}, ensure_ascii=False))[0].record["text"] == text


def test_parquet(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = pyarrow.table({"id": [1, 2], "text": ["NA", None]})
    parquet.write_table(table, tmp_path / "a.parquet")
    assert list(read_rows(tmp_path / "a.parquet")) == [
        Row("a.parquet", 1, {"id": 1, "text": "NA"}),
        Row("a.parquet", 2, {"id": 2, "text": None}),
    ]
    (tmp_path / "b.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(InputError, match=r"b\.parquet"):
        list(read_rows(tmp_path / "b.parquet"))


@pytest.mark.parametrize(
    ("data", "message"),
    [("", "empty file"), ("id,text,id\n1,a,2\n", "named twice: 'id'"), ('"id,text\n1,a\n', "quote")],
)
def test_a_header_that_cannot_be_used(tmp_path: Path, data: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        rows_of(tmp_path / "a.csv", data)


cells = st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=30)


@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=20))
def test_what_csv_writes_comes_back(
    tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, str, str]]
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["a", "b", "c"])
    writer.writerows(table)
    rows = rows_of(tmp_path_factory.mktemp("csv") / "t.csv", out.getvalue())
    assert [tuple(row.record.values()) for row in rows] == table
    assert not any(row.error for row in rows)


@given(st.binary(max_size=300))
def test_no_bytes_crash_a_reader(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    lines = data.split(b"\n")
    assert len(rows_of(folder / "a.csv", b"id,text\n" + data)) <= len(lines)
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        filled = [line for line in lines if line.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").strip()]
        assert len(rows_of(folder / "a.jsonl", data)) >= len([line for line in filled if line.isascii()])


def test_integers_of_many_digits_keep_them(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": 123456789012345678901234567890, "text": "a", "n": 0.5}\n')
    [row] = read_rows(tmp_path / "a.jsonl")
    assert row.record == {"id": 123456789012345678901234567890, "text": "a", "n": 0.5}


def test_lines_that_end_in_carriage_returns(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"id,text\r1,one\r2,two\r")
    assert [row.record for row in read_rows(tmp_path / "a.csv")] == [
        {"id": "1", "text": "one"},
        {"id": "2", "text": "two"},
    ]


def test_quotes_between_tabs_are_quotes(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text('id\ttext\n1\t"army" troops\n2\tsaid "no"\n3\t"with\ttab"\n4\t"open\n')
    rows = list(read_rows(tmp_path / "a.tsv"))
    assert [row.record["text"] for row in rows] == ['"army" troops', 'said "no"', "with\ttab", '"open']
    assert not any(row.error for row in rows)

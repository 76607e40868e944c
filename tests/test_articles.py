"""Articles: sources, columns, and the one nasty table."""

from __future__ import annotations

import io
import pickle
import sys
from pathlib import Path

import pytest

from newsvane.articles import Article, Columns
from newsvane.errors import InputError
from newsvane.sources import read_articles, read_labelled


def test_columns_become_fields(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("n,headline,body,about,desk,view,extra\n7,T,B,the plan,health,favor,x\n")
    [article] = read_articles(path, Columns("n", "headline", "body", "about", "desk", "view"))
    assert (article.id, article.title, article.text, article.target) == ("7", "T", "B", "the plan")
    assert article.labels == {"topic": "health", "stance": "favor"}
    assert article.record["extra"] == "x"
    assert article.place == "a.csv:2"


def test_values_that_are_not_text(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        '{"id": 5, "text": "a", "topic": null}\n{"text": ["a"]}\n{"text": null, "title": "T"}\n{"text": " "}\n'
    )
    first, second, third, fourth = read_articles(path)
    assert (first.id, first.labels, first.error) == ("5", {}, "")
    assert second.error == "'text' is of type list, not text"
    assert (third.title, third.error) == ("T", "")
    assert fourth.error == "no text"


def test_no_text_column_is_said_once_with_the_mend(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,content\n1,a\n2,b\n")
    with pytest.raises(InputError, match=r"no column 'text'; there are id, content\n.*--text-column content"):
        list(read_articles(path))


def test_labelled_rows_are_reported_together(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,text,topic\n1,a,x\n2,,x\n3,c,\n1,d,x\n5,e,y\n")
    with pytest.raises(InputError) as caught:
        read_labelled(path)
    assert caught.value.problems == (
        "a.csv:3: no text",
        "a.csv:4: no label in 'topic' or 'stance'",
        "a.csv:5: id '1' is already the id of a.csv:2",
    )
    told: list[str] = []
    assert [article.id for article in read_labelled(path, skip_bad=True, notify=told.append)] == ["1", "5"]
    assert told == [f"left out: {problem}" for problem in caught.value.problems]


def test_a_directory_in_order(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("Second story\n\nIt has a sentence that is long enough to be one.")
    (tmp_path / "a.jsonl").write_text('{"id": "x", "text": "first"}\n')
    (tmp_path / "c.docx").write_text("no")
    (tmp_path / ".hidden.txt").write_text("no")
    told: list[str] = []
    assert [article.title or article.text for article in read_articles(tmp_path, notify=told.append)] == [
        "first",
        "Second story",
    ]
    assert len(told) == 1
    assert "passed over 1 files" in told[0]
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no article in this directory"):
        list(read_articles(tmp_path / "empty"))


@pytest.mark.parametrize(
    "source", ["missing.csv", "missing", "./some where/", "~/x y.txt", "my file.csv", "dir/missing.txt"]
)
def test_what_looks_like_a_path_must_exist(source: str) -> None:
    with pytest.raises(InputError, match="no such file or directory"):
        list(read_articles(source))


@pytest.mark.parametrize("source", ["NATO and/or EU ministers met", "The army said it left.", "外交部发言人"])
def test_a_text_in_quotes(source: str) -> None:
    [article] = read_articles(source)
    assert (article.text, article.title) == (source, "")


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_text("x")
    with pytest.raises(InputError, match=r"cannot read a \.docx file"):
        list(read_articles(tmp_path / "a.docx"))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'\n{"text": "a"}\n{"text": "b"}\n', ["a", "b"]),
        (b"\xef\xbb\xbfid,text\n1,a\n2,b\n", ["a", "b"]),
        (b"id\ttext\n1\ta, b\n", ["a, b"]),
        (b"Just a sentence of text, and nothing else in here.", ["Just a sentence of text, and nothing else in here."]),
    ],
)
def test_standard_input_is_told_by_its_first_line(
    monkeypatch: pytest.MonkeyPatch, data: bytes, expected: list[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert [article.text for article in read_articles("-")] == expected


def test_pages_in_tables(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    body = "The minister said on Monday that the clinics would reopen within a month."
    path.write_text(f'{{"text": "- Advertisement -\\n\\nClinics to reopen\\n\\n{body}"}}\n')
    [plain] = read_articles(path)
    [page] = read_articles(path, Columns(pages=True))
    assert "Advertisement" in plain.text
    assert (page.title, page.text, page.side) == ("Clinics to reopen", body, ("- Advertisement -",))


def test_a_sentence_that_ends_like_a_file_is_a_text() -> None:
    [article] = read_articles("The list of ships is in navy.txt")
    assert article.text == "The list of ships is in navy.txt"


def test_an_article_travels_between_processes() -> None:
    article = Article(id="1", text="Troops crossed the river.")
    assert pickle.loads(pickle.dumps(article)) == article

"""The audit: what is planted is found, what is clean stays unaccused, and a cleaned copy has nothing left to find."""

from __future__ import annotations

import csv
import io
import json
import random
from pathlib import Path

import pytest

from conftest import DATA, run, write_csv
from newsvane import Article, read_articles, read_labelled
from newsvane.auditing import KINDS, Audit, Finding, audit
from newsvane.cleaning import clean
from newsvane.report.audits import audit_record, audit_text, write_findings

DRAWN = 600


def typo(label: str, number: int) -> str:
    middle = len(label) // 2
    return (label[:middle] + label[middle + 1 :], label[:middle] + label[middle] + label[middle:], label.title())[
        number % 3
    ]


def near(text: str, number: int) -> str:
    words = text.split()
    if number % 3 == 0:
        return " ".join(words[: int(len(words) * 0.8)])
    if number % 3 == 1:
        words[::20] = ["unrelated"] * len(words[::20])
        return " ".join(words)
    return f"LONDON, March 3 - {' '.join(words)} More follows."


@pytest.fixture(scope="module")
def sample() -> list[Article]:
    return random.Random(0).sample(read_labelled(DATA / "train.csv"), DRAWN)


@pytest.fixture(scope="module")
def clean_audit(sample: list[Article]) -> Audit:
    return audit(sample)


@pytest.fixture(scope="module")
def planted(sample: list[Article]) -> tuple[Audit, Audit]:
    """5% flipped topics (the first), 10 misspelt labels (the next), 3% near-duplicates in the test data (the next)."""
    flips, typos = DRAWN // 20, 10
    articles = list(sample)
    for i in range(flips):
        topic = articles[i].labels["topic"]
        wrong = [label for label in ("diplomacy", "health", "military", "other") if label != topic][i % 3]
        articles[i] = articles[i]._replace(labels={**articles[i].labels, "topic": wrong})
    for i in range(flips, flips + typos):
        task = ("topic", "stance")[i % 2]
        articles[i] = articles[i]._replace(labels={**articles[i].labels, task: typo(articles[i].labels[task], i)})
    copied = sample[flips + typos : flips + typos + DRAWN * 3 // 100]
    test = [
        article._replace(title="", text=near(f"{article.title} {article.text}", i), place=f"test.csv:{i}")
        for i, article in enumerate(copied)
    ]
    return audit(articles, against=test), audit(articles, suspects=flips * 2)


def places(audited: Audit, kind: str, task: str = "") -> list[str]:
    return [f.place for f in audited.findings if f.kind == kind and f.task in ("", task or f.task)]


def test_planted_typos_are_found_and_no_other(planted: tuple[Audit, Audit], sample: list[Article]) -> None:
    found = {f.place: (f.task, f.suggestion) for f in planted[0].findings if f.kind == "label-typo"}
    expected = {a.place: (t := ("topic", "stance")[i % 2], a.labels[t]) for i, a in enumerate(sample) if 30 <= i < 40}
    assert found == expected


def test_planted_leaks_are_found_and_no_other(planted: tuple[Audit, Audit], sample: list[Article]) -> None:
    leaks = [f for f in planted[0].findings if f.kind == "leak"]
    assert {f.place: f.other.place for f in leaks if f.other} == {
        sample[40 + i].place: f"test.csv:{i}" for i in range(18)
    }
    assert not planted[0].counts["duplicate"] + planted[0].counts["near-duplicate"]


def test_planted_flips_come_first(planted: tuple[Audit, Audit], sample: list[Article]) -> None:
    found = places(planted[1], "suspected-label", "topic")
    assert len(found) == 60
    # By chance 3. In eight samples of 600 articles 20 to 25 were found, in samples of 2,000 articles 88 of 100.
    assert len(set(found) & {article.place for article in sample[:30]}) >= 18


def test_the_clean_corpus_is_hardly_accused(clean_audit: Audit) -> None:
    assert {kind for kind, count in clean_audit.counts.items() if count} <= {"suspected-label"}
    assert clean_audit.counts["suspected-label"] <= 0.01 * DRAWN


def article(
    number: int, text: str, topic: str = "", stance: str = "", target: str = "", file: str = "a.csv"
) -> Article:
    labels = {task: label for task, label in (("topic", topic), ("stance", stance)) if label}
    record = {"id": str(number), "text": text, "target": target, "topic": topic, "stance": stance}
    return Article(str(number), "", text, target, labels, record=record, place=f"{file}:{number}")


def test_one_text_two_labels() -> None:
    texts = [
        article(1, "The army left the town.", "military", "favor", "the army"),
        article(2, "The army left the town", "military", "against", "the town"),
        article(3, "the army left the TOWN", "other", "against", "the army"),
    ]
    found = [(f.kind, f.place, f.task, f.other.place if f.other else "") for f in audit(texts).findings]
    assert ("two-labels", "a.csv:3", "topic", "a.csv:1") in found
    assert ("two-labels", "a.csv:3", "stance", "a.csv:1") in found
    assert not [f for f in found if f[1] == "a.csv:2" and f[0] in ("two-labels", "duplicate")]


def test_the_file_named_last_settles_a_dispute() -> None:
    text = "Ministers met in the capital."
    older, newer = article(1, text, "health"), article(1, text, "diplomacy", file="b.csv")
    [kept] = clean(audit([older, newer])).articles
    assert kept is newer
    nobody_knows = clean(audit([older, newer._replace(place="a.csv:2")]))
    assert nobody_knows.articles == ()
    assert [change.reason for change in nobody_knows.changes] == [
        "two-labels: topic 'health' here, 'diplomacy' in a.csv:2",
        "two-labels: topic 'diplomacy' here, 'health' in a.csv:1",
    ]


def test_a_cleaned_copy_has_nothing_left_out_of(planted: tuple[Audit, Audit]) -> None:
    cleaned = clean(planted[0])
    assert len(cleaned.articles) == DRAWN - 18
    assert sorted(change.relabelled for change in cleaned.changes) == [False] * 18 + [True] * 10
    again = audit(cleaned.articles)
    assert {kind for kind, count in again.counts.items() if count} <= {"suspected-label"}
    mended = next(change.article for change in cleaned.changes if change.relabelled)
    kept = next(a for a in cleaned.articles if a.place == mended.place)
    assert kept.record["topic"] == kept.labels["topic"]
    assert kept.labels["topic"] in ("diplomacy", "health", "military", "other")


def test_tiny_classes_outliers_and_what_cannot_be_learned() -> None:
    told: list[str] = []
    one = audit([article(i, f"text number {i} of many", "a") for i in range(8)], notify=told.append)
    assert one.findings == ()
    assert "at least two labels are needed" in told[0]
    words = [f"word{i}" for i in range(12)]
    rows = [article(i, " ".join(random.Random(i).sample(words, 8)), "ab"[i % 2]) for i in range(40)]
    rows += [
        article(50, "外交部 发言人 北京 消息 zzz", "a"),
        article(51, "word1 word2", "b"),
        article(52, "word1 word2 word3 word4", "rare"),
    ]
    found = [(f.kind, f.place, f.message) for f in audit(rows).findings if f.kind in ("tiny-class", "outlier")]
    assert found == [
        ("tiny-class", "", "topic 'rare' has 1 of 43 articles; 5 folds need 5"),
        ("outlier", "a.csv:50", "the other articles know 0% of its words"),
        ("outlier", "a.csv:51", "only 2 words"),
    ]


FINDING = Finding(
    "label-typo",
    "topic 'helth': did you mean 'health'?",
    article(2, "a\x1b[2Jb" * 100, "helth"),
    "topic",
    "helth",
    "health",
)


def test_text_is_safe_and_cut() -> None:
    lines = audit_text(Audit((article(1, "x"),), (FINDING,) * 3), KINDS, limit=2, width=60).splitlines()
    assert lines[0] == "1 article, 3 findings"
    assert lines[1].split(maxsplit=2) == ["3", "label-typo", "labels that look misspelt"]
    assert lines[4] == "  a.csv:2  topic 'helth': did you mean 'health'?"
    assert lines[-1] == "  ... and 1 more (--limit 3, or --format csv)"
    assert max(map(len, lines)) <= 60
    assert "\x1b" not in "".join(lines)


def test_records_are_whole() -> None:
    out = io.StringIO()
    write_findings([FINDING], out)
    [row] = csv.DictReader(io.StringIO(out.getvalue()))
    assert (row["kind"], row["place"], row["suggestion"], row["score"]) == ("label-typo", "a.csv:2", "health", "")
    record = audit_record(Audit((), (FINDING,)))
    assert record["counts"]["label-typo"] == 1
    assert record["findings"][0]["message"] == FINDING.message


def test_the_command(tmp_path: Path) -> None:
    rows = list(csv.DictReader((DATA / "train.csv").open(encoding="utf-8", newline="")))[:90]
    rows[0]["topic"] = "helth"
    rows[1]["text"] = rows[1]["title"] = ""
    rows[2]["text"] = "=cmd()"  # a formula stays as it is: the copy is data
    data = write_csv(tmp_path / "data.csv", [*rows, dict(rows[5], id="again")])
    test = write_csv(tmp_path / "test.csv", [rows[9]])
    before = data.read_bytes()
    result = run("audit", data, "--against", test, "--strict", "--fix", tmp_path / "clean.csv", "-f", "json")
    assert result.returncode == 3, result.stderr
    counts = json.loads(result.stdout)["counts"]
    assert {kind: counts[kind] for kind in ("schema", "leak", "label-typo", "duplicate")} == {
        "schema": 1, "leak": 1, "label-typo": 1, "duplicate": 1,
    }  # fmt: skip
    assert "88 rows; 3 left out, 1 labels mended" in result.stderr
    assert data.read_bytes() == before
    kept = {a.id: a for a in read_articles(tmp_path / "clean.csv")}
    assert set(kept) == {row["id"] for row in rows} - {rows[1]["id"], rows[9]["id"]}
    assert kept[rows[0]["id"]].labels["topic"] == "health"
    assert kept[rows[2]["id"]].text == "=cmd()"
    left = list(csv.DictReader((tmp_path / "clean.csv.left-out.csv").open(encoding="utf-8", newline="")))
    assert [(row["change"], row["reason"].split(":")[0]) for row in left] == [
        ("relabelled", "topic was 'helth'"),
        ("left out", "schema"),
        ("left out", "leak"),
        ("left out", "duplicate"),
    ]
    refused = run("audit", data, "--fix", data)
    assert (refused.returncode, "one of the inputs" in refused.stderr) == (2, True)
    assert run("audit", data, "--fix", "clean.xml").returncode == 2

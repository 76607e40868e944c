"""The strings a model reads of an article."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsvane import Article, fields

ARTICLE = Article(
    title="Carbon tax: a good plan",
    text="It rained on Monday. The terrible carbon tax hurts families, critics say. It is a hoax, they add.",
    target="the carbon tax",
)


def rarity(word: str) -> float:
    return 2.0 if word == "tax" else 6.0


def read(**changes: str) -> dict[str, str]:
    values = {"title": ARTICLE.title, "text": ARTICLE.text, "target": ARTICLE.target} | changes
    return fields.of_target(Article(**values), rarity)


def test_around_the_target() -> None:
    found = read(target="carbon tax")
    assert found.keys() == set(fields.OF_TARGET)
    assert found["near"] == "the terrible xtargetx xtargetx hurts families critics say"
    assert found["left"] == "it rained on monday the terrible"
    assert found["right"] == "hurts families critics say it is a hoax they add"
    assert found["close"] == "rained on monday the terrible xtargetx xtargetx hurts families critics say it"
    assert found["mention"] == "l1_terrible l2_the l3_monday r1_hurts r2_families r3_critics"
    assert found["target"] == "carbon tax"


def test_findings() -> None:
    found = {name: set(text.split()) for name, text in read(target="carbon tax").items()}
    assert {"mention_exact", "title10of10", "best10of10", "run2", "rarest_there"} <= found["relation"]
    assert {"lead_denies1", "near_denies0", "target_denies0"} <= found["cues"]
    assert {"near_very_minus", "left_minus", "right_very_minus", "head_plus", "before_minus0"} <= found["tones"]


def test_a_text_against_something_is_for_a_ban_on_it() -> None:
    text = "Smoking is terrible and harmful."
    seen = {
        target: set(read(title="", text=text, target=target)["tones"].split()) for target in ("smoking", "ban smoking")
    }
    assert {"all_minus", "seen_all_minus"} <= seen["smoking"]
    assert {"all_minus", "seen_all_plus"} <= seen["ban smoking"]


def test_a_text_that_says_ban_itself_is_read_as_it_stands() -> None:
    found = read(title="", text="The ban on smoking is wonderful.", target="ban on smoking")
    assert {"all_plus", "seen_all_plus"} <= set(found["tones"].split())


@pytest.mark.parametrize("target", ["", "!?", " … "])
def test_a_target_without_words_has_no_fields(target: str) -> None:
    assert read(target=target) == {}


def test_a_headline_without_text_is_the_text() -> None:
    assert read(title="Carbon tax hurts", text="")["right"] == "hurts"


def test_columns() -> None:
    articles = [ARTICLE, Article(text="No target"), Article(text="Another", target="The Carbon TAX")]
    names = ["target", "document for the carbon tax"]
    found = fields.columns(articles, names, rarity)
    assert found["target"] == ["the carbon tax", "", "The Carbon TAX"]
    assert found["document"] == list(map(fields.document, articles))
    assert found["document for the carbon tax"] == [found["document"][0], "", "Another"]


def test_sentences() -> None:
    assert fields.sentences(ARTICLE, rarity) == [
        ("Carbon tax: a good plan", False), ("It rained on Monday.", False),
        ("The terrible carbon tax hurts families, critics say.", True), ("It is a hoax, they add.", False),
    ]  # fmt: skip


@given(st.text(max_size=80), st.text(max_size=300), st.text(max_size=80))
@settings(deadline=None)
def test_any_strings(title: str, text: str, target: str) -> None:
    found = fields.of_target(Article(title=title, text=text, target=target), rarity)
    assert found == {} or found["target"] == target
    fields.sentences(Article(title=title, text=text, target=target), rarity)


def test_the_whole_article_as_target_is_read_in_bounded_time() -> None:
    text = "The senate voted on the long bill today. " * 2000
    assert read(text=text, target=text)["target"] == text

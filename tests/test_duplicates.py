"""Duplicates: which are found, which are not, and that boilerplate is none."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsvane import Article
from newsvane.duplicates import RESEMBLANCE, Duplicate, find_duplicates
from newsvane.fields import document

WORDS = [f"word{number}" for number in range(5_000)]


def text(seed: int, length: int = 120) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))


def test_exact_ones_by_their_words() -> None:
    documents = ["Troops left.", "a b c", "TROOPS, left", "", "a b d", "troops  left!", "  "]
    assert find_duplicates(documents) == [Duplicate(2, 0, 1.0, exact=True), Duplicate(5, 0, 1.0, exact=True)]


def test_a_single_word_and_nothing_at_all() -> None:
    assert find_duplicates([]) == []
    assert find_duplicates(["", " ", "!"]) == []
    assert [d.position for d in find_duplicates(["one", "two", "ONE"])] == [2]


@pytest.mark.parametrize("change", ["cut", "words", "around"])
def test_near_ones(change: str) -> None:
    documents = [text(seed) for seed in range(50)]
    words = documents[7].split()
    if change == "cut":
        words = words[:80]
    elif change == "words":
        words[::20] = ["other"] * len(words[::20])
    else:
        words = ["LONDON", "March", "-", *words, "More", "follows."]
    [found] = find_duplicates([*documents, " ".join(words)])
    assert (found.position, found.original, found.exact) == (50, 7, False)
    assert 0.5 < found.similarity < 1


def test_shared_boilerplate_is_no_duplicate() -> None:
    footer = "Sign up for our daily newsletter and never miss a story from our newsroom again"
    assert find_duplicates([f"{text(seed)} {footer}" for seed in range(200)]) == []


def test_a_headline_inside_an_article_is_no_duplicate() -> None:
    assert find_duplicates([text(1), " ".join(text(1).split()[:10])]) == []


def test_the_corpus_has_none(articles: list[Article]) -> None:
    assert find_duplicates([document(article) for article in articles]) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("ab c", max_size=30), max_size=12))
def test_agrees_with_comparing_all(documents: list[str]) -> None:
    """Every exact repetition is found and nothing else is called one; near ones are as alike as is said."""

    def shingles(words: tuple[str, ...]) -> set[tuple[str, ...]]:
        padded = (*words, "", "")
        return {padded[i : i + 3] for i in range(len(words))}

    words = [tuple(re.findall(r"\w+", document)) for document in documents]
    found = {duplicate.position: duplicate for duplicate in find_duplicates(documents)}
    for position, mine in enumerate(words):
        first = words.index(mine)
        exact = bool(mine) and first < position
        assert (position in found and found[position].exact) == exact
        if exact:
            assert found[position].original == first
        elif position in found:
            one, other = shingles(mine), shingles(words[found[position].original])
            assert found[position].similarity == pytest.approx(len(one & other) / len(one | other))
            assert found[position].similarity >= RESEMBLANCE or len(one | other) >= 20

"""Where a text speaks of a target."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsvane import mentions
from newsvane.mentions import Mentions


def find(text: str, target: str) -> Mentions:
    read = mentions.read_text(target)
    return mentions.find(mentions.read_text(text), read, mentions.weights(read, lambda word: 8.0 - len(word) / 4))


def spoken(text: str, target: str) -> list[str]:
    words = mentions.read_text(text).words
    return [" ".join(words[start:end]) for start, end in find(text, target).spans]


@pytest.mark.parametrize(
    ("text", "target", "kind", "said"),
    [
        ("The speed limit failed. Speed limits work.", "speed limit", "exact", ["speed limit", "Speed limits"]),
        ("The WHO said so. WHO?", "World Health Organization", "acronym", ["WHO", "WHO"]),
        ("The World Health Organization said so.", "WHO", "acronym", ["World Health Organization"]),
        ("The Ministry of Defence, said one.", "MD", "acronym", ["Ministry of Defence"]),
        ("It rained. A tax on all carbon came.", "the carbon tax", "part", ["tax on all carbon"]),
        ("Immigrants waited.", "the border and immigration from Mexico", "weak", ["Immigrants"]),
        ("It rained.", "the carbon tax", "none", []),
    ],
)
def test_mentions(text: str, target: str, kind: str, said: list[str]) -> None:
    assert find(text, target).kind == kind
    assert spoken(text, target) == said


def test_figures() -> None:
    found = find("Rain fell. The tax came. The carbon tax stays.", "carbon tax")
    assert (found.body, found.best, found.run, found.hits, found.rarest) == (1.0, 1.0, 2, 3, True)
    assert 0 < found.second < 1


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One is 3.5. Two!\nThree", ["One is 3.5.", "Two!", "Three"]),
        ('He said "no." And went?', ['He said "no.', '" And went?']),
        ("", []),
        ("...", []),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert mentions.sentence_texts(text) == sentences


@pytest.mark.parametrize(
    ("text", "tones"),
    [("good and bad", [1, 0, -1]), ("not very good", [0, 0, -1]), ("it isn’t a failure", [0, 0, 0, 1])],
)
def test_tones_are_turned_round_by_negation(text: str, tones: list[int]) -> None:
    assert list(mentions.read_text(text).tones) == tones


@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_and_target(text: str, target: str) -> None:
    read = mentions.read_text(text)
    assert len(mentions.sentence_texts(text)) == len(read.sentences)
    assert [i for i, (start, end) in enumerate(read.sentences) for _ in range(start, end)] == list(read.sentence_of)
    if mentions.read_text(target).words:
        found = find(text, target)
        assert all(0 <= start < end <= len(read.words) for start, end in found.spans)
        assert 0 <= found.second <= found.best <= found.body <= 1

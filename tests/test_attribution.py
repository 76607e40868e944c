"""Which sentences an answer rests on."""

from __future__ import annotations

import pytest

from newsvane.attribution import by_sentence

SENTENCES = [("The tax is bad.", False), ("A bad, bad tax!", True), ("Rain fell.", False)]


@pytest.mark.parametrize(
    ("term", "margins"),
    [
        (("words", "bad", 3.0), [1.0, 2.0, 0.0]),
        (("words", "rain fell", -1.0), [0.0, 0.0, -1.0]),
        (("near words", "bad", 3.0), [0.0, 3.0, 0.0]),
        (("words", "bad rain", 3.0), [0.0, 0.0, 0.0]),
        (("characters", "bad", 3.0), [0.0, 0.0, 0.0]),
        (("tones unigrams", "all_minus", 3.0), [0.0, 0.0, 0.0]),
        (("document for tax words", "bad", 3.0), [1.0, 2.0, 0.0]),
    ],
)
def test_contributions_go_to_the_sentences_of_their_terms(term: tuple[str, str, float], margins: list[float]) -> None:
    found = by_sentence([term], SENTENCES)
    assert [sentence.margin for sentence in found] == margins
    assert [(sentence.text, sentence.near) for sentence in found] == SENTENCES

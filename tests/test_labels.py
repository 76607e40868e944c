"""Label sets: which spellings are taken for slips, and which columns give a label away."""

from __future__ import annotations

import pytest

from newsvane.labels import SUPPORT, Giveaway, find_giveaways, find_typos


@pytest.mark.parametrize(
    "typo", ["helth", "heatlh", "healht", "heallth", "wealth", "Health", "HEALTH", "health.", "health s"]
)
def test_slips(typo: str) -> None:
    assert find_typos({"health": 400, "military": 380, typo: 1}) == {typo: "health"}


@pytest.mark.parametrize(
    "counts",
    [
        {"health": 40, "helth": 30},  # too many to be a slip
        {"topic 1": 400, "topic 2": 3},  # labels that differ by a digit
        {"us": 400, "uk": 3},  # too short to tell
        {"sci.med": 400, "rec.autos": 4},
        {"pro": 50, "con": 1},
        {},
    ],
)
def test_no_slips(counts: dict[str, int]) -> None:
    assert find_typos(counts) == {}


def test_spellings_of_one_label_need_not_be_rare() -> None:
    assert find_typos({"Foreign policy": 60, "foreign-policy": 50, "foreign policies": 2}) == {
        "foreign-policy": "Foreign policy",
        "foreign policies": "Foreign policy",
    }


def test_the_commoner_label_was_meant() -> None:
    assert find_typos({"against": 300, "agains": 1, "gains": 90}) == {"agains": "against"}


def test_a_source_that_stands_for_a_label() -> None:
    records = [{"desk": "defence" if i < SUPPORT else "news", "n": i} for i in range(100)]
    labels = ["military" if i < SUPPORT else "abc"[i % 3] for i in range(100)]
    assert find_giveaways(records, labels, ["desk", "n", "missing"]) == [
        Giveaway("desk", "defence", "military", SUPPORT, SUPPORT)
    ]
    labels[0] = "a"
    assert find_giveaways(records, labels, ["desk"]) == []


def test_a_label_that_nearly_all_have_is_not_given_away() -> None:
    records = [{"desk": "x"}] * 100
    assert find_giveaways(records, ["a"] * 98 + ["b"] * 2, ["desk"]) == []

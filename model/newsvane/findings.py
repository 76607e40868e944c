"""What is found about a text and a target, in words of our own: one word for each finding, figures in steps."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from newsvane.lexicon import DENIAL, DOUBT, OPPOSING, has, polarity
from newsvane.mentions import MAX_MENTIONS, Mentions, Text, stem

LEAD = 60
BESIDE = 8
"""Words on one side of a mention that its tone is taken from."""
FADING = 15
"""As far from a mention a tone counts for it, the less the further."""


def relation(body: Text, target: Text, found: Mentions, in_title: float) -> Iterator[str]:
    """How much of the target stands where: whether the text speaks of it at all, and how much."""
    for name, share in (("body", found.body), ("title", in_title), ("lead", found.lead), ("best", found.best)):
        yield f"{name}{_step(share, 10)}of10"
        yield f"{name}{_step(share, 4)}of4"
    length, best = len(target.words), _step(found.best, 4)
    yield f"second{_step(found.second, 4)}of4"
    yield f"mention_{found.kind}"
    yield f"run{min(found.run, 6)}"
    yield f"run{_step(found.run / length, 4)}of4"
    yield f"target_words{min(length, 12)}"
    yield f"mentions{min(len(found.spans), 4)}"
    yield f"hits{min(found.hits, 3)}"
    yield f"hits_log{min(found.hits.bit_length(), 6)}"
    yield f"density{min(30 * found.hits // max(len(body.words), 1), 10)}"
    if found.spans:
        first = found.spans[0][0]
        yield f"first_log{min((first + 1).bit_length(), 10)}"
        yield f"first{4 * first // len(body.words)}of4"
    yield f"best{best}_body{_step(found.body, 4)}"
    yield f"best{best}_lead{_step(found.lead, 4)}"
    yield f"best{best}_run{min(found.run, 4)}"
    yield f"best{_step(found.best, 8)}of8_body{_step(found.body, 8)}"
    yield f"best{_step(found.best, 5)}of5_second{_step(found.second, 5)}"
    yield f"{found.kind}_body{_step(found.body, 4)}"
    yield f"rarest_{'there' if found.rarest else 'not_there'}"


def cues(
    body: Text, target: Text, found: Mentions, near: Sequence[int], question_marks: tuple[int, int]
) -> Iterator[str]:
    """Words that deny or doubt: in the target, near it, in the lead and in all.

    `near` are the words of the sentences near the target; `question_marks` those in the text and in the target.
    """
    lead = range(min(LEAD, len(body.words)))
    denied = [has(DENIAL, word) for word in body.lower]
    doubted = [has(DOUBT, word) for word in body.lower]
    target_denies = sum(has(DENIAL, word) for word in target.lower)
    target_doubts = sum(has(DOUBT, word) for word in target.lower)
    near_denies, lead_denies = sum(denied[place] for place in near), sum(denied[place] for place in lead)
    near_doubts, lead_doubts = sum(doubted[place] for place in near), sum(doubted[place] for place in lead)
    denies, side = sum(denied), target_denies % 2
    yield f"near_denies{min(near_denies, 3)}"
    yield f"near_doubts{min(near_doubts, 3)}"
    yield f"lead_denies{min(lead_denies, 3)}"
    yield f"lead_doubts{min(lead_doubts, 3)}"
    yield f"target_denies{min(target_denies, 3)}"
    yield f"target_doubts{min(target_doubts, 3)}"
    yield f"denies{min(denies, 8)}"
    yield f"doubts_log{min(sum(doubted).bit_length(), 5)}"
    yield f"asks{min(question_marks[0], 3)}"
    yield f"target_asks{min(question_marks[1], 1)}"
    yield f"target{side}_lead{min(lead_denies, 2)}_near{min(near_denies, 2)}"
    yield f"target{side}_denies{min(denies, 3)}"
    yield f"target_doubts{min(target_doubts, 1)}_lead{min(lead_doubts, 2)}"
    related = "related" if found.best >= 0.5 else "unrelated"
    yield f"{related}_target{side}_denies{min(denies, 2)}"
    yield f"{related}_doubts{min(target_doubts, 1)}_lead{min(lead_doubts, 2)}"


def tones(body: Text, head: Text, target: Text, found: Mentions, near: Sequence[int]) -> Iterator[str]:
    """What tone the text takes, near the target and in all.

    ``seen_`` tones are turned round where the target opposes something (a ban, a withdrawal) and the text speaks of
    that something without the opposing word: against smoking is for a ban on smoking.
    """
    said = set(body.stems)
    side = -1 if sum(has(OPPOSING, word) and stem(word) not in said for word in target.lower) % 2 else 1
    opposes = sum(has(OPPOSING, word) for word in target.lower) % 2
    target_tone = _sign(sum(polarity(word) for word in target.lower if not has(OPPOSING, word)))
    masked = found.places
    tone = [0 if place in masked else value for place, value in enumerate(body.tones)]
    spans = found.spans[:MAX_MENTIONS]
    whole, beside = sum(tone), sum(tone[place] for place in near)
    left = sum(sum(tone[max(0, start - BESIDE) : start]) for start, _ in spans)
    right = sum(sum(tone[end : end + BESIDE]) for _, end in spans)
    sums: dict[str, float] = {"all": whole, "near": beside, "left": left, "right": right, "head": sum(head.tones)}
    sums["fading"] = 6 * _fading(tone, spans)
    yield f"side_{_sign(side)}"
    yield f"target_opposes{opposes}"
    yield f"target_{target_tone}"
    for name, value in sums.items():
        yield f"{name}_{_level(value)}"
        yield f"seen_{name}_{_level(side * value)}"
        yield f"{name}_{_level(value)}_{_sign(side)}_{target_tone}"
    yield f"all_{_sign(whole)}_near_{_sign(beside)}"
    yield f"left_{_sign(left)}_right_{_sign(right)}"
    if spans:
        start, end = spans[0]
        before = _nearest(tone[max(0, start - 12) : start][::-1])
        behind = _nearest(tone[end : end + 12])
        yield f"before_{before}"
        yield f"behind_{behind}"
        yield f"before_{before[:4]}_behind_{behind[:4]}"
    covered = "whole" if found.best > 0.6 else "partly" if found.best > 0 else "not"
    yield f"{covered}_covered_{_level(whole)}"
    yield f"{covered}_covered_seen_{_level(side * whole)}"
    density = max(-4, min(4, round(3 * whole / math.sqrt(max(1, len(tone))))))
    yield f"density_{_sign(density)}{abs(density)}"
    yield f"seen_density_{_sign(side * density)}{abs(density)}"
    opposing = [has(OPPOSING, word) for word in body.lower]
    yield f"opposing_near{min(sum(opposing[place] for place in near), 2)}_{_sign(side)}"
    yield f"opposing{min(sum(opposing), 2)}_{_sign(side)}"


def _fading(tone: Sequence[int], spans: Sequence[tuple[int, int]]) -> float:
    """The tones around mentions, each divided by how far it is."""
    total = 0.0
    for start, end in spans:
        for place in range(max(0, start - FADING), min(len(tone), end + FADING)):
            if tone[place] and not start <= place < end:
                total += tone[place] / (1 + min(abs(place - start), abs(place - end + 1)))
    return total


def _nearest(tone: Sequence[int]) -> str:
    """The first tone met, and whether that is at once, soon or late."""
    for distance, value in enumerate(tone):
        if value:
            return f"{_sign(value)}{(distance >= 2) + (distance >= 5)}"
    return "none"


def _step(share: float, steps: int) -> int:
    return int(share * steps)


def _sign(value: float) -> str:
    return "plus" if value > 0 else "minus" if value < 0 else "zero"


def _level(value: float) -> str:
    return "zero" if not value else f"{'very_' if value >= 3 or value <= -3 else ''}{_sign(value)}"

"""Stance labels as users have them, mapped to those they want: by a preset, or pairs of their own."""

from __future__ import annotations

from collections.abc import Mapping

from newsvane.errors import InputError

PRESETS: Mapping[str, Mapping[str, str]] = {
    "fnc": {"agree": "favor", "disagree": "against", "discuss": "neutral"},
    "semeval": {"favor": "favor", "against": "against", "none": "neutral"},
    "pro-con": {"pro": "favor", "con": "against"},
    "sentiment": {"positive": "favor", "negative": "against", "neutral": "neutral"},
}
"""Named label sets; a label that is not in one stays what it is."""


def parse_mapping(text: str) -> dict[str, str]:
    """The labels that are mapped, in lower case, from ``agree=favor,disagree=against`` or the name of a preset.

    Raises `InputError` that names every pair that is none.
    """
    if text in PRESETS:
        return dict(PRESETS[text])
    pairs = [[part.strip() for part in pair.split("=")] for pair in text.split(",")]
    bad = [pair for pair in pairs if len(pair) != 2 or not all(pair)]
    twice = {pair[0].casefold() for pair in pairs if [p[0].casefold() for p in pairs].count(pair[0].casefold()) > 1}
    problems = [f"--stance-labels: {'='.join(pair)!r} is no pair of labels" for pair in bad]
    problems += [f"--stance-labels: {label!r} is mapped twice" for label in sorted(twice)]
    if problems:
        presets = ", ".join(PRESETS)
        raise InputError(problems, f"Write theirs=ours,theirs=ours, or one of the presets {presets}.")
    return {theirs.casefold(): ours for theirs, ours in pairs}

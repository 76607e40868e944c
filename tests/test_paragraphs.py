"""Paragraphs: which lines belong together."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsvane.paragraphs import is_list_item, is_speech, paragraphs

ONE = "The harbour master of Port Alder closed the eastern quay on Tuesday after divers found cracks in three of its piles."
TWO = "Ferries to the outer islands will leave from the fish dock until the piles are replaced, which takes nine weeks."
SHORT = "Nobody was in danger."


@pytest.mark.parametrize("columns", [24, 30, 38, 46, 55, 72, 100])
def test_wrapped_text_is_joined_at_any_width(columns: int) -> None:
    text = "\n\n".join(textwrap.fill(paragraph, columns) for paragraph in (ONE, TWO, SHORT, ONE))
    assert paragraphs(text) == [ONE, TWO, SHORT, ONE]


@pytest.mark.parametrize("columns", [38, 50])
def test_wrapped_paragraphs_without_a_blank_line_between(columns: int) -> None:
    text = "\n".join(textwrap.fill(paragraph, columns) for paragraph in (SHORT, TWO, SHORT, ONE))
    assert paragraphs(text) == [SHORT, TWO, SHORT, ONE]


def test_wrapped_mail_is_joined_within_its_quotation_marks() -> None:
    text = textwrap.fill(TWO, 50, initial_indent="> ", subsequent_indent="> ") + "\n>\n" + textwrap.fill(ONE, 50)
    assert [paragraph.replace(" >", "") for paragraph in paragraphs(text)] == ["> " + TWO, ">", ONE]


@pytest.mark.parametrize(
    "lines",
    [
        ["Eastern quay closed", "Cracks in three piles", "Ferries leave from fish dock"],
        ["Home", "News", "Sport and leisure", "weather"],
        ["- call the number on the card first", "- see a pharmacist in your own town", "- go to the hospital if it is bad"],
        ["HOST: Is it enough for the families?", "GUEST: It is not, and they all know it.", "HOST: Then why did you sign?"],
        [ONE, TWO, SHORT],
        ["The fog comes over the water,", "And nobody counts the boats.", "The bell on the quay is silent,", "The gulls have taken their coats."],
    ],
)  # fmt: skip
def test_lines_that_nobody_wrapped_stay_lines(lines: list[str]) -> None:
    assert paragraphs("\n".join(lines)) == lines


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\f", "\v", "\x85", "\n \u00a0\n"])
def test_every_line_end_ends_a_line(end: str) -> None:
    assert paragraphs(f"{SHORT}{end}{ONE}") == [SHORT, ONE]


def test_marks_of_lists_and_speeches() -> None:
    assert [line for line in ("• a", "- b", "(c) d", "12. e", "2021 was", "Mr. F", "-5 degrees") if is_list_item(line)] == [
        "• a", "- b", "(c) d", "12. e",
    ]  # fmt: skip
    assert [line for line in ("HOST: a", "DR. O'NEIL (on tape): b", "Watch: c", "NATO said") if is_speech(line)] == [
        "HOST: a", "DR. O'NEIL (on tape): b",
    ]  # fmt: skip


lines_of_any_kind = st.lists(st.text(max_size=60) | st.sampled_from([ONE, TWO, SHORT, "", ">", "\f"]), max_size=20)


@given(lines_of_any_kind.map("\n".join))
def test_nothing_is_lost_and_nothing_is_empty(text: str) -> None:
    found = paragraphs(text)
    assert " ".join(found).split() == text.split()
    assert all(paragraph == paragraph.strip() != "" for paragraph in found)


@given(lines_of_any_kind.map("\n".join))
def test_paragraphs_are_their_own_paragraphs(text: str) -> None:
    found = paragraphs(text)
    assert paragraphs("\n\n".join(found)) == found

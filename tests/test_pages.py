"""Pages: the story and what stands around it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsvane.errors import OptionalFeatureError
from newsvane.pages import Page, read_html, read_page

STORY = (
    "The harbour master of Port Alder closed the eastern quay on Tuesday after divers found cracks in three of its piles.",
    "Ferries to the outer islands will leave from the fish dock until the piles are replaced, which the council expects to take nine weeks.",
    "“Nobody was in danger,” she said.",
)


def test_a_real_scraped_page(shared: Path) -> None:
    page = read_page((shared / "pages" / "troop-relocation-letter.txt").read_text())
    assert page.title == "The US Army mistakenly reports the relocation of its troops in Iraq"
    assert len(page.body) == 9
    assert page.body[0].startswith("The objective is to prepare")
    assert page.body[-1].startswith("Last week, the US government")
    assert sum("vaccin" in item for item in page.side) == 1
    assert not any("vaccin" in paragraph for paragraph in page.body)


def test_a_plain_article() -> None:
    assert read_page("\n\n".join(["Eastern quay closed", *STORY])) == Page("Eastern quay closed", STORY)


def test_hard_wrapped_lines_are_joined() -> None:
    wrapped = STORY[0].replace(" the eastern", "\nthe eastern").replace(" after divers", " after\ndivers")
    text = (
        "The harbour master of Port Alder closed the eastern quay on\nTuesday after divers found cracks in three of its many piles.\n\n"
        + wrapped
    )
    assert (
        read_page(text).body[0]
        == "The harbour master of Port Alder closed the eastern quay on Tuesday after divers found cracks in three of its many piles."
    )


def test_subheadings_stay_in_the_body() -> None:
    page = read_page("\n\n".join(["Eastern quay closed", STORY[0], "What happens next", STORY[1]]))
    assert page.body == (STORY[0], "What happens next", STORY[1])


def test_a_box_of_other_stories_in_the_middle() -> None:
    blocks = [
        "Eastern quay closed",
        STORY[0],
        "Related stories",
        "Mayor denies rift",
        "Ten best beaches",
        STORY[1] + " " + STORY[0],
    ]
    page = read_page("\n\n".join(blocks))
    assert page.body == (STORY[0], STORY[1] + " " + STORY[0])
    assert page.side == ("Related stories", "Mayor denies rift", "Ten best beaches")


def test_teasers_after_the_story_keep_their_headlines() -> None:
    page = read_page(
        "\n\n".join(
            [
                "Eastern quay closed",
                *STORY,
                "More from News",
                "Clinic to reopen",
                "Doctors said the clinic in Mill Lane would...",
                "Menu",
            ]
        )
    )
    assert page.body == STORY
    assert page.side == ("More from News", "Clinic to reopen\nDoctors said the clinic in Mill Lane would...", "Menu")


@pytest.mark.parametrize(
    "furniture",
    [
        "- Advertisement -", "ADVERTISEMENT", "Sponsored content", "6.5 C", "−3 °C Oslo", "Monday, August 2, 2021", "2 August 2021", "2021-08-02 14:00",
        "Updated: 14:20 GMT", "Published on 3 May", "By Anna Keller and Tom Reyes", "Share this on Facebook", "Facebook Twitter WhatsApp",
        "12 comments", "We use cookies to improve your experience on this site.", "Accept all cookies", "Sign up for our newsletter",
        "Photo: Reuters", "© 2021 Port Alder Gazette", "All rights reserved.", "Tags: harbour, ferries", "4 min read", "***", "Read more: Ten best beaches in the county this summer, rated by our readers and staff",
    ],
)  # fmt: skip
def test_furniture_never_reaches_the_body(furniture: str) -> None:
    page = read_page("\n\n".join(["Eastern quay closed", STORY[0], furniture, STORY[1]]))
    assert page.body == (STORY[0], STORY[1])
    assert page.side == (furniture,)
    assert page.title == "Eastern quay closed"


@pytest.mark.parametrize(
    "sentence",
    [
        "Updated figures show that 300 ferries were cancelled last year.", "By then the quay had been closed.", "Subscribers were told by post.",
        "Two degrees of warming would drown the quay, she said.", "Share prices fell by a third on the news from the port.",
    ],
)  # fmt: skip
def test_short_sentences_of_the_story_are_not_furniture(sentence: str) -> None:
    assert sentence in read_page("\n\n".join(["Eastern quay closed", STORY[0], sentence, STORY[1]])).body


def test_only_short_lines() -> None:
    assert read_page("Quay closed") == Page("", ("Quay closed",))
    assert read_page("Quay closed\n\nCracks in three piles") == Page("Quay closed", ("Cracks in three piles",))
    assert read_page("") == Page("", ())


@given(st.lists(st.text(max_size=80), max_size=30).map("\n\n".join))
def test_nothing_is_lost(text: str) -> None:
    page = read_page(text)
    kept = " ".join([page.title, *page.body, *page.side]).split()
    assert sorted(kept) == sorted(text.split())


@pytest.mark.parametrize(
    "block", ["-" * 299 + "a", "share " * 49 + "!", "1" * 299 + "a", "x " * 149 + "z", "www " * 70 + "cookie"]
)
def test_no_page_is_slow(block: str) -> None:
    """A thousand blocks made to send a careless pattern searching; done in the wink of an eye or never."""
    assert len(read_page("\n".join([block] * 1000)).body) <= 1000


HTML = f"""<html><head><title>Eastern quay closed</title></head><body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>Eastern quay closed</h1><p>{STORY[0]}</p><p>{STORY[1]}</p><p>{STORY[2]}</p></article>
<aside><h2>Most read</h2><ul><li><a href="/x">Mayor denies rift</a></li></ul></aside><footer>© 2021</footer></body></html>"""


def test_html() -> None:
    pytest.importorskip("trafilatura")
    page = read_html(HTML)
    assert page.title == "Eastern quay closed"
    assert page.body == STORY


def test_html_without_trafilatura(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "trafilatura", None)
    with pytest.raises(OptionalFeatureError, match=r"pip install 'newsvane\[html\]'"):
        read_html(HTML)

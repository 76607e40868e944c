"""Furniture: what tells by its wording that it is no part of a story, and what only seems to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsvane.furniture import Kind, is_dateline, is_sentence, kind


@pytest.mark.parametrize(
    "label",
    [
        "- Advertisement -", "6.5 C", "−3 °C Oslo", "78°F", "***", "3", "By Anna Keller and Tom Reyes", "By SAM OLLERTON", "by Wendy Pratt | wpratt@courier.example",
        "Share this on Facebook", "Facebook Twitter WhatsApp", "12 comments", "Accept all cookies", "Sign up for our newsletter", "Photo: Archive",
        "Image caption, Pregnant women are offered the vaccine from 16 weeks", "The quay on Tuesday (Image: NQ)", "Soldiers by the road. Photograph: Archive",
        "© 2021 Port Alder Gazette", "All rights reserved.", "Tags: harbour, ferries", "4 min read", "Home > News > Health", "News | Sport | Weather",
        "World   Business   Sport   Opinion", "Page 12 of 88", "(Continued on Page 7)", "press@harbour.example", "We use cookies to improve your experience on this site.",
        "A version of this article appears in print on Page 1 of the national edition.", "Tom Reyes contributed to this report.",
        "This article was amended on 6 October 2020 to correct a year.", "If you value our journalism, please support our work and make a donation.",
        "You are receiving this email because you signed up.", "By continuing you agree to our privacy policy.", "(With inputs from agencies)",
    ],
)  # fmt: skip
def test_furniture(label: str) -> None:
    assert kind(label) is Kind.FURNITURE


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Must Read", Kind.BOX), ("Related stories", Kind.BOX), ("RELATED:", Kind.BOX), ("Read more", Kind.BOX), ("More from Politics", Kind.BOX),
        ("More Articles Like This", Kind.BOX), ("Latest from the harbour", Kind.BOX),
        ("Read more: Ten best beaches", Kind.POINTER), ("ALSO READ | Two held with fake notes", Kind.POINTER), ("Video: Guard helicopter lands", Kind.POINTER),
        ("Leave a Reply Cancel reply", Kind.COMMENTS), ("3 thoughts on “The frigate”", Kind.COMMENTS),
        ("###", Kind.IMPRINT), ("About Harlow Defence", Kind.IMPRINT), ("Media Contact", Kind.IMPRINT), ("SOURCE Harlow Defence Inc.", Kind.IMPRINT),
        ("Reporting by Lena Marwick; Editing by Ruth Sand", Kind.IMPRINT),
    ],
)  # fmt: skip
def test_labels_that_say_what_follows(label: str, expected: Kind) -> None:
    assert kind(label) is expected


@pytest.mark.parametrize(
    "sentence",
    [
        "Follow us, the campaigners shouted, and we will show you the graves.", "Reuters has seen the letter.", "By Saturday the town was empty.",
        "Source: that was the word stamped on every page, and no source was ever named.", "Share prices of the two makers fell by a tenth.",
        "Updated figures show that 300 ferries were cancelled last year.", "Two degrees of warming would drown the quay, she said.",
        "Comments made by the general in 2014 were read aloud.", "Video of the strike was played twice.", "Home is a room above the tannery.",
        "Kestra wants to become a member of the alliance.", "No patient was treated without written consent.", "The regulator fined the firm over its privacy policy.",
        "The site uses cookies without asking, the court found.", "Copyright law is fair and just", "“Read more,” his wife tells him.",
        "The ministry said the newsletter had been sent to 400 journalists by email.", "Subscribe, said the prophet, or perish.", "About half of them died.",
        "Related matters are passed to a second office.", "Next, the letters.", "Advertisements for tobacco will be banned.", "May 3 was the worst day.",
        "Photos of soldiers must show no badges.", "Latest figures from the ministry show a fall in cases of measles.", "Join us or leave us alone, they sang.",
    ],
)  # fmt: skip
def test_sentences_that_only_begin_like_furniture(sentence: str) -> None:
    assert kind(sentence) is Kind.TEXT


@pytest.mark.parametrize(
    "label",
    [
        "Monday, August 2, 2021", "2 August 2021", "2021-08-02 14:00", "Updated: 14:20 GMT", "Published on 3 May", "Published", "3 hours ago", "9.41pm",
        "PUBLISHED: 08:12, 4 June 2019 | UPDATED: 11:40, 4 June 2019", "First published on Sun 4 Oct 2020 06.00 BST", "Posted on May 3, 2021 by oldsalt",
    ],
)  # fmt: skip
def test_datelines(label: str) -> None:
    assert is_dateline(label)
    assert kind(label) is Kind.FURNITURE


@pytest.mark.parametrize("text", ["May", "On Monday the quay closed", "3 ships", "12 killed on Monday", "Updated"])
def test_what_is_no_dateline(text: str) -> None:
    assert is_dateline(text) is (text == "Updated")


def test_sentences() -> None:
    assert [text for text in ("Left.", "He left.", "“He has left,” she said", "He has “left.”", "医生说医院明天重新开放，病人可以回来接受治疗，所有人都松了一口气。") if is_sentence(text)] == [
        "He left.", "He has “left.”", "医生说医院明天重新开放，病人可以回来接受治疗，所有人都松了一口气。",
    ]  # fmt: skip


@given(st.text(alphabet=st.characters(), max_size=400) | st.text("ab. |>»:/()©@!-\u3000\ud800", max_size=800))
def test_every_text_is_of_some_kind(text: str) -> None:
    assert kind(text) in Kind

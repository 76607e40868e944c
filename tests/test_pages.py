"""Pages: the story and what stands around it."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsvane.pages import Page, read_html, read_page

PAGES = sorted((Path(__file__).parent / "pages").glob("*.txt"))

STORY = (
    "The harbour master of Port Alder closed the eastern quay on Tuesday after divers found cracks in three of its piles.",
    "Ferries to the outer islands will leave from the fish dock until the piles are replaced, which the council expects to take nine weeks.",
    "“Nobody was in danger,” she said.",
)


class Annotated(NamedTuple):
    """A page with what its margin says (tests/pages/README.md)."""

    text: str
    title: str
    body: list[str]
    side: list[str]


def annotated(path: Path) -> Annotated:
    lines, paragraphs = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        margin, _, text = line.partition("|")
        lines.append(text)
        if margin == "+":
            paragraphs[-1][1] += f" {text}"
        elif margin:
            paragraphs.append([{"?": "S", "!": "B"}.get(margin, margin), " ".join(text.split())])
    parts = {kind: [text for margin, text in paragraphs if margin == kind] for kind in "TBS"}
    return Annotated("\n".join(lines), "".join(parts["T"]), parts["B"], parts["S"])


def plain(items: tuple[str, ...]) -> list[str]:
    return [" ".join(line.split()) for item in items for line in item.splitlines()]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_pages_of_all_kinds(path: Path) -> None:
    gold, page = annotated(path), read_page(annotated(path).text)
    assert (page.title, plain(page.body), plain(page.side)) == (gold.title, gold.body, gold.side)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_story_alone_is_kept_whole(path: Path) -> None:
    """What was taken for the story is a story: read again, nothing of it goes aside."""
    page = read_page(annotated(path).text)
    again = read_page("\n\n".join((page.title, *page.body)))
    assert "\n".join((again.title, *again.body)).strip() == "\n".join((page.title, *page.body)).strip()
    assert again.side == ()


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


def test_more_texts_than_pages() -> None:
    """Without furniture, everything is kept, whatever its form."""
    for lines in (
        [STORY[0]],
        ["Eastern quay closed", STORY[2]],
        ["Dear Sir,", STORY[0], "Shame on you.", "Yours faithfully,", "E. M. Tarrant", "Lower Hythe"],
        ["The fog comes over the water", "And nobody counts the boats", "The bell on the quay is silent", "The gulls have taken their coats"],
        ["- bread", "- salt", "- the long letter from the ministry that nobody has answered yet"],
        ["What to bring", "• bread", "• salt"],
        [STORY[0], "Three things are missing:", "1. a crane", "2. a plan", "3. money"],
        [STORY[0], STORY[1], "Polls open at eight"],
    ):  # fmt: skip
        page = read_page("\n".join(lines))
        assert ([page.title] if page.title else []) + list(page.body) == lines
        assert page.side == ()


@pytest.mark.parametrize(
    "one", ["Video: Quay closed after divers find cracks", "Copyright 2021", "READ MORE: Quay closed", "12 comments"]
)
def test_a_text_of_one_line_is_its_body(one: str) -> None:
    assert read_page(one) == Page("", (one,))


@pytest.mark.parametrize(
    "title",
    [
        "Latest from the harbour: eastern quay closed", "Video: Divers find cracks in harbour piles", "Updated: Eastern quay closed after cracks found",
        "Related deaths rise as harbour piles crack", "Can a harbour with cracks in its piles be saved?", "Eastern quay of Port Alder is closed for nine weeks.",
    ],
)  # fmt: skip
@pytest.mark.parametrize("under", ["By Tom Reyes", "Updated: 14:20 GMT", "Share"])
@pytest.mark.parametrize("over", ["Home > News > Harbour", "Gazette\n\nNews\n\nSport", "2 August 2021"])
def test_headlines_that_look_like_something_else(title: str, under: str, over: str) -> None:
    standfirst = "Divers have found cracks in three of the piles, and the ferries to all the outer islands must leave from the fish dock"
    page = read_page("\n\n".join([over, title, under, standfirst, *STORY]))
    assert page.title == title
    assert page.body == (standfirst, *STORY)


@pytest.mark.parametrize(
    "title",
    [
        "Ferries moved from quay",
        "Cracks shut eastern quay of Port Alder",
        "Divers find cracks in harbour piles and ferries must move",
    ],
)
@pytest.mark.parametrize(
    "standfirst",
    [
        "The council expects repairs to the quay to take nine weeks, and islanders fear for their winter supplies",
        "Nobody was in danger, the council says.",
    ],
)
def test_a_longer_standfirst_is_not_the_title(title: str, standfirst: str) -> None:
    page = read_page(
        "\n\n".join(["Home", "News", "Weather and tides", title, standfirst, "By Tom Reyes", "2 hours ago", *STORY])
    )
    assert (page.title, page.body) == (title, (standfirst, *STORY))


@pytest.mark.parametrize("label", ["Read more", "Related", "Related:", "READ MORE", "Most read"])
def test_a_label_without_a_list_swallows_nothing(label: str) -> None:
    short = ("The ferries were late.", "Nobody complained.")
    page = read_page("\n\n".join(["Eastern quay closed", STORY[0], label, *short, label, STORY[1]]))
    assert page.body == (STORY[0], *short, STORY[1])


def test_the_story_goes_on_after_a_box() -> None:
    box = ("Related stories", "Mayor denies rift", "Ten best beaches")
    after = ("The ferries were late on Tuesday.", "Nobody complained.")
    page = read_page("\n\n".join(["Eastern quay closed", STORY[0], *box, *after]))
    assert (page.body, page.side) == ((STORY[0], *after), box)
    summaries = (
        "Related stories",
        "Mayor denies rift",
        "He said there was none.",
        "Ten best beaches",
        "The first is at Hale.",
    )
    page = read_page("\n\n".join(["Eastern quay closed", STORY[0], *summaries, *after]))
    assert page.body == (STORY[0], *after)
    assert page.side == (summaries[0], "\n".join(summaries[1:3]), "\n".join(summaries[3:]))


def test_a_count_of_comments_does_not_end_a_story() -> None:
    page = read_page(
        "\n\n".join(["Eastern quay closed", STORY[0], STORY[1], "12 comments", "About Port Alder", *STORY])
    )
    assert page.body == (STORY[0], STORY[1], *STORY)


ANY_LINE = st.text(st.characters(), max_size=80) | st.sampled_from(
    [*STORY, "Related", "Read more: Quay", "Quay closed", "By Tom Reyes", "Leave a Reply", "About Us", "- a", "Cut off...", "Sir,", "\f", "\u2028"]
)  # fmt: skip


@given(st.lists(ANY_LINE, max_size=30), st.sampled_from(["\n", "\n\n", "\r\n", "\u2028"]))
def test_nothing_is_lost(lines: list[str], end: str) -> None:
    text = end.join(lines)
    page = read_page(text)
    kept = " ".join([page.title, *page.body, *page.side]).split()
    assert sorted(kept) == sorted(text.split())
    assert all([*page.body, *page.side])


@given(st.lists(st.sampled_from([*STORY, "What happens next", "“No,” he said."]), min_size=1, max_size=12))
def test_a_text_without_furniture_is_kept_whole(lines: list[str]) -> None:
    page = read_page("\n\n".join(lines))
    assert page.side == ()
    assert len(page.body) + bool(page.title) == len(lines)


def seconds(text: str) -> float:
    """Processor time of reading a page, the best of three."""

    def once() -> float:
        start = time.process_time()
        read_page(text)
        return time.process_time() - start

    return min(once() for _ in range(3))


GROWING = {
    "one line": lambda n: "army " * 100 * n,
    "one word": lambda n: "x" * 500 * n,
    "lines": lambda n: "\n".join(f"Line number {i} of the list" for i in range(n)),
    "sentences": lambda n: "\n\n".join(f"Ferry number {i} was late on that day." for i in range(n)),
    "wrapped": lambda n: "\n".join(["the minister said on that day that the clinics would reopen in"] * n),
    "boxes": lambda n: "\n".join(["Related", "Mayor denies rift in council", "He said there was none."] * (n // 3)),
    "teasers": lambda n: "\n".join(["Mayor denies rift in council", "He said..."] * (n // 2)),
    "furniture": lambda n: "\n".join(["12 comments"] * n),
}


@pytest.mark.parametrize("name", GROWING)
def test_the_time_grows_as_the_text(name: str) -> None:
    """Eight times the text takes eight times as long, not sixty-four."""
    make, n = GROWING[name], 1_000
    assert seconds(make(8 * n)) < 24 * max(seconds(make(n)), 1e-3)


@pytest.mark.parametrize(
    "block",
    ["-" * 299 + "a", "share " * 49 + "!", "1" * 299 + "a", "x " * 149 + "z", "www " * 70 + "cookie", "by A" + " A" * 140 + "!", "a / " * 70, "( " * 140 + "(file",
     "photo " * 48, "A" * 280 + "/", "Reporting by " + "; editing by " * 22, "a| " * 90, "A b " * 70 + "is", "you subscribe " * 50, "." * 290, "(a " * 90, "about A " * 37, "12 " * 99 + "x"],
)  # fmt: skip
def test_no_block_sends_a_pattern_searching(block: str) -> None:
    """A careless pattern takes exponential time, or cubic; these may take some times that of an ordinary block."""
    ordinary = ("The minister said that the clinics would reopen within a month. " * 5)[:300]
    assert seconds("\n".join([block] * 100)) < 40 * max(seconds("\n".join([ordinary] * 100)), 1e-3)


HTML = f"""<html><head><title>Eastern quay closed</title></head><body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>Eastern quay closed</h1><p>{STORY[0]}</p><p>{STORY[1]}</p><p>{STORY[2]}</p></article>
<aside><h2>Most read</h2><ul><li><a href="/x">Mayor denies rift</a></li></ul></aside><footer>© 2021</footer></body></html>"""


@pytest.fixture(params=["with trafilatura", "without"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """HTML is read by trafilatura where it is installed, and by the standard library elsewhere."""
    if request.param == "without":
        monkeypatch.setitem(sys.modules, "trafilatura", None)
    else:
        pytest.importorskip("trafilatura")


@pytest.mark.usefixtures("either_way")
def test_html() -> None:
    page = read_html(HTML)
    assert page.title == "Eastern quay closed"
    assert page.body == STORY


@pytest.mark.usefixtures("either_way")
def test_html_with_ten_megabytes_in_one_node() -> None:
    """lxml gives up on such a node."""
    long = "The quay is closed. " * 520_000
    page = read_html(HTML.replace(STORY[2], long))
    assert page.title == "Eastern quay closed"
    assert page.body == (*STORY[:2], long.strip())


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize("html", ["", "<html>", "<html><body></body></html>", "<!", "\0", "<p>" * 1000])
def test_html_without_text(html: str) -> None:
    assert read_html(html).body in ((), ("<!",), ("\0",))

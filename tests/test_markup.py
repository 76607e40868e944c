"""Markup: the text of HTML without an extractor."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsvane.markup import html_text


def test_blocks_are_parted_and_inline_elements_are_not() -> None:
    html = "<html><head><title>Quay\n closed &amp; empty</title></head><body><h1>Quay closed</h1><p>A <b>new</b>\npile&nbsp;costs<br>£9.</p>"
    title, text = html_text(html)
    assert title == "Quay closed & empty"
    assert [line.split() for line in text.splitlines() if line.strip()] == [
        ["Quay", "closed"],
        ["A", "new", "pile", "costs"],
        ["£9."],
    ]


def test_menus_and_scripts_are_left_out() -> None:
    html = "<nav>Home <nav>Sport</nav> Weather</nav><p>Quay</p><script>var p = '<p>no</p>'</script><style>p {}</style><footer>Us</footer><p>closed"
    assert html_text(html)[1].split() == ["Quay", "closed"]


@given(st.text(st.sampled_from("<>/!-[]&;=\"' aphnv\n#x1"), max_size=80) | st.text(max_size=80))
def test_no_text_is_too_broken(html: str) -> None:
    html_text(html)

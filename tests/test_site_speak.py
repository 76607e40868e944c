"""Site speak: what a page says to its reader, and stories that are about such things."""

from __future__ import annotations

import pytest

from newsvane.site_speak import is_site_speak


@pytest.mark.parametrize(
    "paragraph",
    [
        "Download the KDLN app for breaking news and weather alerts.", "Tom Reyes contributed to this report.", "By continuing you agree to our privacy policy.",
        "Stay up to date with what is going on by following us on social media.", "If you value independent journalism, please consider making a donation today.",
        "We and our 842 partners store information on a device, such as unique IDs in cookies.", "Published in the print edition of May 6, with the headline “High Water.”",
    ],
)  # fmt: skip
def test_a_page_speaks(paragraph: str) -> None:
    assert is_site_speak(paragraph)


@pytest.mark.parametrize(
    "paragraph",
    [
        "The firm changed its privacy policy and its terms of use in May.", "“Sign up for the newsletter,” the site told its readers by email, “and we will share your data.”",
        "We have learned nothing from the last war.", "Download speeds fell by a third in rural districts.", "Kestra will become a member of the alliance in June.",
    ],
)  # fmt: skip
def test_a_story_speaks(paragraph: str) -> None:
    assert not is_site_speak(paragraph)

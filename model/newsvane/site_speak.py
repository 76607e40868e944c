"""What a page says of itself and to its reader: newsletters, cookies, comments, permissions, pleas.

A story may be about all of these. So the words alone do not tell: either it is a phrase that only a page says of
itself, or it speaks to its reader ("you", "our", "Download...") with several such words close together.
"""

from __future__ import annotations

import re
from functools import cache

# What only a page says of itself: one is enough.
_OF_ITSELF = (
    "all rights reserved", "email address will not be published", "in this browser for the next time",
    "this email in your browser", "enter your comment", "enter your name", "comments expressed here",
    "expressed in the contents", "expressed in the comments", "has not been edited by", "from a syndicated feed",
    "may not be published, broadcast", "may not be published or broadcast", "may not be reproduced",
    "or redistributed in whole", "appears in print", "in the print edition", "contributed to this report",
    "contributed to this story", "contributed reporting", "article was amended on", "article has been amended",
    "article was updated on", "article was originally published", "article originally appeared",
    "considered for publication", "small favour to ask", "small favor to ask", "reader-supported publication",
    "thanks for reading", "bookmark the permalink", "issues raised in this", "issues in this story",
    "video above is from", "found a typo", "external content", "get latest updates", "forwarded this email",
    "you are receiving this", "include a contact number", "press release contains", "for more information, visit",
    "for more information visit", "follow us on", "follow me on twitter", "follow him on twitter",
    "follow her on twitter", "on twitter @", "opens in new window", "not currently accepting comments",
)  # fmt: skip

# What a page says to its reader, and others of it: one is enough beside a word of address.
_TO_READER = (
    "letters to the editor", "making a donation", "following us on", "us on social media",
    "privacy policy", "privacy notice", "privacy link", "terms of use", "terms of service", "cookie policy",
    "cookie statement", "use cookies", "use of cookies", "uses cookies", "unsubscribe", "in your browser",
    "written consent", "written permission", "responsible for the content", "submit a letter", "from as little as",
    "become a member", "become a subscriber", "a paid subscriber", "your experience", "external content",
    "party provider", "party platforms", "report a correction", "latest news and updates",
    "data protection settings", "receive our", "sign up for", "make a donation", "support our",
)  # fmt: skip

_SPEAK = frozenset({
    "newsletter", "newsletters", "inbox", "cookie", "cookies", "browser", "subscription", "subscriptions",
    "subscribe", "subscriber", "subscribers", "journalism", "advertising", "advertisers", "membership", "account",
    "password", "email", "emails", "app", "apps", "notifications", "alerts", "website", "site", "comments",
    "comment", "commenting", "moderated", "readers", "journalist", "download", "click", "tap", "register", "donate",
    "donation", "donating", "settings", "preferences", "login", "signup", "article", "page", "content",
    "personalised", "personalized", "ads", "partners", "device", "forum",
})  # fmt: skip
_QUOTES = frozenset('"“”«»')
_COMMANDS = frozenset({"click", "donate", "download", "follow", "get", "join", "send", "share", "sign", "subscribe"})
_ADDRESS = frozenset({
    "you", "your", "yours", "our", "ours", "us", "we", "please", "my",
})  # fmt: skip


@cache
def _by_first_word(phrases: tuple[str, ...]) -> dict[str, list[str]]:
    """Phrases by their first words: few paragraphs need more than a look at these."""
    by_word: dict[str, list[str]] = {}
    for phrase in phrases:
        by_word.setdefault(re.split(r"[\W]", phrase)[0], []).append(phrase)
    return by_word


def is_site_speak(paragraph: str) -> bool:
    """Whether a page talks about itself or to its reader; a story that quotes a page has quotation marks."""
    lowered = paragraph.lower().replace("’", "'")
    order = re.findall(r"[a-z]+", lowered)
    words = set(order)

    def says(phrases: tuple[str, ...]) -> bool:
        by_word = _by_first_word(phrases)
        return any(phrase in lowered for word in by_word.keys() & words for phrase in by_word[word])

    if says(_OF_ITSELF):
        return paragraph[0] not in _QUOTES
    if not _QUOTES.isdisjoint(paragraph) or (_ADDRESS.isdisjoint(words) and not _COMMANDS.intersection(order[:1])):
        return False
    speak = len(_SPEAK & words)
    return says(_TO_READER) or (speak >= 3 and speak * 16 >= len(words))

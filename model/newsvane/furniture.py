"""What on a page is not the story, told by wording alone: labels, dates, bylines, share bars, site speak.

A story may be about newsletters or cookies, and may say "Follow us" in a sentence. So a label must be the whole
paragraph, a rule with an open end never takes a full sentence, and site speak is told by how much of it there
is: the page talking to its reader ("you", "our") about itself ("newsletter", "account").
"""

from __future__ import annotations

import re
from enum import Enum
from functools import cache

from newsvane.site_speak import is_site_speak


class Kind(Enum):
    """What a paragraph is, taken by itself."""

    TEXT = "text"
    """Anything that its wording does not tell: of the story or not, by its place."""
    FURNITURE = "furniture"
    """Never of the story."""
    POINTER = "pointer"
    """A line that names another story after a label: "Read more: ..."; above the story it may be the headline."""
    BOX = "box"
    """The heading of a list of other stories."""
    COMMENTS = "comments"
    """The heading of what readers wrote, however much it is: nothing of the story follows."""
    IMPRINT = "imprint"
    """The heading of what a publisher puts under a story: notes to editors, the agency's rules, the author."""


LABEL_LENGTH = 300
"""Characters. No label is longer, and no rule for labels looks at a longer paragraph."""

DATELINE_LENGTH = 100
"""Characters. The same for dates and times."""

SITE_SPEAK_LENGTH = 700
"""Characters. The same for what a page says to its reader about itself."""


def kind(paragraph: str) -> Kind:
    """What a paragraph is by its wording. No rule searches a long one."""
    if len(paragraph) > SITE_SPEAK_LENGTH:
        return Kind.TEXT if re.search(r"[^\W\d_]", paragraph) else Kind.FURNITURE
    if len(paragraph) <= LABEL_LENGTH:
        label = paragraph.strip(" \t-–—−*•·|>»=~#_[](){}:♦▶►+<…").replace("’", "'")
        if not label or is_dateline(label) or _BYLINE.fullmatch(label):
            return _CLOSING_MARKS.get(paragraph.replace(" ", ""), Kind.FURNITURE)
        closed, open_ended = _labels()
        lowered, sentence = label.lower(), is_sentence(paragraph)
        if match := closed.fullmatch(lowered) or ((not sentence or label[-1] == "?") and open_ended.fullmatch(lowered)):
            return Kind(match.lastgroup)
        if _PUBLISHER.fullmatch(label):
            return Kind.IMPRINT
        if not sentence and (is_trail(label) or _CREDIT.search(paragraph[-100:])):
            return Kind.FURNITURE
    return Kind.FURNITURE if _CAPTION.match(paragraph) or is_site_speak(paragraph) else Kind.TEXT


_SENTENCE_END = re.compile(r"[.!?。！？।؟][\"'”’»)\]]*$")


def is_sentence(paragraph: str) -> bool:
    """Whether a paragraph ends as a sentence does, and more than one word (in a script that parts words)."""
    return bool(_SENTENCE_END.search(paragraph[-20:])) and (len(paragraph[:200].split()) > 1 or len(paragraph) > 30)


def is_dateline(label: str) -> bool:
    """Whether a label is a date, a time, "3 hours ago", "Posted on 3 May by oldsalt", "4 min read"."""
    if len(label) > DATELINE_LENGTH:
        return False
    label, _, author = label.partition(" by ")
    words = re.findall(r"[^\W\d_]+|\d+", label.casefold())
    if not words or len(author.split()) > 4:
        return False
    dated = any(word.isdigit() for word in words) or words[0] in ("published", "updated", "posted")
    return dated and all(word.isdigit() or word in _DATE_WORDS for word in words)


_CLOSING_MARKS = dict.fromkeys(("###", "-###-", "-30-"), Kind.IMPRINT)
"""Marks without a word that close a press release."""

_DATE_WORDS = frozenset({
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "monday",
    "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mon", "tue", "tues", "wed", "thu", "thur",
    "thurs", "fri", "sat", "sun", "st", "nd", "rd", "th", "am", "pm", "a", "p", "m", "h", "gmt", "utc", "bst",
    "ist", "et", "est", "edt", "ct", "cst", "cdt", "mt", "mst", "mdt", "pt", "pst", "pdt", "cet", "cest", "wat",
    "eat", "sast", "aest", "on", "at", "in", "and", "of", "the", "published", "updated", "posted", "modified",
    "filed", "created", "aired", "issue", "status", "first", "last", "reviewed", "reading", "time", "read",
    "minute", "minutes", "min", "mins", "hour", "hours", "hrs", "hr", "day", "days", "week", "weeks", "month",
    "months", "year", "years", "ago", "today", "yesterday",
})  # fmt: skip

_NETWORK = "share|tweet|pin|email|print|facebook|twitter|x|whatsapp|telegram|linkedin|reddit|copy link|save|notes|more"
_THINGS = "articles?|stories|news|posts?|reading|content|videos|coverage|headlines|links|topics"

# Rules are for labels in lower case. The whole paragraph, wherever it stands.
_FURNITURE = (
    r"[\d\W_]*",  # no word at all
    r"(?:paid |scroll to |after |continue )*(?:advertisements?|advert|ads?|promoted|sponsored)(?: content)?"
    r"(?:\W+scroll to continue)?|advertise with us|after newsletter promotion|continue reading.{0,40}",
    r"[+−]?\d{1,3}(?:[.,]\d+)? ?°? ?[cf]\b.{0,30}",  # the weather
    rf"(?:(?:{_NETWORK}|comments?|\d+ (?:shares?|comments?|likes?))\W*)+(?: (?:this|on|via|to)\b.{{0,40}})?",
    r"comments? \(?\d+\)?|(?:(?:(?:view|show|read|see) (?:all )?(?:\d+ )?comments|write a comment)\W*)+",
    r"(?:share|save) this \w+|kindly share.{0,30}|about sharing|like loading",
    r"(?:accept|reject|manage) (?:all )?(?:cookies|preferences|options)?.{0,40}|accept|reject|show content",
    r"home|menu|search(?: for)?|skip to.{0,30}|to the (?:navigation|content|homepage)|back to top|(?:load|show|view) "
    r"(?:more|all)|next|previous|close|contact(?: us)?|about(?: us)?|advertise|subscribe|subscription|e-?paper"
    r"|view gallery|accessibility links|listen|reply|like|support us|watch live|live|loading|scroll down for.{0,20}",
    r"(?:terms|privacy)(?: (?:of|and|policy|notice|settings)\b.{0,40})?|imprint\b.{0,60}",
    r"page \d+(?: of \d+)?|continued (?:on|from) page \w+|for immediate release|embed <?>?more videos",
    r"(?:getty images|reuters|ap photo|afp|file photo|handout)(?:[/ ,].{0,40})?(?<![.!?])",
    r"(?:[a-z]{2,9}[/]){1,4}[a-z]{2,9}",  # agencies and initials
    r"\S+@\S+|(?:https?://|www\.)\S+",
)

# Names are known by their capitals.
_NAME = r"[A-Z@|][\w.'|@/-]*"
_BYLINE = re.compile(
    r"(?:[Bb][Yy]|Text:|Words:|Author:|[A-Z]{3,6} By) ?"
    rf"(?:(?:{_NAME}|and|for|the|of|in|at|&|\S+@\S+)[,;]?(?: |$)){{1,12}}"
)
_PUBLISHER = re.compile(rf"About (?:{_NAME}(?: |$)){{1,5}}|SOURCE [A-Z].{{2,60}}")

# The same with an open end: only where the paragraph is no full sentence.
_OPEN = (
    r"(?:last )?(?:updated|published|posted|modified|filed|aired) (?:on\b|at\b|in\b|\d).{0,60}",
    r"(?:last )?(?:updated|published|posted|modified|filed)[:|] ?\d.{0,60}|published in\b.{0,60}",
    r"(?:sign up|log ?in|sign in|register (?:now|here|for)|download (?:our|the)|follow us|subscribe)\b.{0,120}",
    r"get involved with.{0,60}|send your (?:stories|photos|news).{0,40}",
    r"join (?:our|the (?:conversation|discussion)).{0,60}",
    r"(?:©|\(c\)|copyright ?(?:©|\(c\)|:|by\b|(?:19|20)\d\d)).{0,160}",
    r"source ?[:|/©].{0,60}|contact:.{0,120}|to the (?:homepage|top)\b.{0,20}",
    r"(?:tags?|topics?|labels?|filed under|posted in|categories|keywords) ?:.{0,200}|tagged .{0,100}",
    r"(?:representational|representative|file) (?:image|photo|picture).{0,60}|listen to (?:this )?article.{0,20}",
    r"with (?:information|inputs) from .{0,60}|(?:additional )?reporting by .{0,160}|(?:compiled|edited) by .{0,100}",
)

# A caption begins so, a full sentence or not, and a credit ends so.
_CAPTION = re.compile(
    r"(?:(?:file )?(?:photo|image|picture|photograph|foto|graphic|video)s? ?[:|/©]|(?:image|photo|picture) "
    r"(?:source|caption|credit)s?\b|(?:credit|caption)s? ?:)",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"(?i:\((?:[^()]{0,30}\b)?(?:image|photo|file|pic|picture|handout|courtesy)s?\b[^()]{0,40}\)\.?$)"
    r"|(?i:\b(?:photo|photograph|picture|image)s?(?: ?:| by\b| courtesy\b).{0,50}$)"
    r"|\b[A-Z]{3,}/[A-Z][\w .]{2,60}$|(?i:licensing rights.{0,30}$)"
)

_TRAIL = re.compile(r"\s+[|»>›∙]\s+|\s/\s|\s{3,}")


def is_trail(label: str) -> bool:
    """Whether a label is a breadcrumb or a menu: short names with marks or wide gaps between them."""
    parts = _TRAIL.split(label)
    return len(parts) > 2 or (len(parts) == 2 and len(label.split()) <= 5) or " » " in label or " › " in label


# A heading whose list is other stories.
_BOX = (
    r"must[ -]reads?|top (?:stories|news|headlines)|breaking news|up next|keep reading|elsewhere",
    r"in other (?:news|media)|features|watch more|on now|recent comments|tags|topics|more videos",
    r"(?:the )?latest(?: (?:news|stories|headlines|updates|articles?|from .{1,30}))?",
    r"(?:more|other|recent|related|similar|recommended|suggested|popular|trending|featured) (?:internet )?"
    rf"(?:{_THINGS})(?: (?:like this|for you|from .{{1,40}}|on .{{1,40}}))?",
    r"(?:most|more) (?:read|popular|viewed|shared|commented|like this|about|(?:from|on|in) .{1,40})",
    r"(?:trending|popular)(?: now)?|related|recommended(?: for you)?|from (?:around )?the web",
    r"(?:you|readers) (?:may|might) (?:also )?(?:like|enjoy|be interested in)|don't miss|explore more on these topics",
    r"more (?!than\b)(?:[a-z&]+ ){0,3}[a-z]+",
    r"editor'?s?'? (?:picks?|choice)|(?:read|see) (?:also|more|next)|also read|what to read next",
)

_POINTER = (
    r"(?:(?:also )?(?:read|see)(?: more| also| next)?|related(?: story)?|recommended|more on this|must read|don't miss"
    r"|watch(?: more| now| live| again)?|video|live|listen|gallery|in pictures|updated|breaking|opinion)"
    r"\s?[:|>»→-]+\s?.+",
)

_COMMENTS = (
    r"leave a (?:reply|comment)\b.{0,30}|share what you think|sort by"
    r"|the comments below have .{0,40}|\d+ (?:thoughts|responses|comments) (?:on|to)\b.{0,160}|comments: our rules",
    r"discussion about this post|post a comment|report this comment.{0,20}",
)

_IMPRINT = (
    r"(?:join|welcome to) the (?:discussion|conversation)\.?",
    r"(?:media|press) contacts?(?::.{0,120})?|notes? (?:to|for) editors|ends|end of (?:release|article|story)",
    r"about the authors?|forward[- ]looking statements?",
    r"reporting by .{1,120}; ?(?:editing|writing) by.{1,80}|our standards: .{1,60}|read next",
)


@cache  # compiled when the first page is read: a feed of plain texts needs none
def _labels() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The rules with a closed and with an open end; the name of the group that matched is the kind."""
    closed = {Kind.COMMENTS: _COMMENTS, Kind.IMPRINT: _IMPRINT, Kind.BOX: _BOX, Kind.FURNITURE: _FURNITURE}
    return _pattern(closed), _pattern({Kind.POINTER: _POINTER, Kind.FURNITURE: _OPEN})


def _pattern(rules: dict[Kind, tuple[str, ...]]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{kind.value}>{'|'.join(group)})" for kind, group in rules.items()))

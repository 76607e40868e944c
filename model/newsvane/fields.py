"""The strings a model reads of an article.

    document    title and text
    near        the sentences that speak of the target, the mention itself masked
    left        about 12 words before each mention
    right       about 12 words behind it
    close       five words on either side
    mention     the three words on either side, each with its place
    target      the target's own words
    relation    how much of the target stands where in the article
    cues        denying and doubting words in the target and near it
    tones       favouring and opposing words near the target and in all, as they are and seen from the target

The last three are made of words of our own, one for each finding, figures in steps. With them a linear model
learns from targets that it knows how to read one that it does not. ``document for TARGET`` is the document where
the target is that one, and else empty: so a model has weights of its own for a target seen often, beside those
for all (Daumé III 2007, "Frustratingly easy domain adaptation").
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from newsvane.articles import Article

DOCUMENT = "document"
OF_TARGET = ("near", "left", "right", "close", "mention", "target", "relation", "cues", "tones")
MASK = "xtargetx"
WINDOW = 12
CLOSE = 5
PLACES = 3

Idf = Callable[[str], float]
"""How rare a word is in the training documents; one that does not stand there is as rare as a word can be."""


def document(article: Article) -> str:
    """Title and text as one string: what the namespaces of words and characters read."""
    return f"{article.title}\n\n{article.text}" if article.title and article.text else article.title or article.text


def pooled(target: str) -> str:
    """The field that holds the document where the target is this one."""
    return f"{DOCUMENT} for {target.casefold()}"


def columns(articles: Sequence[Article], names: Collection[str], idf: Idf) -> dict[str, list[str]]:
    """Some fields of articles, by name, each a list in their order. Where there is no target, its fields are empty."""
    documents = list(map(document, articles))
    found = {name: [""] * len(articles) for name in names}
    found[DOCUMENT] = documents
    if len(found) == 1:
        return found
    for row, article in enumerate(articles):
        if article.target:
            values = of_target(article, idf) | {pooled(article.target): documents[row]}
            for name in values.keys() & found.keys():
                found[name][row] = values[name]
    return found


def of_target(article: Article, idf: Idf) -> dict[str, str]:
    """The fields of an article that its target decides; none where the target has no words."""
    from newsvane import findings, mentions  # tables of words, which an article without a target does not need

    title, text = (article.title, article.text) if article.text else ("", article.title)
    target = mentions.read_text(article.target)
    if not target.words:
        return {}
    body, head = mentions.read_text(text), mentions.read_text(title)
    weight = mentions.weights(target, idf)
    found = mentions.find(body, target, weight)
    spans = found.spans[: mentions.MAX_MENTIONS]
    near = sorted({body.sentence_of[start] for start, _ in found.spans})[: mentions.MAX_MENTIONS]
    masked = found.places
    words = [MASK if place in masked else word for place, word in enumerate(body.lower)]
    near_places = [place for index in near for place in range(*body.sentences[index])]
    return {
        "near": " ".join(words[place] for place in near_places),
        "left": _join(words[max(0, start - WINDOW) : start] for start, _ in spans),
        "right": _join(words[end : end + WINDOW] for _, end in spans),
        "close": _join(words[max(0, start - CLOSE) : end + CLOSE] for start, end in spans),
        "mention": _join(_placed(body.lower, start, end) for start, end in spans),
        "target": article.target,
        "relation": " ".join(findings.relation(body, target, found, mentions.coverage(weight, head.stems))),
        "cues": " ".join(findings.cues(body, target, found, near_places, (text.count("?"), article.target.count("?")))),
        "tones": " ".join(findings.tones(body, head, target, found, near_places)),
    }


def sentences(article: Article, idf: Idf) -> list[tuple[str, bool]]:
    """The sentences of an article, its title first, and whether each is near the target."""
    from newsvane import mentions

    title, text = (article.title, article.text) if article.text else ("", article.title)
    body, target = mentions.read_text(text), mentions.read_text(article.target)
    near: set[int] = set()
    if target.words:
        spans = mentions.find(body, target, mentions.weights(target, idf)).spans
        near = {body.sentence_of[start] for start, _ in spans}
    found = [(sentence, index in near) for index, sentence in enumerate(mentions.sentence_texts(text))]
    return [(title, False), *found] if title else found


def _join(parts: Iterable[Iterable[str]]) -> str:
    return " ".join(" ".join(part) for part in parts)


def _placed(lower: Sequence[str], start: int, end: int) -> list[str]:
    before = [f"l{place}_{word}" for place, word in enumerate(reversed(lower[max(0, start - PLACES) : start]), 1)]
    return before + [f"r{place}_{word}" for place, word in enumerate(lower[end : end + PLACES], 1)]

"""Several labelled files as one: a row that was labelled again takes the newer label, and it is said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from newsvane.articles import Article
from newsvane.errors import InputError

SAME_TEXT = 0.6
"""Of two versions of one article the shorter shares at least this part of its words; if not, only the id is shared."""


@dataclass(frozen=True, slots=True)
class Relabelling:
    """An article whose label for `task` a newer file changed; `old` and `new` are the rows."""

    task: str
    old: Article
    new: Article

    @property
    def change(self) -> tuple[str, str]:
        """The old label and the new one."""
        return self.old.labels[self.task], self.new.labels[self.task]


@dataclass(frozen=True)
class Merged:
    """What `merge` gives: all articles, in the order they first stood in, and what the newer files did.

    `added` are articles that no older file has, `repeated` counts rows that an older file has with the same labels.
    """

    articles: tuple[Article, ...]
    added: tuple[Article, ...]
    repeated: int
    relabelled: tuple[Relabelling, ...]

    @property
    def new_targets(self) -> tuple[str, ...]:
        """The targets that only added articles have."""
        added = {id(article) for article in self.added}
        known = {article.target for article in self.articles if id(article) not in added}
        return tuple(dict.fromkeys(a.target for a in self.added if a.target and a.target not in known))


def merge(batches: Sequence[Sequence[Article]]) -> Merged:
    """The articles of labelled files, the oldest file first.

    A row of a later file with the id, or with the text and the target, of an article in an earlier one is that
    article: its labels take the place of the older ones, task by task, and so does its text where it was edited. A
    row of a labelling tool may lack the title and the target. Repetitions inside one file are left as they are.

    Raises `InputError` where an id stands for quite different texts in two files.
    """
    kept: list[Article] = []
    by_id: dict[str, int] = {}
    by_text: defaultdict[str, list[int]] = defaultdict(list)
    added: list[int] = []
    repeated = 0
    relabelled: list[Relabelling] = []
    problems: list[str] = []
    for number, batch in enumerate(batches):
        earlier = len(kept)
        for article in batch:
            same = [by_id[article.id]] if by_id.get(article.id, earlier) < earlier else []
            if same and not _alike(kept[same[0]], article):
                problems.append(f"{article.place}: id {article.id!r} is that of another text in {kept[same[0]].place}")
                continue
            same = same or [i for i in by_text[_text(article)] if i < earlier and _agree(kept[i], article)]
            if not same:
                by_id.setdefault(article.id, len(kept))
                by_text[_text(article)].append(len(kept))
                added += [len(kept)] if number else []
                kept.append(article)
                continue
            changes = [
                Relabelling(task, kept[i], article)
                for i in same
                for task, label in article.labels.items()
                if kept[i].labels.get(task, label) != label
            ]
            relabelled += changes
            repeated += not changes
            for i in same:
                kept[i] = _updated(kept[i], article)
        by_id.pop("", None)
    if problems:
        raise InputError(
            problems, "Ids that a tool counts anew for each file are none; name another column: --id-column NAME"
        )
    return Merged(tuple(kept), tuple(kept[i] for i in added), repeated, tuple(relabelled))


def _text(article: Article) -> str:
    return " ".join((article.text or article.title).split())


def _agree(old: Article, new: Article) -> bool:
    """Whether title and target, where both rows have them, are the same."""
    return all(
        not mine or not theirs or mine == theirs for mine, theirs in ((new.title, old.title), (new.target, old.target))
    )


def _alike(old: Article, new: Article) -> bool:
    one, other = set(f"{old.title} {old.text}".lower().split()), set(f"{new.title} {new.text}".lower().split())
    return len(one & other) >= SAME_TEXT * min(len(one), len(other))


def _updated(old: Article, new: Article) -> Article:
    return new._replace(
        id=new.id or old.id,
        title=new.title or old.title,
        target=new.target or old.target,
        labels={**old.labels, **new.labels},
    )

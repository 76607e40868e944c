"""The starter corpus keeps its promises: form, balance, no repeats, no leaks, no giveaways."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from conftest import DATA
from newsvane import read_labelled

TOPICS, STANCES = ["diplomacy", "health", "military", "other"], ["against", "favor", "neutral"]
NEAR_DUPLICATE = 0.5
"""Two texts that share so many of their word triples (Jaccard) are one story told twice."""


@pytest.fixture(scope="module")
def corpus() -> pd.DataFrame:
    parts = [
        pd.read_csv(DATA / f"{name}.csv", dtype=str, keep_default_na=False).assign(split=name)
        for name in ("train", "test")
    ]
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def train(corpus: pd.DataFrame) -> pd.DataFrame:
    return corpus[corpus.split == "train"]


@pytest.fixture(scope="module")
def words(corpus: pd.DataFrame) -> list[list[str]]:
    return [
        re.findall(r"\w+", f"{title} {text}".lower()) for title, text in zip(corpus.title, corpus.text, strict=True)
    ]


def test_every_row_parses_and_every_label_is_in_the_guide(corpus: pd.DataFrame) -> None:
    guide = tomllib.loads((DATA / "labels.toml").read_text(encoding="utf-8"))
    assert sorted(guide["topic"]) == TOPICS
    assert sorted(guide["stance"]) == STANCES
    for split in ("train", "test"):
        articles = read_labelled(DATA / f"{split}.csv")
        assert len(articles) == (corpus.split == split).sum()
        assert all(a.labels["topic"] in TOPICS and a.labels["stance"] in STANCES and a.target for a in articles)
    assert list(corpus.columns[:-1]) == [
        "id",
        "title",
        "text",
        "topic",
        "stance",
        "target",
        "genre",
        "region",
        "period",
    ]
    assert corpus.id.is_unique
    assert not (corpus == "").any(axis=None)


def test_sizes_and_balance(corpus: pd.DataFrame) -> None:
    for split, rows, each in (("train", 2400, 500), ("test", 600, 120)):
        part = corpus[corpus.split == split]
        assert len(part) >= rows
        assert part.topic.value_counts().min() >= each
        assert part.stance.value_counts(normalize=True).min() >= 0.25
        lengths = part.text.str.split().str.len()
        assert 0.2 <= (lengths < 40).mean() <= 0.32
        assert 0.4 <= lengths.between(80, 250).mean() <= 0.6
        assert 0.18 <= lengths.between(251, 620).mean() <= 0.32
    assert corpus.genre.value_counts().min() >= 40
    assert corpus.region.value_counts(normalize=True).min() >= 0.05
    assert corpus.period.value_counts(normalize=True).min() >= 0.05


def test_no_long_run_of_words_stands_in_more_than_two_articles(corpus: pd.DataFrame, words: list[list[str]]) -> None:
    seen: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for index, run in enumerate(words):
        for start in range(len(run) - 7):
            seen[tuple(run[start : start + 8])].add(index)
    often = {" ".join(run): corpus.id[list(where)].tolist() for run, where in seen.items() if len(where) > 2}
    assert often == {}


def test_no_near_duplicates(corpus: pd.DataFrame, words: list[list[str]]) -> None:
    own = [{" ".join(run[start : start + 3]) for start in range(len(run) - 2)} for run in words]
    triples = CountVectorizer(analyzer=list, min_df=2, max_df=50).fit_transform(own)  # commoner ones tell nothing
    sizes = np.array(list(map(len, own)))
    shared = sp.triu(triples @ triples.T, k=1).tocoo()
    share = shared.data / (sizes[shared.row] + sizes[shared.col] - shared.data)
    alike = [(corpus.id[shared.row[i]], corpus.id[shared.col[i]]) for i in np.flatnonzero(share > NEAR_DUPLICATE)]
    assert alike == []
    assert not corpus.text.duplicated().any()
    assert not corpus.title[corpus.title.str.split().str.len() > 4].duplicated().any()


def test_train_and_test_share_no_story(corpus: pd.DataFrame) -> None:
    """No text of one split is near a text of the other; those above 0.35 that were found by reading were one story."""
    vectors = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit_transform(corpus.title + " " + corpus.text)
    train, test = (corpus.split == "train").to_numpy(), (corpus.split == "test").to_numpy()
    nearest = np.asarray((vectors[test] @ vectors[train].T).max(axis=1).todense()).ravel()
    assert corpus.id[test][nearest > 0.35].tolist() == []
    new = ~corpus.target[test].isin(set(corpus.target[train]))
    assert new.mean() >= 0.95


# A term that names the matter of a topic may give it away; these do.
NAMES_THE_MATTER = re.compile(
    r"military|army|armies|troop|soldier|navy|naval|air force|defen[cs]e|war\b|weapon|missile|brigade|battalion|command|"
    r"health|hospital|patient|doctor|nurse|disease|medic|clinic|drug|vaccin|"
    r"foreign|minist|embass|ambassador|diplomat|treaty|summit|sanction|united nations|\bun\b|secretary general|peace|talks"
)


@pytest.mark.parametrize("task", ["topic", "stance"])
def test_no_single_term_gives_a_label_away(train: pd.DataFrame, task: str) -> None:
    vectorizer = CountVectorizer(ngram_range=(1, 2), binary=True, min_df=0.05)
    present = vectorizer.fit_transform(train.title + "\n" + train.text).toarray().astype(bool)
    giveaways = []
    for column, term in enumerate(vectorizer.get_feature_names_out()):
        shares = train[task][present[:, column]].value_counts(normalize=True)
        if shares.iloc[0] > 0.97 and not NAMES_THE_MATTER.search(term):
            giveaways.append((term, shares.index[0], shares.iloc[0]))
    assert giveaways == []


def test_stance_is_not_in_the_target_the_genre_or_the_length(train: pd.DataFrame) -> None:
    majority = train.stance.value_counts(normalize=True).max()
    length = train.text.str.split().str.len().to_numpy()
    readers = {
        "target": (make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression()), train.target),
        "genre": (make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression()), train[["genre"]]),
        "length": (
            make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression()),
            (length // 20).reshape(-1, 1),
        ),
    }
    scores = {name: cross_val_score(model, seen, train.stance, cv=5).mean() for name, (model, seen) in readers.items()}
    assert max(scores.values()) <= majority + 0.10, scores


def test_the_data_card_counts_right(corpus: pd.DataFrame) -> None:
    card = (DATA / "README.md").read_text(encoding="utf-8")
    assert f"{len(corpus):,} English news articles" in card
    for split in ("train", "test"):
        assert re.search(rf"`{split}.csv` \| {(corpus.split == split).sum():,} articles", card)
    for column in ("topic", "stance"):
        counts = pd.crosstab(corpus[column], corpus.split)
        for label, row in counts.iterrows():
            assert f"| {label} | {row.train} | {row.test} |" in card

"""What the measurements of speed are made with: articles out of pieces of real text, and models trained on them."""

from __future__ import annotations

import json
import random
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

import newsvane
from newsvane import Article, training
from newsvane.candidates import Settings
from stopwatch import Cost

PEERS = Path(__file__).resolve().parent / "peers"
CORPUS = Path(__file__).resolve().parent.parent / "data" / "train.csv"
ARTICLE_SIZE = 2300
CHUNK_WORDS = 20
TRAINING_ARTICLES = {"words": 20_000, "characters": 4_000, "small": 500}
SETTINGS = {
    "words": Settings(("words",), C=0.5),
    "characters": Settings(("words", "characters"), C=0.5),
    "small": Settings(("words",), C=0.5),
}
EQUAL_ARTICLES = 20_000
"""So many texts are scored by both engines, to see that their answers are equal."""


@dataclass
class Bench:
    """What the measurements share: a folder, the articles in it, the models, and what has been measured.

    `sizes` are the numbers of articles, smallest first; `labelled` the training articles; `models` the model
    directories by name, and `features` their numbers of terms; `costs` newsvane's own by model and number of articles.
    """

    folder: Path
    sizes: tuple[int, ...]
    labelled: list[Article]
    models: dict[str, Path]
    features: dict[str, int]
    costs: dict[tuple[str, int], Cost]

    def articles(self, size: int) -> Path:
        """A jsonl file of so many articles, without their topics."""
        return self.folder / f"articles-{size}.jsonl"

    def newsvane(self, model: str, source: Path) -> list[object]:
        """The command that classifies a file."""
        program = shutil.which("newsvane", path=str(Path(sys.executable).parent))
        start = [program] if program else [sys.executable, "-m", "newsvane"]
        return [*start, "classify", source, "-m", self.models[model], "-o", self.folder / "newsvane.jsonl"]

    def peer(self, script: str, *arguments: object) -> list[object]:
        """The command of a peer's script, which writes its answers last."""
        return [sys.executable, PEERS / script, *arguments, self.folder / "peer.out"]

    def pipeline(self, model: str) -> Path:
        """The pipeline file of a model."""
        [path] = self.models[model].glob("versions/*/topic.joblib")
        return path


def read_chunks(sets: Path) -> tuple[str, dict[str, list[str]]]:
    """What the pieces are of, and the pieces of each topic."""
    paths = [path for name in ("agnews_5k", "20news_bydate") if (path := sets / f"{name}.csv.gz").exists()]
    name = "AG News and 20 Newsgroups" if paths else "data/train.csv"
    words = defaultdict(list)
    for path in paths or [CORPUS]:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        for topic, text in zip(table.topic.str.partition(".")[0], table.text, strict=True):
            words[topic].extend(text.split())
    words.pop("", None)
    return name, {
        topic: [" ".join(found[i : i + CHUNK_WORDS]) for i in range(0, len(found), CHUNK_WORDS)]
        for topic, found in sorted(words.items())
    }


def make_articles(chunks: dict[str, list[str]], seed: int) -> Iterator[Article]:
    """Articles without end, each of random pieces of one topic."""
    draw = random.Random(seed)
    topics = list(chunks)
    while True:
        topic = draw.choice(topics)
        text = draw.choice(chunks[topic])
        while len(text) < ARTICLE_SIZE - 60:
            text += " " + draw.choice(chunks[topic])
        yield Article(text=text, labels={"topic": topic})


def write_jsonl(path: Path, articles: Sequence[Article], *, topics: bool = False) -> None:
    """Write articles as rows with an id and a text, and the topic if asked."""
    with path.open("w", encoding="utf-8") as out:
        for number, article in enumerate(articles):
            row = {"id": f"a{number}", "text": article.text} | (dict(article.labels) if topics else {})
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def prepare(folder: Path, chunks: dict[str, list[str]], sizes: Sequence[int]) -> Bench:
    """Make the articles and train the models."""
    unseen = make_articles(chunks, seed=1)
    articles = [next(unseen) for _ in range(max(*sizes, EQUAL_ARTICLES))]
    seen = make_articles(chunks, seed=0)
    labelled = [next(seen) for _ in range(max(TRAINING_ARTICLES.values()))]
    bench = Bench(folder, tuple(sorted(sizes)), labelled, {}, {}, {})
    for size in {1, *sizes, EQUAL_ARTICLES}:
        write_jsonl(bench.articles(size), articles[:size])
    for name, number in TRAINING_ARTICLES.items():
        say(f"training the model {name}")
        training.CANDIDATES = (SETTINGS[name],)
        trained = newsvane.train(labelled[:number])
        bench.models[name] = folder / name
        newsvane.publish(trained, folder / name)
        bench.features[name] = trained.tasks["topic"].pipeline[-1].n_features_in_
    return bench


def say(message: str) -> None:
    """Tell how far it is, on standard error."""
    print(message, file=sys.stderr, flush=True)

"""A new model serves only if it is no worse than the one that does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from conftest import run, write_csv
from newsvane import Article, publish, store, train
from newsvane.gates import Gate, Status
from newsvane.promotion import contest
from newsvane.training import Training


@pytest.fixture(scope="module")
def held_out(articles: list[Article]) -> list[Article]:
    return articles[500:650]


@pytest.fixture(scope="module")
def good(articles: list[Article]) -> Training:
    return train(topics(articles[:300]))


@pytest.fixture(scope="module")
def bad(articles: list[Article]) -> Training:
    """Trained on labels that are turned round: each is that of the next article."""
    few = topics(articles[:300])
    return train([a._replace(labels=b.labels) for a, b in zip(few, [*few[7:], *few[:7]], strict=True)])


@pytest.fixture(scope="module")
def champion(good: Training, held_out: list[Article], tmp_path_factory: pytest.TempPathFactory) -> store.Version:
    return publish(good, tmp_path_factory.mktemp("champion"), held_out=held_out)


def topics(articles: Sequence[Article]) -> list[Article]:
    return [a._replace(labels={"topic": a.labels["topic"]}) for a in articles]


def test_a_worse_model_does_not_pass(bad: Training, champion: store.Version, held_out: list[Article]) -> None:
    result = contest(bad, champion, held_out)
    assert result is not None
    assert not result.passed
    assert result.comparison is not None
    [drop] = result.gates.results
    assert (drop.gate, drop.status) == (Gate("max-drop", "topic", "macro_f1", 0.01), Status.failed)
    assert drop.difference == result.comparison.tasks["topic"].differences["macro_f1"]


def test_an_equal_model_passes(good: Training, champion: store.Version, held_out: list[Article]) -> None:
    result = contest(good, champion, held_out)
    assert result is not None
    assert result.passed
    assert result.comparison is not None
    assert result.comparison.tasks["topic"].changes == ()


def test_gates_of_ones_own(good: Training, champion: store.Version, held_out: list[Article]) -> None:
    result = contest(good, champion, held_out, [Gate("min", "topic", "macro_f1", 0.99)])
    assert result is not None
    assert not result.passed


def test_what_was_trained_on_is_no_test(
    good: Training, champion: store.Version, articles: list[Article], held_out: list[Article]
) -> None:
    result = contest(good, champion, [*held_out, *articles[:10]])
    assert result is not None
    assert (result.leaked, result.evaluation.n) == (10, len(held_out))
    assert contest(good, champion, articles[:10]) is None


def test_copies_of_what_was_trained_on_are_no_test_either(
    good: Training, champion: store.Version, articles: list[Article], held_out: list[Article]
) -> None:
    result = contest(good, champion, [*held_out, *articles[:10], *articles[:10]])
    assert result is not None
    assert (result.leaked, result.evaluation.n) == (20, len(held_out))


def test_a_label_that_the_new_model_lacks_is_named_and_wrong(
    articles: list[Article], champion: store.Version, held_out: list[Article]
) -> None:
    few = [a for a in topics(articles[:150]) if a.labels["topic"] != "health"]
    result = contest(train(few), champion, held_out)
    assert result is not None
    assert result.lacking == {"topic": ("health",)}
    assert result.evaluation.tasks["topic"].metrics.values["recall[health]"] == 0
    assert not result.passed


def test_other_labels_altogether_cannot_be_compared(good: Training, champion: store.Version) -> None:
    texts = [f"The {word} came on day {day}." for day in range(20) for word in ("army", "fever")]
    new = train([Article(text=text, labels={"topic": "war" if "army" in text else "ill"}) for text in texts])
    test = [Article(text="An army moved.", labels={"topic": "war"}), Article(text="A fever.", labels={"topic": "ill"})]
    result = contest(new, champion, test)
    assert result is not None
    assert result.comparison is None
    assert [r.reason for r in result.gates.results] == ["the baseline has none of the labels of topic"]


def test_a_task_may_not_be_lost(
    good: Training, articles: list[Article], held_out: list[Article], tmp_path: Path
) -> None:
    both = publish(train(articles[:100]), tmp_path)
    for gates in ([], [Gate("min", "topic", "macro_f1", 0.1)]):
        result = contest(good, both, held_out, gates)
        assert result is not None
        assert result.gates.results[-1].reason == "there is no task stance here; there are topic"
        assert not result.passed


def test_the_first_model_is_held_against_gates_alone(good: Training, held_out: list[Article]) -> None:
    result = contest(good, None, held_out, [Gate("min", "topic", "macro_f1", 0.2)])
    assert result is not None
    assert result.passed
    assert result.comparison is None


def test_a_version_keeps_the_articles_it_was_tested_on(champion: store.Version, held_out: list[Article]) -> None:
    kept = champion.held_out()
    assert [(a.id, a.title, a.text, a.target, a.labels) for a in kept] == [
        (a.id, a.title, a.text, a.target, a.labels) for a in held_out
    ]


def rows(articles: Sequence[Article], labels: Sequence[Article]) -> list[dict[str, str]]:
    return [
        {"id": a.id, "title": a.title, "text": a.text, "topic": b.labels["topic"]}
        for a, b in zip(articles, labels, strict=True)
    ]


def test_the_command_line(articles: list[Article], held_out: list[Article], tmp_path: Path) -> None:
    few = articles[:160]
    good = write_csv(tmp_path / "good.csv", rows(few, few))
    bad = write_csv(tmp_path / "bad.csv", rows(few, [*few[7:], *few[:7]]))
    test = write_csv(tmp_path / "test.csv", rows(held_out, held_out))
    model = tmp_path / "model"
    first = run("train", good, "-m", model, "--test", test)
    assert first.returncode == 0, first.stderr
    name = store.current(model).name
    assert first.stderr.endswith(f"{name} serves\n")
    worse = run("train", bad, "-m", model)  # on the held-out articles of the version that serves
    assert worse.returncode == 3
    assert "failed   topic.macro_f1 went from" in worse.stdout
    assert f"{name} still serves" in worse.stderr
    assert store.current(model).name == name
    candidate = next(v for v in store.versions(model) if v.name != name)
    assert candidate.passport["test"]["gates"]["passed"] is False
    assert candidate.held_out()
    listed = run("models", "list", "-m", model).stdout.splitlines()
    assert listed[1].startswith(f"* {name}")
    assert listed[2].endswith("failed its gates")
    assert run("train", bad, "-m", model, "--promote", "always").returncode == 0
    assert store.current(model).name != name
    assert run("models", "rollback", "-m", model).stderr == f"{name} serves\n"
    assert run("models", "rollback", "-m", model).returncode == 1
    assert "topic macro_f1 out of fold" in run("models", "diff", name, candidate.name, "-m", model).stdout
    # A damaged champion is said, and another is trained all the same.
    serving = store.current(model)
    for file, told in (("held_out.jsonl", "no test on the held-out"), ("topic.table", "no comparison with the model")):
        (serving.path / file).write_bytes(b"damaged")
        mended = run("train", good, "-m", model, "--promote", "never")
        assert (mended.returncode, told in mended.stderr) == (0, True), mended.stderr
    assert mended.stderr.endswith(f" --model {model}\n")
    pruned = run("models", "prune", "--keep", "0", "-m", model)
    assert pruned.stdout.count("removed ") == 4
    assert [v.name for v in store.versions(model)] == [name]

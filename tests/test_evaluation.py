"""An evaluation measures what it says it measures, over all articles and over slices."""

from __future__ import annotations

import numpy as np
import pytest

from newsvane import Article, InputError, evaluate
from newsvane.classifier import Classifier


def test_evaluate_a_model(classifier: Classifier, articles: list[Article]) -> None:
    few = articles[:50]
    evaluation = evaluate(classifier, few)
    predicted = [prediction.verdicts["topic"].label for prediction in classifier.predict(few)]
    right = np.mean([label == article.labels["topic"] for label, article in zip(predicted, few, strict=True)])
    assert evaluation.tasks["topic"].metrics.accuracy == pytest.approx(right)
    assert evaluation.tasks["stance"].metrics.n == 50


def test_labels_the_model_does_not_know_are_named(classifier: Classifier) -> None:
    strange = [
        Article(text="a", labels={"topic": "sports"}, place="t.csv:2"),
        Article(text="b", labels={"topic": "health"}, place="t.csv:3"),
    ]
    with pytest.raises(InputError, match="t.csv:2: topic 'sports' is not a label of the model"):
        evaluate(classifier, strange)


def test_no_label_to_test(classifier: Classifier) -> None:
    with pytest.raises(InputError, match="no article has a label"):
        evaluate(classifier, [Article(text="a")])


def test_slices_by_column_length_and_target(classifier: Classifier, articles: list[Article]) -> None:
    few = articles[:60]
    evaluation = evaluate(classifier, few, slices=["genre"])
    briefs = [row for row, article in enumerate(few) if article.record["genre"] == "brief"]
    cut = evaluation.slices["genre=brief"]["topic"]
    assert cut.rows.tolist() == briefs
    assert cut.metrics.n == len(briefs)
    right = [evaluation.tasks["topic"].judged.right[row] for row in briefs]
    assert cut.metrics.accuracy == pytest.approx(np.mean(right))
    short = [row for row, article in enumerate(few) if len(article.text.split()) < 40]
    assert evaluation.slices["length=short"]["topic"].rows.tolist() == short
    strange = [Article(text="The army moved.", target="a new plan", labels={"stance": "favor"}), few[0]]
    by_target = evaluate(classifier, strange).slices
    assert by_target["target_seen=no"]["stance"].rows.tolist() == [0]
    assert by_target["target_seen=yes"]["stance"].rows.tolist() == [1]


def test_a_column_that_is_not_there(classifier: Classifier, articles: list[Article]) -> None:
    with pytest.raises(InputError, match="no column 'desk' to slice by; there are id, title, text"):
        evaluate(classifier, articles[:5], slices=["desk"])
    with pytest.raises(InputError, match="column 'id' has 120 values"):
        evaluate(classifier, articles[:120], slices=["id"])


def test_slices_that_were_asked_for_are_those_of_the_column(classifier: Classifier, articles: list[Article]) -> None:
    records = [{"year": row % 2, "length": "long", "none": None} for row in range(20)]
    few = [article._replace(record=record) for article, record in zip(articles, records, strict=False)]
    slices = evaluate(classifier, few, slices=["year", "length", "none"]).slices
    assert [name for name in slices if not name.startswith("target_seen")] == [
        "year=0",
        "year=1",
        "length=long",
        "none=(none)",
    ]


def test_a_slice_may_have_any_text_as_its_name(classifier: Classifier, articles: list[Article]) -> None:
    odd = [
        Article(text=a.text, title=a.title, labels=a.labels, record={"desk": "\ud800 <b>" if row % 2 else "x"})
        for row, a in enumerate(articles[:20])
    ]
    assert list(evaluate(classifier, odd, slices=["desk"]).slices)[:2] == ["desk=x", "desk=\ud800 <b>"]


def test_mistakes_are_the_surest_wrong_answers_and_say_why(classifier: Classifier, articles: list[Article]) -> None:
    turned = [
        Article(id=a.id, title=a.title, text=a.text, labels={"topic": "health"}, record=a.record, place=a.place)
        for a in articles[:80]
    ]
    mistakes = evaluate(classifier, turned).mistakes["topic"]
    assert len(mistakes) == 20
    confidences = [mistake.verdict.confidence for mistake in mistakes]
    assert confidences == sorted(confidences, reverse=True)
    assert all(mistake.verdict.label not in (None, "health") for mistake in mistakes)
    why = mistakes[0].verdict.explanation
    assert why is not None
    assert why.label == mistakes[0].verdict.label


def test_articles_of_one_story_are_drawn_together(classifier: Classifier, articles: list[Article]) -> None:
    twice = [
        Article(text=a.text, title=a.title, labels=a.labels, record={"story": str(row)})
        for row, a in enumerate(articles[:150])
        for _ in range(4)
    ]
    apart = evaluate(classifier, twice).tasks["stance"].estimates["accuracy"]
    together = evaluate(classifier, twice, group="story").tasks["stance"].estimates["accuracy"]
    assert together.value == apart.value
    alone = [article._replace(record={"story": ""}) for article in twice[:100]] + twice[:1]
    assert len(set(evaluate(classifier, alone, group="story").groups or ())) == 101
    # Four copies of each article tell no more than one: the interval is twice as wide.
    assert together.high - together.low == pytest.approx(2 * (apart.high - apart.low), rel=0.25)

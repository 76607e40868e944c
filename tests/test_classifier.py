"""Answers, refusals to answer, and explanations that add up."""

from __future__ import annotations

import math

import pytest

from newsvane import Article, InputError, ModelError
from newsvane.classifier import Classifier

ARMY = Article(
    title="Army brigade to deploy",
    text="Infantry battalions and tanks of the army moved to the front line, the defence ministry said.",
)


def test_probabilities_go_by_label(classifier: Classifier) -> None:
    [prediction] = classifier.predict([ARMY])
    topic = prediction.verdicts["topic"]
    assert topic.label == "military"
    assert tuple(topic.probabilities) == classifier.labels["topic"]
    assert math.fsum(topic.probabilities.values()) == pytest.approx(1)
    assert topic.confidence == topic.probabilities["military"]


def test_predictions_come_in_order(classifier: Classifier, articles: list[Article]) -> None:
    many = (articles * 5)[:1100]
    assert [prediction.article.id for prediction in classifier.predict(many)] == [article.id for article in many]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no words"),
        ("! ? …", "no words"),
        ("Zzyzx qwertz asdfgh uiopü", "unknown text: the model knows 0 of 4 words"),
        ("外交部发言人", "unknown text"),
    ],
)
def test_what_it_does_not_know_it_does_not_judge(classifier: Classifier, text: str, reason: str) -> None:
    [prediction] = classifier.predict([Article(text=text)])
    for verdict in prediction.verdicts.values():
        assert verdict.label is None
        assert verdict.probabilities == {}
        assert verdict.confidence is None
        assert verdict.reason.startswith(reason)


@pytest.mark.parametrize(
    "text",
    [
        "El gobierno anunció ayer la retirada de las tropas desplegadas en la zona fronteriza tras el acuerdo alcanzado con los rebeldes.",
        "Der Bundestag hat gestern über die Gesundheitsreform beraten und die Vorlage an den Ausschuss zurückverwiesen.",
        "Le ministre des affaires étrangères a reçu hier son homologue pour évoquer la situation dans la région.",
    ],
)
def test_other_languages_are_not_judged(classifier: Classifier, text: str) -> None:
    [prediction] = classifier.predict([Article(text=text)])
    assert prediction.verdicts["topic"].label is None


def test_minimum_confidence(classifier: Classifier) -> None:
    [sure] = classifier.predict([ARMY])
    confidence = sure.verdicts["topic"].confidence or 0
    [kept] = classifier.predict([ARMY], min_confidence=confidence - 1e-9)
    [withheld] = classifier.predict([ARMY], min_confidence=min(confidence + 1e-9, 1))
    assert kept.verdicts["topic"].label == "military"
    assert withheld.verdicts["topic"].label is None
    assert withheld.verdicts["topic"].probabilities == sure.verdicts["topic"].probabilities
    assert "below the minimum confidence" in withheld.verdicts["topic"].reason


def test_an_article_with_an_error_is_not_judged(classifier: Classifier) -> None:
    [prediction] = classifier.predict([Article(text=ARMY.text, error="broken")])
    assert {verdict.reason for verdict in prediction.verdicts.values()} == {"broken"}
    assert {verdict.label for verdict in prediction.verdicts.values()} == {None}


@pytest.mark.parametrize("task", ["topic", "stance"])
def test_explanations_add_up(classifier: Classifier, articles: list[Article], task: str) -> None:
    for article, prediction in zip(articles[:20], classifier.predict(articles[:20], explain=True), strict=True):
        verdict = prediction.verdicts[task]
        why = verdict.explanation
        assert why is not None, article.id
        assert why.label == verdict.label
        assert why.runner_up == sorted(verdict.probabilities, key=verdict.probabilities.__getitem__)[-2]
        assert why.intercept + math.fsum(term.label for term in why.terms) == pytest.approx(why.logit, abs=1e-9)
        assert why.runner_up_intercept + math.fsum(term.runner_up for term in why.terms) == pytest.approx(
            why.runner_up_logit, abs=1e-9
        )
        odds = verdict.probabilities[why.label] / verdict.probabilities[why.runner_up]
        assert why.logit - why.runner_up_logit == pytest.approx(math.log(odds), abs=1e-9)
        margins = [term.margin for term in why.terms]
        assert margins == sorted(margins, reverse=True)


def test_sections(classifier: Classifier) -> None:
    side = "Vaccine doses reach clinics\nNurses at hospitals vaccinated children against measles, doctors said..."
    [prediction] = classifier.predict(
        [Article(title=ARMY.title, text=f"{ARMY.text}\n\nWhat next", side=("Advertisement", side))], sections=True
    )
    assert [(section.side, section.verdict.label) for section in prediction.sections] == [
        (False, "military"), (False, None), (True, None), (True, "health"),
    ]  # fmt: skip
    assert prediction.verdicts["topic"].label == "military"


PLAN = Article(
    title="The harbour plan is a disaster",
    text="Voters met on Monday. The harbour plan is a shameful waste, and the council should reject it.",
    target="the harbour plan",
)


def test_a_stance_says_towards_what(classifier: Classifier, articles: list[Article]) -> None:
    own, seen, none = classifier.predict([PLAN, articles[0], ARMY])
    assert [(stance.target, stance.known) for stance in own.stances] == [("the harbour plan", False)]
    assert [(stance.target, stance.known) for stance in seen.stances] == [(articles[0].target, True)]
    assert [(stance.target, stance.known) for stance in none.stances] == [("", False)]
    for prediction in (own, seen, none):
        assert prediction.stances[0].verdict == prediction.verdicts["stance"]


def test_a_target_makes_a_difference(classifier: Classifier) -> None:
    [bare], [aimed] = classifier.predict([PLAN._replace(target="")]), classifier.predict([PLAN])
    assert bare.verdicts["topic"] == aimed.verdicts["topic"]
    assert bare.verdicts["stance"].probabilities != aimed.verdicts["stance"].probabilities


def test_several_targets(classifier: Classifier) -> None:
    targets = ["the council", "the harbour plan", "Voters", "the council"]
    found = list(classifier.predict([PLAN, ARMY, PLAN._replace(error="broken")], targets=targets))
    for prediction in found:
        assert [stance.target for stance in prediction.stances] == targets[:3]
        assert prediction.verdicts["stance"] == prediction.stances[0].verdict
    [alone] = classifier.predict([PLAN])
    assert found[0].stances[1].verdict == alone.verdicts["stance"]
    assert found[0].verdicts["topic"] == alone.verdicts["topic"]
    assert {stance.verdict.reason for stance in found[2].stances} == {"broken"}


def test_a_thousand_targets(classifier: Classifier) -> None:
    targets = [f"target number {number}" for number in range(1000)]
    found = list(classifier.predict([PLAN, ARMY, PLAN], targets=targets))
    assert [[stance.target for stance in prediction.stances] for prediction in found] == [targets] * 3
    assert found[0].stances == found[2].stances


@pytest.mark.parametrize("target", ["", "  "])
def test_an_empty_target_is_an_error(classifier: Classifier, target: str) -> None:
    with pytest.raises(InputError, match="a target is empty"):
        next(classifier.predict([PLAN], targets=["the council", target]))


@pytest.mark.parametrize("target", ["外交部发言人", "!?", PLAN.text])
def test_odd_targets_get_an_answer(classifier: Classifier, target: str) -> None:
    [prediction] = classifier.predict([PLAN], targets=[target])
    assert prediction.verdicts["stance"].label in classifier.labels["stance"]
    assert not prediction.stances[0].known


def test_targets_need_a_model_of_stance(classifier: Classifier) -> None:
    topics = Classifier({"topic": classifier.scorers["topic"]}, classifier.min_known)
    with pytest.raises(ModelError, match="no stance"):
        next(topics.predict([PLAN], targets=["the council"]))


def test_explanations_name_the_sentences(classifier: Classifier) -> None:
    [prediction] = classifier.predict([PLAN], explain=True)
    why = prediction.verdicts["stance"].explanation
    assert why is not None
    assert [(sentence.text, sentence.near) for sentence in why.sentences] == [
        (PLAN.title, False), ("Voters met on Monday.", False),
        ("The harbour plan is a shameful waste, and the council should reject it.", True),
    ]  # fmt: skip
    assert why.intercept + math.fsum(term.label for term in why.terms) == pytest.approx(why.logit, abs=1e-9)
    odds = math.log(prediction.verdicts["stance"].probabilities[why.label])
    odds -= math.log(prediction.verdicts["stance"].probabilities[why.runner_up])
    assert why.logit - why.runner_up_logit == pytest.approx(odds, abs=1e-6)

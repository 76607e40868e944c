"""What is shown is safe to show, and says what it should."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsvane import Article
from newsvane.bootstrap import Estimate
from newsvane.classifier import Classifier
from newsvane.gates import Gate, GateReport, GateResult, Status
from newsvane.predictions import Prediction, Verdict
from newsvane.report import annotations, evaluations, markdown, predictions, records, style

BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
VERDICTS = {"topic": Verdict("health", {"health": 0.75, "other": 0.25})}


def test_control_characters_do_not_reach_a_terminal() -> None:
    assert style.safe_for_terminal("a\x1b[31mb\x9bc\u202ed\u2066e\tf\ng") == "a\ufffd[31mb\ufffdc\ufffdd\ufffde\tf\ng"


@given(st.text())
def test_safe_text_has_no_controls(text: str) -> None:
    unsafe = {"Cc", "Cs", "Zl", "Zp"}
    shown = style.safe_for_terminal(text)
    assert len(shown) == len(text)
    assert all(c in "\t\n" or unicodedata.category(c) not in unsafe for c in shown)
    assert all(unicodedata.bidirectional(c) not in BIDI for c in shown)


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("@x", "'@x"),
        ("+49 30 x", "'+49 30 x"),
        ("-a", "'-a"),
        ("-3.5", "-3.5"),
        ("+1e9", "+1e9"),
        ("-12%", "-12%"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_formulas_do_not_reach_a_spreadsheet(cell: str, safe: str) -> None:
    assert style.safe_for_spreadsheet(cell) == safe


def test_records_keep_every_key_in_order() -> None:
    record = {"z": 1, "id": "x", "text": "t", "nested": {"b": [1]}}
    got = records.prediction_record(Prediction(Article(record=record), VERDICTS))
    assert list(got) == ["z", "id", "text", "nested", "topic", "topic_confidence", "topic_probabilities"]
    assert got["topic_probabilities"] == {"health": 0.75, "other": 0.25}


def test_keys_of_the_input_are_never_overwritten() -> None:
    got = records.prediction_record(Prediction(Article(record={"id": "x", "topic": "gold"}), VERDICTS))
    assert got["topic"] == "gold"
    assert got["predicted_topic"] == "health"


def test_columns_of_a_csv_file() -> None:
    good = Prediction(Article(record={"id": "x", "topic": "gold"}), VERDICTS)
    bad = Prediction(
        Article(record={"id": "y", "error": "theirs"}, error="no text"), {"topic": Verdict(None, {}, "no text")}
    )
    mine = ["predicted_topic", "predicted_topic_confidence", "predicted_topic_probabilities", "predicted_topic_reason"]
    assert records.table_columns([good], ["topic"], "predicted_") == ["id", "topic", *mine, "error"]
    assert records.table_columns([bad], ["topic"], "")[-1] == "predicted_error"
    assert records.table_columns([], ["topic"], "") == [
        "topic",
        "topic_confidence",
        "topic_probabilities",
        "topic_reason",
        "error",
    ]


def test_our_own_output_can_be_classified_again() -> None:
    once = records.prediction_record(Prediction(Article(record={"id": "x", "topic": "gold"}), VERDICTS))
    twice = records.prediction_record(Prediction(Article(record=once), VERDICTS))
    assert list(twice)[: len(once)] == list(once)
    assert (twice["topic"], twice["predicted_predicted_topic"]) == ("gold", "health")


def test_a_bad_row_names_its_place() -> None:
    bad = Article(record={"id": "x"}, place="a.csv:7", error="no text")
    got = records.prediction_record(Prediction(bad, {"topic": Verdict(None, {}, "no text")}))
    assert got["error"] == "a.csv:7: no text"
    assert got["topic"] is None
    assert got["topic_reason"] == "no text"


def test_json_of_half_a_surrogate_pair() -> None:
    assert json.loads(records.to_json({"text": "a\ud800é"})) == {"text": "a\ud800é"}
    assert records.to_json({"text": "é"}) == '{"text":"é"}'
    records.to_json({"text": "a\ud800"}).encode()


def test_explanations_as_text(classifier: Classifier, articles: list[Article]) -> None:
    [prediction] = classifier.predict([articles[0]], explain=True)
    text = predictions.prediction_text(prediction, style.PLAIN)
    why = prediction.verdicts["topic"].explanation
    assert why is not None
    assert f"{why.label} before {why.runner_up} by {why.logit - why.runner_up_logit:.2f}" in text
    assert "\x1b" not in text
    coloured = predictions.highlighted(prediction, "topic", style.Style(True))
    best = next(
        term.term
        for term in why.terms
        if term.namespace == "words" and " " not in term.term and term.term in prediction.article.text
    )
    assert f"\x1b[32m{best}\x1b[0m" in coloured


def test_lines_are_cut_to_the_width(classifier: Classifier) -> None:
    article = Article(title="word " * 100)
    [prediction] = classifier.predict([article])
    assert len(predictions.prediction_line(prediction, classifier.labels, 80, style.PLAIN)) <= 80


def gate_report(reason: str, count: int = 1) -> GateReport:
    missed = GateResult(
        Gate("min", "topic", "f1[a|b]", 0.9, "desk=x"), Status.failed, reason, Estimate(0.89999999, 0.85, 0.93)
    )
    worse = GateResult(Gate("min", "topic", "accuracy", 0.9), Status.failed, "r", Estimate(0.5, 0.4, 0.6))
    return GateReport(
        (missed,) * count + (worse, GateResult(Gate("max-drop", "topic", "ece", 0.1), Status.warning, "w"))
    )


def test_annotations_are_workflow_commands_the_worst_first() -> None:
    lines = annotations.workflow_commands(gate_report("100% sure\nof it")).splitlines()
    assert lines == [
        "::error title=newsvane gate failed::topic.accuracy is 0.5000 [0.4000, 0.6000]: r",
        "::error title=newsvane gate failed::slice[desk=x].topic.f1[a|b] is 0.89999999 [0.8500, 0.9300]:"
        " 100%25 sure%0Aof it",
        "::warning title=newsvane gate warning::topic.ece: w",
    ]
    many = annotations.workflow_commands(gate_report("r", 20)).splitlines()
    assert len(many) == 10
    assert many[-1] == "::error title=newsvane::and 13 more; they stand in the report"


def test_many_warnings_are_no_error() -> None:
    warning = GateResult(Gate("max-drop", "topic", "ece", 0.1), Status.warning, "w")
    assert "::error" not in annotations.workflow_commands(GateReport((warning,) * 12))


def test_the_name_of_a_baseline_is_text() -> None:
    gates = GateReport(gate_report("r").results, "a\x1b[2J <b> | b")
    assert "\x1b" not in evaluations.gates_text(gates)
    assert markdown.gates_markdown(gates).startswith("### gates against a\ufffd\\[2J \\<b\\> \\| b: failed\n")


def test_cells_of_markdown_stay_cells() -> None:
    table = markdown.gates_markdown(gate_report("a | b\n<script> `x` *y*"))
    row = table.splitlines()[4]
    assert row == (
        r"| ❌ failed | min slice\[desk=x\].topic.f1\[a\|b\] | 0.89999999 \[0.8500, 0.9300\] |"
        r" a \| b \<script\> \`x\` \*y\* |"
    )


def test_a_value_and_its_limit_are_told_apart() -> None:
    assert evaluations.enough_digits(0.95, 0.9) == "0.9500"
    assert evaluations.enough_digits(0.89999999, 0.9) == "0.89999999"
    assert evaluations.enough_digits(0.9, 0.9) == "0.9000"

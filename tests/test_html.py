"""The HTML report: what it says, that nothing in an article can break it, and how it behaves in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import DATA
from newsvane import Article, evaluate, read_labelled
from newsvane.answers import Answers, article_keys
from newsvane.bootstrap import Difference, Estimate
from newsvane.classifier import Classifier
from newsvane.comparison import compare
from newsvane.evaluation import Evaluation, TaskEvaluation
from newsvane.gates import Gate, GateReport, GateResult, Status, check
from newsvane.report.html import evaluation_html
from newsvane.report.html.charts import Axis
from newsvane.report.html.markup import escaped, join, tag
from newsvane.report.html.mistakes import marked, passages

ATTACKS = (
    "<script>window.pwned = 1</script>",
    "\"><img src=x onerror='window.pwned = 1'>",
    "</style></title></svg><svg onload=window.pwned=1>",
    "\u202eevil\u202c \u2066x\u2069 \0 \ud800 \x1b[31m &amp; &lt;b&gt; --> ]]> {{7*7}}",
)
LONG_LABELS = (*(f"International relations and the {i}th assembly of peoples" for i in range(27)), "x" * 60, "<b>&\"'")


def simple(labels: Sequence[str], n: int) -> Evaluation:
    """An evaluation of a model that is sometimes right; without slices and mistakes."""
    random = np.random.default_rng(0)
    truth = random.choice(labels, n).tolist()
    probabilities = random.dirichlet(np.ones(len(labels)) / 2, n)
    articles = tuple(Article(text=f"text {row}", labels={"topic": label}) for row, label in enumerate(truth))
    keys = article_keys(articles)
    answers = Answers("m", keys, {"topic": tuple(labels)}, {"topic": probabilities}, {"topic": random.random(n) < 0.9})
    whole = TaskEvaluation(answers.judged("topic", keys, truth), np.arange(n), None, 0)
    return Evaluation({"topic": whole}, {}, {"topic": ()}, articles, answers)


@pytest.fixture(scope="module")
def page(classifier: Classifier) -> str:
    """Everything at once: gates of all outcomes, slices, a baseline, and mistakes in articles full of attacks."""
    articles = read_labelled(DATA / "test.csv")[:80]
    long = " ".join(article.text for article in articles[:8])
    wrong = {"topic": "other", "stance": "against"}
    for number, attack in enumerate(ATTACKS):
        text = f"Army, navy and air force troops. {attack} {long if number == 0 else articles[number].text}"
        articles.append(
            Article(attack, attack, text, attack, wrong, record={"genre": attack}, place=f"{attack}.csv:{number}")
        )
    evaluation = evaluate(classifier, articles, slices=["genre"])
    before = replace(evaluation.answers, name=ATTACKS[0], probabilities=_right(evaluation))
    gates = [
        Gate("min", "topic", "accuracy", 0.1),
        Gate("max-drop", "topic", "macro_f1", 0.01),
        Gate("max-drop", "stance", "ece", 0.01),
        Gate("min", "topic", f"f1[{ATTACKS[0]}]", 0.1, slice=f"genre={ATTACKS[3]}"),
    ]
    gates_checked = check(evaluation, gates, before)
    assert {"passed", "failed"} <= {result.status for result in gates_checked.results}
    return evaluation_html(evaluation, gates_checked, compare(before, evaluation.answers, evaluation.articles))


def _right(evaluation: Evaluation) -> dict[str, np.ndarray]:
    """Probabilities of a model that knows every label."""
    return {
        task: np.array([[float(a.labels[task] == label) for label in labels] for a in evaluation.articles])
        for task, labels in evaluation.answers.labels.items()
    }


class Elements(HTMLParser):
    """The elements of a page, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((name, dict(attributes)))


def test_nothing_of_an_article_becomes_markup(page: str) -> None:
    page.encode()  # a lone surrogate would not
    elements = Elements(page).found
    assert not {"script", "img", "iframe", "link", "object", "b>"} & {name for name, _ in elements}
    for name, attributes in elements:
        assert not [key for key in attributes if key.startswith("on") or key in ("src", "srcset")], name
        assert (attributes.get("href") or "#").startswith("#")
    assert not set("\0\x1b\u202e\u202c\u2066\u2069") & set(page)
    assert escaped(ATTACKS[0]) in page
    assert page == page.replace("http:", "").replace("https:", "")


@given(st.text())
def test_text_is_escaped_unless_it_is_markup(text: str) -> None:
    built = tag("p", text, title=text)
    assert Elements(built).found[0][0] == "p"
    assert len(Elements(built).found) == 1
    shown = escaped(text)
    assert not set('<>"') & set(shown)
    assert join(tag("b", text), text) == f"<b>{shown}</b>{shown}"
    shown.encode()


def test_joiners_stay_for_they_belong_to_words() -> None:
    assert escaped("می\u200cخواهم 👩\u200d⚕️") == "می\u200cخواهم 👩\u200d⚕️"


def test_headings_descend_one_by_one_and_links_have_their_ends(page: str) -> None:
    elements = Elements(page).found
    levels = [int(name[1]) for name, _ in elements if name in ("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {attributes["href"] for name, attributes in elements if name == "a"} <= {f"#{name}" for name in ids}
    assert elements[0] == ("html", {"lang": "en"})


def test_figures_tell_a_value_from_its_gate() -> None:
    evaluation = simple(["a", "b"], 30)
    near = GateResult(
        Gate("min", "topic", "accuracy", 0.85), Status.failed, "x", estimate=Estimate(0.849999999, 0.8, 0.9)
    )
    drop = GateResult(
        Gate("max-drop", "topic", "macro_f1", 0.01),
        Status.warning,
        "x",
        difference=Difference("macro_f1", 0.9, 0.88999999, -0.05, 0.01, 0.004),
    )
    page = evaluation_html(evaluation, GateReport((near, drop), "base"))
    assert "<b>0.849999999</b>" in page
    assert "<b>−0.01000001</b>" in page
    assert "the test set resolves 0.0112, which is coarser than the limit" in page
    assert "1 of 2 gates failed" in page


@pytest.mark.parametrize(
    ("statuses", "words"),
    [
        (["passed", "passed"], "All 2 gates passed"),
        (["passed"], "1 gate passed"),
        (["warning", "passed"], "No gate of 2 failed, 1 warning"),
        (["failed", "warning", "passed"], "1 of 3 gates failed"),
    ],
)
def test_the_title_is_the_verdict(statuses: list[str], words: str) -> None:
    gate = Gate("min", "topic", "accuracy", 0.5)
    report = GateReport(tuple(GateResult(gate, Status(status), "x") for status in statuses))
    page = evaluation_html(simple(["a", "b"], 20), report)
    assert f"<title>{words}: m</title>" in page
    assert [page.index(f"status {status}") for status in statuses] == sorted(
        page.index(f"status {status}") for status in statuses
    )


def test_without_gates_slices_baseline_or_mistakes_their_sections_are_not_there() -> None:
    page = evaluation_html(simple(["a", "b"], 3))
    assert [attributes["href"] for name, attributes in Elements(page).found if name == "a"] == ["#topic"]
    assert "<title>Evaluation: m</title>" in page


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_model_that_is_always_right_or_always_wrong_has_a_page(share: float) -> None:
    evaluation = simple(["a", "b"], 20)
    truth = evaluation.tasks["topic"].judged.truth
    right = np.eye(2)[truth if share else 1 - truth]
    judged = replace(evaluation.tasks["topic"].judged, probabilities=right, answered=np.ones(20, dtype=bool))
    task = replace(evaluation.tasks["topic"], judged=judged)
    page = evaluation_html(replace(evaluation, tasks={"topic": task}, slices={"desk=x": {"topic": task}}))
    assert f">{share:.4f}<" in page
    assert "nan" not in page


def test_a_value_stands_in_its_place_on_an_axis() -> None:
    axis = Axis(-1.0, 3.0)
    assert [axis.place(value) for value in (-2, -1, 1, 3, 9)] == ["0.00%", "0.00%", "50.00%", "100.00%", "100.00%"]
    assert Axis.around([0.5, 0.5]).place(0.5) == "50.00%"


def test_a_long_article_is_cut_to_its_opening_and_its_weighty_passages() -> None:
    words = [f"w{number}" for number in range(1000)]
    words[500:503] = ["the", "Vaccine", "trial"]
    words[900] = "ward"
    text = " ".join(words)
    parts = [text[start:end] for start, end in passages(text, {"vaccine": 2.0, "ward": -0.5})]
    assert parts[0].startswith("w0 w1 ")
    assert ["Vaccine" in part for part in parts] == [False, True, False]
    assert "ward" in parts[2]
    assert len(" ".join(parts).split()) == 180
    assert list(passages("  short text ", {})) == [(0, 13)]


@given(st.text(st.sampled_from("ab \n")), st.dictionaries(st.sampled_from(["aa", "ab", "bab"]), st.floats(-1, 1)))
def test_passages_lie_in_order_and_marks_change_no_text(text: str, weights: dict[str, float]) -> None:
    text = text * 40
    end = -1
    for start, stop in passages(text, weights):
        assert end < start <= stop <= len(text)
        end = stop
    shown = "".join(
        piece if type(piece) is str else piece.partition(">")[2].partition("<")[0] for piece in marked(text, weights)
    )  # type: ignore[union-attr]
    assert shown == text


# In a browser.

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium of the system, or else of playwright."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install 'newsvane[dev]'")
    with playwright.sync_playwright() as started:
        path = next(filter(None, map(shutil.which, BROWSERS)), None)
        try:
            browser = started.chromium.launch(executable_path=path)
        except playwright.Error:
            if path:
                raise
            pytest.skip("needs Chromium: apt-get install chromium, or playwright install chromium")
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Open a page; in the end it must have fetched nothing but itself and complained of nothing."""
    contexts, asked, complaints = [], [], []

    def opener(text: str, width: int = 1280, scheme: str = "light", **options: Any) -> Any:
        path = tmp_path / f"{len(contexts)}.html"
        path.write_text(text, encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(path.as_uri())
        return page

    yield opener
    for context in contexts:
        context.close()
    assert [Path(url).name for url in asked] == [f"{number}.html" for number in range(len(contexts))]
    assert complaints == []


CONTRASTS = """() => {
  // The lowest contrast (WCAG 2.1) of each kind of text with what lies behind it.
  const parse = text => {
    const numbers = text.match(/-?[0-9.]+(e-?[0-9]+)?/g).map(Number);
    const [r, g, b, a = 1] = text.startsWith('color(') ? numbers : [...numbers.slice(0, 3).map(v => v / 255), ...numbers.slice(3)];
    return [r, g, b, a];
  };
  const over = ([r, g, b, a], under) => [r, g, b].map((v, i) => v * a + under[i] * (1 - a));
  const behind = element => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) layers.push(parse(getComputedStyle(e).backgroundColor));
    return layers.reverse().reduce((under, layer) => over(layer, under), [1, 1, 1]);
  };
  const luminance = color => color.map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const lowest = {};
  for (const element of document.body.querySelectorAll('*')) {
    if (element.tagName === 'title' || ![...element.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const style = getComputedStyle(element), ground = behind(element);
    const ink = over(parse(element.namespaceURI.endsWith('svg') ? style.fill : style.color), ground);
    const [dark, light] = [luminance(ink), luminance(ground)].sort((a, b) => a - b);
    const name = element.tagName + '.' + element.getAttribute('class');
    lowest[name] = Math.min(lowest[name] ?? 99, (light + 0.05) / (dark + 0.05));
  }
  return lowest;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_it_fits_and_can_be_read(page: str, opened: Callable[..., Any], width: int, scheme: str) -> None:
    shown = opened(page, width, scheme)
    shown.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert shown.evaluate("document.documentElement.scrollWidth") == width
    wide = "e => e.getBoundingClientRect().right > innerWidth && !e.closest('.scrolling, svg')"
    assert shown.evaluate(f"[...document.querySelectorAll('body *')].filter({wide}).map(e => e.outerHTML)") == []
    contrasts = shown.evaluate(CONTRASTS)
    assert len(contrasts) > 30
    assert {name: ratio for name, ratio in contrasts.items() if ratio < 4.5} == {}
    paper = shown.evaluate("getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).map(Number)")
    assert (max(paper) < 64) == (scheme == "dark")


def test_charts_have_names_and_figures_behind_them(page: str, opened: Callable[..., Any]) -> None:
    shown = opened(page, 360)
    charts = shown.locator("svg:not([aria-hidden])")
    assert charts.count() > 50
    named = shown.get_by_role("img", name="1")  # each names its figures
    assert named.count() + shown.get_by_role("img", name="0.").count() >= charts.count()
    assert shown.evaluate(
        "[...document.querySelectorAll('svg:not([aria-hidden])')].every(s => s.closest('tr, dl') || s.closest('figure').querySelector('details table'))"
    )
    # A row laid out as a card is a row still.
    assert shown.get_by_role("table").count() > 3
    assert shown.get_by_role("rowheader", name="military").count() > 0


def test_text_of_articles_does_nothing(page: str, opened: Callable[..., Any]) -> None:
    shown = opened(page)
    assert shown.evaluate("window.pwned") is None
    assert shown.get_by_text(ATTACKS[0]).count() > 3
    assert " of 4 gates failed: " in shown.title()


def test_mistakes_open_by_mouse_and_keyboard_without_scripts(page: str, opened: Callable[..., Any]) -> None:
    shown = opened(page, 360, java_script_enabled=False)
    first, second = shown.locator(".mistakes details").nth(0), shown.locator(".mistakes details").nth(1)
    assert not first.locator("blockquote").is_visible()
    first.locator("summary").click()
    second.locator("summary").focus()
    shown.keyboard.press("Enter")
    for opened_mistake in (first, second):
        assert opened_mistake.locator("blockquote").is_visible()
        assert opened_mistake.locator("mark").count() > 0


@pytest.mark.parametrize(
    ("labels", "n"), [(("yes", "no"), 40), (("favor", "against", "neutral"), 3), (LONG_LABELS, 400)]
)
def test_few_and_many_labels_fit(labels: tuple[str, ...], n: int, opened: Callable[..., Any]) -> None:
    text = evaluation_html(simple(labels, n))
    for width in (360, 1280):
        shown = opened(text, width)
        assert shown.evaluate("document.documentElement.scrollWidth") == width
        first = shown.locator(".confusion td").first.bounding_box()
        assert first["width"] < 100
        assert first["x"] + first["width"] <= width

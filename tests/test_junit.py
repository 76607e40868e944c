"""JUnit XML that is what the CI servers' schema asks for, whatever stands in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsvane.bootstrap import Difference, Estimate
from newsvane.gates import Gate, GateReport, GateResult, Status
from newsvane.report.junit import junit

etree = pytest.importorskip("lxml.etree", reason="needs lxml: pip install 'newsvane[html]'")

# What Jenkins and GitLab take, of the elements that newsvane writes: the Ant JUnit format with <testsuites> around it.
SCHEMA = """
<grammar xmlns="http://relaxng.org/ns/structure/1.0" datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <define name="counts">
    <attribute name="name"/>
    <attribute name="tests"><data type="nonNegativeInteger"/></attribute>
    <attribute name="failures"><data type="nonNegativeInteger"/></attribute>
  </define>
  <define name="time"><attribute name="time"><data type="decimal"/></attribute></define>
  <start>
    <element name="testsuites">
      <ref name="counts"/>
      <element name="testsuite">
        <ref name="counts"/>
        <attribute name="errors"><data type="nonNegativeInteger"/></attribute>
        <attribute name="skipped"><data type="nonNegativeInteger"/></attribute>
        <ref name="time"/>
        <zeroOrMore>
          <element name="testcase">
            <attribute name="classname"/>
            <attribute name="name"/>
            <ref name="time"/>
            <choice>
              <element name="failure"><attribute name="message"/><attribute name="type"/><text/></element>
              <element name="system-out"><text/></element>
            </choice>
          </element>
        </zeroOrMore>
      </element>
    </element>
  </start>
</grammar>
"""


def results(reason: str, metric: str, slice: str) -> tuple[GateResult, ...]:
    gate = Gate("min", "topic", metric, 0.5, slice)
    drop = Difference("accuracy", 0.8, 0.7, -0.2, 0.01, 0.05)
    return (
        GateResult(gate, Status.failed, reason, estimate=Estimate(0.4, 0.3, 0.5)),
        GateResult(gate, Status.warning, reason, difference=drop),
        GateResult(gate, Status.passed, reason),
    )


@given(st.text(), st.text(), st.text())
def test_any_text_gives_valid_junit(reason: str, metric: str, slice: str) -> None:
    text = junit(GateReport(results(reason, metric, slice)))
    root = etree.fromstring(text.encode("utf-8"))
    etree.RelaxNG(etree.fromstring(SCHEMA)).assertValid(root)
    assert [[child.tag for child in case] for case in root.iter("testcase")] == [
        ["failure"],
        ["system-out"],
        ["system-out"],
    ]


def test_what_a_server_shows() -> None:
    root = etree.fromstring(junit(GateReport(results('at least <b> & "c" is asked', "accuracy", "desk=a]]>b"))))
    [suite] = root
    assert dict(suite.attrib)["tests"] == "3"
    assert dict(suite.attrib)["failures"] == "1"
    failed, warned, _ = suite
    assert failed.get("name") == "min slice[desk=a]]>b].topic.accuracy=0.5"
    assert failed[0].get("message") == 'at least <b> & "c" is asked'
    assert failed[0].text.startswith("slice[desk=a]]>b].topic.accuracy is 0.4000 [0.3000, 0.5000]: at least <b>")
    assert warned[0].text.startswith("warning: slice[desk=a]]>b].topic.accuracy went from 0.8000 to 0.7000: -0.1000")


def test_no_gates_is_an_empty_suite() -> None:
    root = etree.fromstring(junit(GateReport(())))
    etree.RelaxNG(etree.fromstring(SCHEMA)).assertValid(root)
    assert list(root[0]) == []

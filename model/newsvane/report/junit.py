"""Gates as JUnit XML, which every CI server shows: a test for each gate."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from newsvane.gates import Status
from newsvane.report.evaluations import gate_line

if TYPE_CHECKING:
    from newsvane.gates import GateReport


def junit(gates: GateReport) -> str:
    """A test suite; a failed gate is a failure, a warning is a passed test with the warning as its output."""
    counts = {"tests": str(len(gates.results)), "failures": str(len(gates.of(Status.failed)))}
    root = ET.Element("testsuites", counts | {"name": "newsvane"})
    suite = ET.SubElement(
        root, "testsuite", counts | {"name": "newsvane gates", "errors": "0", "skipped": "0", "time": "0"}
    )
    for result in gates.results:
        gate = result.gate
        case = ET.SubElement(
            suite,
            "testcase",
            classname=f"newsvane.{gate.task}",
            name=_valid(f"{gate.kind} {gate.name}={gate.limit:g}"),
            time="0",
        )
        if result.status is Status.failed:
            failure = ET.SubElement(case, "failure", message=_valid(result.reason), type="gate")
            failure.text = _valid(gate_line(result))
        else:
            ET.SubElement(case, "system-out").text = _valid(f"{result.status}: {gate_line(result)}")
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _valid(text: str) -> str:
    """Text without the characters that XML 1.0 cannot hold."""
    return "".join(
        c if c in "\t\n\r" or "\x20" <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff" else "\ufffd"
        for c in text
    )

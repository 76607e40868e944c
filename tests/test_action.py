"""The action for CI: its script as it runs there, and its description."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import DATA, ROOT, write_csv
from newsvane import read_labelled
from newsvane.gates import read_gates

ACTION = ROOT / ".github" / "actions" / "gate"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [dict(article.record) for article in read_labelled(DATA / "test.csv")[:60]]
    return write_csv(tmp_path_factory.mktemp("da ta") / "te st.csv", rows)


def gate(folder: Path, **inputs: object) -> tuple[int, dict[str, str], str]:
    """Run the script as a step does: its exit code, its outputs, and the summary of the step."""
    inputs |= {"GITHUB_OUTPUT": folder / "output", "GITHUB_STEP_SUMMARY": folder / "summary"}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = (
        os.environ | {"PATH": path, "REPORTS": "re ports"} | {name: str(value) for name, value in inputs.items()}
    )
    code = subprocess.run(
        [ACTION / "gate.sh"], cwd=folder, env=environment, capture_output=True, check=False
    ).returncode
    outputs = dict(line.split("=") for line in (folder / "output").read_text().splitlines())
    return code, outputs, (folder / "summary").read_text() if (folder / "summary").exists() else ""


@pytest.mark.parametrize(("minimum", "code"), [(0.1, 0), (1, 3)])
def test_the_script_passes_or_fails_and_reports_in_either_case(
    minimum: float, code: int, model_dir: Path, data: Path, tmp_path: Path
) -> None:
    gates = tmp_path / "ga tes.toml"
    gates.write_text(f'[min]\n"topic.accuracy" = {minimum}\n[max-drop]\n"topic.accuracy" = 0.01\n')
    args = "\n--slice=genre\n\n--min=slice[genre=wire].topic.accuracy=0\n--report\nmarkdown:$(touch pwned) `touch pwned`.md"
    found = gate(tmp_path, DATA=data, MODEL=model_dir, GATES=gates, BASELINE=tmp_path / "base.json", ARGS=args)
    assert found[:2] == (code, {"passed": str(code == 0).lower(), "exit-code": str(code)})
    assert found[2].startswith(f"### gates: {'failed' if code else 'passed'}")
    reports = tmp_path / "re ports"
    assert {path.name for path in reports.iterdir()} == {"report.html", "report.json", "junit.xml"}
    record = json.loads((reports / "report.json").read_text())
    assert [result["status"] for result in record["gates"]["results"]] == [
        "failed" if code else "passed",
        "warning",
        "passed",
    ]
    assert not (tmp_path / "pwned").exists()
    assert (tmp_path / "$(touch pwned) `touch pwned`.md").exists()


def test_the_script_says_what_went_wrong(model_dir: Path, data: Path, tmp_path: Path) -> None:
    assert gate(tmp_path, DATA=tmp_path / "none.csv", MODEL=model_dir)[:2] == (1, {"passed": "false", "exit-code": "1"})
    assert gate(tmp_path, DATA=data, MODEL=model_dir, ARGS="--min=x")[0] == 2


def test_the_description_names_every_input_and_uses_it() -> None:
    yaml = pytest.importorskip("yaml", reason="needs PyYAML: pip install 'newsvane[dev]'")
    text = (ACTION / "action.yml").read_text()
    action = yaml.safe_load(text)
    steps = action["runs"]["steps"]
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(action["inputs"])
    assert set(re.findall(r"steps\.([\w-]+)\.", text)) == {step["id"] for step in steps if "id" in step}
    assert all("shell" in step for step in steps if "run" in step)
    assert not [step for step in steps if "${{" in step.get("run", "")]  # an input is never run as code
    [evaluate] = [step for step in steps if step.get("id") == "evaluate"]
    variables = set(re.findall(r"\$\{?([A-Z]+)\b", (ACTION / "gate.sh").read_text())) - {"GITHUB"}
    assert variables == set(evaluate["env"]) - {"ACTION"}
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
    [use] = [step for step in workflow["jobs"]["gate"]["steps"] if step.get("uses") == "./.github/actions/gate"]
    assert set(use["with"]) <= set(action["inputs"])


def test_the_gates_of_the_repository_can_be_read() -> None:
    kinds = [gate.kind for gate in read_gates(DATA / "gates.toml")]
    assert set(kinds) == {"min", "max", "max-drop"}

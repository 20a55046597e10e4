"""The example drivers, in several languages."""

import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from check_command import CheckResult, run_check

EXAMPLES = Path(__file__).parents[2] / "examples"
THREADS = f"{sys.executable} python-threads/main.py"

needs_javascript = pytest.mark.skipif(
    not (shutil.which("node") and (EXAMPLES / "javascript/node_modules").is_dir()),
    reason="needs Node.js and its client: npm ci --prefix examples/javascript",
)
needs_client = pytest.mark.skipif(
    not (find_spec("requests") and find_spec("websocket")),
    reason="needs its client: pip install -r examples/python-threads/requirements.txt",
)
needs_perl = pytest.mark.skipif(not shutil.which("perl"), reason="needs Perl")


@pytest.mark.parametrize(
    ("command", "transports"),
    [
        pytest.param(
            "node javascript/right.mjs",
            {"polling", "websocket"},
            id="javascript",
            marks=needs_javascript,
        ),
        pytest.param(THREADS, {"polling", "websocket"}, id="python-threads", marks=needs_client),
        pytest.param("perl perl/driver.pl", {"websocket"}, id="perl", marks=needs_perl),
    ],
)
def test_a_right_example_conforms(tmp_path: Path, command: str, transports: set[str]) -> None:
    checked = check(tmp_path, command)
    assert (checked.code, checked.conclusion) == (0, "conforming"), checked.text
    assert transports <= set(checked.model["run"]["initialized"]["transports"])
    assert checked.requirements("met")
    for status in ("not met", "warning", "not shown"):
        assert not checked.requirements(status), checked.text


@needs_javascript
def test_the_naive_javascript_example_fails_only_the_requirement_about_on_stop(
    tmp_path: Path,
) -> None:
    checked = check(tmp_path, "node javascript/naive.mjs")
    assert (checked.code, checked.conclusion) == (1, "not conforming"), checked.text
    assert checked.requirements("not met") == {"STO-5"}, checked.text
    assert not checked.requirements("warning"), checked.text
    assert checked.blocked_by <= {"STO-5"}


def test_the_naive_python_example_fails_only_the_requirements_of_its_two_mistakes(
    tmp_path: Path,
) -> None:
    checked = check(tmp_path, f"{sys.executable} naive-python/driver.py")
    assert (checked.code, checked.conclusion) == (1, "not conforming"), checked.text
    assert checked.requirements("not met") == {"STO-5"}, checked.text
    assert checked.requirements("warning") == {"STO-11"}, checked.text
    records = [
        found for found in checked.model["run"]["records"] if found["outcome"] != "not applicable"
    ]
    assert len(checked.scenarios("blocked")) <= 0.05 * len(records)
    assert checked.blocked_by <= {"STO-5", "STO-11"}
    others = [found for found in records if not {"STO-5", "STO-11"} & set(found["requirements"])]
    passed = [found for found in others if found["outcome"] == "passed"]
    assert len(passed) >= 0.95 * len(others)


def check(folder: Path, command: str) -> CheckResult:
    return run_check(EXAMPLES, folder / "conformance.json", "--implementation", command)

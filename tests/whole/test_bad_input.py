import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from check_command import Check, CheckResult

FEATURES = Path(__file__).parents[2] / "features"
Change = Callable[[str], str]


def assert_explained(checked: CheckResult, *texts: str) -> None:
    """Require an error with these texts, a report, and no stack trace."""
    assert checked.code == 2, checked.text
    assert "Traceback" not in checked.text
    for text in texts:
        assert text in checked.text
    assert checked.conclusion == "error"


def test_a_command_that_does_not_exist_is_named(check: Check) -> None:
    assert_explained(check("--implementation", "no-such-command --x"), "no-such-command")


def test_a_module_that_does_not_exist_is_named(check: Check) -> None:
    assert_explained(check("--implementation", "python:no_such_module:serve"), "no_such_module")


def test_an_incomplete_implementation_spec_is_explained(check: Check) -> None:
    assert_explained(check("--implementation", "python:"), "expected python:module:factory")


def test_a_driver_that_exits_at_once_is_named_with_its_exit_code(check: Check) -> None:
    spec = f"{sys.executable} -c 'raise SystemExit(7)'"
    assert_explained(check("--implementation", spec), "exited with code 7")


def test_output_that_is_not_the_protocol_is_quoted(check: Check) -> None:
    spec = f"{sys.executable} -c 'print(\"hello there\")'"
    assert_explained(check("--implementation", spec), "hello there")


def test_a_silent_driver_has_the_timeout_of_a_start(
    check: Check,
) -> None:
    spec = f"{sys.executable} -c 'import sys; sys.stdin.read()'"
    checked = check("--implementation", spec, "--patience", "0.5")
    assert_explained(checked, "did not answer initialize within 10 s")


def test_a_driver_that_ignores_shutdown_leaves_no_verdict(check: Check) -> None:
    bad = Path(__file__).parents[1] / "runtimes" / "bad_driver.py"
    checked = check(
        "--implementation", f"{sys.executable} {bad} 'outlives shutdown'", "-m", "STA-2"
    )
    assert_explained(checked, "the driver was still running 2 s after it had answered shutdown")


def test_a_selection_that_matches_nothing_is_explained(check: Check) -> None:
    assert_explained(check("-k", "no_such_scenario"), "the selection matches no scenario")


def test_a_selected_tag_that_no_scenario_has_is_explained(check: Check) -> None:
    checked = check("-m", "STO-5 or STO-99")
    assert_explained(checked, "-m names an unknown tag: STO-99 Use words of titles for -k")


def test_an_empty_implementation_is_not_the_reference(check: Check) -> None:
    assert_explained(check("--implementation", ""), "“” does not name an implementation")


def test_two_reports_in_one_file_are_refused(check: Check, tmp_path: Path) -> None:
    checked = check("--html", str(tmp_path / "conformance.json"))
    assert checked.code == 2
    assert "is named for two reports. Name a different file for each report." in checked.text


def test_an_invalid_selection_is_explained(check: Check) -> None:
    checked = check("-k", "a and and b")
    assert_explained(
        checked,
        "invalid expression after -k, at column 7: a and and b",
        "Use words of titles for -k, and tags such as STO-5 or must for -m",
    )
    assert "0 met" not in checked.text


def test_an_unknown_option_is_a_usage_error(check: Check) -> None:
    checked = check("--patients", "3")
    assert checked.code == 2
    assert "No such option" in checked.text
    assert "--patience" in checked.text


def test_an_interrupted_run_reports_what_ran(interrupted_check: Check, tmp_path: Path) -> None:
    page, xml = tmp_path / "report.html", tmp_path / "junit.xml"
    checked = interrupted_check(" scenarios", "--html", str(page), "--junitxml", str(xml))
    assert checked.code == 130
    assert "Traceback" not in checked.text
    assert "interrupted" in checked.text
    assert checked.conclusion == "error"
    assert "<b>This report is incomplete.</b>" in page.read_text()
    root = ElementTree.parse(xml).getroot()  # noqa: S314 - our own output
    assert root.find(".//testcase[@name='the whole run']/error") is not None


# --- features -------------------------------------------------------------------------------


@pytest.fixture
def check_changed(check: Check, tmp_path: Path) -> Callable[[str, Change], CheckResult]:
    """Run `pulsecheck check` with one changed file of the features."""

    def run(name: str, change: Change) -> CheckResult:
        folder = tmp_path / "features"
        shutil.copytree(FEATURES, folder)
        file = folder / name
        file.write_text(change(file.read_text()))
        return check("--features", str(folder))

    return run


CheckChanged = Callable[[str, Change], CheckResult]


def test_an_unknown_tag_in_a_feature_is_explained(check_changed: CheckChanged) -> None:
    checked = check_changed(
        "stop.feature", lambda text: text.replace("@must @STO-2", "@must @STO-2 @no")
    )
    assert_explained(checked, "stop.feature:", "has the unknown tag @no")


def test_an_unknown_step_is_explained(check_changed: CheckChanged) -> None:
    checked = check_changed(
        "stop.feature", lambda text: text.replace("receives a pulse", "is poked")
    )
    assert_explained(checked, 'no step definition matches "When "Socket.IO Stop" is poked"')


def test_two_scenarios_with_one_name_are_explained(check_changed: CheckChanged) -> None:
    checked = check_changed(
        "stop.feature",
        lambda text: text.replace("Stop sends its output pulse", "Start sends its output pulse"),
    )
    assert_explained(checked, 'a second scenario is named "Start sends its output pulse"')


def test_a_catalogue_that_is_not_toml_is_explained(check_changed: CheckChanged) -> None:
    checked = check_changed("requirements.toml", lambda text: text + "[[[")
    assert_explained(checked, "requirements.toml: is not TOML")


def test_a_feature_that_is_not_gherkin_is_explained(check_changed: CheckChanged) -> None:
    checked = check_changed("stop.feature", lambda text: text.replace("Examples:", "Exempels:", 1))
    assert_explained(checked, "stop.feature", "is not Gherkin")

from pathlib import Path

from check_command import Check
from pulsecheck.results.known_failures import PLACEHOLDER


def test_a_known_failure_is_not_counted_until_it_passes(check: Check, tmp_path: Path) -> None:
    written, wrong = tmp_path / "known.toml", ("--implementation", "python:stopping:with_library")
    first = check(*wrong, "--write-known-failures", str(written))
    assert (first.code, first.requirements("not met")) == (1, {"STO-5"})
    entries = written.read_text()
    assert entries.count("[[known_failure]]") == len(first.scenarios("failed")) > 0

    refused = check(*wrong, "--known-failures", str(written))
    assert refused.code == 2
    assert "has no reason" in refused.text

    written.write_text(entries.replace(PLACEHOLDER, "the library says so too early"))
    known = check(*wrong, "--known-failures", str(written))
    assert (known.code, known.conclusion) == (0, "conforming but for known failures")
    assert known.requirements("known failure") == {"STO-5"}
    assert known.scenarios("blocked") == first.scenarios("blocked")
    assert not known.requirements("not met")

    fixed = check("--implementation", "python:stopping:right", "--known-failures", str(written))
    assert (fixed.code, fixed.conclusion) == (2, "error")
    assert "it no longer fails, so it is no longer a known failure" in fixed.text

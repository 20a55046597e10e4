from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from pulsecheck.results.judgement import judge
from pulsecheck.results.known_failures import KnownFailure, KnownFailures
from pulsecheck.results.records import Outcome, Run, unstable
from pulsecheck.results.verdict import Verdict
from pulsecheck.suite.requirements import Catalogue
from terminal_report import printed

HOSTILE = "[red]\x1b[31m"


@pytest.fixture
def lines(catalogue: Catalogue, verdict: Verdict, run: Run) -> list[str]:
    return printed(catalogue, verdict, run)


def test_requirements_come_first_by_area_with_silent_ones_at_the_end(lines: list[str]) -> None:
    assert lines[:14] == [
        "",
        "NOD",
        "- NOD-2  must   not applicable not declared: linking · Enabled off ends the branch.",
        "",
        "Socket.IO Stop",
        "✓ STO-2  must   met            Stop stops the connection.",
        "○ STO-4  may    observed       Stop may wait.",
        "                               at once",
        "✗ STO-5  must   not met        On Stop waits.",
        "? STO-6  must   not shown      On Stop's branch finds it gone.",
        "                               blocked: builds on STO-5, which failed",
        "! STO-9  should warning        On Stop follows a lost network.",
        "",
        "Beyond the documentation (not part of the verdict): 0 of 1 met",
    ]


def test_the_report_ends_with_implementation_counts_and_verdict(lines: list[str]) -> None:
    assert lines[-4:] == [
        "small [red]\\x1b[31m\\x00<&]]> 1.2  (Python) declares connection nodes; polling",
        "1 met · 1 not met · 1 warning · 1 observed · 1 not shown · 1 not applicable",
        "must requirements that were not shown: STO-6",
        "not conforming  (7.8 s)",
    ]


def conforming(run: Run) -> Run:
    """The same run with all scenarios passed."""
    records = tuple(replace(record, outcome=Outcome.PASSED) for record in run.records)
    return replace(run, records=records)


def test_a_conforming_implementation_is_called_conforming(catalogue: Catalogue, run: Run) -> None:
    good = conforming(run)
    lines = printed(catalogue, judge(catalogue, good), good)
    assert lines[-2:] == [
        "5 met · 0 not met · 0 warnings · 1 observed · 0 not shown · 0 not applicable",
        "conforming  (7.8 s)",
    ]


def test_a_selection_has_no_verdict(catalogue: Catalogue, run: Run) -> None:
    part = replace(conforming(run), partial=True)
    assert printed(catalogue, judge(catalogue, part), part)[-1] == (
        "no verdict: no scenario of the selection failed, but a selection cannot prove conformance"
        "  (7.8 s)"
    )


def test_a_selection_shows_only_the_requirements_that_it_ran(
    catalogue: Catalogue, run: Run
) -> None:
    part = replace(run, partial=True, records=run.records[1:4], collected=3)
    lines = printed(catalogue, judge(catalogue, part), part)
    assert [line[2:8].strip() for line in lines if "  must   " in line or "  may    " in line] == [
        "STO-2",
        "STO-4",
        "STO-5",
    ]
    assert not any("must requirements that were not shown" in line for line in lines)


def test_a_run_without_scenarios_shows_only_the_reason(catalogue: Catalogue, run: Run) -> None:
    broken = replace(
        run, initialized=None, records=(), error=f"no driver {HOSTILE}\nStart it.", seconds=0.04
    )
    assert printed(catalogue, judge(catalogue, broken), broken) == [
        "",
        "no verdict: the run was not completed  (0.0 s)",
        "  no driver [red]\\x1b[31m",
        "  Start it.",
    ]


def test_a_run_that_ended_early_says_how_far_it_came(catalogue: Catalogue, run: Run) -> None:
    broken = replace(run, records=run.records[:2], error="interrupted")
    lines = printed(catalogue, judge(catalogue, broken), broken)
    assert lines[-4:] == [
        "1 met · 0 not met · 0 warnings · 0 observed · 4 not shown · 1 not applicable",
        "no verdict: the run was not completed  (7.8 s)",
        "  interrupted",
        "  2 of 7 scenarios were judged",
    ]


def test_a_requirement_is_one_line_on_a_narrow_terminal(catalogue: Catalogue, run: Run) -> None:
    first, *others = catalogue.requirements
    wordy = Catalogue((replace(first, fact="Stop stops the connection. " * 9), *others))
    lines = printed(wordy, judge(wordy, run), run, width=50)
    assert lines[2] == "- NOD-2  must   not applicable not declared: link…"
    assert not lines[3]


def test_only_commands_are_wider_than_the_terminal(
    catalogue: Catalogue, verdict: Verdict, run: Run
) -> None:
    lines = printed(catalogue, verdict, run, width=60)
    assert max(len(line) for line in lines if "run it again" not in line) <= 60


def test_an_implementation_cannot_set_colours(
    catalogue: Catalogue, verdict: Verdict, run: Run
) -> None:
    seen = next(line for line in printed(catalogue, verdict, run, colour=True) if "seen" in line)
    assert seen.strip() == "\x1b[1mseen    \x1b[0m [red]\\x1b[31m\\x00<&]]>"


def test_facts_and_timelines_are_not_cut_in_a_file(catalogue: Catalogue, run: Run) -> None:
    first, *others = catalogue.requirements
    wordy = Catalogue((replace(first, fact="Stop stops the connection. " * 3), *others))
    lines = printed(wordy, judge(wordy, run), run, width=60, terminal=False)
    shown = " ".join(line[31:] for line in lines[2:6])
    assert shown == "not declared: linking · Stop " + "stops the connection. Stop " * 2 + (
        "stops the connection."
    )
    assert not any("…" in line for line in lines if "left out" not in line)


def failed_may(run: Run) -> Run:
    """Return the run with only one scenario, which tests a *may* requirement and failed."""
    return replace(run, records=(replace(run.records[2], outcome=Outcome.FAILED, reason="no"),))


def test_a_may_with_a_failed_scenario_is_not_observed(catalogue: Catalogue, run: Run) -> None:
    may, failed = Catalogue((catalogue["STO-4"],)), failed_may(run)
    lines = printed(may, judge(may, failed), failed)
    assert lines[2:4] == [
        "· STO-4  may    not observed   Stop may wait.",
        "                               no",
    ]
    assert "STO-4 · may · not observed " + "─" * 73 in lines
    assert "  not observed no" in lines
    assert not any("failed" in line for line in lines)
    assert lines[-3].endswith("0 observed · 1 not observed · 0 not shown · 0 not applicable")


# --- rounds -----------------------------------------------------------------------------------


def test_equal_rounds_are_shown_at_the_end(catalogue: Catalogue, run: Run) -> None:
    good = replace(conforming(run), rounds=3)
    assert printed(catalogue, judge(catalogue, good), good)[-2:] == [
        "3 rounds were run: every scenario had the same outcome in each round",
        "conforming  (7.8 s)",
    ]


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1 scenario had"), (2, "2 scenarios had")],
)
def test_scenarios_with_different_outcomes_are_counted_at_the_end(
    catalogue: Catalogue, run: Run, count: int, words: str
) -> None:
    good = conforming(run).records
    differing = [unstable(each, replace(each, outcome=Outcome.FAILED), "later") for each in good]
    odd = replace(run, records=(*differing[:count], *good[count:]), rounds=2)
    lines = printed(catalogue, judge(catalogue, odd), odd)
    assert f"2 rounds were run: {words} different outcomes" in lines


def test_incomplete_rounds_are_not_shown(catalogue: Catalogue, run: Run) -> None:
    broken = replace(run, rounds=2, error="round 2: interrupted", interrupted=True)
    assert not any(
        "were run" in line for line in printed(catalogue, judge(catalogue, broken), broken)
    )


# --- known failures ---------------------------------------------------------------------------


def known(catalogue: Catalogue, run: Run, *entries: KnownFailure) -> list[str]:
    verdict = judge(catalogue, run, KnownFailures(Path("known.toml"), entries))
    return printed(catalogue, verdict, run)


EARLY = KnownFailure(
    requirement="STO-5",
    reason=f"early {HOSTILE}",
    issue="https://x.org/7",
    expires=date(2027, 1, 2),
)


def without_errors(run: Run) -> Run:
    return replace(run, records=run.records[:4], collected=4)


def test_a_known_failure_is_shown_with_its_reason_and_not_as_a_failure(
    catalogue: Catalogue, run: Run
) -> None:
    few = Catalogue(catalogue.requirements[:4], catalogue.areas)
    lines = known(few, without_errors(run), EARLY)
    assert lines[8:10] == [
        "≈ STO-5  must   known failure  On Stop waits.",
        "                               early [red]\\x1b[31m · https://x.org/7 · until 2027-01-02",
    ]
    assert not any("run it again" in line for line in lines)
    assert lines[-2:] == [
        "1 met · 0 not met · 1 known failure · 0 warnings · 1 observed · 0 not shown · "
        "1 not applicable",
        "conforming but for known failures  (7.8 s)",
    ]


def test_a_selection_with_a_known_failure_mentions_it(catalogue: Catalogue, run: Run) -> None:
    part = replace(without_errors(run), partial=True)
    assert " ".join(known(catalogue, part, EARLY)[-2:]) == (
        "no verdict: apart from known failures, no scenario of the selection failed, but a "
        "selection cannot prove conformance  (7.8 s)"
    )


def test_a_must_blocked_by_a_known_failure_is_not_missing(catalogue: Catalogue, run: Run) -> None:
    blocked = replace(run.records[4], blocked_by="STO-5")
    records = (*run.records[:4], blocked)
    lines = known(
        Catalogue(catalogue.requirements[:5]), replace(run, records=records, collected=5), EARLY
    )
    assert "                               blocked by known failures: STO-5" in lines
    assert not any("must requirements that were not shown" in line for line in lines)
    assert lines[-1] == "conforming but for known failures  (7.8 s)"


def test_an_outdated_entry_is_reported_at_the_end(catalogue: Catalogue, run: Run) -> None:
    lines = known(catalogue, conforming(run), EARLY)
    assert lines[-3:] == [
        "no verdict  (7.8 s)",
        "  known.toml: known failure 1 (STO-5): it no longer fails, so it is no longer a "
        "known failure",
        "    Remove the entry.",
    ]

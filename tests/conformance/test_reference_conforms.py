"""A complete check of the reference as a child process, on each Python."""

import sys

from check_command import Check

MAY = {"PLG-8", "SET-5", "TBX-4", "STA-4", "STO-4", "STO-14", "SND-7", "SUB-5", "RCV-4"}


def test_the_reference_conforms_in_every_row(check: Check) -> None:
    checked = check("--implementation", f"{sys.executable} -m pulsecheck_reference")
    assert (checked.code, checked.conclusion) == (0, "conforming"), checked.text
    assert checked.scenarios("passed") == [
        found["selector"] for found in checked.model["run"]["records"]
    ]
    everything = checked.requirements("met") | checked.requirements("observed")
    assert len(everything) == len(checked.model["verdict"]["requirements"])
    assert checked.requirements("observed") == MAY

"""The first page of the reports of coverage: both kinds, with their figures.

`python -m tests.spec_coverage FOLDER` makes FOLDER/index.html of what `tox -e coverage` wrote.
"""

import sys
from pathlib import Path

import msgspec
from coverage import Coverage as Settings

from pulsecheck.cli.coverage import measured
from pulsecheck.coverage.measure import Figure
from pulsecheck.report import conformance
from pulsecheck.report.html.page import write
from pulsecheck.report.text import implementation
from pulsecheck.suite.feature_files import default_features

HERE = Path(__file__).parent
CODE = "code.json"
RUN = "conformance.json"
SPECIFICATION = "specification.html"


class Totals(msgspec.Struct):
    """What coverage.py counted; `percent_covered` is of lines and branches together."""

    covered_lines: int
    num_statements: int
    covered_branches: int
    num_branches: int
    percent_covered: float


class Code(msgspec.Struct):
    totals: Totals


def render(code: Totals, least: float, figures: tuple[Figure, ...], name: str) -> bytes:
    """Write the page as HTML; of code, `least` percent are to be covered."""
    lines = ("lines", code.covered_lines, code.num_statements)
    branches = ("branches", code.covered_branches, code.num_branches)
    return write(
        "index.html.j2",
        HERE,
        code=[(kind, covered, of, share(covered, of)) for kind, covered, of in (lines, branches)],
        total=f"{code.percent_covered:.1f} %",
        is_enough=code.percent_covered >= least,
        least=f"{least:g} %",
        figures=figures,
        implementation=name,
        specification=SPECIFICATION,
    )


def share(covered: int, of: int) -> str:
    """A share in percent, which is never rounded up to all of it."""
    return "100 %" if covered == of else f"{1000 * covered // of / 10} %"


def main(folder: Path) -> None:
    code = msgspec.json.decode((folder / CODE).read_bytes(), type=Code).totals
    report = conformance.read(folder / RUN)
    figures = measured(default_features(), report).figures
    least = Settings().get_option("report:fail_under")
    assert isinstance(least, int | float)
    page = render(code, least, figures, implementation(report.run))
    (folder / "index.html").write_bytes(page)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

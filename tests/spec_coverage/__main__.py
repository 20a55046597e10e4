"""The overview page of the coverage reports, with the figures for code and specification.

`python -m tests.spec_coverage FOLDER` writes FOLDER/index.html from the files that
`tox -e coverage` wrote to FOLDER.
"""

import sys
from pathlib import Path

import msgspec
from coverage import Coverage as Settings

from pulsecheck.cli.coverage import measured
from pulsecheck.coverage.measure import Figure
from pulsecheck.report import conformance
from pulsecheck.report.html.page_template import fill_page
from pulsecheck.report.text import implementation
from pulsecheck.suite.feature_files import default_features

HERE = Path(__file__).parent
CODE = "code.json"
RUN = "conformance.json"
SPECIFICATION = "specification.html"


class Totals(msgspec.Struct):
    """Totals of coverage.py; `percent_covered` is for lines and branches together."""

    covered_lines: int
    num_statements: int
    covered_branches: int
    num_branches: int
    percent_covered: float


class Code(msgspec.Struct):
    totals: Totals


def render(code: Totals, least: float, figures: tuple[Figure, ...], name: str) -> bytes:
    """Return the page as HTML. `least` is the required code coverage in percent."""
    lines = ("lines", code.covered_lines, code.num_statements)
    branches = ("branches", code.covered_branches, code.num_branches)
    return fill_page(
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
    """Return a share in percent, rounded down so that only full coverage is 100 %."""
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

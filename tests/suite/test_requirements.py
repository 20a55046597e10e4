import os
import re
from pathlib import Path

import pytest

from pulsecheck.suite.requirements import Catalogue, CatalogueError, Level, load

CATALOGUE = Path(__file__).parents[2] / "features" / "requirements.toml"
DOCUMENTED = Path(__file__).parent / "documented_ids.txt"

ROW = """
[[requirement]]
id = "STO-5"
level = "must"
fact = "On Stop waits."
page = "events/onsocketiostop"
"""
FIELDS = (
    "  Give each requirement an id (such as STO-5), a level (must, should, may or silent), a fact "
    "and a page."
)

SPECIFICATION = Path(
    os.environ.get(
        "PULSECHECK_SPECIFICATION",
        Path(__file__).parents[3] / "shared" / "spec" / "socketio-nodes.md",
    )
)
"""The path of the specification, next to the repository. The file may be missing."""
ROW_OF_A_TABLE = re.compile(r"^\| ([A-Z]{3}-\d+) \| (must|should|may|silent) \|", re.MULTILINE)


def row(identifier: str) -> str:
    return ROW.replace("STO-5", identifier)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "requirements.toml"


def read(path: Path, text: str) -> Catalogue:
    path.write_text(text)
    return load(path)


def error_message(path: Path, text: str) -> str:
    """Return the error for an invalid catalogue, with its path shortened."""
    with pytest.raises(CatalogueError) as error:
        read(path, text)
    return str(error.value).replace(f"{path.parent}/", "")


# --- the catalogue that comes with the suite --------------------------------------------------


def test_the_catalogue_has_every_documented_id_with_its_level() -> None:
    documented = [tuple(line.split()) for line in DOCUMENTED.read_text().splitlines()]
    assert [(found.id, found.level) for found in load(CATALOGUE).requirements] == documented


@pytest.mark.skipif(not SPECIFICATION.exists(), reason=f"{SPECIFICATION} does not exist")
def test_the_catalogue_has_the_ids_and_levels_of_the_specification() -> None:
    restated = ROW_OF_A_TABLE.findall(SPECIFICATION.read_text())
    assert len(restated) > 60
    assert {(found.id, str(found.level)) for found in load(CATALOGUE).requirements} == set(restated)


def test_every_area_of_the_catalogue_has_a_title() -> None:
    catalogue = load(CATALOGUE)
    assert {found.area for found in catalogue.requirements} == set(catalogue.areas)


# --- valid catalogues -------------------------------------------------------------------------


def test_requirements_keep_the_order_of_the_file(path: Path) -> None:
    found = read(path, row("STO-5") + row("CFG-1") + row("STO-2")).requirements
    assert [requirement.id for requirement in found] == ["STO-5", "CFG-1", "STO-2"]


def test_a_requirement_is_looked_up_by_its_id(path: Path) -> None:
    found = read(path, ROW)["STO-5"]
    assert (found.level, found.fact, found.page) == (
        Level.MUST,
        "On Stop waits.",
        "events/onsocketiostop",
    )


def test_an_unknown_id_is_a_key_error(path: Path) -> None:
    catalogue = read(path, ROW)
    assert "STO-6" not in catalogue
    with pytest.raises(KeyError, match="STO-6"):
        catalogue["STO-6"]


def test_the_title_of_an_area_defaults_to_its_prefix(path: Path) -> None:
    catalogue = read(path, '[areas]\nSTO = "Stop"\n' + ROW + row("CFG-1"))
    assert [catalogue.title("STO"), catalogue.title("CFG")] == ["Stop", "CFG"]


# --- invalid catalogues -----------------------------------------------------------------------


def test_the_error_for_a_missing_file_names_it(path: Path) -> None:
    with pytest.raises(CatalogueError) as error:
        load(path)
    assert str(error.value) == (
        f"{path}: cannot be read: No such file or directory\n"
        "  Name a folder with a readable requirements.toml."
    )


def test_the_error_for_wrong_syntax_has_its_position(path: Path) -> None:
    assert error_message(path, 'id = "STO-5\n') == (
        "requirements.toml: is not TOML: Illegal character '\\n' (at line 1, column 12)\n"
        "  Fix the syntax at that position. The file must be UTF-8."
    )


def test_a_file_that_is_not_utf_8_is_rejected(path: Path) -> None:
    path.write_bytes(b"\xff")
    with pytest.raises(CatalogueError, match="is not TOML: 'utf-8' codec can't decode byte 0xff"):
        load(path)


def test_a_file_without_requirements_is_rejected(path: Path) -> None:
    assert error_message(path, "") == (
        "requirements.toml: is not a catalogue of requirements: "
        "Object missing required field `requirement`\n"
        "  Write [[requirement]] tables, [areas] with the titles of areas, and [[node]] tables "
        "with type, inputs and outputs."
    )


def test_an_unknown_table_is_rejected(path: Path) -> None:
    assert "Object contains unknown field `requirements`" in error_message(
        path, ROW + "[requirements]\na = 1\n"
    )


def test_the_error_for_a_missing_field_names_its_requirement(path: Path) -> None:
    text = row("STO-1") + ROW.replace('fact = "On Stop waits."\n', "")
    assert error_message(path, text) == (
        "requirements.toml: requirement 2 (STO-5): Object missing required field `fact`\n" + FIELDS
    )


def test_an_unknown_field_is_rejected(path: Path) -> None:
    assert error_message(path, ROW + 'colour = "red"\n') == (
        "requirements.toml: requirement 1 (STO-5): Object contains unknown field `colour`\n"
        + FIELDS
    )


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ('level = "must"', 'level = "mus"', "Invalid enum value 'mus' - at `$.level`"),
        ('"On Stop waits."', '""', "Expected `str` of length >= 1 - at `$.fact`"),
        ('"On Stop waits."', "5", "Expected `str`, got `int` - at `$.fact`"),
    ],
)
def test_a_wrong_value_is_rejected(path: Path, right: str, wrong: str, problem: str) -> None:
    assert error_message(path, ROW.replace(right, wrong)) == (
        f"requirements.toml: requirement 1 (STO-5): {problem}\n{FIELDS}"
    )


def test_an_id_of_another_form_is_rejected(path: Path) -> None:
    assert error_message(path, ROW.replace("STO-5", "stop")).startswith(
        "requirements.toml: requirement 1 (stop): Expected `str` matching regex"
    )


def test_the_error_for_a_missing_id_has_the_number_of_the_requirement(path: Path) -> None:
    assert error_message(path, ROW.replace('id = "STO-5"\n', "")).startswith(
        "requirements.toml: requirement 1 (without an id): Object missing required field `id`"
    )


def test_a_second_requirement_of_one_id_is_rejected(path: Path) -> None:
    assert error_message(path, ROW + ROW) == (
        "requirements.toml: requirement 2 (STO-5): an earlier requirement has this id\n"
        "  Give each requirement its own id."
    )


def test_a_title_for_an_area_without_requirements_is_rejected(path: Path) -> None:
    assert error_message(path, '[areas]\nSTP = "Stop"\n' + ROW + row("CFG-1")) == (
        "requirements.toml: areas: no requirement belongs to the area STP\n  Name one of: CFG, STO."
    )

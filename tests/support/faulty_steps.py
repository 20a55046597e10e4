"""`pulsecheck` with step definitions that have mistakes."""

import pytest
from pytest_bdd import given, then, when

from pulsecheck.cli import app
from pulsecheck.shared.timeline import Entry
from pulsecheck.world.expectations import Violation
from pulsecheck.world.world import World


@given("a plan")
@when("nothing is done")
@then("nothing is asserted")
def nothing() -> None: ...


@then("the answer is ignored")
def answered(world: World) -> None:
    world.answer = world.ask(lambda driver: driver.settings())


@then("a true condition is required")
def required(world: World) -> None:
    world.require("a true condition", holds=True, seen="")


@then("a table without rows is read")
def read_rows(world: World, datatable: list[list[str]]) -> None:
    for (name,) in datatable[1:]:
        world.require(name, holds=True, seen="")


@then("a key is missing")
def missing() -> None:
    raise KeyError("none of that name")


@then("a watch reads a missing detail")
def watch_wrongly(world: World) -> None:
    def violation(entries: tuple[Entry, ...]) -> Violation:
        return Violation(entries[0].details["absent"], ())

    world.watch("something", violation)


@then("a bare assertion does not hold")
def bare_assertion(world: World) -> None:
    assert world.assertion_count < 0


@then("the rest is skipped")
def skipped() -> None:
    pytest.skip("not today")


@then("it is expected to fail")
def expected_to_fail() -> None:
    pytest.xfail("some day")


if __name__ == "__main__":
    app.main()

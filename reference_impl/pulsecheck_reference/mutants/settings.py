"""Mistakes of Project Settings."""

from typing import Any

from msgspec.structs import replace

from pulsecheck.driver.protocol import SettingsSection, SocketIoConnection
from pulsecheck_reference.altered import around
from pulsecheck_reference.application import Application
from pulsecheck_reference.studio import Studio

from .mutant import Mutant


def sections_as_saved(right: Any, self: Studio) -> tuple[SettingsSection, ...]:
    edited = self._project
    self._project = replace(edited, connections=self._saved.connections)
    try:
        shown: tuple[SettingsSection, ...] = right(self)
        return shown
    finally:
        self._project = edited


def add_in_place(right: Any, self: Studio, *settings: Any) -> SocketIoConnection:
    self._set_connections(())
    made: SocketIoConnection = right(self, *settings)
    return made


def remove_all(right: Any, self: Studio, _name: str | None) -> tuple[str, ...]:
    removed: tuple[str, ...] = right(self, None)
    return removed


def remove_first(right: Any, self: Studio, name: str | None) -> tuple[str, ...]:
    removed: tuple[str, ...] = right(self, name or self.project.connections[0].name)
    return removed


def usual_port(right: Any, self: Studio, name: Any, url: Any, _port: Any) -> SocketIoConnection:
    made: SocketIoConnection = right(self, name, url, 80)
    return made


def slash_behind(right: Any, self: Studio, name: Any, url: Any, port: Any) -> SocketIoConnection:
    made: SocketIoConnection = right(self, name, url and f"{url}/", port)
    return made


def run_as_opened(right: Any, self: Application, opened: Studio) -> None:
    """The runtime has the connections that existed when the project was opened."""
    there = {found.name for found in opened.project.connections}
    find = opened.find_connection
    opened.find_connection = lambda name: find(name) if name in there else None  # type: ignore[method-assign]
    right(self, opened)
    del opened.find_connection


def remove_alike(right: Any, self: Studio, name: str | None) -> tuple[str, ...]:
    """Connections whose names begin with the name are removed as well."""
    alike = [found.name for found in self.project.connections if name and name != found.name]
    removed: tuple[str, ...] = right(self, name)
    more = (right(self, each) for each in alike if each.startswith(str(name)))
    return (*removed, *(each for names in more for each in names))


def remove_in_any_case(right: Any, self: Studio, name: str | None) -> tuple[str, ...]:
    """The letter case of the name is ignored."""
    alike = [found.name for found in self.project.connections if name and name != found.name]
    removed: tuple[str, ...] = right(self, name)
    more = (right(self, each) for each in alike if each.lower() == str(name).lower())
    return (*removed, *(each for names in more for each in names))


def first_port(right: Any, self: Studio, name: Any, url: Any, port: Any) -> SocketIoConnection:
    """Only the first connection takes the port that the user gives."""
    given = 80 if self.project.connections else port
    made: SocketIoConnection = right(self, name, url, given)
    return made


def made_first(right: Any, self: Studio, name: Any, url: Any, port: Any) -> SocketIoConnection:
    """A name keeps the settings with which it was used first."""
    first = vars(self).setdefault("first", {}).setdefault(name, (url, port))
    made: SocketIoConnection = right(self, name, *first)
    return made


MUTANTS = (
    Mutant(
        "SET-1",
        "has room for one connection",
        around(Studio, "add_connection", add_in_place),
        also=("CFG-2",),
    ),
    Mutant(
        "SET-1",
        "removes all connections for one",
        around(Studio, "remove_connections", remove_all),
        also=("CFG-2", "CFG-4"),
    ),
    Mutant(
        "SET-1",
        "removes one connection for all",
        around(Studio, "remove_connections", remove_first),
    ),
    Mutant(
        "SET-1",
        "lists what was saved",
        around(Studio, "sections", sections_as_saved),
        also=("SET-2",),
    ),
    Mutant(
        "SET-1",
        "removes connections whose names begin alike",
        around(Studio, "remove_connections", remove_alike),
    ),
    Mutant(
        "SET-1",
        "removes connections in any letter case",
        around(Studio, "remove_connections", remove_in_any_case),
    ),
    Mutant(
        "SET-2",
        "forgets the port of a later connection",
        around(Studio, "add_connection", first_port),
    ),
    Mutant(
        "SET-3", "keeps the first settings of a name", around(Studio, "add_connection", made_first)
    ),
    Mutant("SET-2", "forgets the port", around(Studio, "add_connection", usual_port)),
    Mutant("SET-2", "changes the URL", around(Studio, "add_connection", slash_behind)),
    Mutant(
        "SET-3",
        "knows only the connections that were there",
        around(Application, "_run", run_as_opened),
    ),
)

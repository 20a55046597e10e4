"""Mistakes of plugins and their markers."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from pulsecheck.driver.protocol import SOCKETIO_PLUGIN, Done, Plugin, ToolboxEntry
from pulsecheck_reference import studio
from pulsecheck_reference.altered import around, replaced
from pulsecheck_reference.application import Application
from pulsecheck_reference.node_types import SCOPES
from pulsecheck_reference.studio import Studio

from .mutant import Mutant
from .toolbox import ENTRIES


def toggle_saves(right: Any, self: Studio, name: str) -> str:
    message: str = right(self, name)
    self.save()
    return message


def toggle_all(right: Any, self: Studio, name: str) -> str:
    messages = [right(self, each) for each in studio.PLUGINS]
    return str(messages[studio.PLUGINS.index(name)])


def toggle_one(right: Any, self: Studio, name: str) -> str:
    """Only the last toggle is kept."""
    message: str = right(self, name)
    toggled = {name: self._project.plugins[name]}
    self._project = replace(self._project, plugins=toggled)
    return message


def only_off(right: Any, self: Studio, name: str) -> str:
    message: str = right(self, name)
    self._project = replace(self._project, plugins={**self._project.plugins, name: False})
    return message


def one_label(right: Callable[..., Plugin], self: Studio, name: str) -> Plugin:
    return replace(right(self, name), toggle="Activated")


async def rest_after_restart(right: Any, self: Application, params: Any) -> Done:
    """The restart opens the project in the studio, but does not run it."""
    done: Done = await right(self, params)
    await self.close()
    return done


def unmarked(right: Any, self: Studio) -> tuple[Plugin, ...]:
    """A plugin that was never toggled is shown as inactive."""
    return tuple(
        replace(found, checked=self.project.plugins.get(found.name, False))
        if found.name == SOCKETIO_PLUGIN
        else found
        for found in right(self)
    )


def saves_no_plugins(self: Studio) -> None:
    self._saved = replace(self._project, plugins=self._saved.plugins)


def with_plugin(right: Any, self: Studio) -> Any:
    active, self._active = self._active, set(studio.PLUGINS)
    try:
        return right(self)
    finally:
        self._active = active


def toolbox_anyway(_right: Any, _self: Studio, scope: str) -> tuple[ToolboxEntry, ...]:
    return ENTRIES if SCOPES[scope] else ()


def listeners_anyway(right: Any, self: Studio, scope: str) -> tuple[ToolboxEntry, ...]:
    listed: tuple[ToolboxEntry, ...] = right(self, scope)
    return listed or tuple(
        found for found in ENTRIES if found.type.startswith("On ") and SCOPES[scope]
    )


def section_with_connections(right: Any, self: Studio) -> Any:
    """The section disappears only if it is empty."""
    return with_plugin(right, self) if self.project.connections else right(self)


def restart_twice(right: Any, self: Studio) -> None:
    """A plugin that was saved as deactivated is loaded again by the next restart but one."""
    off = not vars(self).get("_active", {SOCKETIO_PLUGIN}) >= {SOCKETIO_PLUGIN}
    if off:
        self._saved = replace(self._saved, plugins={})
    right(self)


def ask_to_deactivate(right: Any, self: Studio, name: str) -> str:
    message: str = right(self, name)
    return "" if self._plugin(name).checked else message


MUTANTS = (
    Mutant("PLG-1", "is of another category", replaced(studio, "CATEGORY", "Network")),
    Mutant(
        "PLG-1",
        "has no plugin Serial",
        replaced(studio, "PLUGINS", ("MAVLink", "Socket.IO", "TCP", "UDP")),
        also=("PLG-5",),
    ),
    Mutant("PLG-1", "has no checkmark at first", around(Studio, "plugins", unmarked)),
    Mutant(
        "PLG-2",
        "keeps the section without the plugin",
        around(Studio, "sections", with_plugin),
    ),
    Mutant(
        "PLG-3", "keeps its nodes without the plugin", around(Studio, "toolbox", toolbox_anyway)
    ),
    Mutant(
        "PLG-3",
        "keeps its event listeners without the plugin",
        around(Studio, "toolbox", listeners_anyway),
    ),
    Mutant(
        "PLG-4",
        "shows no message when toggled",
        around(Studio, "toggle", lambda right, self, name: right(self, name)[:0]),
    ),
    Mutant(
        "PLG-2",
        "keeps a section that has connections",
        around(Studio, "sections", section_with_connections),
    ),
    Mutant(
        "PLG-4", "forgets a plugin at the second restart", around(Studio, "restart", restart_twice)
    ),
    Mutant(
        "PLG-4",
        "shows no message when toggled back",
        around(Studio, "toggle", ask_to_deactivate),
    ),
    Mutant("PLG-4", "does not save plugins", replaced(Studio, "save", saves_no_plugins)),
    Mutant("PLG-5", "keeps the label of the toggle", around(Studio, "_plugin", one_label)),
    Mutant("PLG-5", "toggles every plugin", around(Studio, "toggle", toggle_all)),
    Mutant("PLG-5", "forgets what was toggled before", around(Studio, "toggle", toggle_one)),
    Mutant(
        "PLG-5", "runs nothing after a restart", around(Application, "_restart", rest_after_restart)
    ),
    Mutant("PLG-6", "cannot be activated again", around(Studio, "toggle", only_off)),
    Mutant("PLG-7", "saves what was only toggled", around(Studio, "toggle", toggle_saves)),
)

"""Reactions of a server to connections and events, read from a TOML or JSON file."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.server import MockServer

LARGEST = 1_000_000
"""The largest size of a file, in bytes."""

Name = Annotated[str, msgspec.Meta(min_length=1)]
NamespaceName = Annotated[str, msgspec.Meta(pattern="^/")]
Arguments = Literal["same"] | tuple[Any, ...]
"""Arguments to send. "same" sends the event's arguments or, in `on_connect`, the client's auth."""


class Emit(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="action",
    tag="emit",
):
    """Send an event to the client that caused the reaction, or to all clients in the namespace."""

    event: Name
    arguments: Arguments = ()
    to: Literal["sender", "all"] = "sender"


class Acknowledge(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="action",
    tag="acknowledge",
):
    """Acknowledge the event, if its client asked for an acknowledgement."""

    arguments: Arguments = ()


class Disconnect(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="action",
    tag="disconnect",
):
    """Remove the client from the namespace. With `close`, also close its transport."""

    close: bool = False


class OnConnect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Actions for a client that enters the namespace."""

    namespace: NamespaceName = "/"
    do: Annotated[tuple[Emit | Disconnect, ...], msgspec.Meta(min_length=1)]


class OnEvent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Actions for an event that a client sends in the namespace."""

    event: Name
    namespace: NamespaceName = "/"
    do: Annotated[tuple[Emit | Acknowledge | Disconnect, ...], msgspec.Meta(min_length=1)]


class Reactions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of a file. Only these `namespaces` exist; None allows every namespace."""

    namespaces: tuple[NamespaceName, ...] | None = None
    on_connect: tuple[OnConnect, ...] = ()
    on_event: tuple[OnEvent, ...] = ()

    def register(self, server: MockServer) -> None:
        """Register the reactions as handlers. They replace handlers of the same events.

        This method does not use `namespaces`. Pass them to MockServer.
        """
        for connect in self.on_connect:
            server.on_connect(connect.namespace)(_Reaction(server, connect))
        for event in self.on_event:
            server.on(event.event, event.namespace)(_Reaction(server, event))


class ReactionsError(Exception):
    """A file of reactions cannot be used. `hint` says how to fix it."""

    def __init__(self, where: str, problem: str, hint: str) -> None:
        super().__init__(where, problem, hint)
        self.where = where
        self.problem = problem
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}\n  {self.hint}"


FORMAT_HINT = (
    "A file can have namespaces (a list of names), [[on_connect]] (namespace, do) and [[on_event]] "
    "(event, namespace, do). do is a list of actions: emit (event, arguments, to: sender or all), "
    'acknowledge (arguments) or disconnect (close). arguments is a list or "same".'
)


def load_reactions(path: Path) -> Reactions:
    """Read a file of reactions. A file whose name ends with .json is JSON; any other is TOML.

    Raises ReactionsError.
    """
    decode = msgspec.json.decode if path.suffix == ".json" else msgspec.toml.decode
    language = "JSON" if path.suffix == ".json" else "TOML"
    try:
        reactions = decode(_read(path), type=Reactions)
    except msgspec.ValidationError as error:
        raise ReactionsError(
            str(path), f"is not a file of reactions: {error}", FORMAT_HINT
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ReactionsError(
            str(path),
            f"is not {language}: {error}",
            "Fix the syntax at that position. A file whose name ends with .json must be JSON; "
            "any other must be TOML. Both are UTF-8.",
        ) from error
    for where, problem, hint in _problems(reactions):
        raise ReactionsError(f"{path}: {where}", problem, hint)
    return reactions


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise ReactionsError(
            str(path), f"cannot be read: {error.strerror}", "Give a file that can be read."
        ) from error
    if len(content) > LARGEST:
        raise ReactionsError(
            str(path), f"is larger than {LARGEST} bytes", "Shorten it, or write handlers in Python."
        )
    return content


def _problems(reactions: Reactions) -> Iterator[tuple[str, str, str]]:
    """Yield the place, the problem and a hint for each error that the types cannot exclude."""
    seen: set[tuple[str, str | None]] = set()
    for where, reaction, event in _with_paths(reactions):
        if reactions.namespaces is not None and reaction.namespace not in reactions.namespaces:
            yield (
                where,
                f'reacts in the namespace "{reaction.namespace}", which "namespaces" does not list',
                'Add it to "namespaces", or remove "namespaces" to allow every namespace.',
            )
        if (reaction.namespace, event) in seen:
            what = "on_connect" if event is None else f'the event "{event}"'
            yield (
                where,
                f'is a second reaction to {what} in the namespace "{reaction.namespace}"',
                'Put all actions into the "do" list of the first one.',
            )
        seen.add((reaction.namespace, event))
        if sum(isinstance(action, Acknowledge) for action in reaction.do) > 1:
            yield where, "acknowledges the event twice", "Remove one of the two actions."


def _with_paths(reactions: Reactions) -> Iterator[tuple[str, OnConnect | OnEvent, str | None]]:
    for number, connect in enumerate(reactions.on_connect):
        yield f"$.on_connect[{number}]", connect, None
    for number, event in enumerate(reactions.on_event):
        yield f"$.on_event[{number}]", event, event.event


class _Reaction:
    """A handler that performs the actions of one reaction in order."""

    def __init__(self, server: MockServer, reaction: OnConnect | OnEvent) -> None:
        self._server = server
        self._reaction = reaction

    async def __call__(self, connection: Connection, *received: Any) -> Sequence[Any] | None:
        answer: Sequence[Any] | None = None
        for action in self._reaction.do:
            match action:
                case Emit():
                    await self._emit(action, connection, received)
                case Acknowledge():
                    answer = _arguments(action.arguments, received)
                case Disconnect():
                    # The acknowledgement is sent when this handler returns. Disconnect after that.
                    asyncio.get_running_loop().call_soon(self._disconnect, connection, action)
        return answer

    async def _emit(self, action: Emit, connection: Connection, received: Sequence[Any]) -> None:
        await self._server.emit(
            action.event,
            *_arguments(action.arguments, received),
            namespace=self._reaction.namespace,
            to=connection if action.to == "sender" else None,
        )

    def _disconnect(self, connection: Connection, action: Disconnect) -> None:
        connection.leave(self._reaction.namespace)
        if action.close:
            connection.close()


def _arguments(arguments: Arguments, received: Sequence[Any]) -> Sequence[Any]:
    return received if arguments == "same" else arguments

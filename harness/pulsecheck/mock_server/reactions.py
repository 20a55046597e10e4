"""What a server does when clients connect and send events, as a TOML or JSON file says it."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from pulsecheck.mock_server.connection import Connection

if TYPE_CHECKING:
    from pulsecheck.mock_server.server import MockServer

LARGEST = 1_000_000
"""Bytes of a file that are read."""

Name = Annotated[str, msgspec.Meta(min_length=1)]
NamespaceName = Annotated[str, msgspec.Meta(pattern="^/")]
Arguments = Literal["same"] | tuple[Any, ...]
"""What to send: "same" is what came, the event's arguments or the handshake's auth."""


class Emit(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="action",
    tag="emit",
):
    """Send an event: to the client that is reacted to, or to all that are in the namespace."""

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
    """Answer the event, if its client asks for an acknowledgement."""

    arguments: Arguments = ()


class Disconnect(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="action",
    tag="disconnect",
):
    """Put the client out of the namespace; with `close`, close its transport as well."""

    close: bool = False


class OnConnect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A client has entered the namespace; what came is the auth of its handshake."""

    namespace: NamespaceName = "/"
    do: Annotated[tuple[Emit | Disconnect, ...], msgspec.Meta(min_length=1)]


class OnEvent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A client has sent the event in the namespace."""

    event: Name
    namespace: NamespaceName = "/"
    do: Annotated[tuple[Emit | Acknowledge | Disconnect, ...], msgspec.Meta(min_length=1)]


class Reactions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file's content. `namespaces` are those that exist; None means that every one does."""

    namespaces: tuple[NamespaceName, ...] | None = None
    on_connect: tuple[OnConnect, ...] = ()
    on_event: tuple[OnEvent, ...] = ()

    def register(self, server: "MockServer") -> None:
        """Make them the server's handlers; a handler for the same event is replaced."""
        for connect in self.on_connect:
            server.on_connect(connect.namespace)(_Handler(server, connect))
        for event in self.on_event:
            server.on(event.event, event.namespace)(_Handler(server, event))


class ReactionsError(Exception):
    """A file of reactions cannot be used: where, what is wrong, and what to do."""

    def __init__(self, where: str, problem: str, remedy: str) -> None:
        super().__init__(where, problem, remedy)
        self.where = where
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}\n  {self.remedy}"


VOCABULARY = (
    "A file has namespaces (a list of names), [[on_connect]] (namespace, do) and [[on_event]] "
    "(event, namespace, do); do is a list of actions: emit (event, arguments, to: sender or all), "
    'acknowledge (arguments) and disconnect (close). arguments is a list, or "same".'
)


def load(path: Path) -> Reactions:
    """Read a file, JSON if its name ends so and TOML otherwise; raises ReactionsError."""
    decode = msgspec.json.decode if path.suffix == ".json" else msgspec.toml.decode
    language = "JSON" if path.suffix == ".json" else "TOML"
    try:
        reactions = decode(_read(path), type=Reactions)
    except msgspec.ValidationError as error:
        raise ReactionsError(str(path), f"is no file of reactions: {error}", VOCABULARY) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ReactionsError(
            str(path),
            f"is not {language}: {error}",
            "Mend it there; a file whose name ends with .json is JSON, any other is TOML.",
        ) from error
    for where, problem, remedy in _faults(reactions):
        raise ReactionsError(f"{path}: {where}", problem, remedy)
    return reactions


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise ReactionsError(
            str(path), f"cannot be read: {error.strerror}", "Name a file that can be read."
        ) from error
    if len(content) > LARGEST:
        raise ReactionsError(
            str(path), f"is larger than {LARGEST} bytes", "Say less, or use handlers in Python."
        )
    return content


def _faults(reactions: Reactions) -> Iterator[tuple[str, str, str]]:
    """What no type says: where it is wrong, what, and what to do."""
    seen: set[tuple[str, str | None]] = set()
    for where, reaction, event in _places(reactions):
        if reactions.namespaces is not None and reaction.namespace not in reactions.namespaces:
            yield (
                where,
                f'reacts in the namespace "{reaction.namespace}", which does not exist',
                "Add it to namespaces, or leave namespaces out: then every one exists.",
            )
        if (reaction.namespace, event) in seen:
            what = "on_connect" if event is None else f'the event "{event}"'
            yield (
                where,
                f'a second reaction to {what} in the namespace "{reaction.namespace}"',
                "Put all that is to be done into the first one's do.",
            )
        seen.add((reaction.namespace, event))
        if sum(isinstance(action, Acknowledge) for action in reaction.do) > 1:
            yield where, "acknowledges the event twice", "Take one of the two actions out."


def _places(reactions: Reactions) -> Iterator[tuple[str, OnConnect | OnEvent, str | None]]:
    for number, connect in enumerate(reactions.on_connect):
        yield f"$.on_connect[{number}]", connect, None
    for number, event in enumerate(reactions.on_event):
        yield f"$.on_event[{number}]", event, event.event


class _Handler:
    """Does a reaction's actions in their order."""

    def __init__(self, server: "MockServer", reaction: OnConnect | OnEvent) -> None:
        self._server = server
        self._reaction = reaction

    async def __call__(self, connection: Connection, *came: Any) -> Sequence[Any] | None:
        answer: Sequence[Any] | None = None
        for action in self._reaction.do:
            match action:
                case Emit():
                    await self._emit(action, connection, came)
                case Acknowledge():
                    answer = _arguments(action.arguments, came)
                case Disconnect():
                    # What this handler returns is the acknowledgement: it is to go out before.
                    asyncio.get_running_loop().call_soon(self._disconnect, connection, action)
        return answer

    async def _emit(self, action: Emit, connection: Connection, came: Sequence[Any]) -> None:
        await self._server.emit(
            action.event,
            *_arguments(action.arguments, came),
            namespace=self._reaction.namespace,
            to=connection if action.to == "sender" else None,
        )

    def _disconnect(self, connection: Connection, action: Disconnect) -> None:
        connection.leave(self._reaction.namespace)
        if action.close:
            connection.close()


def _arguments(wanted: Arguments, came: Sequence[Any]) -> Sequence[Any]:
    return came if wanted == "same" else wanted

"""A connection of Project Settings, which executes the table of the life cycle."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Protocol

import msgspec

from pulsecheck_reference.attempt import Attempt
from pulsecheck_reference.lifecycle import Action, Event, State, advance

RETRY_DELAY = 1.0
"""Seconds before a lost connection is opened again."""


class Target(msgspec.Struct, frozen=True):
    """The server of a connection, and how to connect to it."""

    address: str
    transports: Sequence[str]
    namespaces: Collection[str]


class Listener(Protocol):
    """The callbacks of a connection, which must return at once."""

    def established(self) -> None: ...

    def terminated(self) -> None: ...

    def received(self, namespace: str, event: str, message: str) -> None: ...

    def errored(self, namespace: str, message: str) -> None: ...


class Connection:
    """Executes the actions of the table. A connection receives the callbacks of its attempts."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._state = State.IDLE
        self._target: Target | None = None
        self._attempt: Attempt | None = None
        self._retry: asyncio.TimerHandle | None = None
        self._actions = {
            Action.OPEN: self._open,
            Action.CLOSE: self._close,
            Action.REPORT_ON_START: listener.established,
            Action.REPORT_ON_STOP: listener.terminated,
            Action.RETRY_LATER: self._retry_later,
            Action.CANCEL_RETRY: self._cancel_retry,
        }

    def start(self, target: Target) -> None:
        """Open the connection. This attempt and later attempts connect to `target`."""
        self._target = target
        self._handle(Event.START)

    def stop(self) -> None:
        """Close the connection and do not reconnect."""
        self._handle(Event.STOP)

    async def send(self, namespace: str, event: str, message: str) -> bool:
        """Send an event. Return False if the connection is not established."""
        if self._state is not State.ESTABLISHED or self._attempt is None:
            return False
        await self._attempt.send(namespace, event, message)
        return True

    async def join(self, namespace: str) -> None:
        """Join a namespace if the connection is established."""
        if self._state is State.ESTABLISHED and self._attempt is not None:
            await self._attempt.join(namespace)

    async def discard(self, seconds: float) -> None:
        """Stop the connection, and wait for its end. Shut the sockets down after `seconds`."""
        self.stop()
        if self._attempt is not None:
            self._attempt.cut_in(seconds)
            await self._attempt.wait_ended()

    # --- callbacks of the attempt ---------------------------------------------------------------

    def established(self) -> None:
        self._handle(Event.ESTABLISHED)

    def received(self, namespace: str, event: str, message: str) -> None:
        self._listener.received(namespace, event, message)

    def failed(self, message: str) -> None:
        self._handle(Event.FAILED)
        self._listener.errored("/", message)

    def errored(self, namespace: str, message: str) -> None:
        self._listener.errored(namespace, message)

    def dismissed(self) -> None:
        self._handle(Event.DISMISSED)

    def ended(self) -> None:
        self._attempt = None
        self._handle(Event.ENDED)

    # --- actions of the table -------------------------------------------------------------------

    def _handle(self, event: Event) -> None:
        transition = advance(self._state, event)
        self._state = transition.state
        for action in transition.actions:
            self._actions[action]()

    def _open(self) -> None:
        target = self._target
        if target is not None:
            self._attempt = Attempt(target.address, target.transports, target.namespaces, self)

    def _close(self) -> None:
        if self._attempt is not None:
            self._attempt.close()

    def _retry_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._retry = loop.call_later(RETRY_DELAY, self._handle, Event.RETRY)

    def _cancel_retry(self) -> None:
        if self._retry is not None:
            self._retry.cancel()

"""A running project, which executes the branches of its logic one after the other."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec

from pulsecheck.driver.protocol import Link, Project, SocketIoConnection, Value
from pulsecheck_reference.connections import Connections
from pulsecheck_reference.graph import Graph, Node
from pulsecheck_reference.nodes import EXECUTIONS
from pulsecheck_reference.refusal import ExecutionError, RefusedError

logger = logging.getLogger(__name__)

LONGEST_BRANCH = 1_000
"""The maximum number of nodes that a branch executes. Links may form a cycle, which never ends."""


class Reports(Protocol):
    """Receives the reports of a runtime. `delivered` returns when there is room for reports."""

    def pulsed(self, node: str, outputs: Mapping[str, str]) -> None: ...

    def error(self, message: str, node: str | None = None) -> None: ...

    async def delivered(self) -> None: ...


class _Branch(msgspec.Struct, frozen=True):
    """A branch that begins with a pulse into a node, or with an event listener node.

    `values`: the data inputs of the pulsed node, or the data outputs of the event listener node.
    """

    first: Node
    values: Mapping[str, str]


class Runtime:
    """Runs a project from its creation, in a running event loop, until `close`.

    `find` returns the settings of a connection. Raises RefusedError for invalid logic.
    """

    def __init__(
        self, project: Project, find: Callable[[str], SocketIoConnection | None], reports: Reports
    ) -> None:
        self._graph = Graph(project.logic)
        self._reports = reports
        self._connections = Connections(find, self._graph.namespaces, self._announce, reports.error)
        self._initiated: asyncio.Queue[_Branch | asyncio.Event] = asyncio.Queue()
        self._executing = asyncio.get_running_loop().create_task(self._execute_branches())

    def pulse(self, node: str, values: Mapping[str, Value]) -> None:
        """Send a pulse into a node.

        Raises RefusedError for an unknown node, a node without a pulse input, or invalid values.
        """
        first = self._graph.node(node)
        if first.kind.is_listener:
            raise RefusedError(
                f'node "{node}" is an event listener node, {first.type}, which has no pulse '
                "input: it pulses when its event happens"
            )
        self._initiated.put_nowait(_Branch(first, self._graph.check_values(first, values)))

    def connect(self, link: Link) -> None:
        """Connect two sockets. Raises RefusedError."""
        self._graph.connect(link)

    def end_connection(self, name: str) -> None:
        """Stop a connection that was removed from Project Settings. Nodes can no longer stop it."""
        self._connections.end(name)

    async def sync(self) -> None:
        """Return when all branches that were initiated before this call have executed."""
        reached = asyncio.Event()
        self._initiated.put_nowait(reached)
        await reached.wait()

    async def close(self) -> None:
        """Stop executing branches, and end all connections. Nothing more is reported."""
        self._executing.cancel()
        await asyncio.wait({self._executing})
        await self._connections.discard()

    # --- execution ------------------------------------------------------------------------------

    def _announce(self, kind: str, configuration: str, outputs: Mapping[str, str]) -> None:
        for listener in self._graph.listeners(kind, configuration):
            self._initiated.put_nowait(_Branch(listener, outputs))

    async def _execute_branches(self) -> None:
        while True:
            initiated = await self._initiated.get()
            if isinstance(initiated, asyncio.Event):
                initiated.set()
            else:
                await self._execute(initiated)
                await self._reports.delivered()

    async def _execute(self, branch: _Branch) -> None:
        """Execute the nodes of a branch, and report each pulse before the next node executes."""
        node: Node | None = branch.first
        values = branch.values
        for _ in range(LONGEST_BRANCH):
            if node is None or not node.is_enabled:
                return
            try:
                outputs = await self._execute_node(node, values)
            except ExecutionError as error:
                self._reports.error(str(error), node.id)
                return
            except Exception as error:
                # A bug in one node must not stop the other branches.
                logger.exception("%s failed", node.type)
                self._reports.error(f"{type(error).__name__}: {error}", node.id)
                return
            self._reports.pulsed(node.id, outputs)
            node, values = self._graph.next(node), {}
        self._reports.error(
            f'the branch of "{branch.first.id}" was ended after {LONGEST_BRANCH} nodes: its '
            "links form a cycle; remove one of them",
            branch.first.id,
        )

    async def _execute_node(self, node: Node, values: Mapping[str, str]) -> Mapping[str, str]:
        """Execute a node and return its data outputs. Raises ExecutionError."""
        if node.kind.is_listener:
            self._graph.put_outputs(node, values)
            return values
        if not node.passes_through:
            inputs = self._graph.inputs(node, values)
            await EXECUTIONS[node.type](self._connections, node.configuration, inputs)
        return {}

"""Variants with other timing: late, in ticks, on several threads, in another order."""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from pulsecheck.driver.protocol import Log
from pulsecheck.shared.timeouts import PATIENCE
from pulsecheck_reference import attempt, driver, nodes, rpc
from pulsecheck_reference.altered import Change, around, both, replaced
from pulsecheck_reference.application import Application
from pulsecheck_reference.attempt import Attempt
from pulsecheck_reference.driver import Outbox
from pulsecheck_reference.graph import Graph, Node
from pulsecheck_reference.runtime import Runtime, _Branch

from .evidence import apart, directly, each, entry, pulse, seen
from .variant import Variant

LATE = 0.2
LATE_ERROR = PATIENCE + 1
TICK = 0.05
START, ON_START, STOP, ON_STOP = (
    "Socket.IO Start",
    "On Socket.IO Start",
    "Socket.IO Stop",
    "On Socket.IO Stop",
)
ONE_TRANSPORT = ("-k", "not long_polling and not upgraded")
PULSED = partial(entry, "request", method="runtime/pulse")


# --- 200 ms late ----------------------------------------------------------------------------


class LateWriter:
    """A writer that writes all data 200 ms late, in order."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._loop = asyncio.get_running_loop()
        self._is_closed = asyncio.Event()

    def write(self, data: bytes) -> None:
        self._loop.call_later(LATE, self._writer.write, data)

    async def drain(self) -> None:
        await self._writer.drain()

    def close(self) -> None:
        self._loop.call_later(LATE, self._close)

    def _close(self) -> None:
        self._writer.close()
        self._is_closed.set()

    async def wait_closed(self) -> None:
        await self._is_closed.wait()
        await self._writer.wait_closed()


async def serve_late(right: Any, reader: Any, writer: asyncio.StreamWriter) -> None:
    await right(reader, LateWriter(writer))


async def late(right: Any, *arguments: Any) -> Any:
    await asyncio.sleep(LATE)
    return await right(*arguments)


SENDING: set[asyncio.Task[None]] = set()


async def send_late(right: Any, self: Attempt, *message: str) -> None:
    self._loop.call_later(LATE, lambda: SENDING.add(self._loop.create_task(right(self, *message))))


def receive_late(right: Any, self: Attempt, *event: Any) -> None:
    self._loop.call_later(LATE, right, self, *event)


SLOW = Variant(
    "is 200 ms late with everything",
    both(
        around(driver, "serve", serve_late),
        around(Attempt, "_connect", late),
        around(Attempt, "_disconnect", late),
        around(Attempt, "_on_connect", late),
        around(Attempt, "_on_event", receive_late),
        around(Attempt, "send", send_late),
    ),
    apart(entry("request", method="project/open"), entry("answer"), 0.9 * LATE),
)


# --- ticks ----------------------------------------------------------------------------------


async def execute_in_ticks(_: Any, self: Runtime) -> None:
    """In each tick, execute the branches that began since the last tick, like a render loop."""
    while True:
        await asyncio.sleep(TICK)
        while not self._initiated.empty():
            initiated = self._initiated.get_nowait()
            if isinstance(initiated, asyncio.Event):
                initiated.set()
            else:
                await self._execute(initiated)
                await self._reports.delivered()


# --- threads --------------------------------------------------------------------------------


class Threads:
    """The threads that execute branches: one for pulses, and one for network events."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.main = asyncio.get_running_loop()
        self.events: asyncio.Queue[Any] = asyncio.Queue()
        self.logic = ThreadPoolExecutor(1, "logic")
        self.network = ThreadPoolExecutor(1, "network")
        self.listening = self.main.create_task(self._listen())

    async def _listen(self) -> None:
        while True:
            initiated = await self.events.get()
            if isinstance(initiated, asyncio.Event):
                initiated.set()
            else:
                await self._runtime._execute(initiated)

    async def close(self) -> None:
        self.listening.cancel()
        for executor in (self.logic, self.network):
            executor.shutdown(wait=False, cancel_futures=True)


THREADS: dict[Runtime, Threads] = {}
MAIN = threading.local()


def begin_threads(right: Any, self: Runtime, *arguments: Any) -> None:
    right(self, *arguments)
    THREADS[self] = Threads(self)


def announce_beside(_: Any, self: Runtime, kind: str, name: str, outputs: Any) -> None:
    for listener in self._graph.listeners(kind, name):
        THREADS[self].events.put_nowait(_Branch(listener, outputs))


async def execute_on_thread(right: Any, self: Runtime, branch: _Branch) -> None:
    threads = THREADS[self]
    executor = threads.network if branch.first.kind.is_listener else threads.logic

    def execute() -> None:
        MAIN.loop = threads.main
        asyncio.run(right(self, branch))

    await threads.main.run_in_executor(executor, execute)


def on_main(execution: nodes.Execution) -> nodes.Execution:
    """Return an execution that runs on the thread of the event loop, where network I/O must run."""

    async def execute(*arguments: Any) -> None:
        done = asyncio.run_coroutine_threadsafe(_awaited(execution, *arguments), MAIN.loop)
        await asyncio.wrap_future(done)

    return execute


async def _awaited(execution: nodes.Execution, *arguments: Any) -> None:
    await execution(*arguments)


def report(right: Any, self: Outbox, node: str, outputs: Mapping[str, str]) -> None:
    thread = threading.current_thread().name
    log = rpc.notification("log", Log(message=f"{node} on thread {thread}"))
    MAIN.loop.call_soon_threadsafe(self.send, log)
    MAIN.loop.call_soon_threadsafe(right, self, node, outputs)


def report_error(right: Any, self: Outbox, *error: Any) -> None:
    loop = getattr(MAIN, "loop", None)
    if loop is None:
        right(self, *error)
    else:
        loop.call_soon_threadsafe(right, self, *error)


async def sync_threads(right: Any, self: Runtime) -> None:
    await right(self)
    reached = asyncio.Event()
    THREADS[self].events.put_nowait(reached)
    await reached.wait()


async def end_threads(right: Any, self: Runtime) -> None:
    await THREADS.pop(self).close()
    await right(self)


def threaded() -> Change:
    def execute_on_main() -> None:
        nodes.EXECUTIONS.update(
            {kind: on_main(execution) for kind, execution in nodes.EXECUTIONS.items()}
        )

    return both(
        around(Runtime, "__init__", begin_threads),
        around(Runtime, "_announce", announce_beside),
        around(Runtime, "_execute", execute_on_thread),
        around(Runtime, "sync", sync_threads),
        around(Runtime, "close", end_threads),
        around(Outbox, "pulsed", report),
        around(Outbox, "error", report_error),
        execute_on_main,
    )


def on_thread(node: str, thread: str) -> Any:
    def matches(message: object) -> bool:
        return str(message).startswith(f"{node} #") and f"on thread {thread}" in str(message)

    return entry("log", message=matches)


# --- order ----------------------------------------------------------------------------------


def backwards(right: Any, self: Graph, kind: str, name: str) -> Iterator[Node]:
    yield from reversed(tuple(right(self, kind, name)))


async def answer_afterwards(right: Any, self: Application, params: Any) -> Any:
    answer = await right(self, params)
    if self._runtime is not None:
        await self._runtime.sync()
    return answer


# --- errors ---------------------------------------------------------------------------------


async def fail_late(right: Any, self: Attempt) -> str:
    """Fail late, like a client library that waits for an answer until its timeout expires."""
    reason: str = await right(self)
    if not self._accepted.done() and not self._closing.done():
        await asyncio.sleep(LATE_ERROR)
    return reason


TIMING = (
    Variant(
        "reports an unreachable server later than the patience",
        both(
            around(Attempt, "_connect", fail_late),
            replaced(attempt, "CONNECT_TIMEOUT", 2 * LATE_ERROR),
        ),
        apart(PULSED(), pulse("on error"), LATE_ERROR),
        ("-m", "ERR-3", "-k", "an_unreachable_server and not long_polling and not upgraded"),
    ),
    Variant(
        "executes its logic in ticks",
        around(Runtime, "_execute_branches", execute_in_ticks),
        apart(PULSED(), pulse(START), TICK / 2),
        ONE_TRANSPORT,
    ),
    Variant(
        "pulses from several threads",
        threaded(),
        each(seen(on_thread(STOP, "logic")), seen(on_thread(ON_STOP, "network"))),
    ),
    Variant(
        "executes its listeners in another order",
        around(Graph, "listeners", backwards),
        seen(pulse("receiver"), pulse("second receiver")),
        ("-m", "CFG-3 or RCV-2 or SUB-6 or ERR-2 or STA-5 or STO-5"),
    ),
    Variant(
        "answers a pulse after its branch has executed",
        around(Application, "_pulse", answer_afterwards),
        directly(pulse(START), entry("answer", method="runtime/pulse")),
        ONE_TRANSPORT,
    ),
)

VARIANTS = (SLOW, *TIMING)

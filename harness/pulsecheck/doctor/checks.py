"""The doctor's checks, in the order in which they run. Each check is a function."""

import asyncio
from functools import partial

from pulsecheck.doctor.examination import Check, Examination
from pulsecheck.doctor.findings import (
    BufferedNotificationError,
    NoBarrierError,
    NotConnectedError,
    NotPulsedError,
    ProcessesLeftError,
)
from pulsecheck.doctor.requests import CONNECTION, ON_START, REQUESTED_METHODS, START, requests
from pulsecheck.driver.driver import Driver
from pulsecheck.driver.errors import (
    InvalidResultError,
    MethodMissingError,
    NotJsonError,
    NotUtf8Error,
    PlainTextError,
    RefusedError,
    RequestError,
    StartMissingError,
    TransportMissingError,
    UnknownDeclarationError,
    WrongTransportError,
    WrongVersionError,
)
from pulsecheck.driver.occurrences import DriverOccurrence
from pulsecheck.driver.profile import TRANSPORT_PHRASES, declared_nodes, summary
from pulsecheck.driver.protocol import METHODS, Message, Sync, TransportUse
from pulsecheck.driver.quoting import escape_and_truncate
from pulsecheck.mock_server import Occurrence

STARTS = "starts"
HANDSHAKE = "initialize"
DECLARATION = "version and profile"
OPENS = "project/open"
CLOSES = "project/close"
PULSES = "runtime/pulse"
BARRIER = "runtime/sync"
ENDS = "ends after shutdown"
UNKNOWN = "pulsecheck/unknown"
PARALLEL_REQUESTS = 5
BARRIER_ATTEMPTS = 3
"""The maximum number of attempts to show that runtime/sync is a barrier.

The packet that makes On Start pulse arrives over another connection than runtime/sync. A correct
driver may handle runtime/sync before this packet, so one attempt may fail by chance.
"""
PONG = "3"
"""The Engine.IO packet type of a pong."""
DISDECLARATIONS = (
    WrongVersionError,
    UnknownDeclarationError,
    StartMissingError,
    TransportMissingError,
)
OUTPUT_ERRORS = (PlainTextError, NotJsonError, NotUtf8Error)


# --- start and declaration ------------------------------------------------------------------


async def starts(examination: Examination) -> str:
    await examination.launch()
    return ""


async def answers_initialize(examination: Examination) -> str:
    driver = examination.current or await examination.launch()
    try:
        await driver.initialize()
    except DISDECLARATIONS as error:
        examination.declaration_error = error
        return ""
    found = driver.initialized.implementation
    return escape_and_truncate(f"{found.name} {found.version} ({found.language})")


async def agrees(examination: Examination) -> str:
    if examination.declaration_error is not None:
        raise examination.declaration_error
    driver = await examination.driver()
    return f"declares {summary(driver.initialized)}"


# --- requests -------------------------------------------------------------------------------


async def answers(method: str, examination: Examination) -> str:
    """Check the answers to a method.

    If no declared ability includes the method, only note the answer.
    """
    driver = await (examination.driver() if method == OPENS else examination.driver_with_project())
    abilities = METHODS[method].abilities
    to_send = requests(examination.project(driver))[method]
    if abilities and not set(abilities) & set(driver.initialized.abilities):
        return await _undeclared(driver, method, to_send[0])
    refusals = []
    for params in to_send:
        try:
            await driver.request(method, params)
        except RefusedError as refused:
            refusals.append(f"refuses: {refused}")
    examination.is_open = method != CLOSES
    return "; ".join(refusals)


async def _undeclared(driver: Driver, method: str, params: Message) -> str:
    ability = "” or “".join(METHODS[method].abilities)
    try:
        await driver.request(method, params)
    except MethodMissingError:
        return f"“{ability}” is not declared"
    except RequestError as error:
        return f"“{ability}” is not declared; answered error {error.code}, expected -32601"
    except InvalidResultError:
        pass
    return f"the driver answers, but the method is not tested, because “{ability}” is not declared"


async def rejects_an_unknown_method(examination: Examination) -> str:
    driver = await examination.driver()
    try:
        await driver.request(UNKNOWN, Sync())
    except RequestError as error:
        return f"error {error.code}"
    return "answers an unknown method; return error -32601 (method not found) instead"


async def answers_parallel_requests(examination: Examination) -> str:
    driver = await examination.driver_with_project()
    before = len(examination.observations)
    await asyncio.gather(*(driver.sync() for _ in range(PARALLEL_REQUESTS)))
    answered = [
        details["id"]
        for _, what, details in examination.observations[before:]
        if what == DriverOccurrence.ANSWER
    ]
    is_ordered = answered == sorted(answered)
    return "" if is_ordered else "answers in another order, which the protocol allows"


async def opens_twice(examination: Examination) -> str:
    """Open a second project while the first one is open. The driver may refuse the second one."""
    driver = await examination.driver_with_project(reopen=True)
    try:
        await driver.open_project(examination.project(driver))
    except RefusedError:
        note = "refused while a project is open, which is allowed"
    else:
        note = ""
    await driver.sync()
    return note


# --- notifications --------------------------------------------------------------------------


async def flushes(examination: Examination) -> str:
    """Check that the driver reports Start's output pulse before it gets another request."""
    driver = await examination.driver_with_project(reopen=True)
    before = len(examination.observations)
    await driver.pulse(START, {})
    if await examination.wait_for(before, DriverOccurrence.PULSED, node=START):
        return ""
    await driver.sync()
    if examination.index(before, DriverOccurrence.PULSED, node=START) is not None:
        raise BufferedNotificationError(START)
    raise NotPulsedError(START, examination.timeouts.patience)


async def sync_is_a_barrier(examination: Examination) -> str:
    """Check that the driver reports the pulse of On Start before it answers a later runtime/sync.

    On Start pulses when the client has read the packet that establishes the connection. After this
    packet, the server sends a ping. A client that has answered the ping has also read the packet.
    This check sends runtime/sync after the answer to the ping.
    """
    if ON_START not in declared_nodes((await examination.driver()).initialized):
        return f"not tested, because “{ON_START}” is not declared"
    for number in range(1, BARRIER_ATTEMPTS + 1):
        driver = await examination.driver_with_project(reopen=True)
        before = len(examination.observations)
        await driver.pulse(START, {})
        await _established(examination, before)
        await driver.sync()
        if not await examination.wait_for(before, DriverOccurrence.PULSED, node=ON_START):
            raise NotPulsedError(ON_START, examination.timeouts.patience)
        answered = examination.index(before, DriverOccurrence.ANSWER, method=BARRIER)
        pulsed = examination.index(before, DriverOccurrence.PULSED, node=ON_START)
        if answered is not None and pulsed is not None and pulsed < answered:
            return "" if number == 1 else f"only in attempt {number}"
    raise NoBarrierError(ON_START)


async def _established(examination: Examination, before: int) -> None:
    """Wait until a connection is established, and then for a pong.

    The pong proves that the client has read the packet that establishes the connection. Raises
    NotConnectedError.
    """
    if await examination.wait_for(before, Occurrence.ESTABLISHED):
        since = len(examination.observations)
        if await examination.wait_for(since, Occurrence.PACKET_RECEIVED, packet=PONG):
            return
    raise NotConnectedError(examination.timeouts.patience)


async def uses_declared_transports(examination: Examination) -> str:
    """For each declared transport, open a connection and check that it uses this transport."""
    driver = await examination.driver()
    for asked in driver.initialized.transports:
        driver = await examination.driver_with_project(reopen=True, transport=asked)
        before = len(examination.observations)
        await driver.pulse(START, {})
        await _established(examination, before)
        if asked is TransportUse.UPGRADED:
            await examination.wait_for(before, Occurrence.UPGRADED)
        used = _transport_in_use(examination, before)
        if used is not asked:
            phrases = TRANSPORT_PHRASES[asked], TRANSPORT_PHRASES[used]
            raise WrongTransportError(CONNECTION, *phrases)
    return ""


def _transport_in_use(examination: Examination, before: int) -> TransportUse:
    if examination.index(before, Occurrence.UPGRADED) is not None:
        return TransportUse.UPGRADED
    websocket = TransportUse.WEBSOCKET
    if examination.index(before, Occurrence.OPENED, transport=str(websocket)) is not None:
        return websocket
    return TransportUse.POLLING


async def prints_only_messages(examination: Examination) -> str:
    """Raise the error of an earlier check if the driver sent a line that is not a message."""
    driver = await examination.driver()
    await driver.request(BARRIER, Sync())
    for error in examination.errors:
        if isinstance(error, OUTPUT_ERRORS):
            raise error
    return ""


# --- end ------------------------------------------------------------------------------------


async def ends(examination: Examination) -> str:
    await examination.driver()
    problem = await examination.stop()
    if problem is not None:
        raise problem
    return ""


async def leaves_no_processes(examination: Examination) -> str:
    driver = await examination.driver_with_project(reopen=True)
    await driver.sync()
    await examination.stop()
    if driver.left_processes:
        raise ProcessesLeftError
    return ""


async def starts_again(examination: Examination) -> str:
    for _ in range(2):
        driver = await examination.launch()
        await driver.initialize()
    return ""


CHECKS = (
    Check(STARTS, starts),
    Check(HANDSHAKE, answers_initialize, (STARTS,)),
    Check(DECLARATION, agrees, (HANDSHAKE,)),
    *(
        Check(
            method, partial(answers, method), (DECLARATION, *(() if method == OPENS else (OPENS,)))
        )
        for method in REQUESTED_METHODS
    ),
    Check("an unknown method", rejects_an_unknown_method, (DECLARATION,)),
    Check(
        "answers several requests at once", answers_parallel_requests, (DECLARATION, OPENS, BARRIER)
    ),
    Check("opens a project while one is open", opens_twice, (DECLARATION, OPENS, CLOSES, BARRIER)),
    Check("flushes notifications", flushes, (DECLARATION, OPENS, CLOSES, PULSES, BARRIER)),
    Check(
        "runtime/sync is a barrier",
        sync_is_a_barrier,
        (DECLARATION, OPENS, CLOSES, PULSES, BARRIER),
    ),
    Check(
        "uses the declared transports",
        uses_declared_transports,
        (DECLARATION, OPENS, CLOSES, PULSES, BARRIER),
    ),
    Check("prints only messages", prints_only_messages, (DECLARATION,)),
    Check(ENDS, ends, (DECLARATION,)),
    Check("leaves nothing behind", leaves_no_processes, (DECLARATION, OPENS, ENDS)),
    Check("starts again", starts_again, (DECLARATION, ENDS)),
)

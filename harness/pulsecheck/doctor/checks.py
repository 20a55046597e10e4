"""All checks, in their order. Each is a small function of an Examination."""

import asyncio
from functools import partial

from pulsecheck.doctor.examination import Check, Examination
from pulsecheck.doctor.findings import (
    BufferedNotificationError,
    LeftBehindError,
    NoBarrierError,
    NotConnectedError,
    NotPulsedError,
)
from pulsecheck.doctor.requests import ASKED, ON_START, START, requests
from pulsecheck.driver.driver import Driver
from pulsecheck.driver.errors import (
    InvalidResultError,
    MethodMissingError,
    NotJsonError,
    NotUtf8Error,
    PlainTextError,
    RefusedError,
    RequestError,
    RuntimeCapabilityMissingError,
    TransportMissingError,
    UnknownCapabilityError,
    WrongVersionError,
)
from pulsecheck.driver.occurrences import DriverOccurrence
from pulsecheck.driver.protocol import METHODS, Message, Sync
from pulsecheck.driver.quoting import escape_and_truncate
from pulsecheck.mock_server import Occurrence

STARTS = "starts"
HANDSHAKE = "initialize"
AGREEMENT = "version and capabilities"
OPENS = "project/open"
CLOSES = "project/close"
PULSES = "runtime/pulse"
BARRIER = "runtime/sync"
ENDS = "ends after shutdown"
UNKNOWN = "pulsecheck/unknown"
AT_ONCE = 5
"""Requests that are sent without waiting for an answer."""
TRIES = 3
"""How often the barrier may be late: what it waits for comes over another connection."""
PONG = "3"
DISAGREEMENTS = (
    WrongVersionError,
    UnknownCapabilityError,
    RuntimeCapabilityMissingError,
    TransportMissingError,
)
STRAY = (PlainTextError, NotJsonError, NotUtf8Error)


# --- what it says of itself -----------------------------------------------------------------


async def starts(examination: Examination) -> str:
    await examination.launched()
    return ""


async def answers_initialize(examination: Examination) -> str:
    driver = examination.current or await examination.launched()
    try:
        await driver.initialize()
    except DISAGREEMENTS as error:
        examination.agreement = error
        return ""
    found = driver.initialized.implementation
    return escape_and_truncate(f"{found.name} {found.version} ({found.language})")


async def agrees(examination: Examination) -> str:
    if examination.agreement is not None:
        raise examination.agreement
    driver = await examination.driver()
    return f"declares {', '.join(sorted(driver.initialized.capabilities))}"


# --- what it answers ------------------------------------------------------------------------


async def answers(method: str, examination: Examination) -> str:
    """A declared method must answer; another one is to say that it does not exist."""
    driver = await (examination.driver() if method == OPENS else examination.opened())
    capability = METHODS[method].capability
    asked = requests(examination.project(driver))[method]
    if capability not in driver.initialized.capabilities:
        return await _undeclared(driver, method, asked[0])
    refusals = []
    for params in asked:
        try:
            await driver.request(method, params)
        except RefusedError as refused:
            refusals.append(f"refuses: {refused}")
    examination.is_open = method != CLOSES
    return "; ".join(refusals)


async def _undeclared(driver: Driver, method: str, params: Message) -> str:
    capability = METHODS[method].capability
    try:
        await driver.request(method, params)
    except MethodMissingError:
        return f"“{capability}” is not declared"
    except RequestError as error:
        return f"“{capability}” is not declared; answered with error {error.code}, -32601 is usual"
    except InvalidResultError:
        pass
    return f"answers, although “{capability}” is not declared: what is not declared is not tested"


async def knows_what_it_does_not_know(examination: Examination) -> str:
    driver = await examination.driver()
    try:
        await driver.request(UNKNOWN, Sync())
    except RequestError as error:
        return f"error {error.code}"
    return "answers what does not exist: the error -32601 would say that nothing was done"


async def answers_many(examination: Examination) -> str:
    driver = await examination.opened()
    before = len(examination.seen)
    await asyncio.gather(*(driver.sync() for _ in range(AT_ONCE)))
    answered = [
        told["id"] for _, what, told in examination.seen[before:] if what == DriverOccurrence.ANSWER
    ]
    is_ordered = answered == sorted(answered)
    return "" if is_ordered else "in another order than asked, which the protocol allows"


async def opens_twice(examination: Examination) -> str:
    """A second project must open after the first was closed; before that, it may be refused."""
    driver = await examination.opened(anew=True)
    try:
        await driver.open_project(examination.project(driver))
    except RefusedError:
        note = "refused while one is open, which is allowed"
    else:
        note = ""
    await driver.sync()
    return note


# --- what it reports ------------------------------------------------------------------------


async def flushes(examination: Examination) -> str:
    """Start's output pulse must be reported without anybody asking for anything else."""
    driver = await examination.opened(anew=True)
    before = len(examination.seen)
    await driver.pulse(START, {})
    if await examination.wait_for(before, DriverOccurrence.PULSED, node=START):
        return ""
    await driver.sync()
    if examination.place(before, DriverOccurrence.PULSED, node=START) is not None:
        raise BufferedNotificationError(START)
    raise NotPulsedError(START, examination.timeouts.patience)


async def holds_the_barrier(examination: Examination) -> str:
    """On Start is caused by the server's answer, which the client has once it answers a ping."""
    for number in range(1, TRIES + 1):
        driver = await examination.opened(anew=True)
        before = len(examination.seen)
        await driver.pulse(START, {})
        await _established(examination, before)
        await driver.sync()
        if not await examination.wait_for(before, DriverOccurrence.PULSED, node=ON_START):
            raise NotPulsedError(ON_START, examination.timeouts.patience)
        answered = examination.place(before, DriverOccurrence.ANSWER, method=BARRIER)
        pulsed = examination.place(before, DriverOccurrence.PULSED, node=ON_START)
        if answered is not None and pulsed is not None and pulsed < answered:
            return "" if number == 1 else f"not before attempt {number}"
    raise NoBarrierError(ON_START)


async def _established(examination: Examination, before: int) -> None:
    """Wait until a client has shown that it has read the server's answer to its request."""
    if await examination.wait_for(before, Occurrence.ESTABLISHED):
        since = len(examination.seen)
        if await examination.wait_for(since, Occurrence.PACKET_RECEIVED, packet=PONG):
            return
    raise NotConnectedError(examination.timeouts.patience)


async def prints_nothing(examination: Examination) -> str:
    """Whatever was printed has been found by now, by whichever check came upon it."""
    driver = await examination.driver()
    await driver.request(BARRIER, Sync())
    for fault in examination.faults:
        if isinstance(fault, STRAY):
            raise fault
    return ""


# --- how it ends ----------------------------------------------------------------------------


async def ends(examination: Examination) -> str:
    await examination.driver()
    problem = await examination.dismiss()
    if problem is not None:
        raise problem
    return ""


async def leaves_nothing(examination: Examination) -> str:
    driver = await examination.opened(anew=True)
    await driver.sync()
    await examination.dismiss()
    if driver.left_processes:
        raise LeftBehindError
    return ""


async def starts_again(examination: Examination) -> str:
    for _ in range(2):
        driver = await examination.launched()
        await driver.initialize()
    return ""


CHECKS = (
    Check(STARTS, starts),
    Check(HANDSHAKE, answers_initialize, (STARTS,)),
    Check(AGREEMENT, agrees, (HANDSHAKE,)),
    *(
        Check(method, partial(answers, method), (AGREEMENT, *(() if method == OPENS else (OPENS,))))
        for method in ASKED
    ),
    Check("a method that does not exist", knows_what_it_does_not_know, (AGREEMENT,)),
    Check("answers several requests at once", answers_many, (AGREEMENT, OPENS, BARRIER)),
    Check("opens a project while one is open", opens_twice, (AGREEMENT, OPENS, CLOSES, BARRIER)),
    Check("flushes notifications", flushes, (AGREEMENT, OPENS, CLOSES, PULSES, BARRIER)),
    Check(
        "runtime/sync is a barrier", holds_the_barrier, (AGREEMENT, OPENS, CLOSES, PULSES, BARRIER)
    ),
    Check("prints nothing besides", prints_nothing, (AGREEMENT,)),
    Check(ENDS, ends, (AGREEMENT,)),
    Check("leaves nothing behind", leaves_nothing, (AGREEMENT, OPENS, ENDS)),
    Check("starts again", starts_again, (AGREEMENT, ENDS)),
)

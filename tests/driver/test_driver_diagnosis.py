"""Each failure of a driver in a child process has its own diagnosis."""

import asyncio
import os
from typing import Any

import pytest

from pulsecheck.driver import errors
from pulsecheck.driver.driver import Driver, start
from pulsecheck.driver.protocol import Done, Sync
from pulsecheck.driver.spec import CommandSpec
from pulsecheck.shared.timeouts import Timeouts

HASTY = 0.2

AT_START = [
    ("exits at start", errors.DriverExitedError, "exited with code 3"),
    (
        "version",
        errors.WrongVersionError,
        "uses version 2 of the protocol, the harness version 1",
    ),
    (
        "unknown node",
        errors.UnknownDeclarationError,
        "declares unknown nodes: Socket.IO Teleport; the known ones are: connection nodes, message "
        "nodes, subscription nodes, all nodes, Socket.IO Start, Socket.IO Stop, On Socket.IO Start",
    ),
    (
        "unknown transport",
        errors.UnknownDeclarationError,
        "declares unknown transports: pigeon; the known ones are: websocket, upgraded, polling\n",
    ),
    (
        "unknown ability",
        errors.UnknownDeclarationError,
        "declares unknown abilities: logic; the known ones are: linking, data-links, "
        "pulse-pass-through, studio, dynamic-namespaces\n",
    ),
    ("no start", errors.StartMissingError, "does not declare the node “Socket.IO Start”"),
    ("no transport", errors.TransportMissingError, "“websocket”, “upgraded” or “polling”"),
    ("result", errors.InvalidResultError, "at `$.implementation.name`"),
]
IN_USE = [
    ("exits", errors.DriverExitedError, "exited with code 3"),
    ("killed", errors.DriverKilledError, "killed by SIGKILL"),
    ("unknown id", errors.UnknownIdError, "request 77, which was never sent"),
    ("prose", errors.PlainTextError, r"is not a message: “\x1b[31mServer listening”"),
    ("no json", errors.NotJsonError, "not JSON (Input data was truncated)"),
    ("no utf-8", errors.NotUtf8Error, r"at byte 8: “{\"id\": \"\xff\"}”".replace('\\"', '"')),
    ("endless", errors.LineTooLongError, "more than 16777216 bytes"),
    ("notification", errors.UnknownNotificationError, "unknown notification “runtime/puled”"),
    ("params", errors.InvalidNotificationError, "Expected `str`, got `int` - at `$.node`"),
    ("flood", errors.FloodError, "20001 notifications"),
    ("closes input", errors.ClosedInputError, "so runtime/sync could not be sent"),
    ("closes output", errors.ClosedOutputError, "closed its output but is still running"),
]


async def sync_hastily(driver: Driver) -> None:
    await driver._session.request("runtime/sync", Sync(), Done, HASTY)


@pytest.mark.parametrize(("behaviour", "kind", "text"), AT_START)
def test_a_driver_that_is_bad_at_start_is_diagnosed(
    run: Any, child: Any, patient: Timeouts, *, behaviour: str, kind: type[Exception], text: str
) -> None:
    with pytest.raises(errors.DriverError) as caught:
        run(start(child(behaviour), patient))
    assert type(caught.value) is kind
    assert text in str(caught.value)


@pytest.mark.parametrize(("behaviour", "kind", "text"), IN_USE)
def test_a_driver_that_is_bad_in_use_is_diagnosed_and_not_usable(
    run: Any,
    child: Any,
    recorder: Any,
    short_grace: Timeouts,
    patient: Timeouts,
    *,
    behaviour: str,
    kind: type[Exception],
    text: str,
) -> None:
    async def work() -> None:
        timeouts = short_grace if behaviour.startswith("close") else patient
        driver = await start(child(behaviour), timeouts, recorder)
        with pytest.raises(errors.DriverError) as caught:
            await driver.sync()
        assert type(caught.value) is kind
        assert text in str(caught.value)
        assert not driver.is_usable
        with pytest.raises(kind):
            await driver.sync()
        assert recorder.of("fault") == [{"message": str(caught.value)}]
        assert await driver.stop() is None

    run(work())


def test_an_early_exit_quotes_and_escapes_the_end_of_standard_error(
    run: Any, child: Any, patient: Timeouts
) -> None:
    with pytest.raises(errors.DriverExitedError) as caught:
        run(start(child("exits at start"), patient))
    assert "standard error:\n  | first words\n  | \\x1b[31mlast words\n" in str(caught.value)


def test_no_answer_to_initialize_is_a_hang(run: Any, child: Any) -> None:
    with pytest.raises(errors.DriverHungError, match=r"did not answer initialize within 0\.2 s"):
        run(start(child("hangs at start"), Timeouts(patience=HASTY, start=HASTY)))


@pytest.mark.parametrize(
    ("behaviour", "kind", "text"),
    [
        ("hangs", errors.DriverHungError, "flush the output"),
        (
            "no flush",
            errors.BufferedAnswerError,
            "only after its input was closed: it was buffered",
        ),
    ],
)
def test_no_answer_within_the_timeout_is_a_hang_or_was_buffered(
    run: Any, child: Any, short_grace: Timeouts, *, behaviour: str, kind: type[Exception], text: str
) -> None:
    async def work() -> None:
        driver = await start(child(behaviour), short_grace)
        with pytest.raises(errors.DriverHungError, match=text) as caught:
            await sync_hastily(driver)
        assert type(caught.value) is kind
        assert not driver.is_usable
        await driver.stop()

    run(work())


def test_an_answer_after_the_timeout_is_late(
    run: Any, child: Any, recorder: Any, patient: Timeouts, tmp_path: Any
) -> None:
    async def work() -> None:
        gate = tmp_path / "gate"
        os.mkfifo(gate)
        driver = await start(child("late", gate), patient, recorder)
        asking = asyncio.create_task(sync_hastily(driver))
        await recorder.wait_for("fault")
        opened = await asyncio.to_thread(gate.open, "w")
        opened.close()
        with pytest.raises(errors.LateAnswerError, match=r"only after the timeout of 0\.2 s"):
            await asking
        with pytest.raises(errors.LateAnswerError):
            await driver.sync()
        hung, late = recorder.of("fault")
        assert "did not answer" in hung["message"]
        assert "answered runtime/sync, but only after" in late["message"]
        await driver.stop()

    run(work())


def test_the_request_after_a_second_answer_fails(
    run: Any, child: Any, recorder: Any, patient: Timeouts
) -> None:
    async def work() -> None:
        driver = await start(child("twice"), patient, recorder)
        await driver.sync()
        await recorder.wait_for("fault")
        with pytest.raises(errors.AnsweredTwiceError, match="answered request 2 a second time"):
            await driver.sync()
        await driver.stop()

    run(work())


@pytest.mark.parametrize(
    ("behaviour", "kind", "text"),
    [
        ("refuses", errors.RefusedError, "no\\x07"),
        (
            "lacks",
            errors.RequiredMethodMissingError,
            "does not implement runtime/sync, which every",
        ),
        ("fails", errors.RequestFailedError, "answered runtime/sync with error -32603: no"),
    ],
)
def test_an_answer_with_an_error_leaves_the_driver_usable(
    run: Any, child: Any, patient: Timeouts, *, behaviour: str, kind: type[Exception], text: str
) -> None:
    async def work() -> None:
        driver = await start(child(behaviour), patient)
        with pytest.raises(errors.RequestError) as caught:
            await driver.sync()
        assert type(caught.value) is kind
        assert text in str(caught.value)
        assert driver.is_usable
        assert await driver.stop() is None

    run(work())


def test_the_text_of_a_refusal_is_its_reason() -> None:
    assert str(errors.RefusedError("studio/connect", 1, "types differ")) == "types differ"


def test_a_command_that_does_not_exist_is_not_found(run: Any) -> None:
    with pytest.raises(errors.CommandNotFoundError, match="“no-such-driver” was not found"):
        run(start(CommandSpec(("no-such-driver", "--port", "1"))))


@pytest.mark.parametrize(
    ("mode", "content", "reason"),
    [(0o600, "#!/bin/sh\n", "Permission denied"), (0o700, "\0", "Exec format error")],
)
def test_a_file_that_is_not_a_program_cannot_be_executed(
    run: Any, tmp_path: Any, mode: int, content: str, reason: str
) -> None:
    file = tmp_path / "driver"
    file.write_text(content)
    file.chmod(mode)
    with pytest.raises(errors.CommandNotExecutableError, match=f"cannot be executed: {reason}"):
        run(start(CommandSpec((str(file),))))


def test_a_message_of_8_mib_is_accepted(
    run: Any, child: Any, recorder: Any, patient: Timeouts
) -> None:
    async def work() -> None:
        driver = await start(child("long"), patient, recorder)
        await driver.sync()
        assert len(recorder.of("log")[0]["message"]) == 8 * 1024 * 1024
        await driver.stop()

    run(work())


def _leaves(kind: type[errors.DriverError]) -> set[type[errors.DriverError]]:
    return {leaf for sub in kind.__subclasses__() for leaf in _leaves(sub)} or {kind}


def test_every_error_has_its_own_hint() -> None:
    hints: list[str] = [leaf.hint for leaf in _leaves(errors.DriverError)]
    assert len(set(hints)) == len(hints)

"""A session reports all events to its observer, in order, up to a limit."""

import asyncio
from typing import Any

import pytest

from pulsecheck.driver import errors
from pulsecheck.driver.driver import Driver, start
from pulsecheck.driver.protocol import METHODS, Done, Link, Project, Socket, Sync
from pulsecheck.shared.timeouts import Timeouts


def test_all_events_are_observed_in_order(
    run: Any, child: Any, recorder: Any, patient: Timeouts
) -> None:
    async def work() -> None:
        driver = await start(child("reports"), patient, recorder)
        recorder.seen.clear()
        await driver.sync()
        await recorder.wait_for("log", 2)
        await driver.stop()

    run(work())
    values = {"Message": "é", "Count": 10000000000000000000000000}
    method = {"method": "runtime/sync", "id": 2}
    assert recorder.seen[:6] == [
        ("driver", "request", {**method, "params": {}}),
        ("node", "pulsed", {"node": "a", "output": "Pulse Output", "values": values}),
        ("node", "runtime error", {"node": None, "message": "lost"}),
        ("driver", "log", {"message": "hello"}),
        ("driver", "answer", {**method, "ok": True, "result": "{}"}),
        ("driver", "log", {"message": "after"}),
    ]


def test_an_error_is_observed_as_an_answer_that_is_not_ok(
    run: Any, child: Any, recorder: Any, patient: Timeouts
) -> None:
    async def work() -> None:
        driver = await start(child("refuses"), patient, recorder)
        with pytest.raises(errors.RefusedError):
            await driver.sync()
        await driver.stop()

    run(work())
    assert recorder.of("answer")[1] == {
        "method": "runtime/sync",
        "id": 2,
        "ok": False,
        "error": r"no\x07",
    }


def test_answers_may_come_in_any_order(run: Any, factory: Any, patient: Timeouts) -> None:
    async def work() -> None:
        driver = await start(factory("answer_in_pairs"), patient)
        toolbox, plugins = await asyncio.gather(driver.toolbox("Scene"), driver.plugins())
        assert toolbox.nodes == ()
        assert plugins.plugins == ()
        await driver.stop()

    run(work())


def test_an_answer_to_a_request_that_was_cancelled_is_dropped(
    run: Any, factory: Any, patient: Timeouts
) -> None:
    async def work() -> None:
        driver = await start(factory("answer_in_pairs"), patient)
        cancelled = asyncio.create_task(driver.toolbox("Scene"))
        await asyncio.wait((cancelled,), timeout=0.05)
        cancelled.cancel()
        assert (await driver.plugins()).plugins == ()
        assert driver.is_usable
        await driver.stop()

    run(work())


def test_each_observer_has_its_own_flood_limit(
    run: Any, child: Any, recorder: Any, patient: Timeouts, monkeypatch: pytest.MonkeyPatch
) -> None:
    # At each sync, the driver sends four notifications. It sends the last one after the answer, so
    # this last notification may count for the next observer.
    monkeypatch.setattr("pulsecheck.driver.session.MAX_NOTIFICATIONS", 5)

    async def work() -> None:
        driver = await start(child("reports"), patient)
        await driver.sync()
        driver.observe = recorder
        await driver.sync()
        assert driver.is_usable
        with pytest.raises(errors.FloodError):
            await driver.sync()
        await driver.stop()

    run(work())


def test_the_size_of_notifications_is_limited(
    run: Any, child: Any, patient: Timeouts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pulsecheck.driver.session.MAX_NOTIFICATION_BYTES", 8 * 1024 * 1024)

    async def work() -> None:
        driver = await start(child("long"), patient)
        with pytest.raises(errors.FloodError, match="1 notifications, 83886"):
            await driver.sync()
        await driver.stop()

    run(work())


def test_an_observer_that_fails_makes_the_driver_unusable(
    run: Any, child: Any, patient: Timeouts
) -> None:
    full: list[str] = []

    def observe(source: str, *_: object) -> None:
        full.append(source)
        if "node" in full:
            raise LookupError("the timeline is full")

    async def work() -> None:
        driver = await start(child("reports"), patient, observe)
        with pytest.raises(errors.ObservationError, match="LookupError: the timeline is full"):
            await asyncio.wait_for(driver.sync(), patient.patience / 2)
        await driver.stop()

    run(work())


def test_the_fault_fails_all_open_requests(run: Any, child: Any, short_grace: Timeouts) -> None:
    async def work() -> None:
        driver = await start(child("hangs"), short_grace)
        waiting = asyncio.create_task(driver.sync())
        with pytest.raises(errors.DriverHungError):
            await driver._session.request("runtime/sync", Sync(), Done, 0.1)
        with pytest.raises(errors.DriverHungError):
            await waiting
        await driver.stop()

    run(work())


def test_every_request_of_the_protocol_is_sent_with_its_types(run: Any) -> None:
    sent: dict[str, tuple[type, type]] = {}

    class Listening(Driver):
        def __init__(self) -> None:
            pass

        async def _request(self, method: str, params: Any, result: Any) -> Any:
            sent[method] = (type(params), result)

    async def work() -> None:
        driver = Listening()
        end = Socket(node="a", socket="b")
        await driver.initialize()
        await driver.open_project(Project())
        await driver.close_project()
        await driver.toolbox("Scene")
        await driver.node_type("Socket.IO Stop")
        await driver.settings()
        await driver.add_connection()
        await driver.remove_connection()
        await driver.plugins()
        await driver.toggle_plugin("Socket.IO")
        await driver.save()
        await driver.restart()
        await driver.connect(Link(source=end, target=end))
        await driver.pulse("a", {})
        await driver.sync()

    run(work())
    expected = {name: (method.params, method.result) for name, method in METHODS.items()}
    del expected["shutdown"]
    assert sent == expected

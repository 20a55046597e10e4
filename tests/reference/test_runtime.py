"""The runtime and its reporter."""

import asyncio
from collections.abc import Mapping

from event_loop import leaving_no_task
from pulsecheck.driver.protocol import Logic, Node, Project
from pulsecheck_reference.runtime import Runtime


class SlowReports:
    def __init__(self) -> None:
        self.seen: list[str] = []
        self.may_take_more = asyncio.Event()

    def pulsed(self, node: str, outputs: Mapping[str, str]) -> None:
        assert not outputs
        self.seen.append(node)

    def error(self, message: str, node: str | None = None) -> None:
        raise AssertionError((message, node))

    async def delivered(self) -> None:
        await self.may_take_more.wait()


@leaving_no_task
async def test_no_branch_is_executed_before_the_reports_are_delivered() -> None:
    node = Node(id="start", type="Socket.IO Start", attributes={"Pulse Pass Through": True})
    reports = SlowReports()
    runtime = Runtime(Project(logic={"Project": Logic(nodes=(node,))}), lambda _: None, reports)
    runtime.pulse("start", {})
    runtime.pulse("start", {})
    syncing = asyncio.create_task(runtime.sync())
    await asyncio.wait({syncing}, timeout=0.05)
    assert reports.seen == ["start"]
    reports.may_take_more.set()
    await syncing
    assert reports.seen == ["start", "start"]
    await runtime.close()

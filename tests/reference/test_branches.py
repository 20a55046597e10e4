"""The execution of the branches of a project's logic."""

import logging
from collections.abc import Mapping
from typing import Any

import pytest

from event_loop import leaving_no_task
from pulsecheck_reference.connections import Connections
from pulsecheck_reference.nodes import EXECUTIONS
from reference_client import Json, RemoteError, link, project, session
from small_server import server, unused_port


def with_attributes(opened: Json, node: str, **attributes: Any) -> Json:
    """Return the project with other attributes for one node. `_` in a name means a space."""
    for each in opened["logic"]["Project"]["nodes"]:
        if each["id"] == node:
            each["attributes"] |= {
                key.replace("_", " "): value for key, value in attributes.items()
            }
    return opened


@leaving_no_task
async def test_nothing_happens_in_a_project_without_an_event() -> None:
    async with server() as there, session() as client:
        await client.ask("project/open", project=project(there.port))
        await client.ask("runtime/sync")
        assert client.notifications == []
        assert there.requests == 0


@leaving_no_task
async def test_a_pulse_leaves_a_node_before_the_next_one_executes() -> None:
    async with session() as client:
        loose = {"id": "loose", "type": "Socket.IO Start"}
        links = (link("stop", "loose"),)
        await client.ask("project/open", project=project(1, links=links, extra=(loose,)))
        await client.pulse("stop")
        await client.ask("runtime/sync")
        seen = [(method, params["node"]) for _, method, params in client.notifications]
        assert seen == [("runtime/pulsed", "stop"), ("runtime/error", "loose")]


@leaving_no_task
async def test_sync_is_answered_after_all_reports() -> None:
    async with session() as client:
        await client.ask("project/open", project=project(1))
        for _ in range(100):
            await client.pulse("stop")
        await client.ask("runtime/sync")
        assert client.order() == ["stop"] * 100


@leaving_no_task
async def test_a_disabled_node_ends_its_branch() -> None:
    async with session() as client:
        opened = project(1, links=(link("start", "stop"),))
        await client.ask("project/open", project=with_attributes(opened, "start", Enabled=False))
        await client.pulse("start")
        await client.ask("runtime/sync")
        assert client.notifications == []


@leaving_no_task
async def test_a_disabled_listener_starts_no_branch() -> None:
    async with server() as there, session() as client:
        opened = project(there.port, links=(link("on start", "stop"),))
        opened = with_attributes(opened, "on start", Enabled=False)
        await client.ask("project/open", project=opened)
        await client.pulse("start")
        await there.until(lambda: bool(there.packets))
        await client.pulse("stop")
        await client.ask("runtime/sync")
        assert client.order() == ["start", "stop"]


@leaving_no_task
async def test_a_pulse_passes_through_a_node_that_is_not_evaluated() -> None:
    async with server() as there, session() as client:
        opened = project(there.port, links=(link("start", "stop"),))
        opened = with_attributes(opened, "start", Pulse_Pass_Through=True)
        await client.ask("project/open", project=opened)
        await client.pulse("start")
        await client.ask("runtime/sync")
        assert client.order() == ["start", "stop"]
        assert there.requests == 0


@leaving_no_task
async def test_an_endless_branch_is_stopped_with_an_error() -> None:
    async with session() as client:
        cycle = (link("stop", "start"), link("start", "stop"))
        await client.ask("project/open", project=project(unused_port(), links=cycle))
        await client.pulse("stop")
        assert await client.faulted("stop") == (
            'the branch of "stop" was ended after 1000 nodes: its links form a cycle; '
            "remove one of them"
        )
        await client.ask("runtime/sync")
        assert client.order().count("stop") == 500


@leaving_no_task
async def test_a_link_made_while_the_project_runs_works_and_is_saved() -> None:
    async with session() as client:
        await client.ask("project/open", project=project(1))
        await client.ask("studio/connect", **link("stop", "start"))
        await client.ask("studio/save")
        await client.ask("studio/restart")
        with pytest.raises(RemoteError, match="is already connected to") as raised:
            await client.ask("studio/connect", **link("stop", "stop"))
        assert raised.value.code == 1


@leaving_no_task
async def test_the_protocol_describes_the_studio() -> None:
    async with session() as client:
        await client.ask("project/open", project=project(1))
        assert "save" in (await client.ask("studio/togglePlugin", name="UDP"))["message"].lower()
        rows = {row["name"]: row for row in (await client.ask("studio/plugins"))["plugins"]}
        assert rows["UDP"] == {
            "name": "UDP",
            "category": "Communication",
            "checked": False,
            "toggle": "Deactivated",
        }
        sections = (await client.ask("studio/settings"))["sections"]
        assert [section["name"] for section in sections if section["connections"]] == ["Socket.IO"]
        assert len((await client.ask("studio/toolbox", scope="Scene"))["nodes"]) == 11
        found = await client.ask("studio/nodeType", type="On Socket.IO Stop")
        assert found["outputs"] == [{"name": "Pulse Output", "type": "Pulse"}]


@pytest.mark.parametrize(
    ("node", "reason"),
    [
        (
            "on stop",
            'node "on stop" is an event listener node, On Socket.IO Stop, which has no pulse '
            "input: it pulses when its event happens",
        ),
        ("nobody", 'there is no node "nobody" in the open project; there are: "start", "stop"'),
    ],
)
@leaving_no_task
async def test_a_pulse_into_a_node_without_pulse_input_is_refused(node: str, reason: str) -> None:
    async with session() as client:
        await client.ask("project/open", project=project(1))
        with pytest.raises(RemoteError) as raised:
            await client.pulse(node)
        assert raised.value.code == 1
        assert str(raised.value).startswith(reason)


@leaving_no_task
async def test_a_pulse_without_a_project_is_refused() -> None:
    async with session() as client:
        with pytest.raises(RemoteError, match="no project is open: open one with project/open"):
            await client.pulse("start")


@leaving_no_task
async def test_the_nodes_of_a_deactivated_plugin_do_not_run() -> None:
    async with session() as client:
        await client.ask("project/open", project={**project(1), "plugins": {"Socket.IO": False}})
        with pytest.raises(RemoteError, match=r"the plugin Socket\.IO is deactivated"):
            await client.pulse("start")


@leaving_no_task
async def test_a_restart_ends_the_connections_of_the_project() -> None:
    async with server() as there, session() as client:
        await client.ask("project/open", project=project(there.port))
        await client.pulse("start")
        await client.pulsed("on start")
        await client.ask("studio/restart")
        await there.has_no_clients()
        await client.pulse("start")
        await client.pulsed("on start", 2)
        assert client.order() == ["start", "on start", "start", "on start"]


@leaving_no_task
async def test_a_project_that_is_refused_is_not_opened() -> None:
    async with session() as client:
        with pytest.raises(RemoteError, match='has no output "Pulse"') as raised:
            await client.ask(
                "project/open", project=project(1, links=(link("on stop", "start", "Pulse"),))
            )
        assert raised.value.code == 1
        with pytest.raises(RemoteError, match="no project is open"):
            await client.pulse("start")


@leaving_no_task
async def test_an_exception_in_a_node_is_an_error_of_that_node_only(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_: Connections, configuration: str | None, __: Mapping[str, str]) -> None:
        raise ZeroDivisionError(configuration)

    monkeypatch.setitem(EXECUTIONS, "Socket.IO Start", broken)
    async with session() as client:
        await client.ask("project/open", project=project(1))
        await client.pulse("start")
        await client.pulse("stop")
        await client.ask("runtime/sync")
        assert client.errors("start") == ["ZeroDivisionError: main"]
        assert client.order() == ["stop"]
    assert caplog.record_tuples[0] == (
        "pulsecheck_reference.runtime",
        logging.ERROR,
        "Socket.IO Start failed",
    )

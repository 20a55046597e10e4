"""Reactions from a file: their effects, and the errors of invalid files."""

import json
from pathlib import Path

import pytest

from event_loop import in_a_loop
from mock_clients import Tcp
from pulsecheck.mock_server import MockServer, ReactionsError, load_reactions, reactions

CONFORMANCE = """
namespaces = ["/", "/custom"]

[[on_connect]]
do = [{ action = "emit", event = "auth", arguments = "same" }]

[[on_connect]]
namespace = "/custom"
do = [{ action = "emit", event = "auth", arguments = "same" }]

[[on_event]]
event = "message"
do = [{ action = "emit", event = "message-back", arguments = "same" }]

[[on_event]]
event = "message-with-ack"
do = [{ action = "acknowledge", arguments = "same" }]
"""
"""The server that the test suite of the Socket.IO protocol expects."""


def write(folder: Path, text: str, name: str = "reactions.toml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def serving(folder: Path, text: str) -> MockServer:
    read = load_reactions(write(folder, text))
    server = MockServer(namespaces=read.namespaces)
    read.register(server)
    return server


def test_reactions_can_define_the_server_of_the_protocols_test_suite(tmp_path: Path) -> None:
    @in_a_loop
    async def test() -> None:
        async with serving(tmp_path, CONFORMANCE) as server:
            client = await Tcp.websocket(server)
            client.send('40{"token":"123"}')
            assert (await client.text()).startswith("40{")
            assert await client.text() == '42["auth",{"token":"123"}]'
            client.send("40/custom,")
            assert (await client.text()).startswith("40/custom,{")
            assert await client.text() == '42/custom,["auth",{}]'
            client.send("40/other,")
            assert await client.text() == '44/other,{"message":"Invalid namespace"}'
            client.send('42["message",1,"2",{"3":[true]}]')
            assert await client.text() == '42["message-back",1,"2",{"3":[true]}]'
            client.send('42456["message-with-ack",1,"2",{"3":[false]}]')
            assert await client.text() == '43456[1,"2",{"3":[false]}]'
            client.send(
                '452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]'
            )
            client.send(b"\x01")
            client.send(b"\x02")
            assert (await client.text()).startswith('452-["message-back",')
            assert await client.frame() == (2, b"\x01")
            assert await client.frame() == (2, b"\x02")

    test()


def test_fixed_arguments_are_sent_to_all_clients_in_the_namespace(tmp_path: Path) -> None:
    text = """
    [[on_event]]
    event = "tell"
    do = [
      { action = "emit", event = "news", arguments = ["text", { n = 1 }], to = "all" },
      { action = "emit", event = "told" },
    ]
    """

    @in_a_loop
    async def test() -> None:
        async with serving(tmp_path, text) as server:
            sender, other = await Tcp.websocket(server), await Tcp.websocket(server)
            await sender.establish()
            await other.establish()
            sender.send('42["tell","ignored"]')
            assert await sender.text() == '42["news","text",{"n":1}]'
            assert await sender.text() == '42["told"]'
            assert await other.text() == '42["news","text",{"n":1}]'

    test()


@pytest.mark.parametrize("close", [False, True])
def test_a_client_is_disconnected_after_its_acknowledgement(tmp_path: Path, close: bool) -> None:
    text = f"""
    [[on_event]]
    event = "bye"
    do = [
      {{ action = "disconnect", close = {str(close).lower()} }},
      {{ action = "acknowledge", arguments = ["see you"] }},
    ]
    """

    @in_a_loop
    async def test() -> None:
        async with serving(tmp_path, text) as server:
            client = await Tcp.websocket(server)
            await client.establish()
            client.send('421["bye"]')
            assert await client.text() == '431["see you"]'
            assert await client.text() == "41"
            if close:
                assert await client.closing() == 1000
            else:
                await client.establish()

    test()


def test_json_and_toml_are_equivalent(tmp_path: Path) -> None:
    content = {"on_event": [{"event": "a", "do": [{"action": "acknowledge", "arguments": "same"}]}]}
    as_json = load_reactions(write(tmp_path, json.dumps(content), "reactions.json"))
    as_toml = load_reactions(
        write(
            tmp_path,
            '[[on_event]]\nevent = "a"\ndo = [{ action = "acknowledge", arguments = "same" }]',
        )
    )
    assert as_json == as_toml


EVENT = '[[on_event]]\nevent = "a"\n'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("namespaces = 3", "is not a file of reactions: Expected `array | null`, got `int` - at `"),
        ('namespaces = ["a"]', "Expected `str` matching regex '^/' - at `$.namespaces[0]`"),
        (
            '[[on_event]]\ndo = [{ action = "disconnect" }]',
            "Object missing required field `event` - at `$.on_event[0]`",
        ),
        (EVENT, "Object missing required field `do` - at `$.on_event[0]`"),
        (EVENT + "do = []", "Expected `array` of length >= 1 - at `$.on_event[0].do`"),
        (EVENT + 'do = [{ action = "emmit" }]', "Invalid value 'emmit' - at `$.on_event[0].do[0]"),
        (EVENT + 'do = [{ action = "emit" }]', "Object missing required field `event` - at `$.o"),
        (
            EVENT + 'do = [{ action = "acknowledge", argument = [] }]',
            "Object contains unknown field `argument` - at `$.on_event[0].do[0]`",
        ),
        (
            '[[on_connect]]\ndo = [{ action = "acknowledge" }]',
            "Invalid value 'acknowledge' - at `$.on_connect[0].do[0].action`",
        ),
        (
            'namespaces = ["/b"]\n' + EVENT + 'do = [{ action = "acknowledge" }]',
            '$.on_event[0]: reacts in the namespace "/", which "namespaces" does not list\n  Add',
        ),
        (
            2 * (EVENT + 'do = [{ action = "acknowledge" }]\n'),
            '$.on_event[1]: is a second reaction to the event "a" in the namespace "/"',
        ),
        (
            2 * '[[on_connect]]\ndo = [{ action = "disconnect" }]\n',
            '$.on_connect[1]: is a second reaction to on_connect in the namespace "/"',
        ),
        (
            EVENT + 'do = [{ action = "acknowledge" }, { action = "acknowledge" }]',
            "$.on_event[0]: acknowledges the event twice",
        ),
        ("namespaces = ", "is not TOML: "),
    ],
)
def test_an_invalid_file_is_an_error_with_its_problem(
    tmp_path: Path, text: str, problem: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ReactionsError) as raised:
        load_reactions(path)
    assert str(raised.value).startswith(f"{path}: ")
    assert problem in str(raised.value)


def test_the_error_for_an_unknown_field_describes_the_format(tmp_path: Path) -> None:
    with pytest.raises(ReactionsError) as raised:
        load_reactions(write(tmp_path, "on = 1"))
    assert raised.value.problem.endswith("Object contains unknown field `on`")
    assert raised.value.hint == reactions.FORMAT_HINT


def test_invalid_json_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path, "{", "reactions.json")
    with pytest.raises(ReactionsError, match="is not JSON: "):
        load_reactions(path)


def test_an_unreadable_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReactionsError) as raised:
        load_reactions(tmp_path / "none.toml")
    assert str(raised.value) == (
        f"{tmp_path / 'none.toml'}: cannot be read: No such file or directory\n"
        "  Give a file that can be read."
    )


def test_a_file_that_is_too_large_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path, "#" * (reactions.LARGEST + 1))
    with pytest.raises(ReactionsError, match="is larger than 1000000 bytes"):
        load_reactions(path)

"""Invalid requests to the control interface are answered with a problem and change nothing."""

from collections.abc import Mapping

import pytest

from control_client import TOKEN, control
from event_loop import in_a_loop
from pulsecheck.serve.guard import Guard, is_loopback
from pulsecheck.serve.http_interface import LARGEST_BODY

HOLD = b'{"fault":{"kind":"hold-disconnects"}}'
DEEP = b'{"event":"a","arguments":' + b"[" * 100_000
JSON = {"Content-Type": "application/json"}


def pulse(rest: bytes) -> bytes:
    return b'{"node":"a","type":"On Socket.IO Stop","kind":"output",' + rest + b"}"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "detail"),
    [
        ("POST", "/api/faults", b"nonsense", 400, "the body is not JSON: JSON is malformed"),
        ("POST", "/api/faults", b"", 400, "the body is not JSON: Input data was truncated"),
        ("POST", "/api/faults", b"\xff", 400, "the body is not JSON: "),
        ("POST", "/api/emit", DEEP, 400, "the body is not JSON: maximum recursion depth exceeded"),
        ("POST", "/api/faults", b"[]", 400, "invalid body: Expected `object`, got `array`"),
        ("POST", "/api/faults", b"{}", 400, "invalid body: Object missing required field `fault`"),
        ("POST", "/api/pulses", b"[]", 400, "invalid body: Expected `object`, got `array`"),
        (
            "POST",
            "/api/pulses",
            pulse(b'"configuration":""'),
            400,
            "invalid body: Expected `str` of length >= 1 - at `$.configuration`",
        ),
        (
            "POST",
            "/api/pulses",
            pulse(b'"configuration":"main","kind":"input"'),
            400,
            'invalid body: expected the kind "output": "On Socket.IO Stop" is an event listener',
        ),
        (
            "POST",
            "/api/pulses",
            pulse(b'"configuration":"main","at":1'),
            422,
            "expected `at` to be a time between the server's start and now; it is -",
        ),
        (
            "POST",
            "/api/pulses",
            pulse(b'"configuration":"main","at":"2999-01-01T00:00:00Z"'),
            422,
            "expected `at` to be a time between the server's start and now; it is ",
        ),
        (
            "POST",
            "/api/faults",
            b'{"fault":{"kind":"explode"}}',
            400,
            "invalid body: Invalid value 'explode' - at `$.fault.kind`. The kinds are: answer-",
        ),
        (
            "POST",
            "/api/faults",
            b'{"fault":{"kind":"cut","how":"FIN","hwo":1}}',
            400,
            "invalid body: Object contains unknown field `hwo` - at `$.fault`",
        ),
        (
            "POST",
            "/api/faults",
            b'{"fault":{"kind":"delay-disconnects","seconds":"2"}}',
            400,
            "invalid body: Expected `float`, got `str` - at `$.fault.seconds`",
        ),
        (
            "POST",
            "/api/faults",
            b'{"fault":{"kind":"go-silent"},"scope":"some"}',
            400,
            "invalid body: Expected `str` matching regex '^(all|next|connection ",
        ),
        (
            "POST",
            "/api/faults",
            b'{"fault":{"kind":"go-silent"},"scope":"all\\n"}',
            422,
            'expected a scope: "all", "next", "connection NUMBER" or "namespace NAME", such as ',
        ),
        (
            "POST",
            "/api/faults",
            b'{"fault":{"kind":"go-silent"},"times":0}',
            400,
            "invalid body: Expected `int` >= 1 - at `$.times`",
        ),
        (
            "POST",
            "/api/faults",
            b'{"fault":{"kind":"go-silent"},"seconds":1e400}',
            400,
            "invalid body: Number out of range - at `$.seconds`",
        ),
        (
            "POST",
            "/api/faults",
            b'{"fault":{"kind":"port-gone"},"scope":"next"}',
            422,
            'the scope of "port gone" must be ALL; got NEXT',
        ),
        (
            "POST",
            "/api/faults",
            b'{"fault":{"kind":"go-silent"},"scope":"connection 7"}',
            404,
            "there is no connection 7. There are no connections.",
        ),
        (
            "DELETE",
            "/api/faults/7",
            None,
            404,
            "fault 7 is not active. There are no active faults.",
        ),
        (
            "DELETE",
            "/api/faults/x",
            None,
            400,
            "invalid parameters: Expected `int`, got `str` - at",
        ),
        ("POST", "/api/emit", b'{"event":""}', 400, "invalid body: Expected `str` of length >= 1"),
        (
            "POST",
            "/api/emit",
            b'{"event":"a","connection":7}',
            404,
            "there is no connection 7. There are no connections.",
        ),
        (
            "GET",
            "/api/timeline?since=-1",
            None,
            400,
            "invalid parameters: Expected `int` >= 0 - at",
        ),
        (
            "GET",
            "/api/timeline?form=1",
            None,
            400,
            "invalid parameters: Object contains unknown fie",
        ),
        (
            "GET",
            "/api/timeline/live?since=x",
            None,
            400,
            "invalid parameters: Expected `int`, got ",
        ),
        ("GET", "/api/nothing", None, 404, "404: Not Found"),
        ("PUT", "/api/faults", None, 405, "405: Method Not Allowed"),
        ("OPTIONS", "/api/faults", None, 405, "405: Method Not Allowed"),
    ],
)
def test_an_invalid_request_is_answered_with_its_problem(
    method: str, path: str, body: bytes | None, status: int, detail: str
) -> None:
    @in_a_loop
    async def test() -> None:
        async with control() as (_, api, history):
            answer = await api(method, path, raw=body, headers=JSON if body is not None else None)
            assert answer.status == status
            assert answer.headers["Content-Type"].startswith("application/problem+json")
            assert answer.body["status"] == status
            assert answer.body["detail"].startswith(detail)
            assert history.next == 0

    test()


@in_a_loop
async def test_a_wrong_method_is_answered_with_the_allowed_ones() -> None:
    async with control() as (_, api, _):
        assert (await api("PUT", "/api/faults")).headers["Allow"] == "GET,POST"


@in_a_loop
async def test_a_body_that_is_too_large_is_refused() -> None:
    async with control() as (_, api, history):
        answer = await api("POST", "/api/faults", raw=b" " * (LARGEST_BODY + 1), headers=JSON)
        assert answer.status == 413
        assert "1000000" in answer.body["detail"]
        assert history.next == 0


@pytest.mark.parametrize(
    ("headers", "status", "detail"),
    [
        (
            {"Content-Type": "text/plain"},
            415,
            "expected a body of type application/json; got ",
        ),
        ({**JSON, "Host": "evil.example:80"}, 403, "the Host evil.example:80 is not a name of"),
        ({**JSON, "Host": "192.168.1.7"}, 403, "the Host 192.168.1.7 is not a name of"),
        ({**JSON, "Origin": "http://evil.example"}, 403, "pages of http://evil.example must not"),
        ({**JSON, "Origin": "null"}, 403, "pages of null must not use this interface"),
        ({**JSON, "Sec-Fetch-Site": "cross-site"}, 403, "pages of other sites must not use this"),
    ],
)
def test_requests_from_other_sites_are_refused(
    headers: Mapping[str, str], status: int, detail: str
) -> None:
    @in_a_loop
    async def test() -> None:
        async with control() as (_, api, history):
            answer = await api("POST", "/api/faults", raw=HOLD, headers=headers)
            assert answer.status == status
            assert answer.body["detail"].startswith(detail)
            assert history.next == 0

    test()


@in_a_loop
async def test_requests_from_the_control_page_are_accepted() -> None:
    async with control() as (_, api, _):
        for host in (api.url.removeprefix("http://"), "localhost:1", "[::1]:1"):
            same_origin = {
                "Host": host,
                "Origin": f"http://{host}",
                "Sec-Fetch-Site": "same-origin",
            }
            answer = await api("POST", "/api/faults", raw=HOLD, headers={**JSON, **same_origin})
            assert answer.status == 201


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "é"]
)
def test_requests_without_the_token_are_refused(authorization: str | None) -> None:
    @in_a_loop
    async def test() -> None:
        async with control(token=TOKEN) as (_, api, history):
            headers = {} if authorization is None else {"Authorization": authorization}
            for path in ("/api/server", "/api/timeline/live"):
                answer = await api("GET", path, headers=headers)
                assert answer.status == 401
                assert answer.headers["WWW-Authenticate"] == "Bearer"
                assert "Authorization: Bearer" in answer.body["detail"]
            assert (await api("POST", "/api/reset", headers=headers)).status == 401
            assert (await api("GET", f"/api/server?token={TOKEN}")).status == 401
            assert history.next == 0

    test()


@in_a_loop
async def test_with_the_token_requests_are_accepted_and_the_page_needs_none() -> None:
    async with control(token=TOKEN) as (_, api, _):
        headers = {"Authorization": f"Bearer {TOKEN}"}
        assert (await api("GET", "/api/server", headers=headers)).status == 200
        for path in ("/", "/openapi.json"):
            answer = await api("GET", path)
            assert answer.status == 200
            assert TOKEN not in str(answer.body)


@in_a_loop
async def test_a_public_interface_accepts_any_ip_address_as_host_but_no_foreign_name() -> None:
    async with control(host="0.0.0.0", token=TOKEN) as (_, api, _):
        headers = {"Authorization": f"Bearer {TOKEN}"}
        for host, status in (("192.168.1.7:80", 200), ("[fe80::1]", 200), ("evil.example", 403)):
            assert (await api("GET", "/api/server", headers={**headers, "Host": host})).status == (
                status
            )


@pytest.mark.parametrize(
    ("host", "is_local"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("192.168.1.7", False),
        ("127.0.0.1.evil.example", False),
        ("", False),
    ],
)
def test_loopback_addresses_are_recognized(host: str, is_local: bool) -> None:
    assert is_loopback(host) is is_local
    assert Guard(host, None).asks_for_token is False


@in_a_loop
async def test_every_answer_has_security_headers() -> None:
    async with control() as (_, api, _):
        for path in ("/api/server", "/api/nothing", "/openapi.json", "/"):
            headers = (await api("GET", path)).headers
            assert headers["Cache-Control"] == "no-store"
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Content-Security-Policy"].startswith("default-src 'none'")
            assert "Access-Control-Allow-Origin" not in headers

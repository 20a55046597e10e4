"""The control interface: the operations of a ServerControl over HTTP, and the control page."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec
from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware

from pulsecheck.serve import openapi
from pulsecheck.serve.guard import Guard
from pulsecheck.serve.live import LIVE_PATH, LiveTimeline
from pulsecheck.serve.messages import LiveQuery, Problem
from pulsecheck.serve.operations import Operation, operations
from pulsecheck.serve.page import load_page
from pulsecheck.serve.server_control import NotFoundError, ServerControl

LARGEST_BODY = 1_000_000
"""The largest body of a request, in bytes."""
PAGE_PATH = "/"
DESCRIPTION_PATH = "/openapi.json"
PUBLIC = frozenset({PAGE_PATH, DESCRIPTION_PATH})
"""Paths that need no token, because they reveal nothing about the server."""
HEADERS = {
    hdrs.CACHE_CONTROL: "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Default headers of all responses."""
STATUSES: dict[type[Exception], int] = {
    NotFoundError: 404,
    RecursionError: 422,
    ValueError: 422,
}
"""The response status for each exception that an operation can raise."""

T = TypeVar("T")
RequestHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def application(control: ServerControl, guard: Guard) -> web.Application:
    """Return the web application of the control interface."""
    app = web.Application(
        middlewares=[_report_problems, _checking(guard)], client_max_size=LARGEST_BODY
    )
    offered = operations(control.kinds)
    for operation in offered:
        app.router.add_route(operation.method, operation.path, _serving(control, operation))
    live = LiveTimeline(control.history)
    description = openapi.describe(offered, asks_for_token=guard.asks_for_token)
    page = load_page()

    async def follow(request: web.Request) -> web.StreamResponse:
        return await live.stream(request, _parameters(request, LiveQuery).since)

    async def show(_request: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": page.policy}
        return web.Response(text=page.html, content_type="text/html", headers=headers)

    async def describe(_request: web.Request) -> web.Response:
        return web.Response(body=description, content_type="application/json")

    app.router.add_get(LIVE_PATH, follow, allow_head=False)
    app.router.add_get(PAGE_PATH, show)
    app.router.add_get(DESCRIPTION_PATH, describe)
    app.on_response_prepare.append(_add_headers)
    app.on_shutdown.append(live.close)
    return app


def _serving(control: ServerControl, operation: Operation) -> RequestHandler:
    async def serve(request: web.Request) -> web.Response:
        parameters: object = _parameters(request, operation.parameters)
        body = (
            None if operation.body is None else _body(await request.read(), operation.body, control)
        )
        try:
            answer = operation.act(control, parameters, body)
            if inspect.isawaitable(answer):
                answer = await answer
        except tuple(STATUSES) as error:
            status = next(code for kind, code in STATUSES.items() if isinstance(error, kind))
            return _problem(status, str(error))
        if operation.answer is None:
            return web.Response(status=operation.status)
        return web.Response(
            body=msgspec.json.encode(answer),
            status=operation.status,
            content_type="application/json",
        )

    return serve


def _parameters(request: web.Request, expected: type[T]) -> T:
    given = {**request.query, **request.match_info}
    try:
        return msgspec.convert(given, expected, strict=False)
    except msgspec.ValidationError as error:
        raise web.HTTPBadRequest(text=f"invalid parameters: {error}") from None


def _body(body: bytes, expected: type, control: ServerControl) -> Any:
    try:
        return msgspec.json.decode(body, type=expected)
    except msgspec.ValidationError as error:
        is_kind = "fault.kind`" in str(error)
        hint = f". The kinds are: {', '.join(control.kinds.names)}." if is_kind else ""
        raise web.HTTPBadRequest(text=f"invalid body: {error}{hint}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise web.HTTPBadRequest(text=f"the body is not JSON: {error}") from None


def _checking(guard: Guard) -> Middleware:
    @web.middleware
    async def check(request: web.Request, handler: RequestHandler) -> web.StreamResponse:
        guard.check(request, is_public=request.path in PUBLIC)
        return await handler(request)

    return check


@web.middleware
async def _report_problems(request: web.Request, handler: RequestHandler) -> web.StreamResponse:
    """Answer every failed request with a Problem."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        kept = {
            str(name): error.headers[name]
            for name in (hdrs.ALLOW, hdrs.WWW_AUTHENTICATE)
            if name in error.headers
        }
        return _problem(error.status, error.text or error.reason, kept)
    except ConnectionError:
        return _problem(400, "the client has disconnected")  # this answer is not sent
    except Exception as error:  # noqa: BLE001 - aiohttp would only log it
        context = {"message": f"{request.method} {request.path[:200]} failed", "exception": error}
        asyncio.get_running_loop().call_exception_handler(context)
        return _problem(500, "the mock server failed with an internal error; see its log")


def _problem(status: int, detail: str, headers: dict[str, str] | None = None) -> web.Response:
    problem = Problem(status=status, title=HTTPStatus(status).phrase, detail=detail)
    return web.Response(
        body=msgspec.json.encode(problem),
        status=status,
        content_type="application/problem+json",
        headers=headers,
    )


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)

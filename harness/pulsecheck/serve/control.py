"""The control interface: the operations of a control over HTTP, and a page to use them."""

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
from pulsecheck.serve.live import LIVE_PATH, Live
from pulsecheck.serve.messages import Problem, Since
from pulsecheck.serve.operations import Operation, operations
from pulsecheck.serve.page import page
from pulsecheck.serve.server_control import NotThereError, ServerControl

LARGEST_BODY = 1_000_000
"""Bytes of a request's body."""
PAGE_PATH = "/"
DESCRIPTION_PATH = "/openapi.json"
PUBLIC = frozenset({PAGE_PATH, DESCRIPTION_PATH})
"""What tells nothing of the server, so that it needs no token."""
HEADERS = {
    hdrs.CACHE_CONTROL: "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""On every answer that does not say otherwise."""
STATUSES: dict[type[Exception], int] = {
    NotThereError: 404,
    RecursionError: 422,
    ValueError: 422,
}
"""How an operation that cannot be done is answered, by what it raises."""

T = TypeVar("T")
RequestHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def application(control: ServerControl, guard: Guard) -> web.Application:
    app = web.Application(middlewares=[_explaining, _guarding(guard)], client_max_size=LARGEST_BODY)
    offered = operations(control.kinds)
    for operation in offered:
        app.router.add_route(operation.method, operation.path, _serving(control, operation))
    live = Live(control.history)
    description = openapi.describe(offered, asks_for_token=guard.asks_for_token)
    shown = page()

    async def follow(request: web.Request) -> web.StreamResponse:
        return await live.stream(request, _parameters(request, Since).since)

    async def show(_request: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": shown.policy}
        return web.Response(text=shown.html, content_type="text/html", headers=headers)

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


def _parameters(request: web.Request, wanted: type[T]) -> T:
    said = {**request.query, **request.match_info}
    try:
        return msgspec.convert(said, wanted, strict=False)
    except msgspec.ValidationError as error:
        raise web.HTTPBadRequest(text=f"wrong parameters: {error}") from None


def _body(body: bytes, wanted: type, control: ServerControl) -> Any:
    try:
        return msgspec.json.decode(body, type=wanted)
    except msgspec.ValidationError as error:
        hint = (
            f"; there are: {', '.join(control.kinds.names)}" if "fault.kind`" in str(error) else ""
        )
        raise web.HTTPBadRequest(text=f"wrong body: {error}{hint}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise web.HTTPBadRequest(text=f"the body is not JSON: {error}") from None


def _guarding(guard: Guard) -> Middleware:
    @web.middleware
    async def check(request: web.Request, handler: RequestHandler) -> web.StreamResponse:
        guard.check(request, is_public=request.path in PUBLIC)
        return await handler(request)

    return check


@web.middleware
async def _explaining(request: web.Request, handler: RequestHandler) -> web.StreamResponse:
    """Answer every failure with a Problem."""
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
        return _problem(400, "the client has gone")  # nobody reads it
    except Exception as error:  # noqa: BLE001 - it is told, and not only logged by aiohttp
        context = {"message": f"{request.method} {request.path[:200]} failed", "exception": error}
        asyncio.get_running_loop().call_exception_handler(context)
        return _problem(500, "the mock server itself went wrong; its log says how")


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

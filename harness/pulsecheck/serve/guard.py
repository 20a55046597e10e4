"""Who may use the control interface: this page and local programs, and no other site.

A page of another site can make a browser send requests here. It cannot choose their Host (which
is its own name where DNS was rebound to this machine), their Origin, or send JSON unasked.
"""

import hmac
import ipaddress
import socket
from urllib.parse import urlsplit

from aiohttp import hdrs, web

SCHEME = "Bearer "


def is_loopback(host: str) -> bool:
    """The host is this machine alone; no name is looked up."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Guard:
    """`host` is what the interface listens on; a `token` of None asks for none."""

    def __init__(self, host: str, token: str | None) -> None:
        self._is_loopback = is_loopback(host)
        self._names = {"localhost", host.lower(), socket.gethostname().lower()}
        self._token = token

    @property
    def asks_for_token(self) -> bool:
        return self._token is not None

    def check(self, request: web.BaseRequest, *, is_public: bool) -> None:
        """Raise the web.HTTPException that refuses a request; what is public needs no token."""
        self._check_host(request)
        self._check_origin(request)
        if not is_public:
            self._check_token(request)
        if request.body_exists and request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(
                text=f"wanted a body of application/json, got {request.content_type[:100]}"
            )

    def _check_host(self, request: web.BaseRequest) -> None:
        try:
            name = urlsplit(f"//{request.host}").hostname or ""
        except ValueError:
            name = ""
        if name not in self._names and not self._is_address(name):
            raise web.HTTPForbidden(
                text=f"the host {request.host[:100]} is not this one; use its IP address"
            )

    def _is_address(self, name: str) -> bool:
        """An address cannot be rebound; on the loopback none but its own is right."""
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return address.is_loopback or not self._is_loopback

    def _check_origin(self, request: web.BaseRequest) -> None:
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is not None and origin != f"http://{request.host}":
            raise web.HTTPForbidden(text=f"pages of {origin[:100]} may not use this interface")
        if request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
            raise web.HTTPForbidden(text="pages of other sites may not use this interface")

    def _check_token(self, request: web.BaseRequest) -> None:
        if self._token is None:
            return
        sent = request.headers.get(hdrs.AUTHORIZATION, "")
        wanted = SCHEME + self._token
        if not hmac.compare_digest(sent.encode("utf-8", "surrogateescape"), wanted.encode()):
            raise web.HTTPUnauthorized(
                headers={hdrs.WWW_AUTHENTICATE: "Bearer"},
                text="wanted the header Authorization: Bearer, with the token that was printed "
                "when the server was started",
            )

"""Access control: allows the control page and local programs, and rejects pages of other sites.

A page of another site can make a browser send requests to this interface. The Guard recognizes
these requests by their headers, and rejects them. The browser sets the header Origin, and the page
cannot change it. The page can send the Content-Type of JSON only with this interface's permission,
which the interface never gives. After DNS rebinding, the name of the other site leads to this
interface, but the header Host still contains that name.
"""

import hmac
import ipaddress
import socket
from urllib.parse import urlsplit

from aiohttp import hdrs, web

SCHEME = "Bearer "


def is_loopback(host: str) -> bool:
    """Return whether a host is a loopback address or "localhost". Does not look up names."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Guard:
    """Checks requests to the address `host`. If `token` is None, no token is needed."""

    def __init__(self, host: str, token: str | None) -> None:
        self._is_loopback = is_loopback(host)
        self._names = {"localhost", host.lower(), socket.gethostname().lower()}
        self._token = token

    @property
    def asks_for_token(self) -> bool:
        return self._token is not None

    def check(self, request: web.BaseRequest, *, is_public: bool) -> None:
        """Raise a web.HTTPException if the request is not allowed.

        A public request needs no token.
        """
        self._check_host(request)
        self._check_origin(request)
        if not is_public:
            self._check_token(request)
        if request.body_exists and request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(
                text=f"expected a body of type application/json; got {request.content_type[:100]}"
            )

    def _check_host(self, request: web.BaseRequest) -> None:
        try:
            name = urlsplit(f"//{request.host}").hostname or ""
        except ValueError:
            name = ""
        if name not in self._names and not self._is_address(name):
            raise web.HTTPForbidden(
                text=f"the Host {request.host[:100]} is not a name of this machine. Use its IP "
                "address."
            )

    def _is_address(self, name: str) -> bool:
        """Return whether a name from the header Host is an allowed IP address.

        After DNS rebinding, the header has the name of a site, and never an IP address. If the
        interface listens on the loopback, only loopback addresses are allowed.
        """
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return address.is_loopback or not self._is_loopback

    def _check_origin(self, request: web.BaseRequest) -> None:
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is not None and origin != f"http://{request.host}":
            raise web.HTTPForbidden(text=f"pages of {origin[:100]} must not use this interface")
        if request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
            raise web.HTTPForbidden(text="pages of other sites must not use this interface")

    def _check_token(self, request: web.BaseRequest) -> None:
        if self._token is None:
            return
        sent = request.headers.get(hdrs.AUTHORIZATION, "")
        expected = SCHEME + self._token
        if not hmac.compare_digest(sent.encode("utf-8", "surrogateescape"), expected.encode()):
            raise web.HTTPUnauthorized(
                headers={hdrs.WWW_AUTHENTICATE: "Bearer"},
                text="expected the header Authorization: Bearer with the token that the server "
                "printed when it started",
            )

"""The HTTP session through which the client library talks to the server."""

from io import BytesIO
from typing import Any

import aiohttp


class HttpSession:
    """An aiohttp session that sends the bodies of requests in chunks, and closes its responses.

    The chunks are needed because the library posts text, and aiohttp writes a text in one piece. If
    the text has more than 1 MiB, aiohttp warns that the write blocks the event loop. If warnings
    are errors, this warning would end the library's write task. The responses are closed here
    because the library leaves a response open if it cannot read the body to the end.
    """

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._open: list[aiohttp.ClientResponse] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    async def post(self, url: str, *, data: str, **settings: Any) -> aiohttp.ClientResponse:
        return self._keep(await self._session.post(url, data=BytesIO(data.encode()), **settings))

    async def get(self, url: str, **settings: Any) -> aiohttp.ClientResponse:
        return self._keep(await self._session.get(url, **settings))

    def _keep(self, response: aiohttp.ClientResponse) -> aiohttp.ClientResponse:
        self._open = [each for each in self._open if not each.closed]
        self._open.append(response)
        return response

    def close_responses(self) -> None:
        """Close the responses that are still open."""
        for each in self._open:
            each.close()

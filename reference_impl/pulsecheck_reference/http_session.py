"""The HTTP session through which the client library talks to the server."""

from io import BytesIO
from typing import Any

import aiohttp


class HttpSession:
    """An aiohttp session that sends the bodies of requests in chunks.

    The library posts text. aiohttp writes text in one piece and, above 1 MiB, warns that this
    blocks the event loop. If warnings are errors, this would end the library's write task.
    """

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    async def post(self, url: str, *, data: str, **settings: Any) -> aiohttp.ClientResponse:
        return await self._session.post(url, data=BytesIO(data.encode()), **settings)

"""`python -m pulsecheck_reference`: serve the driver protocol, on standard streams or over TCP."""

import argparse
import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

from pulsecheck_reference import streams

EPILOG = "Without an option, serve one session on standard input and output."


def address(text: str) -> tuple[str, int]:
    """Split [HOST:]PORT. The default host is the loopback address. Raises ValueError."""
    host, _, port = text.rpartition(":")
    return host.removeprefix("[").removesuffix("]") or "127.0.0.1", int(port)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m pulsecheck_reference", epilog=EPILOG)
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument(
        "--listen",
        type=address,
        metavar="[HOST:]PORT",
        help="accept connections and serve one session after the other, until a signal",
    )
    ways.add_argument(
        "--connect", type=address, metavar="[HOST:]PORT", help="connect and serve one session"
    )
    return parser.parse_args()


async def until_signal(serving: Coroutine[Any, Any, None]) -> None:
    """Run `serving` until it returns, or cancel it on SIGINT or SIGTERM."""
    loop = asyncio.get_running_loop()
    session = loop.create_task(serving)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, session.cancel)
    await asyncio.wait({session})
    if not session.cancelled():
        session.result()


def main() -> None:
    options = parse()
    if options.listen:
        serving = streams.serve_listening(*options.listen)
    elif options.connect:
        serving = streams.serve_connected(*options.connect)
    else:
        serving = streams.serve_standard(streams.take_standard_output())
    try:
        asyncio.run(until_signal(serving))
    except OSError as error:
        raise SystemExit(f"pulsecheck_reference: {error}") from None


if __name__ == "__main__":
    main()

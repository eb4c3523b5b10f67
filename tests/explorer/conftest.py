"""One small engine and one server for all tests of the explorer."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from bhxh_forecast.explorer.engine import Engine
from bhxh_forecast.explorer.server import Server
from bhxh_forecast.explorer.workers import Setup
from bhxh_forecast.inputs import load_inputs

SETUP = Setup(draws=160, fine=240)


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine(load_inputs(), draws=SETUP.draws)


@contextmanager
def serving() -> Iterator[tuple[Server, int]]:
    """A server in a thread of its own."""
    ready, found = Event(), {}

    async def serve() -> None:
        found["server"] = Server(SETUP, workers=1, most_visitors=3)
        found["port"] = found["server"].listen("127.0.0.1", 0)
        found["stop"], found["loop"] = asyncio.Event(), asyncio.get_running_loop()
        ready.set()
        await found["stop"].wait()
        found["server"].end()

    thread = Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert ready.wait(120)
    yield found["server"], found["port"]
    found["loop"].call_soon_threadsafe(found["stop"].set)
    thread.join(30)
    assert not thread.is_alive()


@pytest.fixture(scope="session")
def running() -> Iterator[tuple[Server, int]]:
    with serving() as found:
        yield found

"""The web page with its workers."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import tornado.httpserver
import tornado.netutil

from bhxh_forecast.explorer.handlers import Desk, application, static_file
from bhxh_forecast.explorer.state import State
from bhxh_forecast.explorer.words import boot
from bhxh_forecast.explorer.workers import NICE, Setup, Team, Worker, start_method

if TYPE_CHECKING:
    from bhxh_forecast.explorer.engine import Engine

LONGEST_QUESTION = 32_768  # bytes


class Server:
    """The page with its workers.

    Parameters
    ----------
    setup
        What the model is made from.
    workers
        Processes that answer moves; one more refines.
    most_visitors
        How many may be present at once.
    """

    def __init__(self, setup: Setup, *, workers: int = 2, most_visitors: int = 24) -> None:
        context, engine = start_method(), ready(setup)
        movers = [Worker(context, setup, setup.draws, engine) for _ in range(workers)]
        refiner = Worker(context, setup, setup.fine, None, NICE)
        for name in ("plotly.min.js", "panel.js", "web.js", "panel.css"):
            static_file(name)
        start = json.dumps(boot(engine), ensure_ascii=False).encode()
        self.desk = Desk(
            Team(movers, 4 * workers + most_visitors), Team([refiner], most_visitors), start, most_visitors
        )

    def listen(self, host: str, port: int) -> int:
        """Open the port (0: any free one) and return its number."""
        server = tornado.httpserver.HTTPServer(
            application(self.desk), max_body_size=LONGEST_QUESTION, idle_connection_timeout=300
        )
        sockets = tornado.netutil.bind_sockets(port, host)
        server.add_sockets(sockets)
        self.http = server
        return int(sockets[0].getsockname()[1])

    async def forever(self) -> None:
        """Serve until stopped."""
        try:
            await asyncio.Event().wait()
        finally:
            self.end()

    def end(self) -> None:
        """Close the port and stop the workers."""
        self.http.stop()
        self.desk.movers.end()
        self.desk.refiners.end()


def ready(setup: Setup) -> Engine:
    """An engine with the baseline of every world computed, to be shared by forked workers."""
    engine = setup.engine(setup.draws)
    for world in engine.controls.worlds:
        engine.draws_of(State(world=world, year=setup.until))
    return engine

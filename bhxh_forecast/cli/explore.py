"""``bhxh explore``: the explorer as a web page. ``bhxh lab``: JupyterLab at the start notebook."""

from __future__ import annotations

from typing import Annotated

import typer

from bhxh_forecast.cli.app import AsOf, Shared, app


@app.command()
def explore(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="Port; 0: any free one.", min=0, max=65535)] = 8866,
    host: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0: reachable from other machines.")
    ] = "127.0.0.1",
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page.")] = True,
    visitors: Annotated[
        int, typer.Option(help="Visitors at once; others are told to wait.", min=1, max=500)
    ] = 24,
    workers: Annotated[int, typer.Option(help="Processes that answer; one more refines.", min=1, max=32)] = 2,
    until: Annotated[int, typer.Option(help="Last year.", min=2030, max=2050)] = 2030,
    as_of: AsOf = None,
) -> None:
    """Serve the explorer as a web page: settings, odds, coverage and cost under one's fingers, in both languages."""
    import asyncio

    from bhxh_forecast.explorer.server import Server
    from bhxh_forecast.explorer.workers import Setup

    shared: Shared = context.obj
    setup = Setup(shared.data, as_of, until)

    async def serve() -> None:
        server = Server(setup, workers=workers, most_visitors=visitors)
        address = (
            f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{server.listen(host, port)}/"  # noqa: S104
        )
        typer.echo(f"{address}   (Ctrl+C ends it)")
        if browser:
            typer.launch(address)
        await server.forever()

    asyncio.run(serve())


@app.command()
def lab(
    port: Annotated[int, typer.Option(help="Port.", min=0, max=65535)] = 8888,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open JupyterLab.")] = True,
) -> None:
    """Open JupyterLab at the notebook that leads through the others."""
    import os
    import sys

    from bhxh_forecast.batch.context import home

    start = "/lab/tree/notebooks/00_start.ipynb"
    options = [
        f"--ServerApp.root_dir={home()}",
        f"--LabApp.default_url={start}",
        f"--ip={host}",
        f"--port={port}",
    ]
    options += [] if browser else ["--no-browser"]
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", *options])  # noqa: S606 - fixed program

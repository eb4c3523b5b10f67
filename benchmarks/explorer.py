"""How fast the explorer is, alone and with ten visitors at once: ``python benchmarks/explorer.py [--visitors 10]``.

One visitor: 20 moves of one slider and 20 of others at 1,000 draws, from the input event to the frame after the new
picture, measured in the browser. Ten visitors: ten pages in one browser on the same machine, loaded at once, each
moving every two seconds; the browser's own work is part of what is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
QUIET = [
    "--disable-background-networking",
    "--disable-sync",
    "--disable-component-update",
    "--no-first-run",
    "--no-sandbox",
]
SLIDERS = ("subsidy-city_share-other", "outreach-contacts", "compliance-inspections", "service-online_share")
PUT = """([id, part]) => { const s = document.getElementById(`bx-${id}-slider`); s.closest('details').open = true;
  s.value = Number(s.min) + part * (Number(s.max) - Number(s.min));
  s.dispatchEvent(new Event('input', { bubbles: true })); }"""


def spread(values: list[float]) -> dict[str, float]:
    """Median, 95th percentile and largest."""
    ordered = sorted(values)
    return {
        "median": round(statistics.median(ordered), 1),
        "p95": round(ordered[max(0, -(-95 * len(ordered) // 100) - 1)], 1),
        "max": round(ordered[-1], 1),
    }


def memory(pid: int) -> dict[str, float]:
    """Memory of a process and its children, MB: pages shared between them counted once (PSS)."""
    found = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split())]
    total = {}
    for one in found:
        rollup = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii")
        total[f"process {len(total)}"] = round(
            int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1]) / 1024
        )
    return {**total, "all": sum(total.values())}


async def until(page: object, expression: str, seconds: float = 180) -> None:
    """Wait in steps (the page forbids strings as code, which the driver's own waiting uses)."""
    end = time.monotonic() + seconds
    while not await page.evaluate(expression):
        if time.monotonic() > end:
            raise TimeoutError(expression)
        await asyncio.sleep(0.02)


async def opened(browser: object, address: str) -> tuple[object, float]:
    """A page and the seconds until its first picture."""
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    began = time.monotonic()
    await page.goto(address)
    await until(page, "!!globalThis.bhxhPanel && bhxhPanel.timings.length > 0")
    return page, time.monotonic() - began


async def moves(
    page: object, count: int, pause: float, which: tuple[str, ...] = SLIDERS, shift: float = 0.0
) -> list[dict[str, float]]:
    """Move sliders and return what the page measured."""
    await page.evaluate("bhxhPanel.timings.length = 0")
    for k in range(count):
        await page.evaluate(PUT, [which[k % len(which)], ((k + 1) * 0.37 + shift) % 1.0])
        await until(page, f"bhxhPanel.timings.length > {k}")
        await asyncio.sleep(pause)
    return await page.evaluate("bhxhPanel.timings")


async def one(browser: object, address: str) -> dict[str, object]:
    """One visitor."""
    page, first = await opened(browser, address)
    began = time.monotonic()
    await until(page, "bhxhPanel.refined === bhxhPanel.number")
    found: dict[str, object] = {
        "first picture, s": round(first, 2),
        "first refined after, s": round(time.monotonic() - began, 2),
    }
    for name, sliders in (("20 moves of one slider", SLIDERS[:1]), ("20 moves of four sliders", SLIDERS)):
        timings = await moves(page, 20, 0.1, sliders)
        found[f"{name}: input to picture, ms"] = spread([t["drawn"] for t in timings])
        found[f"{name}: model, ms"] = spread([t["model"] for t in timings])
    began = time.monotonic()
    await until(page, "bhxhPanel.refined === bhxhPanel.number")
    found["refined to 10,000 draws after, s"] = round(time.monotonic() - began, 2)
    await page.context.close()
    return found


async def many(browser: object, address: str, visitors: int) -> dict[str, object]:
    """Visitors at once."""
    pages = await asyncio.gather(*(opened(browser, address) for _ in range(visitors)))
    loads = [seconds for _, seconds in pages]
    runs = await asyncio.gather(
        *(moves(page, 10, 2.0, SLIDERS, k / visitors) for k, (page, _) in enumerate(pages))
    )
    drawn = [t["drawn"] for run in runs for t in run]
    refused = [await page.evaluate("bhxhPanel.status.textContent") for page, _ in pages]
    return {
        "visitors": visitors,
        "first picture, s": spread(loads),
        "moves answered": len(drawn),
        "input to picture, ms": spread(drawn),
        "last status of the pages": sorted(set(refused)),
    }


async def measure(address: str, visitors: int, pid: int) -> dict[str, object]:
    """All of it."""
    from playwright.async_api import async_playwright

    program = os.environ.get("BHXH_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=program, headless=True, args=QUIET)
        alone = await one(browser, address)
        found = {"one visitor": alone, "memory after one, MB": memory(pid)}
        if visitors:
            found |= {"together": await many(browser, address, visitors), "server memory, MB": memory(pid)}
        await browser.close()
    return found


def main() -> None:
    """Start the server, measure, print JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--visitors", type=int, default=10)
    arguments = parser.parse_args()
    command = [sys.executable, "-m", "bhxh_forecast.cli", "explore", "--no-browser", "--port", "0"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        address = server.stdout.readline().split()[0]
        found = asyncio.run(measure(f"{address}?lang=en", arguments.visitors, server.pid))
        sys.stdout.write(json.dumps(found, indent=1) + "\n")
    finally:
        server.terminate()
        server.wait(timeout=20)


if __name__ == "__main__":
    main()

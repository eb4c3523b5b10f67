"""The workplace in a real browser: ``bhxh lab`` opens the guide, and the explorer's notebook runs in JupyterLab.

    .venv/bin/python benchmarks/lab.py [--pictures FOLDER]

Starts JupyterLab, opens the start notebook and the explorer's, runs all cells, moves a slider, and prints how long the
panel took to draw again. Ends with 1 where the panel does not come or the console has an error of this package.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PANEL = ".bx-card"
MOVE = """() => { const s = document.getElementById('bx-subsidy-city_share-other-slider');
  s.closest('details').open = true; s.value = s.max; s.dispatchEvent(new Event('input', { bubbles: true })); }"""
ODDS = "() => document.querySelector('.bx-card[data-target=vsi_coverage]')?.textContent"


def started(settings: Path) -> tuple[subprocess.Popen[str], str]:
    """JupyterLab and its address with the token; in a container it may be started by root."""
    settings.joinpath("jupyter_server_config.json").write_text(
        '{"ServerApp": {"allow_root": true}, "LabApp": {"expose_app_in_browser": true}}'
    )
    command = [sys.executable, "-m", "bhxh_forecast.cli", "lab", "--no-browser", "--port", "0"]
    environment = os.environ | {"JUPYTER_CONFIG_DIR": str(settings)}
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    for line in server.stdout or ():
        found = re.search(r"http://127\.0\.0\.1:\d+/\S*", line)
        if found:
            return server, found[0]
    raise SystemExit("JupyterLab did not start")


def notebook(page: Any, address: str, name: str) -> None:
    """Open a notebook."""
    base, _, token = address.partition("?")
    page.goto(
        f"{base.split('/lab')[0]}/lab/workspaces/{name}/tree/notebooks/{name}.ipynb?{token}", timeout=90_000
    )
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=90_000)
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]", timeout=90_000)
    page.click(".jp-Notebook .jp-Cell >> nth=0")


def seen(page: Any, what: str, pictures: Path | None, name: str) -> None:
    """Run all cells until something is there, and take a picture whether it comes or not."""
    end = time.monotonic() + 90
    try:
        while not page.locator(what).count():  # a command given before the kernel is there is lost
            if time.monotonic() > end:
                raise SystemExit(f"{name} did not come")
            page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
            time.sleep(8)
    finally:
        if pictures:
            page.screenshot(path=str(pictures / f"{name}.png"))


def changed(page: Any, before: str, seconds: float) -> float:
    """Seconds until what the page says of the target differs."""
    began = time.monotonic()
    while page.evaluate(ODDS) == before:
        if time.monotonic() - began > seconds:
            raise SystemExit("the picture did not change")
        time.sleep(0.02)
    return time.monotonic() - began


def main() -> None:
    """Print what was seen."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pictures", type=Path, default=None)
    pictures = parser.parse_args().pictures
    settings = tempfile.TemporaryDirectory()
    server, address = started(Path(settings.name))
    errors: list[str] = []
    try:
        with sync_playwright() as driver:
            program = os.environ.get("BHXH_CHROMIUM") or shutil.which("chromium")
            browser = driver.chromium.launch(executable_path=program, headless=True, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1440, "height": 1000})
            page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
            notebook(page, address, "00_start")
            seen(page, ".jp-OutputArea-output ol li a", pictures, "lab_start")
            print("the guide names", page.locator(".jp-OutputArea-output ol li a").count(), "notebooks")
            page.close()
            page = browser.new_page(viewport={"width": 1440, "height": 1000})
            page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
            notebook(page, address, "explorer")
            seen(page, PANEL, pictures, "lab_panel")
            time.sleep(12)  # cells that were run more than once have drawn the panel anew by then
            before = page.evaluate(ODDS)
            page.evaluate(MOVE)
            print(f"{before}\n{changed(page, before, 60):.2f} s later: {page.evaluate(ODDS)}")
            browser.close()
    finally:
        server.terminate()
        server.wait(timeout=20)
    print("errors of the console:", errors or "none")
    sys.exit(any("bhxh" in text or "bx-" in text for text in errors))


if __name__ == "__main__":
    main()

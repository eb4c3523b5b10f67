"""Stores the pictures that test_browser compares with: ``python -m tests.explorer.store_pictures``; look at them."""

from playwright.sync_api import sync_playwright

from tests.explorer.conftest import serving
from tests.explorer.test_browser import QUIET, STORED, Visit
from tests.tools import program


def main() -> None:
    STORED.mkdir(exist_ok=True)
    with serving() as (_, port), sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program("browser"), headless=True, args=list(QUIET))
        for lang in ("vi", "en"):
            visit = Visit(browser, f"http://127.0.0.1:{port}/?lang={lang}&start=combined", 1000)
            visit.page.locator(".bx-charts").first.screenshot(path=STORED / f"charts.{lang}.png")
        browser.close()


if __name__ == "__main__":
    main()

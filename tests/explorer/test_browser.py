"""The page in a browser: moved, kept, taken along, reloaded; its numbers are the package's; nothing from elsewhere."""

import io
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bhxh_forecast.explorer.answer import answer
from bhxh_forecast.explorer.engine import Engine
from bhxh_forecast.explorer.server import Server
from bhxh_forecast.inputs import load_scenario
from tests.explorer.conftest import SETUP
from tests.tools import program

pytestmark = pytest.mark.browser
QUIET = (
    "--disable-background-networking", "--disable-sync", "--disable-component-update", "--no-first-run",
    "--no-sandbox", "--font-render-hinting=none",
)  # fmt: skip
STORED = Path(__file__).parent / "pictures"
SLIDER = "#bx-subsidy-city_share-other-slider"
SERIOUS = ("serious", "critical")


class Visit:
    """A page with what it logged and asked for."""

    def __init__(self, browser, address: str, width: int = 1280, height: int = 900) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.hosts: set[str] = set()
        self.page.on(
            "console", lambda m: self.errors.append(m.text) if m.type in ("error", "warning") else None
        )
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))
        self.page.on("request", lambda r: self.hosts.add(urlsplit(r.url).netloc))
        self.page.goto(address)
        self.settled()

    def until(self, expression: str, seconds: float = 60) -> None:
        """Wait in steps: the page forbids the strings-as-code that the driver's own waiting needs."""
        end = time.monotonic() + seconds
        while not self.page.evaluate(expression):
            assert time.monotonic() < end, expression
            time.sleep(0.02)

    def settled(self) -> None:
        """Wait until the setting on the screen is refined and every kept setting is there."""
        self.until("!!globalThis.bhxhPanel?.answer && bhxhPanel.refined === bhxhPanel.number")
        self.until(f"bhxhPanel.pins.every(pin => pin.answer?.draws === {SETUP.fine})")

    def link(self) -> str:
        return str(self.page.evaluate("bhxhPanel.link()"))

    def odds(self) -> dict[str, str]:
        cards = self.page.locator(".bx-card")
        return {c.get_attribute("data-target"): c.locator("strong").inner_text() for c in cards.all()}

    def taken(self, button: str, folder: Path) -> Path:
        with self.page.expect_download() as started:
            self.page.click(button)
        target = folder / started.value.suggested_filename
        started.value.save_as(target)
        return target


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=program("browser"), headless=True, args=list(QUIET))
        yield found
        found.close()


@pytest.fixture(scope="module")
def address(running: tuple[Server, int]) -> str:
    running[0].desk.most_visitors = 100
    return f"http://127.0.0.1:{running[1]}/"


@pytest.fixture(scope="module")
def visit(browser, address: str) -> Iterator[Visit]:
    visit = Visit(browser, f"{address}?lang=vi&start=combined")
    yield visit
    visit.context.close()


@pytest.fixture(scope="module")
def fine(engine: Engine) -> Engine:
    return Engine(engine.inputs, draws=SETUP.fine)


def open_lever(visit: Visit) -> None:
    visit.page.evaluate(f"document.querySelector('{SLIDER}').closest('details').open = true")


def move(visit: Visit, keys: int) -> None:
    """Move the slider by keyboard, as someone without a mouse does."""
    open_lever(visit)
    visit.page.focus(SLIDER)
    for _ in range(keys):
        visit.page.keyboard.press("ArrowRight")
    visit.settled()


def test_moved_by_keyboard_the_page_shows_the_packages_numbers(visit: Visit, fine: Engine) -> None:
    before = visit.odds()
    move(visit, 4)
    assert "subsidy.city_share.other=0.5%2C2027-01" in visit.link()
    expected = answer(fine, {"link": visit.link(), "lang": "vi"})
    assert visit.odds() == {target: words["odds"] for target, words in expected["words"]["odds"].items()}
    assert visit.odds() != before
    drawn = visit.page.evaluate("bhxhPanel.plots.vsi_coverage.plot.data[4].y")
    assert drawn == expected["fans"]["vsi_coverage"]["p50"]
    bars = visit.page.evaluate("bhxhPanel.plots.budget.plot.data[0].y")
    assert bars == [amount / 1e9 for amount in expected["budget"]["sources"]["city"]]
    timings = visit.page.evaluate("bhxhPanel.timings")
    assert all(0 < t["answered"] < t["drawn"] for t in timings)


def test_the_language_is_switched_without_a_change_of_numbers(visit: Visit, fine: Engine) -> None:
    visit.page.click("#bx-lang-en")
    visit.settled()
    assert visit.page.inner_text("h1") == "Explore the scenarios by hand"
    assert visit.page.evaluate("document.documentElement.lang") == "en"
    expected = answer(fine, {"link": visit.link(), "lang": "en"})
    assert visit.odds() == {target: words["odds"] for target, words in expected["words"]["odds"].items()}
    visit.page.click("#bx-lang-vi")
    visit.settled()


def test_settings_are_kept_compared_and_come_back_with_the_link(visit: Visit, browser) -> None:
    visit.page.click("#bx-pin")
    move(visit, 2)
    visit.page.click("#bx-pin")
    assert visit.page.locator(".bx-pins tbody tr").count() == 2
    visit.settled()
    again = Visit(browser, visit.page.url)
    assert again.odds() == visit.odds()
    assert again.link() == visit.link()
    assert (
        again.page.locator(".bx-pins tbody").inner_text() == visit.page.locator(".bx-pins tbody").inner_text()
    )
    assert again.errors == []
    again.context.close()
    for _ in range(3):
        visit.page.click("#bx-pin")
    assert visit.page.locator(".bx-pins tbody tr").count() == 4
    assert "bốn" in visit.page.inner_text(".bx-alert")
    visit.page.locator(".bx-pins tbody button[aria-label^='Bỏ']").last.click()
    assert visit.page.locator(".bx-pins tbody tr").count() == 3


def test_what_is_taken_along_is_the_setting(visit: Visit, fine: Engine, tmp_path: Path) -> None:
    expected = answer(fine, {"link": visit.link(), "lang": "vi"})
    scenario = load_scenario(visit.taken("#bx-save_yaml", tmp_path), fine.inputs)
    assert scenario.levers["subsidy.city_share.other"][0].amount == 0.6
    table = pd.read_csv(visit.taken("#bx-save_csv", tmp_path))
    mine = table[table["setting"] == "my_setting"].drop_duplicates(["item", "year"]).set_index("item")
    probability = expected["odds"]["si_coverage"]["probability"]
    assert mine.loc["si_coverage", "probability"] == pytest.approx(probability, rel=1e-9)
    assert mine.loc["cost_above_baseline", "mean"] == pytest.approx(expected["cost"]["mean"], rel=1e-9)
    picture = Image.open(visit.taken("#bx-save_png", tmp_path))
    assert picture.width == 2560
    assert len(set(np.asarray(picture.convert("L"))[400:900, 100:1200].ravel().tolist())) > 30


def test_a_setting_that_cannot_be_is_refused_beside_the_field(visit: Visit) -> None:
    visit.page.evaluate(
        "document.querySelector('#bx-subsidy-city_share-poor-value').closest('details').open = true"
    )
    visit.page.fill("#bx-subsidy-city_share-poor-value", "99")
    visit.until("bhxhPanel.alert.textContent.includes('cộng lại vượt quá')")
    visit.page.fill("#bx-subsidy-city_share-poor-value", "140")
    assert "0 đến 100" in visit.page.inner_text(".bx-alert")
    visit.page.click("#bx-reset")
    visit.settled()
    assert visit.page.inner_text(".bx-alert") == ""


def test_nothing_is_logged_and_nothing_comes_from_elsewhere(visit: Visit, address: str) -> None:
    assert visit.errors == []
    assert {host for host in visit.hosts if host} == {urlsplit(address).netloc}


@pytest.mark.parametrize(("lang", "width"), [("vi", 1280), ("en", 390)])
def test_no_serious_finding_of_accessibility_and_no_sideways_scrolling(
    browser, address: str, lang: str, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    visit = Visit(browser, f"{address}?lang={lang}&start=outreach_push", width)
    visit.page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    visit.page.click("#bx-pin")
    found = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in Axe().run(visit.page).response["violations"]
             if v["impact"] in SERIOUS]  # fmt: skip
    assert found == []
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visit.context.close()


def shades(png: bytes) -> np.ndarray:
    """A picture as small grey squares: letters blur, lines and areas stay."""
    image = Image.open(io.BytesIO(png)).convert("L").resize((128, 96), Image.Resampling.BOX)
    return np.asarray(image, dtype=float)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_pictures_are_those_that_were_looked_at(browser, address: str, lang: str) -> None:
    """Stored by tests/explorer/store_pictures.py and looked at; tolerance: fonts of another machine."""
    stored = shades((STORED / f"charts.{lang}.png").read_bytes())
    visit = Visit(browser, f"{address}?lang={lang}&start=combined", 1000)
    now = shades(visit.page.locator(".bx-charts").first.screenshot())
    visit.page.select_option("#bx-start", "no_top_up")
    visit.until("bhxhPanel.answer.link.includes('no_top_up')")
    visit.settled()
    other = shades(visit.page.locator(".bx-charts").first.screenshot())
    visit.context.close()
    assert np.abs(now - stored).mean() < 1.5
    assert np.percentile(np.abs(now - stored), 99.5) < 40
    assert np.abs(other - stored).mean() > np.abs(now - stored).mean()

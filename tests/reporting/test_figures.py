"""Every picture says what it shows: title, unit, base, source; prints the same bytes; fits its frame."""

import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bhxh_forecast.reporting import figures
from bhxh_forecast.reporting.blocks import picture, png_of, svg_of
from bhxh_forecast.reporting.page import Page
from bhxh_forecast.reporting.style import COLOURS, CYCLE, colour

DRAW: dict[str, Callable[[Page], Figure]] = {
    "si": lambda p: figures.coverage_fan(p, "si_coverage"),
    "old_age": lambda p: figures.coverage_fan(p, "old_age_coverage"),
    "counts": lambda p: figures.count_fan(p, "si_participants", "vsi_participants"),
    "paying": lambda p: figures.count_fan(p, "vsi_participants", "vsi_paying"),
    "workers": lambda p: figures.count_fan(p, "csi_participants", "ui_participants"),
    "odds": figures.target_odds,
    "denominators": figures.denominators,
    "pyramid": figures.population_pyramid,
    "totals": figures.population_totals,
    "bases": figures.workforce_bases,
    "kinds": figures.base_kinds,
    "ratios": figures.ratio_fan,
    "participation": figures.participation_profiles,
    "surface": figures.validation_surface,
    "nation": figures.nation_fan,
    "programmes": lambda p: figures.budget_stack(p, "programme"),
    "sources": lambda p: figures.budget_stack(p, "funding_source"),
    "cost": figures.cost_fan,
    "scenario_odds": figures.scenario_odds,
    "scenario_cost": figures.scenario_cost,
    "assumptions": figures.assumption_effects,
}
UNIT = {"vi": "Đơn vị:", "en": "Unit:"}
SOURCE = {"vi": "Nguồn:", "en": "Source:"}


def words(fig: Figure) -> list[str]:
    return [text.get_text().replace("\n", " ") for text in fig.texts]


@pytest.mark.parametrize("name", DRAW)
def test_a_picture_says_its_unit_and_source(page: Page, name: str) -> None:
    title, facts, source = words(DRAW[name](page))[:3]
    assert title
    assert UNIT[page.lang] in facts
    assert source.startswith(SOURCE[page.lang])


@pytest.mark.parametrize("name", DRAW)
def test_no_words_leave_the_frame_or_lie_on_the_title(make_page: Any, name: str) -> None:
    for lang in ("vi", "en"):
        fig = DRAW[name](make_page(lang))
        canvas = FigureCanvasAgg(fig)
        canvas.draw()
        renderer = canvas.get_renderer()
        width, height = fig.bbox.width, fig.bbox.height
        for text in fig.findobj(lambda artist: hasattr(artist, "get_text") and artist.get_text() != ""):
            if not text.get_visible() or (text.axes is not None and not text.axes.get_visible()):
                continue
            box = text.get_window_extent(renderer)
            if box.width == 0 or _hidden_tick(text):
                continue
            assert box.x0 >= -2, (lang, text.get_text())
            assert box.x1 <= width + 2, (lang, text.get_text())
            assert box.y0 >= -2, (lang, text.get_text())
            assert box.y1 <= height + 2, (lang, text.get_text())


def _hidden_tick(text: Any) -> bool:
    """Tick labels outside the axis limits are kept by matplotlib but never drawn."""
    for ax in text.figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in axis.get_major_ticks():
                if text in (tick.label1, tick.label2):
                    return not low <= tick.get_loc() <= high
    return False


def test_money_names_its_price_basis(page: Page) -> None:
    for name in ("programmes", "sources", "cost", "scenario_cost"):
        assert page.text("price.nominal") in words(DRAW[name](page))[1]


def test_a_fan_shows_both_bases_the_targets_and_the_last_published_month(page: Page) -> None:
    fig = figures.coverage_fan(page, "si_coverage")
    left, right = fig.axes
    assert page.text.label("base", "lfs_working_age") in left.get_title(loc="left")
    assert page.text.label("base", "agency") in right.get_title(loc="left")
    marks = [line for line in left.lines if line.get_marker() == "D"]
    assert sorted(float(line.get_ydata()[0]) for line in marks) == [0.5, 0.7]
    assert {t.get_text() for t in left.texts} >= {page.text("phase.history"), page.text("phase.projection")}


def test_stacked_bars_end_at_the_printed_total(page: Page) -> None:
    fig = figures.budget_stack(page, "programme")
    ax = fig.axes[0]
    tops: dict[float, float] = {}
    for bar in ax.patches:
        middle = round(bar.get_x() + bar.get_width() / 2)
        tops[middle] = max(tops.get(middle, 0.0), bar.get_y() + bar.get_height())
    assert {t.get_text() for t in ax.texts} == {page.fmt.number(top) for top in tops.values()}


def test_the_same_picture_gives_the_same_small_svg(page: Page) -> None:
    first, second = (svg_of(figures.budget_stack(page)) for _ in range(2))
    assert first == second
    assert len(first) < 40_000
    ET.fromstring(first)
    assert "<metadata" not in first
    assert re.search(r"<text[^>]*>1[.,]\d{3}", first), "printed numbers are not shortened"


def test_a_picture_is_read_aloud_by_its_title(page: Page) -> None:
    fig = figures.denominators(page)
    html = picture(fig, "a < b").html
    assert 'role="img"' in html
    assert 'aria-label="a &lt; b"' in html


def test_png_for_documents(page: Page) -> None:
    assert png_of(figures.denominators(page), dpi=60).startswith(b"\x89PNG")


def test_the_same_thing_has_the_same_colour_everywhere() -> None:
    assert colour("vsi") == COLOURS["vsi"]
    assert colour("something new", 2) == CYCLE[2]
    bases = [
        COLOURS[b]
        for b in ("working_age_population", "lfs_15plus", "lfs_working_age", "agency", "agency_voluntary")
    ]
    assert len(set(bases)) == len(bases)

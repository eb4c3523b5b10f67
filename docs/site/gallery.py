"""The gallery: every picture of a report, in both languages, from a run made for it and kept."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from bhxh_forecast.batch.keys import PACKAGE
from bhxh_forecast.reporting import figures
from bhxh_forecast.reporting.blocks import png_of
from bhxh_forecast.reporting.fmt import LANGUAGES
from bhxh_forecast.reporting.page import Page, open_page

DRAWS = int(os.environ.get("BHXH_GALLERY_DRAWS", "2000"))
SCENARIOS = ("current_policy", "combined")
RUN = Path(os.environ.get("BHXH_GALLERY_RUN") or PACKAGE.parent / ".cache" / "gallery")
DPI = 110


def plots(page: Page) -> dict[str, object]:
    """Every picture by name."""
    fan = figures.coverage_fan
    return {
        "target_odds": figures.target_odds(page),
        "coverage_si": fan(page, "si_coverage"),
        "coverage_vsi": fan(page, "vsi_coverage"),
        "coverage_ui": fan(page, "ui_coverage"),
        "coverage_old_age": fan(page, "old_age_coverage"),
        "members": figures.count_fan(page, "vsi_participants", "vsi_paying"),
        "employment": figures.count_fan(page, "csi_participants", "ui_participants"),
        "denominators": figures.denominators(page),
        "budget_by_programme": figures.budget_stack(page, "programme"),
        "budget_by_source": figures.budget_stack(page, "funding_source"),
        "cost": figures.cost_fan(page),
        "population_pyramid": figures.population_pyramid(page),
        "population": figures.population_totals(page),
        "workforce": figures.workforce_bases(page),
        "scenario_odds": figures.scenario_odds(page),
        "scenario_cost": figures.scenario_cost(page),
    }


def opened(lang: str) -> Page:
    """The run of the gallery, made when it is not there or not of these draws."""
    from bhxh_forecast.cli import call

    done = call(["run", *SCENARIOS, "--draws", str(DRAWS), "--only", "tables", "--quiet", "--out", str(RUN)])
    if done != 0:
        raise SystemExit(f"the run of the gallery ended with {done}")
    return open_page("combined", "reference", DRAWS, 20181116, None, 2030, lang, str(RUN))


@cache
def pictures() -> dict[str, bytes]:
    """Every picture as a PNG, by file name."""
    return {
        f"{name}.{lang}.png": png_of(figure, DPI)  # type: ignore[arg-type]
        for lang in LANGUAGES
        for name, figure in plots(opened(lang)).items()
    }


def page() -> str:
    """The page of the gallery."""
    names = [Path(name).name.removesuffix(".en.png") for name in pictures() if name.endswith(".en.png")]
    parts = [
        "# Gallery\n\nEvery picture of a report, for the scenario *all measures together*, drawn from a run of "
        f"{DRAWS:,} draws when this site was built. The function is the one to call in a notebook.\n"
    ]
    for name in names:
        for lang in ("en", "vi"):
            parts.append(f"![{name.replace('_', ' ')}, {lang}](img/gallery/{name}.{lang}.png)\n")
    return "\n".join(parts)

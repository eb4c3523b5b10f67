"""The index page of a run: scenarios side by side, odds on both bases, cost, and links to everything."""

from __future__ import annotations

from typing import Any

from bhxh_forecast.reporting.blocks import Block, heading, stack
from bhxh_forecast.reporting.figures import scenario_cost, scenario_odds
from bhxh_forecast.reporting.fmt import LANGUAGES
from bhxh_forecast.reporting.front import legal_gate
from bhxh_forecast.reporting.headline import legal_ready
from bhxh_forecast.reporting.html import _page, _safe
from bhxh_forecast.reporting.page import Page
from bhxh_forecast.reporting.registers import scenario_table
from bhxh_forecast.reporting.run_tables import TABLES, RunTables
from bhxh_forecast.reporting.show import denominators, figure

SHARED = (
    "01_history_and_data", "02_population_and_workforce", "05_comparison", "06_methods_and_assumptions",
    "07_population_validation",
)  # fmt: skip
REFERENCE = "reference"
OF_WORLD = ("02_population_and_workforce",)  # the others are shown once, for the first world
NAMES = {"vi": "Tiếng Việt", "en": "English"}


def render_index(run: RunTables) -> str:
    """The index page, in the run's languages with a switch that works without a network or a script."""
    languages = [lang for lang in LANGUAGES if lang in run.manifest.get("languages", LANGUAGES)]
    return _page("index_page.html.j2", pages=[_page_of(run, lang) for lang in languages])


def _page_of(run: RunTables, lang: str) -> dict[str, Any]:
    worlds = [str(entry["name"]) for entry in run.manifest["worlds"]]
    page = Page(run, run.scenarios[0], worlds[0], lang)
    t, f = page.text, page.fmt
    about = [
        t("report.as_of", date=f.date(page.as_of)),
        t("report.draws", draws=f.number(run.manifest["draws"]), seed=run.manifest["seed"]),
    ]
    ready = legal_ready(page)
    return {
        "lang": lang, "name": NAMES[lang], "title": t("index.title"), "about": about, "ready": ready,
        "stamp": t("report.ready" if ready else "report.draft"),
        "lead": t("index.lead"), "first": t("index.first_text"),
        "warning": t("index.partial") if run.manifest["status"] in ("failed", "interrupted") else "",
        "body": _safe("\n".join(_comparison(run, world, lang, len(worlds) > 1).html for world in worlds)),
        "headings": {"reports": t("index.reports"), "shared": t("index.shared")},
        "report_heads": [t("column.scenario"), t("index.report"), t("index.tables")],
        "reports": _reports(run, lang, worlds), "shared": _shared(run, lang, worlds),
    }  # fmt: skip


def _comparison(run: RunTables, world: str, lang: str, several: bool) -> Block:
    """Odds and cost of every scenario under one set of external conditions."""
    page = Page(run, run.scenarios[0], world, lang)
    blocks = [heading(f"{page.text('index.compare')}: {page.title_of('worlds', world)}")] if several else []
    blocks += [
        legal_gate(page),
        scenario_table(page),
        figure(scenario_odds(page)),
        figure(scenario_cost(page)),
    ]
    return stack(*blocks, denominators(page))


def folder_of(run: RunTables, scenario: str, world: str) -> str:
    """Folder of a scenario's results, with the world's name unless it is the reference."""
    folder = str(run.entry("scenarios", scenario).get("folder") or scenario)
    return folder if world == REFERENCE or "@" in folder else f"{folder}@{world}"


def _reports(run: RunTables, lang: str, worlds: list[str]) -> list[dict[str, Any]]:
    rows = []
    for name in run.scenarios:
        for world in worlds:
            page = Page(run, name, world, lang)
            folder = folder_of(run, name, world)
            suffix = "" if world == REFERENCE else f" ({page.title_of('worlds', world)})"
            names = {
                "open": "report.{}.html",
                "workbook": "budget.{}.xlsx",
                "pdf": "report.{}.pdf",
                "annex": "annex.{}.docx",
            }
            files = [(f"{folder}/{n.format(lang)}", page.text(f"index.{key}")) for key, n in names.items()]
            links = _existing(run, files)
            tables = [(f"{folder}/tables/{table}.csv", page.text(f"table_name.{table}")) for table in TABLES]
            description = run.entry("scenarios", name).get("description") or {}
            rows.append({"title": page.scenario_title + suffix, "text": description.get(lang, ""), "links": links,
                         "tables": _existing(run, tables)})  # fmt: skip
    return rows


def _shared(run: RunTables, lang: str, worlds: list[str]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for world in worlds:
        page = Page(run, run.scenarios[0], world, lang)
        folder = "shared" if world == REFERENCE else f"shared@{world}"
        suffix = "" if world == REFERENCE else f" ({page.title_of('worlds', world)})"
        names = SHARED if world == worlds[0] else OF_WORLD
        found += _existing(
            run, [(f"{folder}/{n}.{lang}.html", page.text(f"notebook.{n}") + suffix) for n in names]
        )
    return found


def _existing(run: RunTables, links: list[tuple[str, str]]) -> list[dict[str, str]]:
    """Links to files that are there (all of them when the run is held in memory)."""
    root = run.run_dir
    return [{"href": href, "text": text} for href, text in links if root is None or (root / href).is_file()]

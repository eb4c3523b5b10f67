"""Lists that let a reader check a run: assumptions, what was random and frozen, what is missing, scenarios."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import yaml

from bhxh_forecast.reporting.blocks import Block, Column, Row, Table, bullets, paragraph, stack
from bhxh_forecast.reporting.fmt import is_missing
from bhxh_forecast.reporting.headline import target_pairs
from bhxh_forecast.reporting.page import Page
from bhxh_forecast.reporting.published import observed
from bhxh_forecast.reporting.summary import total_cost
from bhxh_forecast.reporting.text import capital

LEFT = "left"
COMPARED = ("si_coverage", "vsi_coverage", "ui_coverage", "old_age_coverage", "all")


def assumption_table(page: Page, limit: int | None = None) -> Block:
    """Register of assumptions, the most influential first; ``limit`` keeps the first ones."""
    t = page.text
    table = page.run.table("assumptions")
    effect = pd.to_numeric(table["effect_on_probability"], errors="coerce")
    table = table.assign(_size=effect.abs().fillna(-1.0)).sort_values("_size", ascending=False, kind="stable")
    columns = [
        Column(t("column.number"), "center"),
        Column(t("column.assumption"), LEFT, wide=True),
        Column(t("column.value"), LEFT),
        Column(t("column.unit"), LEFT),
        Column(t("column.status"), LEFT),
        Column(t("column.effect")),
    ]
    rows = []
    for at, (_, row) in enumerate(table.head(limit or len(table)).iterrows(), start=1):
        size = pd.to_numeric(row["effect_on_probability"], errors="coerce")
        rows.append(Row([
            str(at), capital(str(row[f"name_{page.lang}"])), value_text(page, str(row["value_or_distribution"])),
            t.unit(str(row["unit"])), t.label("source_status", str(row["status"])),
            page.fmt.number(None if is_missing(size) else float(size) * 100, 1),
        ]))  # fmt: skip
    note = t("table.assumptions_note") + (
        " " + t("table.assumptions_more", count=len(table)) if limit else ""
    )
    data = table.drop(columns="_size")
    return Table(t("table.assumptions"), t("unit.effect"), columns, rows, note, data=data).block()


_RANGE = re.compile(r"(\S+) \((\S+) \.\. (\S+)\)")
_DISTRIBUTION = re.compile(r"(\w+)\(([^()]*)\)")


def value_text(page: Page, value: str) -> str:
    """A value or distribution in the page's language: ``normal(0.1, 0.05)`` becomes chuẩn(0,1; 0,05)."""
    t = page.text
    if value in ("True", "False"):
        return t(f"truth.{value.lower()}")
    bounds = _RANGE.fullmatch(value)
    if bounds is not None:
        middle, low, high = (page.fmt.technical(part) for part in bounds.groups())
        return middle if low == high else f"{middle} ({t('bound.low')} {low} {t('bound.high')} {high})"
    found = _DISTRIBUTION.fullmatch(value)
    if found is None:
        return page.fmt.technical(value)
    inside = (
        page.fmt.technical(found.group(2))
        .replace("from ", t("bound.low") + " ")
        .replace("to ", t("bound.high") + " ")
    )
    kind = found.group(1).lower()
    name = t.label("distribution", kind)
    return f"{inside} ({name})" if kind == "fixed" else f"{name}({inside})"


def random_and_frozen(page: Page) -> Block:
    """What each draw varies and what stays fixed in every draw, with the draws' origin."""
    t, manifest = page.text, page.run.manifest
    posterior: dict[str, Any] = manifest.get("posterior") or {}
    drawn = t(
        "draws.line",
        draws=page.fmt.number(manifest["draws"]),
        seed=str(manifest["seed"]),
        kind=t.label("draws", str(posterior.get("kind", "prior"))),
        ess=page.fmt.number(posterior.get("ess_min")),
    )
    random, frozen = _named(page, "random"), _named(page, "frozen")
    return stack(
        paragraph(drawn),
        paragraph(t("draws.random", count=len(random)), "list-title"),
        paragraph("; ".join(random) or t("draws.none"), "small"),
        paragraph(t("draws.frozen", count=len(frozen)), "list-title"),
        paragraph("; ".join(frozen) or t("draws.none"), "small"),
    )


def _named(page: Page, kind: str) -> list[str]:
    """Names of what the manifest lists as random or frozen: assumptions, else processes."""
    table = page.run.table("assumptions")
    names = dict(zip(table["id"].astype(str), table[f"name_{page.lang}"].astype(str), strict=True))
    listed = [str(name) for name in page.run.manifest.get(kind) or []]
    return [capital(names.get(name, page.text.label("process", name))) for name in listed]


def missing_entries(page: Page) -> list[dict[str, str]]:
    """What is known to be missing: name, what, why, who, meanwhile, in the page's language."""
    entries: dict[str, dict[str, Any]] = {}
    for layer in page.inputs.folder.layers:
        path = layer / "missing" / "register.yaml"
        if path.is_file():
            entries |= yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    fields = ("name", "what", "why", "who", "meanwhile")
    return [{f: str((entry.get(f) or {}).get(page.lang, "")) for f in fields} for entry in entries.values()]


def missing_items(page: Page) -> list[str]:
    """What is missing, by name, and the targets for which no figure of the place exists."""
    t = page.text
    no_figure = dict.fromkeys(w["target_id"] for w, _ in target_pairs(page) if w["status"] == "no_figure")
    items = [t("missing.figure", name=t.label("target_phrase", str(name))) for name in no_figure]
    return [*(capital(entry["name"]) for entry in missing_entries(page)), *items]


def missing_table(page: Page) -> Block:
    """What is missing, why it matters, who has it and what is done meanwhile."""
    fields = ("name", "why", "who", "meanwhile")
    columns = [Column(page.text(f"column.missing_{f}"), LEFT) for f in fields]
    rows = [Row([capital(entry[f]) for f in fields]) for entry in missing_entries(page)]
    return Table(page.text("table.missing"), "", columns, rows).block()


def scenario_table(page: Page) -> Block:
    """Scenarios of the run: odds of the last year's targets on both bases, and the cost."""
    t, f = page.text, page.fmt
    first = page.as_of.year + 1
    year = max(int(w["year"]) for w, _ in target_pairs(page))
    columns = [
        Column(t("column.scenario"), LEFT),
        *(Column(capital(t.label("target_short", c))) for c in COMPARED),
        Column(t("column.cost_year", year=first)),
        Column(t("column.cost_sum", years=f.years(first, page.until))),
    ]
    rows = []
    for name in page.run.scenarios:
        sibling = Page(page.run, name, page.world, page.lang)
        pairs = {p[0]["target_id"]: p for p in target_pairs(sibling, year)}
        cost = total_cost(sibling)
        ahead = cost[cost["fiscal_year"] >= first]
        rows.append(Row([
            sibling.scenario_title,
            *(f"{f.probability(pairs[c][0]['probability'])} / {f.probability(pairs[c][1]['probability'])}"
              if c in pairs else f.number(None) for c in COMPARED),
            f.number(ahead["mean"].iloc[0] / 1e9, 1) if len(ahead) else f.number(None),
            f.number(ahead["mean"].sum() / 1e9, 1) if len(ahead) else f.number(None),
        ]))  # fmt: skip
    return Table(
        t("table.scenarios", year=year), t("unit.scenarios"), columns, rows, t("table.scenarios_note")
    ).block()


def scenario_tables(page: Page) -> Block:
    """The table of scenarios under each set of external conditions of the run."""
    worlds = [str(entry["name"]) for entry in page.run.manifest["worlds"]]
    if len(worlds) == 1:
        return scenario_table(page)
    blocks = [
        (paragraph(page.title_of("worlds", w), "list-title"), Page(page.run, page.scenario, w, page.lang))
        for w in worlds
    ]
    return stack(*(block for title, sibling in blocks for block in (title, scenario_table(sibling))))


def scenario_meanings(page: Page) -> Block:
    """What each scenario means, one line each."""
    entries = page.run.manifest["scenarios"]
    lines = [
        f"{entry['title'][page.lang]}: {(entry.get('description') or {}).get(page.lang, '')}".strip(": ")
        for entry in entries
    ]
    return bullets(lines)


def published_table(page: Page, *series: str) -> Block:
    """Published figures by date and series, with who published them."""
    t, f = page.text, page.fmt
    columns = [Column(t("column.series"), LEFT), Column(t("column.date"), LEFT), Column(t("column.figure")),
               Column(t("column.publisher"), LEFT)]  # fmt: skip
    rows: list[Row] = []
    for name in series:
        seen = observed(page, name)
        for _, row in seen.iterrows():
            figure = f.share(row["value"], 2) if name.endswith("_share") else f.number(row["value"])
            rows.append(
                Row([capital(t.label("series", name)), f.short_date(row["date"]), figure, str(row["source"])])
            )
    return Table(t("table.published"), t("unit.published"), columns, rows, t("table.published_note")).block()

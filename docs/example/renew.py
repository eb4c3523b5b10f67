"""Renew the example: rows of a run, two pictures, and the numbers that README.md quotes from them.

Usage: ``python docs/example/renew.py RUN_DIR`` after the command that docs/example/README.md names.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np

from bhxh_forecast.reporting.fmt import Fmt
from bhxh_forecast.reporting.text import Text

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SCENARIOS = ("current_policy", "combined")
YEAR, FIRST = 2030, 2027
TARGETS = ("si_coverage", "vsi_coverage", "ui_coverage", "old_age_coverage", "all")
BILLION = 1e9
HEADS = {
    "en": (
        "by 31 December {year}",
        "base (denominator)",
        "cost to the budget",
        "mean (80% prediction range)",
    ),
    "vi": (
        "đến 31/12/{year}",
        "cơ sở tính (mẫu số)",
        "kinh phí từ ngân sách",
        "trung bình (khoảng dự báo 80%)",
    ),
}
SUPPORT = {
    "en": "of which support of voluntary contributions, state and city (mean)",
    "vi": "trong đó hỗ trợ tiền đóng BHXH tự nguyện của Nhà nước và Thành phố (trung bình)",
}
NAMES = {
    "en": {"current_policy": "current policy", "combined": "all measures"},
    "vi": {"current_policy": "giữ nguyên chính sách", "combined": "kết hợp các giải pháp"},
}
ROLES = {
    "en": {"as_written": "as the plan words it", "as_reported": "as published", "both": "plan and published"},
    "vi": {
        "as_written": "như kế hoạch ghi",
        "as_reported": "như đang công bố",
        "both": "kế hoạch và công bố",
    },
}

Row = dict[str, str]


def read(name: str) -> list[Row]:
    """Rows of one file of the example."""
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write(name: str, rows: list[Row]) -> None:
    """Write rows as they are, with LF."""
    with (HERE / name).open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def rows_of(run: Path, table: str) -> list[Row]:
    """Rows of a table for the scenarios of the example."""
    found: list[Row] = []
    for scenario in SCENARIOS:
        with (run / scenario / "tables" / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
            found += csv.DictReader(lines)
    return found


def copy_rows(run: Path) -> None:
    """Copy the rows that the README quotes."""
    targets = [r for r in rows_of(run, "targets") if r["year"] == str(YEAR)]
    write("targets_2030.csv", [r for r in targets if "true" in (r["as_written"], r["as_reported"])])
    money = [r for r in rows_of(run, "budget") if r["recognition"] == "month_transferred"]
    money = [r for r in money if r["price_basis"] == "nominal" and r["funding_source"] == "all"]
    total = [r for r in money if r["programme"] == "total" and r["fiscal_year"] >= str(FIRST)]
    write("cost.csv", [r for r in total if (r["legal_origin"], r["spending_field"]) == ("all", "all")])
    items = [r for r in money if r["programme"] != "total" and r["fiscal_year"] == str(FIRST)]
    write("programmes_2027.csv", items)


def add_up(manifest: dict[str, Any]) -> None:
    """Write the cost of all years together: summed draw by draw, since quantiles do not add up."""
    from bhxh_forecast.simulation import simulate_many

    runs = simulate_many(SCENARIOS, draws=manifest["draws"], seed=manifest["seed"], until=manifest["until"])
    means = dict.fromkeys(SCENARIOS, 0.0)
    for row in read("cost.csv"):
        means[row["scenario"]] += float(row["mean"])
    rows = []
    for name, run in runs.items():
        cost = run.inner.budget.programme("total")[FIRST - YEAR - 1 :].sum(axis=0)
        if not np.isclose(cost.mean(), means[name], rtol=1e-8):
            raise SystemExit(f"{name}: the run is not of this code and data; run it again")
        quantiles = np.quantile(cost, [0.1, 0.5, 0.8, 0.9])
        values = dict(zip(("mean", "p10", "p50", "p80", "p90"), (cost.mean(), *quantiles), strict=True))
        head = {"scenario": name, "first_year": str(FIRST), "last_year": str(YEAR), "unit": "VND"}
        rows.append(head | {key: f"{value:.10g}" for key, value in values.items()})
    write("cost_2027_2030.csv", rows)


def draw(run: Path, manifest: dict[str, Any]) -> None:
    """Draw the picture of the first screen in both languages."""
    from bhxh_forecast.reporting import figures
    from bhxh_forecast.reporting.page import open_page

    of_run = (manifest["draws"], manifest["seed"], manifest["as_of"], manifest["until"])
    for lang in ("vi", "en"):
        page = open_page("current_policy", "reference", *of_run, lang, str(run))
        picture = figures.coverage_fan(page, "si_coverage")
        path = ROOT / "docs" / "img" / f"si_coverage.{lang}.png"
        picture.savefig(path, dpi=130, bbox_inches="tight", metadata={"Software": None})


def block(lang: str) -> str:
    """Return the numbers of the first screen as tables, from the files of the example."""
    targets, fmt, text = read("targets_2030.csv"), Fmt(lang), Text(lang)
    when, base, cost, band = HEADS[lang]
    names = [NAMES[lang][s] for s in SCENARIOS]
    lines = [f"| {when.format(year=YEAR)} | {base} | {' | '.join(names)} |", "|---|---|---|---|"]
    for target in TARGETS:
        for role in ("as_written", "as_reported"):
            rows = [r for r in targets if r["target_id"] == target and r[role] == "true"]
            both = rows[0]["as_written"] == rows[0]["as_reported"]
            if both and role == "as_reported":
                continue
            lines.append(target_line(rows, ROLES[lang]["both" if both else role], fmt, text))
    years = [(f"{cost} {FIRST}", [r for r in read("cost.csv") if r["fiscal_year"] == str(FIRST)])]
    years.append((f"{cost} {FIRST}-{YEAR}", read("cost_2027_2030.csv")))
    lines += ["", f"| {fmt.money_unit('billion')} | {band}: {names[0]} | {names[1]} |", "|---|---|---|"]
    for label, rows in years:
        lines.append(f"| {label} | {' | '.join(cost_cell(r, fmt) for r in rows)} |")
    lines.insert(-1, f"| {SUPPORT[lang]} {FIRST} | {' | '.join(support_cell(s, fmt) for s in SCENARIOS)} |")
    return "\n".join(lines) + "\n"


def target_line(rows: list[Row], role: str, fmt: Fmt, text: Text) -> str:
    """One target on one base: odds, median and band of each scenario."""
    target, first = rows[0]["target_id"], rows[0]
    name = text(f"target_short.{target}")
    if first["required"]:
        name += f" ≥ {fmt.share(float(first['required']), 0)}"
    base = role if target == "all" else f"{text('base.' + first['base'])} ({role})"
    return f"| {name} | {base} | {' | '.join(target_cell(r, fmt) for r in rows)} |"


def target_cell(row: Row, fmt: Fmt) -> str:
    """Odds, and where there is one the median with its band."""
    odds = f"**{fmt.probability(float(row['probability']))}**"
    if not row["p50"]:
        return odds
    band = fmt.share_range(float(row["p10"]), float(row["p90"]))
    return f"{odds}; {fmt.share(float(row['p50']))} ({band})"


def cost_cell(row: Row, fmt: Fmt) -> str:
    """Mean and 80% band in billions."""
    mean, low, high = (fmt.number(float(row[key]) / BILLION) for key in ("mean", "p10", "p90"))
    return f"**{mean}** ({low}–{high})"


def support_cell(scenario: str, fmt: Fmt) -> str:
    """Mean of the state's and the city's support in billions: means add up, quantiles do not."""
    programmes = ("vsi_state_support", "vsi_city_top_up")
    rows = [r for r in read("programmes_2027.csv") if r["scenario"] == scenario]
    total = sum(float(r["mean"]) for r in rows if r["programme"] in programmes)
    return f"**{fmt.number(total / BILLION)}**"


def with_blocks(readme: str) -> str:
    """Return the README with its blocks of numbers renewed."""
    for lang in ("en", "vi"):
        pattern = rf"(<!-- numbers {lang} -->\n).*?(<!-- end -->)"
        readme, found = re.subn(
            pattern, lambda m, lang=lang: m[1] + block(lang) + m[2], readme, flags=re.DOTALL
        )
        if found != 1:
            raise SystemExit(f"README.md: {found} blocks of numbers in {lang}, 1 wanted")
    return readme


def main(run: Path) -> None:
    """Renew everything from one run folder."""
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    copy_rows(run)
    add_up(manifest)
    draw(run, manifest)
    facts = {key: manifest[key] for key in ("seed", "draws", "as_of", "until", "posterior", "law_vintage")}
    facts["version"] = manifest["code"]["version"]
    (HERE / "run.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    readme = ROOT / "README.md"
    readme.write_text(with_blocks(readme.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

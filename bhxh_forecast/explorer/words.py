"""What the page says: fixed texts in both languages, and the figures of a result as people print them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from bhxh_forecast.explorer.controls import BASES, GOALS, baseline_values
from bhxh_forecast.reporting import style
from bhxh_forecast.reporting.fmt import LANGUAGES, LIMITS, Fmt
from bhxh_forecast.reporting.headline import verdict
from bhxh_forecast.reporting.published import observed
from bhxh_forecast.reporting.text import Text, capital, catalogue
from bhxh_forecast.results.targets_table import SERIES
from bhxh_forecast.timeline import month_end

if TYPE_CHECKING:
    from bhxh_forecast.explorer.engine import Engine
    from bhxh_forecast.reporting.page import Page

PREFIX = "explorer."
SINCE = "2018-01-01"
LABELS = ("target_short", "base", "funding_source", "programme_short", "series")
CODE = {"si_coverage": "si", "vsi_coverage": "vsi", "ui_coverage": "ui", "old_age_coverage": "old_age"}


def boot(engine: Engine) -> dict[str, Any]:
    """Everything the page needs once: texts, controls, axes, published figures, colours."""
    controls, inputs = engine.controls, engine.inputs
    chosen = {"ink": style.INK, "grey": style.GREY, "grid": style.GRID, "pale": style.PALE}
    return {
        "texts": {lang: _texts(lang) for lang in LANGUAGES},
        "levers": _levers(engine),
        "law": [
            {
                "id": c.provision,
                "name": dict(c.name),
                "enacted": c.enacted,
                "enacted_text": {lang: Fmt(lang).short_date(c.enacted) for lang in LANGUAGES},
            }
            for c in controls.law.values()
        ],
        "scenarios": [
            _titled(s) | {"levers": _set_by(s), "counterfactual": s.counterfactual}
            for s in controls.scenarios.values()
        ],
        "worlds": [_titled(world) for world in controls.worlds.values()],
        "bases": list(BASES),
        "goals": list(GOALS),
        "years": list(controls.years),
        "first_month": _first_month(engine),
        "until": controls.until,
        "as_of": inputs.as_of.isoformat(),
        "seed": engine.seed,
        "draws": engine.draws,
        "dates": [str(day) for day in month_end(engine.line.months[engine.rows])],
        "budget_years": [int(year) for year in engine.years],
        "plan": _plan(engine),
        "published": {goal: _published(engine, SERIES[goal]) for goal in GOALS},
        "colours": {**style.COLOURS, **chosen, "cycle": list(style.CYCLE)},
        "limits": list(LIMITS),
    }


def _first_month(engine: Engine) -> str:
    """Month in which a measure begins unless the reader says otherwise."""
    return f"{engine.inputs.as_of.year + 1}-01"


def _levers(engine: Engine) -> list[dict[str, Any]]:
    """Sliders: names, units, ranges, and the value without a measure."""
    now = baseline_values(engine.controls, engine.inputs, _first_month(engine))
    return [
        {
            "id": name,
            "group": c.group,
            "name": dict(c.spec.name),
            "about": dict(c.spec.description),
            "unit": {lang: Text(lang).unit(c.spec.unit) for lang in LANGUAGES},
            "min": c.spec.minimum,
            "max": c.spec.maximum,
            "top": c.top,
            "step": c.step,
            "now": now[name],
            "now_text": {lang: number(now[name], c.spec.unit, lang) for lang in LANGUAGES},
        }
        for name, c in engine.controls.levers.items()
    ]


def _titled(item: Any) -> dict[str, Any]:
    """Id, title and description of a scenario or a world."""
    return {"id": item.name, "title": dict(item.title), "about": dict(item.description)}


def _set_by(scenario: Any) -> dict[str, dict[str, Any]]:
    """Levers that a scenario sets, with its last step, so that the page can show what it starts from."""
    return {
        name: {
            step.kind: step.amount,
            "from": str(step.from_ or ""),
            "to": str(step.to or ""),
            "ramp": step.ramp,
        }
        for name, steps in scenario.levers.items()
        for step in steps[-1:]
    }


def _texts(lang: str) -> dict[str, str]:
    strings = catalogue(lang)
    kept = {key.removeprefix(PREFIX): text for key, text in strings.items() if key.startswith(PREFIX)}
    for kind in LABELS:
        kept |= {key: text for key, text in strings.items() if key.startswith(f"{kind}.")}
    return kept


def _plan(engine: Engine) -> list[dict[str, Any]]:
    """Every level of the plan that is a share: target, year, level and the two bases."""
    rows = engine.inputs.targets
    rows = rows[rows["id"].isin(GOALS)]
    names = ["id", "year", "value", "base_as_written", "base_as_reported"]
    return cast("list[dict[str, Any]]", rows[names].to_dict("records"))


def _published(engine: Engine, series: str) -> dict[str, list[Any]]:
    page = cast("Page", SimpleNamespace(inputs=engine.inputs, geo=engine.inputs.geo))
    rows = observed(page, series, since=SINCE)
    return {"date": [str(day.date()) for day in rows["date"]], "value": rows["value"].tolist()}


def number(value: float, unit: str, lang: str) -> str:
    """A lever's value with its unit, shares as per cent."""
    fmt = Fmt(lang)
    if unit.startswith("share"):
        return fmt.share(value, 0 if abs(value * 100 - round(value * 100)) < 1e-9 else 1)
    return f"{fmt.number(value)} {Text(lang).unit(unit)}".strip()


def spoken(summary: dict[str, Any], baseline: dict[str, Any], lang: str) -> dict[str, Any]:
    """Figures of a result as text, by target, and the rows of the table for those who cannot see the pictures."""
    text, fmt = Text(lang), Fmt(lang)
    odds = {}
    for target, row in summary["odds"].items():
        before = fmt.probability(baseline["odds"][target]["probability"])
        chance, zone = fmt.probability(row["probability"]), verdict(row["probability"])
        words = {
            "name": capital(text.label("target_short", target)),
            "odds": chance,
            "zone": zone,
            "words": text(f"verdict.{zone}"),
            "error": _error(text, fmt, row, summary["draws"]),
            "baseline": text("explorer.baseline_odds", odds=before),
        }
        odds[target] = words | (
            _of_target(text, fmt, row) if "required" in row else {"range": text("explorer.all_note")}
        )
    return {"odds": odds, "rows": [*_people(text, fmt, summary), *_money(text, fmt, summary)],
            "cost": _billion(fmt, summary["cost"]["mean"]),
            "cost_range": _range(fmt, summary["cost"])}  # fmt: skip


def _error(text: Text, fmt: Fmt, row: dict[str, Any], draws: int) -> str:
    """The Monte Carlo error; at 0 and 1 it is 0 by its formula, which would say too much: the count is said instead."""
    if row["probability"] in (0.0, 1.0):
        return text(f"explorer.error_{'all' if row['probability'] else 'none'}", draws=fmt.number(draws))
    return text("explorer.error", points=fmt.points(row["mc_error"]).lstrip("+"))


def _of_target(text: Text, fmt: Fmt, row: dict[str, Any]) -> dict[str, str]:
    required = text(f"required.{row['comparison']}", figure=fmt.share(row["required"], 0))
    same = row["plan_year"] == row["year"]
    key = "explorer.required" if same else "explorer.required_later"
    values = {"required": required} if same else {"required": required, "plan_year": row["plan_year"]}
    return {
        "required": text(key, **values),
        "base": text("explorer.of_base", base=text.label("base", row["base"])),
        "range": text(
            "explorer.range", median=fmt.share(row["p50"]), range=fmt.share_range(row["p10"], row["p90"])
        ),
    }


def _people(text: Text, fmt: Fmt, summary: dict[str, Any]) -> list[list[str]]:
    return [
        [capital(text.label("series", name)), fmt.persons(row["mean"]), fmt.persons(row["p50"]),
         f"{fmt.number(row['p10'])}–{fmt.number(row['p90'])}"]
        for name, row in summary["people"].items()
    ]  # fmt: skip


def _money(text: Text, fmt: Fmt, summary: dict[str, Any]) -> list[list[str]]:
    total = summary["budget"]["total"]
    name = capital(text("explorer.budget"))
    rows = []
    for k, year in enumerate(summary["years"]):
        amounts = {key: values[k] for key, values in total.items()}
        rows.append(
            [
                f"{name}: {year}",
                _billion(fmt, amounts["mean"]),
                _billion(fmt, amounts["p50"]),
                _range(fmt, amounts),
            ]
        )
    return rows


def _billion(fmt: Fmt, amount: float) -> str:
    return fmt.money(amount, "billion", 0)


def _range(fmt: Fmt, row: dict[str, float]) -> str:
    return f"{fmt.number(row['p10'] / 1e9)}–{fmt.number(row['p90'] / 1e9)}"

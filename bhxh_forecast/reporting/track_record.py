"""The track record: how far projections like this one, made in the past, were off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from bhxh_forecast.reporting.blocks import Block, Column, Row, Table, paragraph, stack
from bhxh_forecast.reporting.text import capital

if TYPE_CHECKING:
    from bhxh_forecast.analysis.backtest.store import Backtest
    from bhxh_forecast.reporting.page import Page

LEFT = "left"
SHOWN = (1, 3, 5)  # years ahead that the sentence of page 1 names
RIVALS = ("no_change", "drift", "local_level", "ets", "arima", "theta")
SERIES = ("vsi_participants", "csi_participants", "ui_participants")


def stored(page: Page) -> Backtest | None:
    """The stored backtest; none in a view as of a day that could not know it."""
    from bhxh_forecast.analysis.backtest.store import read

    found = read(page.inputs.data_dir)
    if found is None or pd.Timestamp(str(found.about["as_of"])).date() > page.as_of:
        return None
    return found


def areas(page: Page, rows: pd.DataFrame) -> list[tuple[str, str]]:
    """Areas of the rows and their names, the nation first."""
    names = {page.geo: page.inputs.place[page.lang]}
    return [(str(g), names.get(str(g), page.text("track.nation"))) for g in sorted(set(rows["geo"]), key=len)]


def track_line(page: Page) -> str:
    """What to expect of a projection like this, in one sentence with its numbers."""
    from bhxh_forecast.analysis.backtest.summary import MODEL, by_horizon

    found = stored(page)
    if found is None:
        return page.text("track.none")
    table = by_horizon(found.rows)
    nation = areas(page, table)[0][0]
    mine = table[(table["method"] == MODEL) & (table["geo"] == nation)].set_index(["series", "horizon"])
    parts = {
        f"{series[:3]}_{years}": page.fmt.share(mine.loc[(series, years), "mape"], 0)
        for series in SERIES[:2]
        for years in SHOWN
    }
    first, last = int(found.rows["origin"].min()), int(found.rows["origin"].max())
    return page.text("track.line", years=page.fmt.years(first, last), **parts)


def track_table(page: Page) -> Block:
    """Errors and hit rates by horizon beside the best and the simplest of the benchmarks."""
    from bhxh_forecast.analysis.backtest.summary import by_horizon

    found = stored(page)
    if found is None:
        return paragraph(page.text("track.none"))
    t, table = page.text, by_horizon(found.rows)
    heads = ("ahead", "count", "error", "no_change", "drift", "best", "inside_50", "inside_80", "inside_90")
    columns = [Column(t("track.series"), LEFT), *(Column(t(f"track.{head}")) for head in heads)]
    rows: list[Row] = []
    for geo, name in areas(page, table):
        for series in SERIES:
            mine = table[(table["geo"] == geo) & (table["series"] == series)]
            label = f"{capital(t.label('series', series))}, {name}"
            rows += [_row(page, label, group) for _, group in mine.groupby("horizon")]
    note = t("track.note") if found.fits(page.inputs) else f"{t('track.note')} {t('track.stale')}"
    return Table(t("track.title"), t("track.unit"), columns, rows, note, data=table).block()


def _row(page: Page, label: str, group: pd.DataFrame) -> Row:
    f, by = page.fmt, group.set_index("method")
    model = by.loc["model"]
    rivals = {name: by["mape"].get(name) for name in RIVALS}
    known = {name: float(value) for name, value in rivals.items() if value is not None}
    best = min(known, key=lambda name: known[name]) if known else ""
    shown = f"{f.share(known[best], 0)} ({page.text(f'track.method.{best}')})" if best else f.number(None)
    return Row(
        [
            label,
            f.number(model["horizon"]),
            f.number(model["count"]),
            f.share(model["mape"], 0),
            f.share(rivals["no_change"], 0),
            f.share(rivals["drift"], 0),
            shown,
            *(f.share(model[f"inside_{level}"], 0) for level in (50, 80, 90)),
        ]
    )


def bar_table(page: Page) -> Block:
    """The bars set beforehand: what was required, what was measured, met or missed."""
    from bhxh_forecast.analysis.backtest.shown import bars_of
    from bhxh_forecast.analysis.backtest.store import read_alternatives

    found = stored(page)
    if found is None:
        return paragraph(page.text("track.none"))
    t, f = page.text, page.fmt
    columns = [
        Column(t("track.bar"), LEFT),
        Column(t("track.against"), LEFT),
        *(Column(t(f"track.{head}")) for head in ("measured", "required", "verdict")),
    ]
    rows = [
        Row(
            [
                t(f"track.bars.{row['bar']}"),
                t.label("track.method", str(row["against"])),
                f.number(row["value"], 2),
                f.number(row["required"], 2),
                t("track.met" if row["met"] else "track.missed"),
            ]
        )
        for row in bars_of(found.rows).to_dict("records")
    ]
    bars = Table(t("track.bars_title"), "", columns, rows, t("track.bars_note")).block()
    others = read_alternatives(page.inputs.data_dir)
    return bars if others.empty else stack(bars, structure_table(page, found, others))


def structure_table(page: Page, found: Backtest, others: pd.DataFrame) -> Block:
    """Other structures of the voluntary stage on the same origins, beside the model and the benchmarks."""
    from bhxh_forecast.analysis.backtest.summary import SPANS, alternatives_table

    t, f = page.text, page.fmt
    table = alternatives_table(found.rows, others)
    spans = [f"crps_{span}" for span in SPANS]
    heads = [*(t("track.crps", span=span) for span in SPANS), t("track.width")]
    rows = [
        Row(
            [
                t.label("track.method", str(row["method"]).removeprefix("model:")),
                *(f.number(row[span], 3) for span in spans),
                f.number(row["width_over_drift"], 2),
            ]
        )
        for row in table.to_dict("records")
    ]
    columns = [Column(t("track.structure"), LEFT), *(Column(head) for head in heads)]
    return Table(t("track.structures_title"), "", columns, rows, t("track.structures_note")).block()

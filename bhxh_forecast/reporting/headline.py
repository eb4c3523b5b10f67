"""Page 1: what a reader must know, in the agreed words, built only from the tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from bhxh_forecast.reporting.estimate import law
from bhxh_forecast.reporting.fmt import is_missing
from bhxh_forecast.reporting.text import capital

if TYPE_CHECKING:
    from bhxh_forecast.reporting.page import Page

TARGET_ORDER = ("si_coverage", "vsi_coverage", "ui_coverage", "old_age_coverage", "all", "satisfaction",
                "e_transactions", "online_services_level4", "transaction_hours")  # fmt: skip
ROLES = ("as_written", "as_reported")


def verdict(probability: Any) -> str:
    """Key of the agreed words: likely (>= 80%), effort (50-80%), hard (20-50%), very_hard (< 20%), unknown.

    Examples
    --------
    >>> [verdict(p) for p in (0.8, 0.5, 0.2, 0.19, None)]
    ['likely', 'effort', 'hard', 'very_hard', 'unknown']
    """
    if is_missing(probability):
        return "unknown"
    for key, floor in (("likely", 0.8), ("effort", 0.5), ("hard", 0.2)):
        if float(probability) >= floor:
            return key
    return "very_hard"


@dataclass(frozen=True)
class Sentence:
    """One sentence of page 1 and the row(s) of the targets table that it prints.

    ``verdicts`` are the words' keys, for the base as written and as reported.
    """

    target_id: str
    year: int
    status: str
    text: str
    verdicts: tuple[str, str]
    written: dict[str, Any]
    reported: dict[str, Any]


def denominator(page: Page, base: str, year: int) -> float:
    """Median size of a base at the end of a year (persons), NaN when the tables do not hold it."""
    frame = page.table("workforce")
    rows = frame[(frame["base"] == base) & (frame["sex"] == "total") & (frame["date"].dt.year == year)]
    return float(rows.sort_values("date")["p50"].iloc[-1]) if len(rows) else float("nan")


def target_pairs(page: Page, year: int | None = None) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Rows as written and as reported of every target and year, latest year first, in the plan's order."""
    frame = page.table("targets")
    if year is not None:
        frame = frame[frame["year"] == year]
    pairs = []
    for _, rows in frame.groupby(["target_id", "year"], sort=False):
        written = rows[rows["as_written"].astype(bool)]
        reported = rows[rows["as_reported"].astype(bool)]
        if len(written) and len(reported):
            pairs.append((_row(written), _row(reported)))
    place = {name: i for i, name in enumerate(TARGET_ORDER)}
    return sorted(pairs, key=lambda p: (-p[0]["year"], place.get(p[0]["target_id"], len(place))))


def _row(rows: pd.DataFrame) -> dict[str, Any]:
    return {str(k): v for k, v in rows.iloc[0].to_dict().items()}


def required_text(page: Page, row: dict[str, Any]) -> str:
    """The target's figure as the plan compares it: from 70%, above 1%, done."""
    if row["comparison"] == "done":
        return page.text("required.done")
    if is_missing(row["required"]):
        return page.text("required.not_given")
    figure = (
        page.fmt.share(row["required"], 0) if row["unit"] == "share" else page.fmt.number(row["required"])
    )
    return page.text(f"required.{row['comparison']}", figure=figure)


def sentences(page: Page, year: int | None = None) -> list[Sentence]:
    """Page-1 sentences, one per target and year, each with both bases and their denominators."""
    return [_sentence(page, written, reported) for written, reported in target_pairs(page, year)]


def _sentence(page: Page, written: dict[str, Any], reported: dict[str, Any]) -> Sentence:
    t, target, year = page.text, str(written["target_id"]), int(written["year"])
    plain = (
        "headline.lead_done"
        if written["comparison"] == "done" or is_missing(written["required"])
        else "headline.lead"
    )
    lead = t(
        "headline.lead_all" if target == "all" else plain,
        name=t.label("target_phrase", target),
        required=required_text(page, written),
        year=year,
    )
    if written["status"] == "no_figure":
        body = t("headline.no_figure")
    elif written["base"] == reported["base"] and target != "all":
        body = _clause(page, written, "one_base")
    else:
        body = t(
            "headline.two",
            first=_clause(page, written, "as_written"),
            second=_clause(page, reported, "as_reported"),
        )
    return Sentence(
        target_id=target,
        year=year,
        status=str(written["status"]),
        text=capital(f"{lead} {body}"),
        verdicts=(verdict(written["probability"]), verdict(reported["probability"])),
        written=written,
        reported=reported,
    )


def _clause(page: Page, row: dict[str, Any], role: str) -> str:
    t, f = page.text, page.fmt
    values = {
        "words": outcome_words(page, row),
        "probability": f.probability(row["probability"]),
        "p50": f.share(row["p50"]),
        "range": f.share_range(row["p10"], row["p90"]),
        "base": t.label("base", str(row["base"])),
        "size": f.millions(denominator(page, str(row["base"]), int(row["year"]))),
    }
    if row["target_id"] == "all":
        return t(f"headline.all_{role}", **values)
    kind = {"met": "past", "missed": "past", "nowcast": "nowcast"}.get(str(row["status"]), "projected")
    if kind == "past":
        values["figure"] = published_figure(page, str(row["note"]))
    return t(f"headline.{role}_{kind}", **values)


def published_figure(page: Page, note: str) -> str:
    """The published figures that a note of the targets table names by the ids of their observations."""
    frame = page.inputs.observations
    values = frame.set_index("id")["value"]
    found = [page.fmt.persons(values.loc[name]) for name in note.split("; ") if name in values.index]
    return " + ".join(found) or page.fmt.number(None)


def outcome_words(page: Page, row: dict[str, Any]) -> str:
    """The agreed words for what is ahead; for a past year whether it was met, or probably was."""
    if row["status"] in ("met", "missed"):
        return page.text(f"outcome.{row['status']}")
    kind = "verdict_past" if row["status"] == "nowcast" else "verdict"
    return page.text(f"{kind}.{verdict(row['probability'])}")


# -- the legal gate --------------------------------------------------------------------------------------------------
def legal_ready(page: Page) -> bool:
    """Whether every provision behind the budget was checked against its original, and actuals are reconciled."""
    return _unchecked(page).empty and law.may_submit(page)


def _unchecked(page: Page) -> pd.DataFrame:
    """Budget rows from the as-of year on that rest on law nobody has compared with the original.

    What rests on no law at all, such as a campaign, has nothing to compare.
    """
    frame = page.table("budget")
    frame = frame[frame["programme"].isin([name for name, behind in law.PROVISIONS.items() if behind])]
    open_rows = ~frame["memo"].astype(bool) & (frame["legal_status"] != "checked")
    return frame[open_rows & (frame["fiscal_year"] >= page.as_of.year)]


def legal_line(page: Page) -> str:
    """The gate: sufficient to submit, or a draft with the programmes whose rates nobody has checked."""
    if legal_ready(page):
        return page.text("legal.ready")
    programmes = _unchecked(page)["programme"].drop_duplicates()
    if programmes.empty:
        return law.gate_text(page)
    names = [page.text.label("programme", str(p)) for p in programmes if p != "total"]
    return page.text("legal.draft", programmes="; ".join(names))

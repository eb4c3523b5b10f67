"""Page 1 says what the tables say: both bases, the agreed words, and no number of its own."""

import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from bhxh_forecast.reporting.fmt import LANGUAGES
from bhxh_forecast.reporting.headline import (
    Sentence,
    denominator,
    legal_line,
    legal_ready,
    required_text,
    sentences,
    target_pairs,
    verdict,
)  # fmt: skip
from bhxh_forecast.reporting.page import Page
from bhxh_forecast.reporting.published import observed, published_bases
from bhxh_forecast.reporting.run_tables import RunTables
from bhxh_forecast.reporting.summary import cost_line, denominator_line, total_cost
from tests.sample_run import sample_frames, sample_manifest

NUMBER = re.compile(r"\d[\d.,]*\d|\d")
UNDER_OVER = {"vi": ("dưới", "trên"), "en": ("under", "over")}
WORDS = {
    "vi": ("xác suất", "trung vị", "khoảng dự báo 80%"),
    "en": ("probability", "median", "80% prediction range"),
}


def read_number(text: str, lang: str) -> float:
    """Read a printed number back, the way a reader of that language does."""
    text = text.replace(".", "").replace(",", ".") if lang == "vi" else text.replace(",", "")
    return float(text)


def close(found: float, wanted: float, decimals: int) -> bool:
    return abs(found - wanted) <= 0.5 * 10**-decimals + 1e-9


def check_clause(page: Page, clause: str, row: dict[str, Any]) -> None:
    """Every figure of one clause against its row: denominator, probability, median, range."""
    low, high = UNDER_OVER[page.lang]
    odds_word, median_word, range_word = WORDS[page.lang]
    number = r"([\d.,]*\d)"
    odds = re.search(rf"{odds_word} ({low}|{high})? ?{number}%", clause)
    assert odds, clause
    value = read_number(odds.group(2), page.lang)
    if odds.group(1) == low:
        assert row["probability"] <= 0.005
    elif odds.group(1) == high:
        assert row["probability"] >= 0.99
    else:
        assert close(value, row["probability"] * 100, 0)
    if row["target_id"] == "all":
        return
    size = re.search(rf"\({number} (?:triệu người|million people)", clause)
    assert size
    assert close(read_number(size.group(1), page.lang), denominator(page, row["base"], row["year"]) / 1e6, 2)
    assert page.text.label("base", row["base"]) in clause
    median = re.search(rf"{median_word} {number}%", clause)
    assert median
    assert close(read_number(median.group(1), page.lang), row["p50"] * 100, 1)
    band = re.search(rf"{range_word} {number}%–{number}%", clause)
    assert bool(band) == (row["status"] == "projected")
    if band:
        assert close(read_number(band.group(1), page.lang), row["p10"] * 100, 1)
        assert close(read_number(band.group(2), page.lang), row["p90"] * 100, 1)


def clauses(page: Page, sentence: Sentence) -> list[str]:
    body = sentence.text.split(":", 1)[1]
    split = {"vi": ["như kế hoạch ghi", "như đang công bố"], "en": ["as the plan words it", "as published"]}[
        page.lang
    ]
    if sentence.target_id == "all":
        parts = body.split("; ")
        return [parts[0], parts[1]]
    if all(mark in body for mark in split):
        middle = body.index("; ", body.index(split[0]))
        while body[middle + 2 :].startswith(WORDS[page.lang][0]):  # "(published ...; probability ...)"
            middle = body.index("; ", middle + 2)
        return [body[:middle], body[middle:]]
    return [body]


def test_each_target_and_year_has_one_sentence(page: Page) -> None:
    table = page.table("targets")
    found = {(s.target_id, s.year) for s in sentences(page)}
    assert found == set(zip(table["target_id"], table["year"], strict=True))


def test_every_figure_of_a_sentence_stands_in_the_tables(page: Page) -> None:
    checked = 0
    for sentence in sentences(page):
        if sentence.status == "no_figure":
            continue
        parts = clauses(page, sentence)
        same = sentence.written["base"] == sentence.reported["base"] and sentence.target_id != "all"
        assert len(parts) == (1 if same else 2)
        for clause, row in zip(parts, (sentence.written, sentence.reported), strict=False):
            check_clause(page, clause, row)
            checked += 1
    assert checked >= 20


def test_no_sentence_holds_a_number_from_elsewhere(page: Page) -> None:
    observations = page.inputs.observations.set_index("id")["value"]
    for s in sentences(page):
        allowed = {31.0, 12.0, float(s.year), 80.0, 1.0, 99.0, 4.0}
        for row in (s.written, s.reported):
            for name in ("required", "probability", "p10", "p50", "p90"):
                if not pd.isna(row[name]):
                    allowed |= {round(row[name] * 100, 1), round(row[name] * 100), int(row[name] * 1000) / 10}
            if row["base"] != "none":
                allowed.add(round(denominator(page, row["base"], s.year) / 1e6, 2))
            allowed |= {
                float(observations[i]) for i in str(row["note"]).split("; ") if i in observations.index
            }
        text = s.text
        for row in (s.written, s.reported):
            text = text.replace(page.text.label("base", row["base"]), "")
        found = {read_number(n, page.lang) for n in NUMBER.findall(text)}
        assert found <= allowed, (s.text, found - allowed)


def test_words_follow_the_odds_and_stand_in_the_sentence(page: Page) -> None:
    for s in sentences(page):
        for key, row in zip(s.verdicts, (s.written, s.reported), strict=True):
            assert key == verdict(row["probability"])
            if s.status == "projected":
                assert page.text(f"verdict.{key}") in s.text


def test_a_past_year_speaks_of_the_past(page: Page) -> None:
    for s in sentences(page):
        if s.year < page.as_of.year and s.status != "no_figure":
            assert page.text("verdict.very_hard") not in s.text
        if s.status in ("met", "missed"):
            assert page.text(f"outcome.{s.status}") in s.text


def test_a_target_without_a_figure_gets_no_odds(page: Page) -> None:
    bare = [s for s in sentences(page) if s.status == "no_figure"]
    assert {s.target_id for s in bare} == {
        "satisfaction", "e_transactions", "online_services_level4", "transaction_hours",
    }  # fmt: skip
    assert all(page.text("headline.no_figure") in s.text for s in bare)


@pytest.mark.parametrize(
    ("probability", "key"),
    [(1.0, "likely"), (0.8, "likely"), (0.79999, "effort"), (0.5, "effort"), (0.49999, "hard"), (0.2, "hard"),
     (0.19999, "very_hard"), (0.0, "very_hard"), (float("nan"), "unknown"), (None, "unknown")],
)  # fmt: skip
def test_limits_of_the_agreed_words(probability: float | None, key: str) -> None:
    assert verdict(probability) == key


def test_one_head_count_is_72_55_and_about_50_per_cent(page: Page) -> None:
    found = published_bases(page)
    assert found is not None
    assert (found.participants, found.voluntary) == (2200462 + 112293, 112293)
    assert close(found.on_voluntary * 100, 72, 0)
    assert close(found.on_survey * 100, 55, 0)
    assert (round(found.agency_low, 3), round(found.agency_high, 2)) == (0.475, 0.5)
    line = denominator_line(page)
    for part in ("72%", "55%", "50%", "47,5%" if page.lang == "vi" else "47.5%"):
        assert part in line
    assert page.fmt.month(found.date) in line


def test_the_cost_line_prints_the_tables(page: Page) -> None:
    cost = total_cost(page)
    ahead = cost[cost["fiscal_year"] > page.as_of.year]
    row = ahead.iloc[0]
    line = cost_line(page)
    for value in (row["mean"], row["p10"], row["p90"], ahead["mean"].sum()):
        assert page.fmt.money(value, "billion") in line
    assert "2027" in line
    assert "2030" in line


def test_the_gate_stays_shut_while_a_rate_in_force_is_unchecked(page: Page) -> None:
    assert not legal_ready(page)
    line = legal_line(page)
    assert line.startswith("BẢN NHÁP – CHƯA ĐỦ CĂN CỨ PHÁP LÝ" if page.lang == "vi" else "DRAFT")
    assert page.text.label("programme", "vsi_city_top_up") in line
    assert page.text.label("programme", "health_cards") not in line


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_gate_opens_when_all_that_counts_is_checked(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = sample_frames()
    budget = frames["budget"]
    frames["budget"] = budget.assign(
        legal_status=budget["legal_status"].where(budget["memo"] | (budget["fiscal_year"] < 2026), "checked")
    )
    page = Page(RunTables(frames=frames, manifest=sample_manifest()), "current_policy", "reference", lang)
    assert not legal_ready(page)  # the run is in order, but the resolutions and the actuals are still missing
    assert "17/2026" in legal_line(page)
    monkeypatch.setattr("bhxh_forecast.reporting.estimate.law.may_submit", lambda _: True)
    assert legal_ready(page)
    assert legal_line(page) == page.text("legal.ready")


def test_required_figures_are_compared_as_the_plan_does(make_page: Any) -> None:
    page = make_page("vi")
    pairs = {(w["target_id"], w["year"]): w for w, _ in target_pairs(page)}
    assert required_text(page, pairs["si_coverage", 2030]) == "từ 70% trở lên"
    assert required_text(page, pairs["vsi_coverage", 2021]) == "trên 1%"
    assert required_text(page, pairs["online_services_level4", 2021]) == "hoàn thành"
    assert required_text(page, pairs["transaction_hours", 2021]) == "không nêu con số"


def test_without_published_counts_the_denominators_are_not_compared(make_page: Any) -> None:
    inputs = _without_counts(make_page("en"))
    run = RunTables(frames=sample_frames(), manifest=sample_manifest(), inputs=inputs)
    page = Page(run, "current_policy", "reference", "en")
    assert published_bases(page) is None
    assert denominator_line(page) == page.text("headline.bases_missing")


def _without_counts(page: Page) -> Any:
    frame = page.inputs.observations
    return replace(page.inputs, observations=frame[frame["series"] != "vsi_participants"])


def test_published_figures_come_once_a_date_and_never_from_targets(page: Page) -> None:
    seen = observed(page, "vsi_share")
    assert seen["date"].is_unique
    assert seen["value"].between(0, 0.2).all()
    assert not seen["id"].str.startswith("target").any()

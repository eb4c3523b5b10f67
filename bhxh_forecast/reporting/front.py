"""Page 1 of a report: the targets in the agreed words on both bases, the cost, what is missing, the legal gate."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from bhxh_forecast.reporting.blocks import Block, heading, paragraph, stack
from bhxh_forecast.reporting.headline import (
    Sentence,
    legal_line,
    legal_ready,
    sentences,
)  # fmt: skip
from bhxh_forecast.reporting.registers import missing_items
from bhxh_forecast.reporting.summary import cost_line, denominator_line
from bhxh_forecast.reporting.track_record import track_line

if TYPE_CHECKING:
    from bhxh_forecast.reporting.page import Page


def front_page(page: Page) -> Block:
    """Page 1; ``data`` holds its sentences, one per target and year, the latest year first."""
    t, found = page.text, sentences(page)
    years = sorted({s.year for s in found}, reverse=True)
    ahead = [y for y in years if any(s.status == "projected" for s in found if s.year == y)]
    past = [y for y in years if y not in ahead]
    blocks = [legal_gate(page), heading(t("section.sentences"), 3)]
    blocks += [_year_block(page, y, found) for y in ahead]
    blocks += [paragraph(t("headline.note_rule"), "note")]
    blocks += [heading(t("section.cost"), 3), paragraph(cost_line(page))]
    blocks += [paragraph(track_line(page), "note")]
    blocks += [heading(t("section.bases"), 3), paragraph(denominator_line(page))]
    blocks += [heading(t("section.missing"), 3), paragraph("; ".join(missing_items(page)) + ".")]
    if past:
        blocks += [heading(t("section.past"), 3), *(_year_block(page, y, found) for y in past)]
        blocks += [paragraph(t("headline.past_note"), "note")]
    return Block(stack(*blocks).html, found)


def legal_gate(page: Page) -> Block:
    """The legal gate, in a frame that is green when the documents may be submitted."""
    return paragraph(legal_line(page), "gate ready" if legal_ready(page) else "gate draft")


def _year_block(page: Page, year: int, found: list[Sentence]) -> Block:
    items = "".join(_item(page, s) for s in found if s.year == year)
    title = escape(page.text("table.targets_year", year=year))
    return Block(f'<p class="list-title">{title}</p><ul class="sentences">{items}</ul>')


def _item(page: Page, sentence: Sentence) -> str:
    if sentence.status == "no_figure":
        return f'<li class="unknown">{escape(sentence.text)}</li>'
    marks = [
        f'<span class="mark {verdict}" title="{escape(page.text(f"role.{role}"))}">'
        f"{escape(page.text(f'role_short.{role}'))}: {escape(page.fmt.probability(row['probability']))}</span>"
        for role, verdict, row in zip(
            ("as_written", "as_reported"),
            sentence.verdicts,
            (sentence.written, sentence.reported),
            strict=True,
        )
    ]
    return f'<li><span class="marks">{"".join(marks)}</span> {escape(sentence.text)}</li>'

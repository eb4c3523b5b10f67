"""The explanatory report of an estimate as PDF: outline of the finance department, page 1 in the agreed words."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bhxh_forecast.reporting.documents import appendix, markup
from bhxh_forecast.reporting.estimate import (
    budget_forms,
    law,
    pension_forms,
    plan_forms,
    risk_forms,
    support_forms,
)
from bhxh_forecast.reporting.estimate.form_table import months_done
from bhxh_forecast.reporting.estimate.words import summary

if TYPE_CHECKING:
    from bhxh_forecast.reporting.estimate.figures_given import Given
    from bhxh_forecast.reporting.estimate.policy import Policy
    from bhxh_forecast.reporting.page import Page

FONTS = ("Libertinus Serif", "DejaVu Serif")  # the first is part of typst, the second of matplotlib


@cache
def font_folder() -> str:
    """Folder of the free fonts that come with matplotlib."""
    import matplotlib as mpl

    return str(Path(mpl.get_data_path()) / "fonts" / "ttf")


def report(policy: Policy, given: Given) -> bytes:
    """The report as PDF with its fonts inside; the same tables give the same bytes.

    Raises
    ------
    ValueError
        typst warns, for example of a font that is not there.
    """
    import typst

    files = {"main.typ": source(policy, given).encode("utf-8")} | pictures(policy)
    day = policy.page.as_of
    stamp = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    found, warnings = typst.compile_with_warnings(  # type: ignore[call-overload] # files by name are allowed
        files, format="pdf", font_paths=[font_folder()], ignore_system_fonts=True, timestamp=stamp
    )
    if warnings:
        raise ValueError("; ".join(str(w.message) for w in warnings))
    return bytes(found)


def pictures(policy: Policy) -> dict[str, bytes]:
    """Fan of the cost, stacked sources, cost against odds, waterfall, as SVG."""
    from bhxh_forecast.reporting.blocks import svg_of
    from bhxh_forecast.reporting.figures import budget_stack, cost_fan
    from bhxh_forecast.reporting.figures.estimate import odds_curve, waterfall

    page = policy.page
    made = {
        "fan.svg": cost_fan(page),
        "sources.svg": budget_stack(page, "funding_source"),
        "policies.svg": budget_stack(page, "programme"),
        "odds.svg": odds_curve(policy),
        "waterfall.svg": waterfall(policy),
    }
    return {name: svg_of(figure).encode("utf-8") for name, figure in made.items()}


def source(policy: Policy, given: Given) -> str:
    """The report in typst's markup."""
    parts = [
        _setup(policy.page),
        _head(policy.page),
        _first_page(policy),
        _bases(policy),
        _execution(policy, given),
        _estimate(policy, given),
        _targets(policy),
        _proposal(policy),
        appendix.plans(policy, given),
        appendix.programmes(policy),
        appendix.assumptions(policy),
        appendix.sources(policy),
        appendix.earlier(policy),
    ]
    return "\n".join(parts)


def _setup(page: Page) -> str:
    day = page.as_of
    fonts = ", ".join(f'"{name}"' for name in FONTS)
    gate, colour = markup.words(law.gate_short(page)), _colour(page)
    title = markup.words(page.text("estimate.book_title", year=day.year + 1))
    return f"""
#set document(title: [{title}], date: datetime(year: {day.year}, month: {day.month}, day: {day.day}))
#set page(paper: "a4", margin: (left: 30mm, right: 18mm, top: 22mm, bottom: 20mm), number-align: top + center,
  numbering: (n, ..) => if n > 1 {{ str(n) }}, footer: align(center)[#text(size: 8pt, fill: rgb("{colour}"))[{gate}]])
#set text(font: ({fonts}), size: 11.5pt, lang: "{page.lang}")
#set par(justify: true, leading: 0.62em)
#show heading.where(level: 1): set text(size: 12.5pt)
#show heading.where(level: 2): set text(size: 11.5pt)
#show heading: set block(below: 0.9em)
#show table.cell: set par(justify: false)
#show figure: set block(breakable: true)
"""


def _colour(page: Page) -> str:
    """Of the legal gate: green when it is open."""
    return "#00795a" if law.may_submit(page) else "#b00000"


def _head(page: Page) -> str:
    """State header, number, place and date, title."""
    t, place = page.text, page.inputs.place[page.lang]
    year = page.as_of.year + 1
    left = [
        t("estimate.report.superior", place=place.upper()),
        t("estimate.report.issuer"),
        t("estimate.report.number"),
    ]
    right = [t("estimate.report.state"), t("estimate.report.motto"), t("estimate.place_date", place=place)]
    short = "#line(length: 30%, stroke: 0.5pt)"
    cells = (
        f"[{markup.words(left[0])}\\ {markup.strong(left[1])}\\ {short} {markup.words(left[2])}]",
        f"[{markup.strong(right[0])}\\ {markup.strong(right[1])}\\ #line(length: 55%, stroke: 0.5pt) "
        f"#emph[{markup.words(right[2])}]]",
    )
    grid = f"#grid(columns: (1fr, 1.35fr), align: center, {', '.join(cells)})\n"
    title = f"#v(6pt)\n#align(center)[#text(size: 14pt)[{markup.strong(t('estimate.report.title'))}]\n\n"
    title += f"{markup.strong(t('estimate.report.subject', year=year))}]\n#v(4pt)\n"
    frame = f'#block(width: 100%, inset: 7pt, stroke: 0.8pt + rgb("{_colour(page)}"))'
    gate = f"{frame}[{markup.strong(law.gate_text(page))}]\n"
    facts = t(
        "estimate.report.facts",
        scenario=page.scenario_title,
        world=page.title_of("worlds", page.world),
        as_of=page.fmt.date(page.as_of),
        draws=page.fmt.number(page.run.manifest["draws"]),
    )
    return grid + title + gate + f"#text(size: 9.5pt)[#emph[{markup.words(facts)}]]\n\n"


def _first_page(policy: Policy) -> str:
    t = policy.page.text
    texts = [s.text for s in summary(policy) if s.key != "gate"]
    rule = f"#text(size: 9pt)[#emph[{markup.words(t('headline.note_rule'))}]]\n\n"
    small = f"#[#set text(size: 10.2pt)\n#set par(leading: 0.5em)\n{markup.bullets(texts)}]\n"
    return markup.heading(t("estimate.report.summary")) + small + rule


def _bases(policy: Policy) -> str:
    page, t, f = policy.page, policy.page.text, policy.page.fmt
    heads = [t(f"estimate.sources.{k}") for k in ("name", "reference", "from", "status")]
    rows = []
    for basis in law.bases(page, policy.central.next):
        status = t("estimate.checked" if basis.row.checked else "estimate.not_checked")
        reference = law.reference_text(page, basis.row.reference)
        rows.append(([basis.name, reference, f.short_date(basis.row.from_), status], False))
    body = markup.table(heads, rows, widths=("1.5fr", "1.6fr", "auto", "0.9fr"), right=(False,) * 4, size=8.5)
    texts = markup.bullets([t(f"estimate.report.basis_{k}") for k in ("budget_law", "insurance_law", "plan")])
    return "#pagebreak(weak: true)\n" + markup.heading(t("estimate.report.part_1")) + texts + body


def _execution(policy: Policy, given: Given) -> str:
    page, t = policy.page, policy.page.text
    year = policy.central.current
    months = months_done(page)
    dates = plan_forms.prepaid_dates(policy)
    heads = [
        t("column.year"),
        *(t(f"estimate.date.{k}") for k in ("month_covered", "month_collected", "month_transferred")),
    ]
    rows = [([str(d["year"]), *(page.fmt.cell(d[k]) for k in list(d)[1:])], False) for d in dates]
    three = markup.table(heads, rows, widths=("auto", "1fr", "1fr", "1fr"), right=(True,) * 4, size=9)
    title = markup.heading(t("estimate.report.execution"), 2)
    wide = markup.landscape(title + markup.form(plan_forms.execution(policy, given, months), size=7))
    return (
        markup.heading(t("estimate.report.part_2", year=year))
        + markup.heading(t("estimate.report.members"), 2)
        + appendix.members(policy)
        + markup.heading(t("estimate.report.three_dates"), 2)
        + markup.paragraph(t("estimate.report.three_dates_text"))
        + f"#align(right)[#emph[{markup.words(t('estimate.unit.million_vnd'))}]]\n"
        + three
        + markup.paragraph(t("estimate.report.carried"))
        + wide
    )


def _estimate(policy: Policy, given: Given) -> str:
    t, year = policy.page.text, policy.central.next
    basis = markup.heading(t("estimate.report.part_3", year=year)) + markup.heading(
        t("estimate.report.people"), 2
    )
    basis += markup.form(
        support_forms.basis_support(policy, (year,)), leave_out=("up", "down", "line"), size=6.6
    )
    basis += markup.form(pension_forms.basis_pension(policy, (year,)), size=6.8)
    one = markup.form(budget_forms.by_policy(policy, given), leave_out=("note",), size=7.2)
    two = markup.form(budget_forms.by_source(policy, given), size=7.6)
    return (
        markup.landscape(basis)
        + markup.landscape(markup.heading(t("estimate.report.need"), 2) + one)
        + two
        + markup.picture("policies.svg", "88%")
        + markup.picture("sources.svg", "88%")
        + markup.heading(t("estimate.report.changes"), 2)
        + markup.form(plan_forms.increases(policy), leave_out=("note",))
        + markup.picture("waterfall.svg")
        + markup.heading(t("estimate.report.risk"), 2)
        + markup.form(risk_forms.risk(policy), size=7.6)
        + markup.picture("fan.svg", "88%")
        + markup.form(risk_forms.odds(policy), size=8)
        + markup.picture("odds.svg", "88%")
    )


def _targets(policy: Policy) -> str:
    t = policy.page.text
    targets = markup.form(risk_forms.targets(policy.page), size=7.4)
    options = markup.form(risk_forms.options(policy), size=7.6)
    return markup.heading(t("estimate.report.part_4")) + targets + options


def _proposal(policy: Policy) -> str:
    t, f = policy.page.text, policy.page.fmt
    amount = f.number(policy.printed(policy.central.next)["total"])
    lines = [
        t("estimate.report.proposal_amount", year=policy.central.next, amount=amount),
        t("estimate.report.proposal_source"),
        t("estimate.report.proposal_exceeded"),
        t("estimate.report.proposal_gate", gate=law.gate_text(policy.page)),
    ]
    sign = f"#v(8pt)\n#align(right)[#box[#align(center)[{markup.strong(t('estimate.sign_3'))}\\ "
    sign += f"#emph[{markup.words(t('estimate.sign_note_3'))}]]]]\n"
    return markup.heading(t("estimate.report.part_5")) + markup.bullets(lines) + sign

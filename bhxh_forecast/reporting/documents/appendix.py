"""Appendices of the explanatory report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from bhxh_forecast.reporting.documents import markup
from bhxh_forecast.reporting.documents.programmes import ProgrammePage, programme_pages
from bhxh_forecast.reporting.estimate import law, pension_forms, plan_forms, risk_forms
from bhxh_forecast.reporting.estimate.policy import MEMO
from bhxh_forecast.reporting.estimate.register import TARGETS, open_ones

if TYPE_CHECKING:
    from bhxh_forecast.reporting.estimate.figures_given import Given
    from bhxh_forecast.reporting.estimate.policy import Policy

SUPPORTS = ("vsi_state_support", "vsi_city_top_up")
LISTED = 40  # assumptions printed; the workbook has all


def members(policy: Policy) -> str:
    """Members at the dates that the outline names, and people who pay on average."""
    page, t, n = policy.page, policy.page.text, policy.central.current
    table = page.table("coverage")
    heads = [
        t("estimate.report.date"),
        t.capital("series.vsi_participants"),
        t.capital("series.vsi_paying"),
        t("estimate.report.standing"),
    ]
    rows = []
    for day in (f"{n - 1}-12-31", f"{n}-06-30", f"{n}-10-31", f"{n}-12-31", f"{n + 1}-12-31"):
        at = table[(table["date"] == pd.Timestamp(day)) & (table["base"] == "none")].set_index("series")
        counts = [page.fmt.number(float(at["mean"][s])) for s in ("vsi_participants", "vsi_paying")]
        phase = t(f"phase.{at['phase']['vsi_participants']}")
        rows.append(([page.fmt.short_date(day), *counts, phase], False))
    for year in (n, n + 1):
        months = table[(table["date"].dt.year == year) & (table["series"] == "vsi_paying")]
        average = page.fmt.number(float(months["mean"].mean()))
        rows.append(([t("estimate.report.average", year=year), "", average, ""], True))
    note = markup.paragraph(t("estimate.report.members_note"))
    return (
        markup.table(
            heads, rows, widths=("auto", "1fr", "1fr", "auto"), right=(False, True, True, False), size=9
        )
        + note
    )


def plans(policy: Policy, given: Given) -> str:
    """Three-year and five-year plans, communes, reconciliation."""
    t = policy.page.text
    wide = markup.heading(t("estimate.report.appendix_plans"))
    wide += markup.form(plan_forms.three_years(policy, given), size=7.4)
    wide += markup.form(plan_forms.five_years(policy, given), size=7.6)
    parts = [
        markup.landscape(wide),
        markup.form(risk_forms.reconciliation(given)),
    ]
    communes = pension_forms.by_commune(policy, given)
    parts.append(markup.form(communes, size=8) if communes.records else markup.paragraph(communes.note))
    parts.append(markup.heading(t("estimate.report.after"), 2) + markup.bullets(duties(policy)))
    return "".join(parts)


def duties(policy: Policy) -> list[str]:
    """What is promised beyond the last year."""
    page, t, f = policy.page, policy.page.text, policy.page.fmt
    table = page.table("indicators")
    last = table[table["date"] == table["date"].max()].set_index(["indicator", "group"])["mean"]
    year = policy.central.years[-1]
    values = {
        "year": year,
        "people": f.number(
            sum(float(b["persons"][b.years == year][-1]) for b in policy.central.members.values())
        ),
        "months": f.number(float(last["support_open_months", "all"])),
        "cost": f.number(float(last["support_open_cost", "all"]) / 1e6),
        "capped": f.share(float(last["support_capped_share", "all"])),
        "prepaid": f.cell(sum(float(last["prepaid_support_after_run", p]) for p in SUPPORTS) / 1e6),
    }
    return [t("estimate.report.duty_open", **values), t("estimate.report.duty_prepaid", **values)]


def programmes(policy: Policy) -> str:
    """One page per programme."""
    t = policy.page.text
    body = "#pagebreak(weak: true)\n".join(_programme(policy, page) for page in programme_pages(policy))
    return "#pagebreak(weak: true)\n" + markup.heading(t("estimate.report.appendix_programmes")) + body


def _programme(policy: Policy, page: ProgrammePage) -> str:
    t, f = policy.page.text, policy.page.fmt
    amounts = markup.table(
        [t("column.year"), *(str(y) for y, _ in page.amounts)],
        [([t("estimate.unit.million_vnd"), *(f.cell(v) for _, v in page.amounts)], False)],
        widths=("1.4fr", *("1fr",) * len(page.amounts)),
        right=(False, *(True,) * len(page.amounts)),
        size=8.5,
    )
    heads = [t(f"estimate.sources.{k}") for k in ("name", "reference", "value", "status")]
    laws = markup.table(heads, [(list(row), False) for row in page.laws], widths=("1.4fr", "1.6fr", "auto", "1fr"),
                        right=(False, False, True, False), size=8)  # fmt: skip
    nothing = t("estimate.report.nothing")
    sensitivity = [f"{name}: {amount}" for name, amount in page.sensitivity]
    return (
        markup.heading(page.name, 2)
        + markup.paragraph(f"{t('estimate.report.formula')}: {page.formula}")
        + amounts
        + markup.heading(t("estimate.report.law"), 3)
        + (laws if page.laws else markup.paragraph(nothing))
        + markup.heading(t("estimate.report.data"), 3)
        + markup.bullets(page.data or [nothing])
        + markup.heading(t("estimate.report.assumption"), 3)
        + markup.bullets(page.assumptions or [nothing])
        + markup.heading(t("estimate.report.sensitivity"), 3)
        + markup.bullets(sensitivity or [t("estimate.report.outside") if page.id in MEMO else nothing])
    )


def assumptions(policy: Policy) -> str:
    """The register of assumptions, the largest effect on the budget first."""
    t, f = policy.page.text, policy.page.fmt
    found = open_ones(policy)
    keys = ("name", "value", "status", "review", "budget")
    heads = [t(f"estimate.register.{k}") for k in keys]
    heads += [t("estimate.register.odds", target=t.label("target_short", name)) for name in TARGETS]
    heads.append(t("estimate.register.how"))
    rows = []
    for item in found[:LISTED]:
        budget = f.cell(None if item.budget is None else item.budget / 1e6)
        odds = [f.cell(None if item.odds.get(x) is None else item.odds[x] * 100, 1) for x in TARGETS]
        words = [
            item.name,
            f"{item.value} {item.unit}".strip(),
            t.label("source_status", item.status),
            item.review,
        ]
        rows.append(([*words, budget, *odds, t(f"estimate.register.ways.{item.how}")], False))
    # No automatic width: the long headings of the last columns would take the page from the words of the first.
    widths = ("2.6fr", "1.6fr", "1.2fr", "1fr", "1fr", *("1.1fr",) * len(TARGETS), "1.6fr")
    right = (False, False, False, False, True, *(True,) * len(TARGETS), False)
    title = t("estimate.register.title", year=policy.central.next)
    unit = markup.words(t("estimate.register.unit"))
    body = f"#align(center)[{markup.strong(title)}]\n#align(right)[#emph[{unit}]]\n"
    body += markup.table(heads, rows, widths=widths, right=right, size=7)
    body += markup.paragraph(
        t("estimate.register.note")
        + " "
        + t("estimate.report.more", shown=min(LISTED, len(found)), count=len(found))
    )
    return markup.landscape(markup.heading(t("estimate.report.appendix_assumptions")) + body)


def sources(policy: Policy) -> str:
    """What is missing, with who holds it and what is done meanwhile."""
    page, t = policy.page, policy.page.text
    heads = [t(f"column.missing_{k}") for k in ("name", "why", "who", "meanwhile")]
    rows = [
        ([str(e[k][page.lang]) for k in ("name", "why", "who", "meanwhile")], False)
        for e in law.missing_register(page).values()
    ]
    body = markup.table(heads, rows, widths=("1fr", "1.2fr", "1fr", "1.3fr"), right=(False,) * 4, size=7.6)
    return markup.heading(t("estimate.report.appendix_sources")) + body


def earlier(policy: Policy) -> str:
    """Comparison with the last submission: open until there is one."""
    t = policy.page.text
    heads = [t(f"estimate.report.earlier_{k}") for k in ("item", "before", "now", "difference", "reason")]
    now = policy.page.fmt.number(policy.printed(policy.central.next)["total"])
    rows = [([t("estimate.set.total"), "…", now, "…", ""], False)]
    body = markup.table(
        heads,
        rows,
        widths=("1.4fr", "1fr", "1fr", "1fr", "1.6fr"),
        right=(False, True, True, True, False),
        size=8.5,
    )
    return (
        markup.heading(t("estimate.report.appendix_earlier"))
        + body
        + markup.paragraph(t("estimate.report.earlier_note"))
    )

"""One page per programme: formula, law, data, assumptions, sensitivity."""

from __future__ import annotations

from dataclasses import dataclass

from bhxh_forecast.analysis.rests_on import BUDGET
from bhxh_forecast.reporting.estimate import law
from bhxh_forecast.reporting.estimate.policy import MEMO, MILLION, PROGRAMME_OF, Policy
from bhxh_forecast.reporting.estimate.register import Assumption, register
from bhxh_forecast.reporting.text import capital

PAGES = (
    "vsi_state_support",
    "vsi_city_top_up",
    "social_pension",
    "social_pension_city_increment",
    "funeral_support",
    "health_cards",
    "outreach",
    "inspection",
    "service",
    "vsi_maternity",
    "participant_contributions",
    "agents_commission",
    "ui_state_support",
)
MOST = 5  # assumptions named in the sensitivity


@dataclass(frozen=True)
class ProgrammePage:
    """What a page says.

    Attributes
    ----------
    name, formula
        Title and the formula in words.
    laws
        Provision, reference, value, whether it was checked.
    data, assumptions
        Published series and assumptions it rests on.
    sensitivity
        Assumptions with the largest effect on the budget among them, million VND.
    amounts
        Amount by year, million VND.
    """

    id: str
    name: str
    formula: str
    laws: list[tuple[str, str, str, str]]
    data: list[str]
    assumptions: list[str]
    sensitivity: list[tuple[str, str]]
    amounts: list[tuple[int, float]]


def programme_pages(policy: Policy) -> list[ProgrammePage]:
    """A page for every programme of the closed list."""
    lines = register(policy)
    return [_page(policy, name, lines) for name in PAGES]


def _page(policy: Policy, name: str, lines: list[Assumption]) -> ProgrammePage:
    page, t = policy.page, policy.page.text
    grounds = BUDGET[name]
    named = {*grounds.formula, *grounds.register}
    used = [a for a in lines if a.id in named]
    blocks = {k for k, p in page.inputs.priors.items() if p.block in grounds.blocks}
    own = name not in MEMO  # what stands outside the total moves none of it
    strong = [a for a in lines if own and (a.id in named or a.id in blocks) and a.budget][:MOST]
    branch = next((k for k, v in PROGRAMME_OF.items() if v == name), "")
    amounts = [
        (year, policy.printed(year)[branch] if branch else round(policy.mean(name, year) / MILLION))
        for year in policy.central.years
    ]
    return ProgrammePage(
        id=name,
        name=capital(t.label("programme", name)),
        formula=t(f"estimate.formula.{name}"),
        laws=_laws(policy, [*law.PROVISIONS.get(name, ()), *grounds.provisions]),
        data=[capital(t.label("series", s)) for s in grounds.series],
        assumptions=[f"{a.name}: {a.value} {a.unit}".strip() for a in used],
        sensitivity=[(a.name, page.fmt.number((a.budget or 0.0) / MILLION, sign=True)) for a in strong],
        amounts=amounts,
    )


def _laws(policy: Policy, names: list[str]) -> list[tuple[str, str, str, str]]:
    page, found = policy.page, []
    for basis in law.bases(page, policy.central.next, dict.fromkeys(names)):
        row = basis.row
        status = page.text("estimate.checked" if row.checked else "estimate.not_checked")
        value = law.value_text(page, basis)
        found.append((basis.name, law.reference_text(page, row.reference), value, status))
    return found

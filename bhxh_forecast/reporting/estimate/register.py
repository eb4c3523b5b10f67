"""The register of assumptions: every unverified or expert value with its effect on the budget and on each target."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from bhxh_forecast.reporting.estimate import law
from bhxh_forecast.reporting.estimate.policy import Policy
from bhxh_forecast.reporting.registers import value_text
from bhxh_forecast.reporting.text import capital

if TYPE_CHECKING:
    from bhxh_forecast.reporting.page import Page

OPEN = ("unverified", "expert", "assumed", "derived")
TARGETS = ("si_coverage", "vsi_coverage", "ui_coverage", "old_age_coverage")
BUDGET = "budget_total"
SPLIT = ("central_share_vsi", "commune_share")  # who pays, not how much
UNIT_COSTS = ("settlement_lag_months", "density_concentration")  # when and for how long support is paid
CANNOT_MOVE_PEOPLE = ("money", "split", "search", "one_value", "left_out")
CANNOT_MOVE_MONEY = ("split", "search", "one_value")


@dataclass(frozen=True)
class Assumption:
    """One line of the register.

    Attributes
    ----------
    budget
        VND of the estimate's year: for a random quantity the mean where it is above its median less that below it;
        for a fixed one the cost at the top of its range less that at the bottom; for law that nobody has confirmed
        the cost with it less that without it. None where it was not measured, 0 where it does not stand out of the
        noise of the draws or cannot matter.
    odds
        The same in probability, by target.
    how
        How both were found, or why there is nothing to find: a key of ``estimate.register.ways``.
    """

    id: str
    name: str
    value: str
    unit: str
    basis: str
    status: str
    review: str
    budget: float | None
    odds: dict[str, float] = field(default_factory=dict)
    how: str = ""

    @property
    def size(self) -> float:
        """By what the register is sorted: effect on the budget in absolute value, unknown last."""
        return -1.0 if self.budget is None else abs(self.budget)


def register(policy: Policy) -> list[Assumption]:
    """All assumptions, the largest effect on the budget first."""
    return policy.once("register", lambda: _register(policy))


def _register(policy: Policy) -> list[Assumption]:
    page = policy.page
    table, effects = page.run.table("assumptions"), page.run.table("assumption_effects")
    found = [
        _line(policy, row, effects[effects["id"] == row["id"]])
        for _, row in table.iterrows()
        if _matters(str(row["id"]))
    ]
    return sorted(found, key=lambda a: (-a.size, -max((abs(v) for v in a.odds.values()), default=0.0), a.id))


def _matters(name: str) -> bool:
    """Whether law that nobody has confirmed stands behind a programme; every other assumption does."""
    if not name.startswith("law:"):
        return True
    provision = name.split(":")[1]
    behind = {n for names in law.PROVISIONS.values() for n in names}
    return any(provision == n or provision.endswith(f".{n}") for n in behind)


def open_ones(policy: Policy) -> list[Assumption]:
    """Assumptions that nobody has confirmed: unverified, expert or derived values."""
    return [a for a in register(policy) if a.status in OPEN]


def _line(policy: Policy, row: pd.Series, effects: pd.DataFrame) -> Assumption:
    page, name = policy.page, str(row["id"])
    by_outcome = effects.set_index("outcome")
    seen = {str(k): float(v["effect"]) if v["clear"] else 0.0 for k, v in by_outcome.iterrows()}
    how = _how(page, name, bool(seen))
    if how in CANNOT_MOVE_PEOPLE:
        seen = dict.fromkeys(TARGETS, 0.0) | seen
    if how in CANNOT_MOVE_MONEY:
        seen = {BUDGET: 0.0} | seen
    return Assumption(
        id=name,
        name=capital(str(row[f"name_{page.lang}"])),
        value=_grouped(page, value_text(page, str(row["value_or_distribution"]))),
        unit=page.text.unit(str(row["unit"])),
        basis=_basis(page, name, row["source"]),
        status=str(row["status"]),
        review=_review(page, name),
        budget=seen[BUDGET] if BUDGET in seen else money_effect(policy, name),
        odds={target: seen[target] for target in TARGETS if target in seen},
        how=how,
    )


def _how(page: Page, name: str, measured: bool) -> str:
    """How the effects of a line were found, or why there are none."""
    inputs = page.inputs
    if name in inputs.priors:
        fixed = {name: "split"} if name in SPLIT else {name: "money"} if name in UNIT_COSTS else {}
        return "sampled" if measured else fixed.get(name, "no_range")
    if name.startswith("law:"):
        return "with_without" if measured else "no_range"
    entry = inputs.register[name]
    if name.startswith("limit."):
        return "search"
    if any(spec.baseline_source == f"register:{name}" for spec in inputs.levers.values()):
        return "lever"
    if measured:
        return "both_ends"
    if entry.get("low") == entry.get("high"):
        return "left_out" if entry["unit"] == "VND" else "one_value"
    return "money" if list(entry["affects"]) == ["budget"] else "no_range"


def _grouped(page: Page, text: str) -> str:
    """Whole numbers from five digits on with the language's separators."""
    return re.sub(r"(?<![\d.,])\d{5,}(?![\d.,])", lambda m: page.fmt.number(int(m.group(0))), text)


def _basis(page: Page, name: str, source: object) -> str:
    """Where it comes from: the data explain it in English, so a Vietnamese page names the file and the row."""
    if name.startswith("law:"):
        return law.reference_text(page, str(source))
    if page.lang == "en":
        return law.reference_text(page, source) if isinstance(source, str) else ""
    file = "data/assumptions/register.yaml" if name in page.inputs.register else "data/priors/priors.csv"
    return page.text("estimate.basis_in", file=file, row=name)


def _review(page: Page, name: str) -> str:
    entry = page.inputs.register.get(name)
    if entry is not None:
        return page.fmt.short_date(entry.get("review"))
    prior = page.inputs.priors.get(name)
    return (
        page.fmt.short_date(prior.review)
        if prior is not None and prior.review
        else page.text("estimate.before_submission")
    )


def money_effect(policy: Policy, name: str) -> float | None:
    """Effect on the cost of the estimate's year, VND, of a fixed assumption that is a matter of unit costs alone."""
    entry: dict[str, Any] | None = policy.page.inputs.register.get(name)
    year, central = policy.central.next, policy.central
    if entry is not None and name == "social_pension_level":
        months = sum(b.sum("months_supported", year) for g, b in central.pensioners.items())
        return months * (float(entry["high"]) - float(entry["low"]))
    if entry is not None and name == "top_up_capped":
        blocks = central.members.values()
        beyond = [
            ((b["months_paid"] - b["months_supported"]) * b["unit_city"])[b.years == year] for b in blocks
        ]
        return float(sum(part.sum() for part in beyond))
    return None

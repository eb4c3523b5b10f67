"""The plain-language summary: sentences made of printed figures, so that they cannot contradict the tables."""

from __future__ import annotations

from dataclasses import dataclass

from bhxh_forecast.reporting.estimate.effects import FACTORS
from bhxh_forecast.reporting.estimate.law import gate_text
from bhxh_forecast.reporting.estimate.plan_forms import increases
from bhxh_forecast.reporting.estimate.policy import Policy
from bhxh_forecast.reporting.estimate.risk_forms import odds, risk
from bhxh_forecast.reporting.headline import sentences, target_pairs

LARGEST = 3  # factors of the bridge that the summary names


@dataclass(frozen=True)
class Sentence:
    """A sentence and what it is about."""

    key: str
    text: str


def amount_sentence(policy: Policy) -> Sentence:
    """The amount proposed and how it differs from this year's estimate."""
    page, n = policy.page, policy.central.current
    f = page.fmt
    now, after = policy.printed(n)["total"], policy.printed(n + 1)["total"]
    direction = "more" if after >= now else "less"
    return Sentence("amount", page.text(
        f"estimate.words.amount_{direction}", year=n + 1, amount=f.number(after), change=f.number(abs(after - now)),
        percent=f.share(after / now if now else None), before=n, current=f.number(now),
    ))  # fmt: skip


def parts_sentence(policy: Policy) -> Sentence:
    """What the amount consists of."""
    page, year = policy.page, policy.central.next
    printed = policy.printed(year)
    values = {
        name: page.fmt.number(printed[name])
        for name in ("vsi", "vsi_norm", "vsi_city", "sp", "cards", "funeral")
    }
    return Sentence("parts", page.text("estimate.words.parts", **values))


def reasons_sentence(policy: Policy) -> Sentence:
    """The largest reasons for the change."""
    page, table = policy.page, increases(policy)
    rows = [r for r in table.records if r.id in FACTORS and r.cells["amount"]]
    rows.sort(key=lambda r: -abs(float(r.cells["amount"])))
    parts = []
    for row in rows[:LARGEST]:
        name = str(row.cells["name"])
        amount = page.fmt.number(row.cells["amount"], sign=True)
        parts.append(f"{name[0].lower()}{name[1:]} {amount}")
    return Sentence("reasons", page.text("estimate.words.reasons", reasons="; ".join(parts)))


def risk_sentence(policy: Policy) -> Sentence:
    """How sure the amount is, and what happens if the cost exceeds it."""
    page, year, f = policy.page, policy.central.next, policy.page.fmt
    cells = next(r.cells for r in risk(policy).records if r.id == f"total.{year}")
    at = next(r.cells for r in odds(policy).records if r.id == "1")
    values = {m: f.cell(cells[m]) for m in ("p10", "p50", "p80", "p90")}
    return Sentence("risk", page.text(
        "estimate.words.risk", year=year, odds=f.share(at["odds"]), excess=f.cell(at["excess"]), **values
    ))  # fmt: skip


def summary(policy: Policy) -> list[Sentence]:
    """Amount, parts, reasons, risk, every target of the last year in the agreed words, the legal gate."""
    page = policy.page
    found = [amount_sentence(policy), parts_sentence(policy), reasons_sentence(policy), risk_sentence(policy)]
    last = max(int(w["year"]) for w, _ in target_pairs(page))
    found += [Sentence(f"target.{s.target_id}", s.text) for s in sentences(page, last)]
    return [*found, Sentence("gate", gate_text(page))]

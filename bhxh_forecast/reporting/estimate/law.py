"""Law behind the estimate: the row in force in a month, whether it was checked, and what is missing to submit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bhxh_forecast.budget.programmes import PROGRAMMES
from bhxh_forecast.coverage.types import GROUPS
from bhxh_forecast.inputs import LawRow
from bhxh_forecast.reporting.text import capital

if TYPE_CHECKING:
    from bhxh_forecast.reporting.page import Page

LINE, RATE = "poverty_line.rural", "vsi.contribution_rate"
NORM, TOP_UP = "vsi.state_subsidy_share", "vsi_topup_share"
ACTUALS = "missing/reconciliation_actuals"
RATES = "resolution_"  # entries of the register of missing figures that hold rates


def local(page: Page, name: str) -> str | None:
    """Id of a provision, with the prefix of the place where the data give it one."""
    ids = list(page.inputs.law.ids)
    return name if name in ids else next((i for i in sorted(ids) if i.endswith(f".{name}")), None)


def rows_of(page: Page, name: str) -> tuple[LawRow, ...]:
    """Rows of a provision; none when the data do not hold it."""
    found = local(page, name)
    return tuple(page.inputs.law.rows(found)) if found else ()


def in_force(page: Page, name: str, day: date) -> LawRow | None:
    """The row in force on a day."""
    live = [r for r in rows_of(page, name) if r.from_ <= day and (r.to is None or day <= r.to)]
    return live[-1] if live else None


def support_rows(page: Page) -> dict[str, tuple[LawRow, ...]]:
    """Rows behind the support of voluntary contributions, by provision."""
    names = [LINE, RATE, *(f"{kind}.{g}" for kind in (NORM, TOP_UP) for g in GROUPS)]
    return {name: rows_of(page, name) for name in names}


# How references of the data read in each language; the data cite acts in a mixture of both.
_WORDS = {
    "vi": (
        (r"\bart(?:s|icle)?\.? ?(?=\d)", "Điều "), (r"\bas amended by\b", "được sửa đổi bởi"), (r"\bvia\b", "theo"),
        (r"\bNĐ (?=\d)", "Nghị định "), (r"\bNQ (?=\d)", "Nghị quyết "), (r"\bKH (?=\d)", "Kế hoạch "),
        (r"\bTT (?=\d)", "Thông tư "), (r"\bQĐ (?=\d)", "Quyết định "), (r"\beff(?:ective)?\.? ", "hiệu lực "),
        (r"\bResolution ", "Nghị quyết "), (r"\bDecree ", "Nghị định "), (r"\bfrom (?=\d)", "từ "),
    ),
    "en": (
        (r"\bĐiều ?", "art. "), (r"\bNĐ (?=\d)", "Decree "), (r"\bNQ (?=\d)", "Resolution "),
        (r"\bKH (?=\d)", "Plan "), (r"\bTT (?=\d)", "Circular "), (r"\bQĐ (?=\d)", "Decision "),
        (r"\bLuật Việc làm\b", "Employment Law"), (r"\bLuật BHYT\b", "Health Insurance Law"),
        (r"\bLuật (?=\d)", "Law "), (r"\bLuật NCT\b", "Law on the Elderly"),
        (r"\bLuật BHXH\b", "Law on Social Insurance"), (r"\bBLLĐ\b", "Labour Code"),
    ),
}  # fmt: skip


def reference_text(page: Page, reference: str) -> str:
    """A reference of the data in the page's language."""
    for pattern, word in _WORDS[page.lang]:
        reference = re.sub(pattern, word, reference)
    return reference


def value_text(page: Page, basis: Basis) -> str:
    """A value of the law as printed: grouped, with its unit where the number alone does not tell it."""
    value = basis.row.value
    unit = page.inputs.law.everything[local(page, basis.provision) or basis.provision].unit
    if isinstance(value, bool) or not isinstance(value, int | float):
        return page.fmt.technical(str(value))
    if unit.startswith("share"):
        return page.fmt.share(value)
    number = page.fmt.number(value, 0 if float(value).is_integer() else 2)
    return f"{number} {page.text('estimate.months_unit')}" if unit.startswith("month") else number


def references(page: Page, names: Iterable[str], day: date) -> str:
    """References of the rows in force on a day, each once."""
    rows = [in_force(page, name, day) for name in names]
    found = dict.fromkeys(r.reference for r in rows if r is not None and r.reference)
    return "; ".join(reference_text(page, reference) for reference in found)


def checked(page: Page, names: Iterable[str], day: date) -> bool:
    """Whether every row in force on a day was compared with its original."""
    rows = [in_force(page, name, day) for name in names]
    known = [r for r in rows if r is not None]
    return bool(known) and all(r.checked for r in known)


def group_provisions(group: str) -> tuple[str, ...]:
    """Provisions behind the support of one group."""
    return LINE, RATE, f"{NORM}.{group}", f"{TOP_UP}.{group}"


PROVISIONS: dict[str, tuple[str, ...]] = {p.name: p.provisions for p in PROGRAMMES}


@dataclass(frozen=True)
class Basis:
    """One legal basis: the provision, its row and names for print."""

    provision: str
    name: str
    row: LawRow


def budget_provisions() -> dict[str, None]:
    """Provisions behind the programmes of the budget, each once."""
    return dict.fromkeys(n for p in PROGRAMMES if not p.memo for n in p.provisions)


def bases(page: Page, year: int, provisions: Iterable[str] | None = None) -> list[Basis]:
    """Every row of law in force in a year behind some provisions (default: those of the budget), in order."""
    names = budget_provisions() if provisions is None else provisions
    first, last = date(year, 1, 1), date(year, 12, 31)
    found = []
    for name in names:
        for row in rows_of(page, name):
            if row.from_ <= last and (row.to is None or row.to >= first):
                label = page.inputs.labels.get(local(page, name) or name, {}).get(page.lang, name)
                found.append(Basis(name, capital(str(label)), row))
    return found


def unchecked(page: Page, year: int) -> list[Basis]:
    """Legal bases of a year that nobody has compared with the original."""
    return [basis for basis in bases(page, year) if not basis.row.checked]


def missing_register(page: Page) -> dict[str, dict[str, Any]]:
    """The register of missing figures as written in the data."""
    return _register_of(tuple(page.inputs.folder.paths("missing/register.yaml")))


@cache
def _register_of(paths: tuple[Path, ...]) -> dict[str, dict[str, Any]]:
    entries: dict[str, dict[str, Any]] = {}
    for path in paths:
        entries |= yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    return entries


def missing_texts(page: Page) -> list[str]:
    """Names of acts whose rates are not known here, as the register of missing figures writes them."""
    names = []
    for key, entry in missing_register(page).items():
        file = str(entry.get("file", "")).removesuffix(".csv")
        if not key.startswith(RATES):
            continue
        table = page.inputs.table(file)
        if "provision" in table.columns and table.empty:
            names.append(str(entry["name"][page.lang]))
    return names


def reconciled(page: Page) -> bool:
    """Whether actual figures of the current year were confirmed by the agency and entered."""
    table = page.inputs.table(ACTUALS)
    return any(str(day)[:4] == str(page.as_of.year) for day in table["date"])


def may_submit(page: Page) -> bool:
    """The legal gate: every rate of the estimate's year checked against its original, and actuals reconciled."""
    return not unchecked(page, page.as_of.year + 1) and not missing_texts(page) and reconciled(page)


def gate_text(page: Page) -> str:
    """The words of the gate; a draft names the missing texts."""
    t = page.text
    if may_submit(page):
        return t("estimate.gate_ready")
    texts = "; ".join(missing_texts(page)) or t("estimate.gate_unchecked")
    lacking = unchecked(page, page.as_of.year + 1) or missing_texts(page)
    parts = [t("estimate.gate_missing", texts=texts)] if lacking else []
    if not reconciled(page):
        parts.append(t("estimate.gate_actuals"))
    return f"{t('estimate.gate_draft')}. {' '.join(parts)}"


def gate_short(page: Page) -> str:
    """The gate in one line, for headers and every sheet."""
    return page.text("estimate.gate_ready" if may_submit(page) else "estimate.gate_draft")

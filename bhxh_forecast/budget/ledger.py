"""From monthly amounts of programmes to annual accounts by source and recognition, and their totals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.budget.programmes import ALL, PROGRAMMES, TOTAL, Account, FundingRule, Programme
from bhxh_forecast.budget.types import Flags
from bhxh_forecast.budget.window import local_ids, on_grid
from bhxh_forecast.coverage.types import Array, Drivers


def divide(amount: Array, shares: list[tuple[str, float]]) -> dict[tuple[str, ...], Array]:
    """Divide an amount among sources; the first takes what the others leave, so that they add up exactly.

    The keys are the funding sources that one array stands for: a single source stands for ``all`` as well.
    """
    first = shares[0][0]
    if len(shares) == 1:
        return {(first, ALL): amount}
    parts: dict[tuple[str, ...], Array] = {(s,): on_grid(amount * share) for s, share in shares[1:]}
    rest = amount.copy()
    for part in parts.values():
        rest -= part
    return {(first,): rest} | parts | {(ALL,): amount}


class Ledger:
    """Annual and, when asked for, monthly amounts by account.

    Parameters
    ----------
    rule
        Who pays.
    years, draws
        Shape of an annual amount.
    months
        Length of the monthly axis, None when monthly amounts are not kept.
    past
        Amounts of the first years, when another scenario with the same history has them: (at least so many, n).
    known
        Number of these years.
    """

    def __init__(
        self,
        rule: FundingRule,
        years: int,
        draws: int,
        months: int | None,
        past: Mapping[Account, Array] | None = None,
        known: int = 0,
    ) -> None:
        self.rule, self.shape, self.months = rule, (years, draws), months
        self.past, self.known = past or {}, known
        self.annual: dict[Account, Array] = {}
        self.monthly: dict[Account, Array] = {}

    def enter(
        self, programme: Programme, recognitions: Iterable[str], year: int, months: slice, amount: Array
    ) -> None:
        """Enter the months of one year, (months, n); recognitions and sources that agree share one array."""
        memo = self.rule.memo(programme)
        for sources, part in divide(amount, self.rule.split(programme)).items():
            accounts = [
                Account(
                    programme.name,
                    programme.legal_origin,
                    source,
                    programme.spending_field,
                    recognition,
                    memo,
                )
                for source in sources
                for recognition in recognitions
            ]
            self._write(accounts, year, months, part)

    def _opened(self, account: Account) -> Array:
        """An account with the years that are known, (Y, n)."""
        amounts = np.zeros(self.shape)
        if self.known:
            amounts[: self.known] = self.past[account][: self.known]
        return amounts

    def _write(self, accounts: list[Account], year: int, months: slice, amount: Array) -> None:
        first = accounts[0]
        if first not in self.annual:
            self.annual |= dict.fromkeys(accounts, self._opened(first))
            if self.months is not None:
                self.monthly |= dict.fromkeys(accounts, np.zeros((self.months, self.shape[1])))
        np.add.reduce(amount, axis=0, out=self.annual[first][year])
        if self.months is not None:
            self.monthly[first][months] = amount


def checked_years(drivers: Drivers, starts: NDArray[np.int64]) -> dict[str, Flags]:
    """Years in which every provision of a programme was checked in all months; never without a provision."""
    prefix = "checked:"
    flags = {key.removeprefix(prefix): flag for key, flag in drivers.flags.items() if key.startswith(prefix)}
    checked = {}
    for programme in PROGRAMMES:
        years = np.full(starts.size, bool(programme.provisions))
        for provision in programme.provisions:
            found = local_ids(provision, flags)
            years &= bool(found)
            for key in found:
                years &= np.logical_and.reduceat(flags[key] > 0, starts)
        checked[programme.name] = years
    return checked


def total(account: Account) -> Account:
    """The grand total that an account belongs to."""
    return Account(TOTAL, ALL, ALL, ALL, account.recognition, False)


GROUPINGS: tuple[Callable[[Account], Account], ...] = (
    lambda a: total(a)._replace(funding_source=a.funding_source),
    lambda a: total(a)._replace(spending_field=a.spending_field),
    lambda a: total(a)._replace(legal_origin=a.legal_origin),
    total,
)


def add_totals(annual: Mapping[Account, Array], status: dict[Account, Flags]) -> dict[Account, Array]:
    """Return the totals by source, field and origin and the grand totals; enter their status in ``status``.

    A total is checked when all its programmes that rest on law are; one that rests on no law is not.
    """
    members: dict[Account, list[Account]] = {}
    for account in annual:
        if not account.memo and account.funding_source != ALL:
            for group in GROUPINGS:
                members.setdefault(group(account), []).append(account)
    totals: dict[Account, Array] = {}
    known: dict[tuple[int, ...], Array] = {}  # recognitions that agree share their totals too
    for group_account, parts in members.items():
        key = tuple(id(annual[a]) for a in parts)
        if key not in known:
            known[key] = add([annual[a] for a in parts])
        totals[group_account] = known[key]
        lawful = [status[a] for a in parts if a.legal_origin != "none"]
        years = np.full(known[key].shape[0], bool(lawful))
        status[group_account] = np.logical_and.reduce([years, *lawful])
    return totals


def add(arrays: list[Array]) -> Array:
    """Sum of arrays in their order."""
    result = arrays[0].copy()
    for array in arrays[1:]:
        result += array
    return result

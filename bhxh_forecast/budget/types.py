"""What comes out of the budget stage."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.budget.programmes import ALL, HEADLINE, LEGAL_STATUSES, TOTAL, Account, Cell
from bhxh_forecast.coverage.types import Array

Flags = NDArray[np.bool_]


@dataclass
class BudgetBlock:
    """Annual result of the budget stage for a block of draws; VND at current prices.

    Amounts are whole multiples of 1/1024 đồng, so that months, sources and programmes add up exactly in every
    draw. Accounts that do not differ between recognitions share one array: do not write into them.

    Attributes
    ----------
    years
        Fiscal years, (Y,); the first (2015) holds December only.
    accounts
        Amount by account, (Y, n): programmes by source and for all sources, then the totals by source, by
        spending field and by legal origin and the grand total, memo lines excluded.
    checked
        For each account, whether every provision it rests on was checked against its original all year, (Y,).
    deflator
        Consumer prices over those of 2025, (Y, n).
    promised
        Prepaid support of months after the run, by programme, (n,).
    monthly
        Amounts by account and month, (T, n), accounts of single programmes only; empty unless asked for.
    """

    years: NDArray[np.int64]
    accounts: dict[Account, Array]
    checked: dict[Account, Flags]
    deflator: Array
    promised: dict[str, Array]
    monthly: dict[Account, Array] = field(default_factory=dict)

    @cached_property
    def cells(self) -> dict[Cell, Array]:
        """Accounts split by legal status, (Y, n); years of another status hold 0 (see ``years_of``)."""
        split: dict[Cell, Array] = {}
        for account, amount in self.accounts.items():
            for status in LEGAL_STATUSES:
                cell = Cell(*account, status)
                years = self.years_of(cell)
                if years.any():
                    split[cell] = amount if years.all() else amount * years[:, None]
        return split

    def years_of(self, cell: Cell) -> Flags:
        """The years in which an account has the status of this cell, (Y,)."""
        checked = self.checked[Account(*cell[:-1])]
        return checked if cell.legal_status == LEGAL_STATUSES[0] else ~checked

    def programme(
        self, name: str, *, source: str = ALL, recognition: str = HEADLINE, memo: bool = False
    ) -> Array:
        """Annual amount of one programme, or of ``total``, VND at current prices, (Y, n).

        Raises
        ------
        KeyError
            When there is no such account.
        """
        for account, amount in self.accounts.items():
            if (account.programme, account.funding_source) != (name, source) or account.memo != memo:
                continue
            wide = name != TOTAL or (account.legal_origin, account.spending_field) == (ALL, ALL)
            if wide and account.recognition == recognition:
                return amount
        raise KeyError(f"no account {name}, source {source}, recognition {recognition}, memo {memo}")

    def constant(self, amount: Array) -> Array:
        """An annual amount at prices of 2025, (Y, n)."""
        return amount / self.deflator

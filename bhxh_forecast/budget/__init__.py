"""Person-months and law turned into cost by programme, funding source and fiscal year."""

from bhxh_forecast.budget.basis import BasisRow, basis
from bhxh_forecast.budget.programmes import PROGRAMMES, Account, Cell, FundingRule
from bhxh_forecast.budget.totals import PARAMETERS, compute
from bhxh_forecast.budget.types import BudgetBlock

__all__ = [
    "PARAMETERS",
    "PROGRAMMES",
    "Account",
    "BasisRow",
    "BudgetBlock",
    "Cell",
    "FundingRule",
    "basis",
    "compute",
]

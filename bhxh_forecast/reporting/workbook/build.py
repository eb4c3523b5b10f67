"""Put the workbook together."""

from __future__ import annotations

from bhxh_forecast.reporting.estimate import budget_forms, pension_forms, plan_forms, risk_forms
from bhxh_forecast.reporting.estimate.figures_given import Given
from bhxh_forecast.reporting.estimate.form_table import year_words
from bhxh_forecast.reporting.estimate.policy import Policy
from bhxh_forecast.reporting.workbook import charts, checks, formulas, plans, registers, sheets
from bhxh_forecast.reporting.workbook.basis import write_basis
from bhxh_forecast.reporting.workbook.book import Book
from bhxh_forecast.reporting.workbook.forms import FORM_TOP, place_rows, write_form
from bhxh_forecast.reporting.workbook.live import write_inputs
from bhxh_forecast.reporting.workbook.months import Months
from bhxh_forecast.reporting.workbook.unit_costs import write_unit_costs


def workbook(policy: Policy, given: Given) -> bytes:
    """The workbook of a scenario, as bytes; the same tables give the same bytes.

    Parameters
    ----------
    policy, given
        The estimate, and the figures of the authorities.
    """
    book = Book(policy.page)
    write_inputs(book, policy, given)
    write_unit_costs(book, policy)
    months = Months(book, policy)
    months.write()
    after_sums = checks.write_annual(book, policy, months)
    _forms(book, policy, given, months)
    write_basis(book, policy, months)
    _risk(book, policy, given)
    registers.write_assumptions(book, policy)
    registers.write_sources(book, policy)
    sheets.write_summary(book, policy)
    checks.write_checks(book, policy, months, after_sums)
    sheets.write_cover(book, policy)
    return book.bytes()


def _forms(book: Book, policy: Policy, given: Given, months: Months) -> None:
    """Forms with live formulas."""
    page = book.page
    one, two = budget_forms.by_policy(policy, given), budget_forms.by_source(policy, given)
    place_rows(book, "by_policy", one)
    row = write_form(book, "by_policy", one, formulas.by_policy(book, policy))
    book.sign_off("by_policy", row, len(one.form.columns) - 1)
    place_rows(book, "by_source", two)
    row = write_form(book, "by_source", two, formulas.by_source(book, policy, two))
    book.sign_off("by_source", row, len(two.form.columns) - 1)
    row = write_form(book, "by_commune", pension_forms.by_commune(policy, given))
    book.sign_off("by_commune", row, 9)
    done = 10 if page.as_of.month > 10 else 6
    five = plan_forms.execution(policy, given, done)
    place_rows(book, "execution", five)
    row = write_form(book, "execution", five, formulas.execution(book, policy, "execution", five, done))
    other = plan_forms.execution(policy, given, 16 - done)
    write_form(book, "execution", other, top=row + 1)
    eight = plan_forms.increases(policy)
    place_rows(book, "increases", eight)
    row = write_form(book, "increases", eight, plans.increases(book, policy, months))
    charts.waterfall(book, policy, len(eight.records), FORM_TOP, row + 1)
    six, seven = plan_forms.three_years(policy, given), plan_forms.five_years(policy, given)
    place_rows(book, "three_years", six)
    row = write_form(book, "three_years", six, plans.three_years(book, policy, months, six))
    book.sign_off("three_years", row, len(six.form.columns) - 1)
    place_rows(book, "five_years", seven)
    years = [year_words(page)[f"f{k}"] for k in range(5)]
    row = write_form(book, "five_years", seven, formulas.five_years(book, policy, seven, years))
    book.sign_off("five_years", row, len(seven.form.columns) - 1)


def _risk(book: Book, policy: Policy, given: Given) -> None:
    """Uncertainty, targets, options, reconciliation: values of the simulation."""
    odds = risk_forms.odds(policy)
    row = write_form(book, "risk", odds)
    charts.odds_chart(book, row + 1, FORM_TOP, len(odds.records))
    row = write_form(book, "risk", risk_forms.risk(policy), top=row + 19)
    write_form(book, "risk", risk_forms.options(policy), top=row + 1)
    write_form(book, "targets", risk_forms.targets(book.page))
    table = risk_forms.reconciliation(given)
    row = write_form(book, "reconciliation", table)
    book.sign_off("reconciliation", row, len(table.form.columns) - 1, "reconcile")

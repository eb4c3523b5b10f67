"""The files of an estimate: workbook, explanatory report and, in Vietnamese, the annex to the submission."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bhxh_forecast.reporting.estimate.central import Central
from bhxh_forecast.reporting.estimate.figures_given import Given
from bhxh_forecast.reporting.estimate.policy import Policy
from bhxh_forecast.reporting.page import Page

if TYPE_CHECKING:
    from bhxh_forecast.reporting.run_tables import RunTables

ANNEX_LANGUAGE = "vi"  # the annex goes to the council


def estimate_files(run: RunTables, scenario: str, world: str, lang: str) -> dict[str, bytes]:
    """Make the files of one scenario in one language.

    Parameters
    ----------
    run
        Tables and manifest.
    scenario, world, lang
        What they are about.

    Returns
    -------
    dict
        Content by file name; the same tables give the same bytes.
    """
    from bhxh_forecast.reporting.documents.annex import annex
    from bhxh_forecast.reporting.documents.report import report
    from bhxh_forecast.reporting.workbook.build import workbook

    page = Page(run, scenario, world, lang)
    policy, given = Policy(Central(page)), Given(page)
    files = {f"budget.{lang}.xlsx": workbook(policy, given), f"report.{lang}.pdf": report(policy, given)}
    if lang == ANNEX_LANGUAGE:
        files[f"annex.{lang}.docx"] = annex(policy, given)
    return files

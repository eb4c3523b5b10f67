"""The legal gate from the data to every document: it opens when all is checked and reconciled, and closes again."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pypdfium2
import pytest
from docx import Document
from openpyxl import load_workbook

from bhxh_forecast import simulation
from bhxh_forecast.calibration.source import ConditionedSource
from bhxh_forecast.inputs import Inputs, load_inputs, load_scenario, load_world
from bhxh_forecast.inputs.folder import DEFAULT_DATA
from bhxh_forecast.reporting.documents.annex import annex
from bhxh_forecast.reporting.documents.report import report
from bhxh_forecast.reporting.estimate import law
from bhxh_forecast.reporting.estimate.central import Central
from bhxh_forecast.reporting.estimate.figures_given import Given
from bhxh_forecast.reporting.estimate.policy import Policy
from bhxh_forecast.reporting.headline import legal_line, legal_ready
from bhxh_forecast.reporting.page import Page
from bhxh_forecast.reporting.run_tables import TABLES, RunTables, _entry
from bhxh_forecast.reporting.workbook.build import workbook
from tests.estimate_run import inputs as shipped

READY, DRAFT = "ĐỦ CĂN CỨ ĐỂ TRÌNH", "BẢN NHÁP – CHƯA ĐỦ CĂN CỨ PHÁP LÝ"
RATES = "provision,group,value,unit,from,to,reference,source_title,publisher,url,note\n"
ACTUALS = (
    "geo,date,group,participants,person_months,prepaid_months,state_support_vnd,city_topup_vnd,transferred_vnd,"
    "settled_vnd,source_title,publisher,url,note\n"
    "VN-HN,2026-06-30,all,139000,610000,0,40000000000,20000000000,54000000000,0,,,,\n"
)
FILES = {
    "missing/resolution_17_2026_rates.csv": RATES
    + "".join(
        f"hn.vsi_topup_share,{group},{value},share,2026-07-01,,Nghị quyết 17/2026/NQ-HĐND Điều 1,,,,\n"
        for group, value in (("poor", 0.5), ("near_poor", 0.6), ("ethnic_minority", 0.1), ("other", 0.1))
    ),
    "missing/resolution_14_2026_rates.csv": RATES
    + "hn.sp.city_topup,,150000,VND/month,2026-07-01,,Nghị quyết 14/2026/NQ-HĐND Điều 1,,,,\n",
    "missing/reconciliation_actuals.csv": ACTUALS,
}


def overlay(folder: Path, *, without: str = "", unchecked: str = "") -> Inputs:
    """Data in which every rate was compared with its original and actuals are reconciled, but for what is named."""
    for path in (DEFAULT_DATA / "law").glob("*.yaml"):
        text = path.read_text(encoding="utf-8").replace("checked: false", "checked: true")
        if path.name == unchecked:
            text = text.replace("checked: true", "checked: false")
        target = folder / "law" / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    for name, text in FILES.items():
        target = folder / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(text.split("\n", 1)[0] + "\n" if name == without else text, encoding="utf-8")
    return load_inputs(overlays=[folder])


def page_of(inputs: Inputs, monkeypatch: pytest.MonkeyPatch) -> Page:
    """A small run on these data; rates that equal the assumed ones need no sample of their own."""

    def same_sample(_: Inputs, *rest: object) -> ConditionedSource:
        return ConditionedSource.of(shipped(), *rest)

    class Source:
        of = staticmethod(same_sample)

    monkeypatch.setattr(simulation, "ConditionedSource", Source)
    names = ["current_policy", "subsidy_raise", "outreach_push"]
    runs = list(simulation.simulate_many(names, draws=32, inputs=inputs).values())
    frames = {
        name: pd.concat([getattr(run, name)() for run in runs], ignore_index=True)
        for name in TABLES
        if not name.startswith("assumption")
    }
    frames |= {name: getattr(runs[0], name)() for name in TABLES if name.startswith("assumption")}
    manifest = dict(runs[0].manifest_info()) | {
        "scenarios": [_entry(load_scenario(name, inputs)) for name in names],
        "worlds": [_entry(load_world("reference", inputs))],
    }
    return Page(RunTables(frames=frames, manifest=manifest, inputs=inputs), names[0], "reference", "vi")


def words_of(page: Page) -> dict[str, str]:
    """What stands on cover, headers, footers and sheets, by place."""
    policy, given = Policy(Central(page)), Given(page)
    book = load_workbook(io.BytesIO(workbook(policy, given)))
    found = {f"header of {ws.title}": ws.oddHeader.left.text for ws in book}
    found |= {f"top of {ws.title}": str(ws["A1"].value) for ws in book}
    found["cover"] = next(
        str(row[1].value) for row in book["Bìa"].iter_rows() if row[0].value == "Trạng thái"
    )
    for number, leaf in enumerate(pypdfium2.PdfDocument(report(policy, given)), 1):
        found[f"page {number}"] = leaf.get_textpage().get_text_range()
    annexed = Document(io.BytesIO(annex(policy, given)))
    section = annexed.sections[0]
    found["annex, foot"] = section.footer.paragraphs[0].text
    found["annex, foot of the first page"] = section.first_page_footer.paragraphs[0].text
    found["annex, file"] = annexed.core_properties.comments
    return found


def test_checked_rates_and_reconciled_actuals_open_the_gate_in_every_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(overlay(tmp_path), monkeypatch)
    assert law.may_submit(page)
    assert legal_ready(page)
    for place, text in words_of(page).items():
        assert READY in text, place
        assert DRAFT not in text, place
    actual = Given(page)
    assert actual.done(6, ["state_support_vnd"]) == 4e10


@pytest.mark.parametrize(
    ("lacking", "named"),
    [
        ({"unchecked": "city_vsi_topup.yaml"}, "chưa đối chiếu"),
        ({"without": "missing/resolution_17_2026_rates.csv"}, "17/2026"),
        ({"without": "missing/resolution_14_2026_rates.csv"}, "14/2026"),
        ({"without": "missing/reconciliation_actuals.csv"}, "Chưa có số liệu thực hiện"),
    ],
)
def test_one_thing_missing_closes_it_and_is_named(
    tmp_path: Path, lacking: dict[str, str], named: str
) -> None:
    page = Page(replaced(overlay(tmp_path, **lacking)), "current_policy", "reference", "vi")
    assert not law.may_submit(page)
    assert not legal_ready(page)
    text = law.gate_text(page)
    assert text.startswith(DRAFT)
    assert named in text
    assert (
        sum(word in text for word in ("17/2026", "14/2026", "Chưa có số liệu", "ghi “chưa đối chiếu”")) == 1
    )


def replaced(inputs: Inputs) -> RunTables:
    """The tables of the shipped run over other data: the gate reads the data."""
    from tests.estimate_run import estimate_run

    run = estimate_run()
    checked = {name: frame.copy() for name, frame in run._frames.items()}
    checked["budget"]["legal_status"] = "checked"
    return RunTables(frames=checked, manifest=run.manifest, inputs=replace(inputs))


def test_the_page_of_the_run_says_the_same_as_the_documents(tmp_path: Path) -> None:
    inputs = overlay(tmp_path, without="missing/reconciliation_actuals.csv")
    page = Page(replaced(inputs), "current_policy", "reference", "vi")
    assert "Chưa có số liệu thực hiện" in legal_line(page)

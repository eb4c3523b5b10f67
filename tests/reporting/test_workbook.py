"""The workbook: LibreOffice computes what the package does, and another rate gives what a run with that rate gives."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook

from bhxh_forecast.budget import compute
from bhxh_forecast.reporting.estimate.central import Central
from bhxh_forecast.reporting.estimate.figures_given import Given
from bhxh_forecast.reporting.estimate.policy import LEAVES, Policy
from bhxh_forecast.reporting.workbook.build import workbook
from bhxh_forecast.simulation import Chain
from tests.estimate_run import DRAWS, SCENARIOS, estimate_page, inputs
from tests.reporting.recalculate import formulas, recalculated, values
from tests.tools import program

NAMES = """Bìa TomTat B01_TongHop B02_NguonKP B03_CoSoTinh B04_XaPhuong B05_UocTH B06_KH03nam B07_KH05nam B08_TangGiam
NhapLieu DonGia NguoiThang RuiRo ChiTieu DoiChieu GiaDinh NguonSL KiemTra"""
SHEETS = NAMES.split()


@cache
def book(lang: str = "vi", scenario: str = "current_policy") -> bytes:
    page = estimate_page(lang, scenario)
    return workbook(Policy(Central(page)), Given(page))


def test_it_has_the_sheets_of_the_finance_department_and_nothing_that_it_refuses() -> None:
    opened = load_workbook(BytesIO(book()))
    assert opened.sheetnames == SHEETS
    assert all(ws.sheet_state == "visible" for ws in opened)
    for ws in opened:
        assert ws.page_setup.paperSize == 9
        assert ws.sheet_properties.pageSetUpPr.fitToPage
        assert ws.page_setup.fitToHeight == 0
        assert "BẢN NHÁP" in ws.oddHeader.left.text
        assert "BẢN NHÁP" in str(ws["A1"].value)
    names = zipfile.ZipFile(BytesIO(book())).namelist()
    assert not [n for n in names if "vba" in n.lower() or "externalLink" in n or "connections" in n]
    assert sum(n.startswith("xl/charts/chart") for n in names) == 4


def test_the_same_tables_give_the_same_bytes() -> None:
    page = estimate_page()
    assert workbook(Policy(Central(page)), Given(page)) == book()


def test_words_of_the_data_never_become_formulas() -> None:
    opened = load_workbook(BytesIO(book()))
    for ws in opened:
        for row in ws.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert re.match(r"=[-+(A-Z0-9$'Đ]", str(cell.value)), cell.value
                    assert not re.search(r"HYPERLINK|WEBSERVICE|DDE|https?:|\[", str(cell.value))


def test_only_the_inputs_may_be_changed() -> None:
    opened = load_workbook(BytesIO(book()))
    free = {ws.title for ws in opened for row in ws.iter_rows() for c in row if not c.protection.locked}
    assert free == {"NhapLieu"}


def changed_cell(path: Path, head: str, row: int, value: float) -> None:
    """Write a yellow cell of the first block: the column by its heading."""
    opened = load_workbook(path)
    ws = opened["NhapLieu"]
    top = next(c.row for c in ws["C"] if c.value == "Mức chuẩn hộ nghèo nông thôn (đồng)")
    column = next(c.column for c in ws[top] if c.value == head)
    ws.cell(top + row, column).value = value
    opened.save(path)


@pytest.mark.libreoffice
def test_libreoffice_computes_every_cell_within_one_dong(tmp_path: Path) -> None:
    path = tmp_path / "budget.xlsx"
    path.write_bytes(book("vi", "outreach_push"))
    written, shown = formulas(path), values(path)
    computed = values(recalculated(str(program("libreoffice")), path, tmp_path))
    assert len(written) > 7000
    for cell in written:
        wanted, found = shown.get(cell), computed.get(cell)
        if isinstance(wanted, str):
            assert found == wanted, cell
        else:
            assert abs(float(wanted) - float(found)) <= (1.0 if abs(float(wanted)) > 100 else 1e-6), cell
    verdicts = [v for (sheet, at), v in computed.items() if sheet == "KiemTra" and v in ("Đạt", "Không đạt")]
    assert set(verdicts) == {"Đạt"}


@pytest.mark.libreoffice
def test_another_rate_and_line_give_what_a_run_with_them_gives(tmp_path: Path) -> None:
    path = tmp_path / "budget.xlsx"
    path.write_bytes(book())
    changed_cell(path, "Tỷ lệ hỗ trợ thêm của Thành phố: khác", 3, 0.25)  # 2027
    changed_cell(path, "Tỷ lệ hỗ trợ của Nhà nước: hộ cận nghèo", 3, 0.45)
    changed_cell(path, "Mức chuẩn hộ nghèo nông thôn (đồng)", 5, 2_400_000.0)  # 2029
    computed = values(recalculated(str(program("libreoffice")), path, tmp_path))
    chain = Chain.of(SCENARIOS, draws=DRAWS, inputs=inputs())
    run = next(chain.runs(0))
    months = chain.line.months.astype("datetime64[Y]").astype(int) + 1970
    drivers = run.drivers
    city, state, line = drivers.city_share.copy(), drivers.state_share.copy(), drivers.line.copy()
    city[3, months == 2027], state[1, months == 2027], line[months == 2029] = 0.25, 0.45, 2_400_000.0
    other = replace(drivers, city_share=city, state_share=state, line=line)
    budget = compute(run.coverage, other, run.block.params, chain.line)
    policy, found = Policy(Central(estimate_page())), 0
    rows = {
        str(v): int(re.sub(r"\D", "", at))
        for (s, at), v in computed.items()
        if s == "KiemTra" and at[0] == "A"
    }
    for programme, prefix in (("vsi_state_support", "vsi_norm"), ("vsi_city_top_up", "vsi_city")):
        for k, year in enumerate(policy.central.years):
            here = [
                policy.page.text(f"estimate.leaf.{leaf}") for leaf in LEAVES if leaf.startswith(f"{prefix}.")
            ]
            total = sum(float(computed["KiemTra", f"{'BCDEF'[k]}{rows[name]}"]) for name in here)
            at = int(np.flatnonzero(budget.years == year)[0])
            assert total == pytest.approx(float(budget.programme(programme)[at].mean()), abs=1.0)
            found += 1
    assert found == 10
    original = tmp_path / "original.xlsx"
    original.write_bytes(book())
    assert computed["B06_KH03nam", "D7"] > values(original)["B06_KH03nam", "D7"]

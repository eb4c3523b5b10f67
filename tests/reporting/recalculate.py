"""Opens a workbook in LibreOffice, headless and with everything computed anew, and reads what it says."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def converted(program: str, file: Path, folder: Path, kind: str) -> Path:
    """A file in another format, made by LibreOffice with a profile of its own."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")
    out = folder / "out"
    own = f"-env:UserInstallation=file://{profile}"
    command = [program, own, "--headless", "--convert-to", kind, "--outdir", str(out), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return out / f"{file.stem}.{kind.partition(':')[0]}"


def recalculated(program: str, book: Path, folder: Path) -> Path:
    """The same workbook after LibreOffice has computed every formula."""
    return converted(program, book, folder, "xlsx:Calc MS Excel 2007 XML")


def formulas(book: Path) -> dict[tuple[str, str], Any]:
    """Cells that hold a formula, by sheet and address."""
    sheets = load_workbook(book, read_only=False)
    return {
        (ws.title, cell.coordinate): cell.value
        for ws in sheets
        for row in ws.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=")
    }


def values(book: Path) -> dict[tuple[str, str], Any]:
    """Values of all cells, by sheet and address."""
    sheets = load_workbook(book, data_only=True)
    return {
        (ws.title, cell.coordinate): cell.value
        for ws in sheets
        for row in ws.iter_rows()
        for cell in row
        if cell.value is not None
    }

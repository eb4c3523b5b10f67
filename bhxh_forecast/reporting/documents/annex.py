"""The annex to the submission as a Word file: title and "attached to" line, tables, no state header of its own."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bhxh_forecast.reporting.estimate import (
    budget_forms,
    law,
    pension_forms,
    plan_forms,
    risk_forms,
    support_forms,
)
from bhxh_forecast.reporting.estimate.form_table import FormTable
from bhxh_forecast.reporting.estimate.register import open_ones

if TYPE_CHECKING:
    from docx.document import Document

    from bhxh_forecast.inputs.forms import FormColumn
    from bhxh_forecast.reporting.estimate.figures_given import Given
    from bhxh_forecast.reporting.estimate.policy import Policy

FONT = "Times New Roman"
BOLD = ("total", "field", "programme", "memo_head")
WEIGHTS = {"number": 0.9, "name": 2.8, "basis": 2.6, "legal": 2.6, "note": 2.4, "action": 4.0, "period": 1.7}
IMPORTANT = 10  # assumptions named
WIDTH = 257.0  # mm of text on a page on its side
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def annex(policy: Policy, given: Given) -> bytes:
    """The annex as bytes; the same tables give the same bytes."""
    import docx

    document = docx.Document()
    _setup(document, policy)
    _title(document, policy)
    t, year = policy.page.text, policy.central.next
    parts: list[tuple[str, list[tuple[FormTable, Sequence[str]]]]] = [
        ("policy", [(budget_forms.by_policy(policy, given), ("note", "done"))]),
        ("source", [(budget_forms.by_source(policy, given), ())]),
        ("basis", [(support_forms.basis_support(policy, (year,)), ("up", "down", "within", "legal")),
                   (pension_forms.basis_pension(policy, (year,)), ("legal",))]),
        ("changes", [(plan_forms.increases(policy), ("note",))]),
        ("plan", [(plan_forms.three_years(policy, given), ())]),
        ("options", [(risk_forms.odds(policy), ()), (risk_forms.options(policy), ())]),
    ]  # fmt: skip
    for key, tables in parts:
        _line(document, t(f"estimate.annex.{key}", year=year), bold=True, size=12)
        for filled, leave_out in tables:
            _form(document, filled, leave_out)
    _line(document, t("estimate.annex.assumptions"), bold=True, size=12)
    _assumptions(document, policy)
    return normalised(document)


def _setup(document: Document, policy: Policy) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm, Pt

    section, page = document.sections[0], policy.page
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin, section.right_margin = Mm(22), Mm(18)
    section.top_margin, section.bottom_margin = Mm(20), Mm(16)
    section.header_distance = Mm(9)
    section.different_first_page_header_footer = True
    _page_number(section.header.paragraphs[0])
    for footer in (section.footer, section.first_page_footer):
        _words(footer.paragraphs[0], law.gate_short(page), size=9, italic=True)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(12)
    style.element.rPr.rFonts.set(_name("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(0)
    properties, day = document.core_properties, page.as_of
    properties.author, properties.comments = "", law.gate_short(page)
    properties.title = page.text("estimate.book_title", year=day.year + 1)
    properties.created = properties.modified = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a date
    properties.language = page.lang


def _name(tag: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(tag))


def _page_number(paragraph: Any) -> None:
    """The page's number, centred on top from page 2 on."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        run.font.name = FONT
        if kind:
            element = OxmlElement("w:fldChar")
            element.set(_name("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:instrText")
            element.text = text
        run._r.append(element)


def _words(
    paragraph: Any,
    text: str,
    *,
    size: float = 12,
    bold: bool = False,
    italic: bool = False,
    align: str = "center",
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
    run = paragraph.add_run(text)
    run.font.name, run.font.size, run.bold, run.italic = FONT, Pt(size), bold, italic


def _line(document: Document, text: str, *, size: float = 12, bold: bool = False, italic: bool = False,
          align: str = "left") -> None:  # fmt: skip
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(4)
    paragraph.paragraph_format.keep_with_next = True
    _words(paragraph, text, size=size, bold=bold, italic=italic, align=align)


def _title(document: Document, policy: Policy) -> None:
    page, t = policy.page, policy.page.text
    place = page.inputs.place[page.lang]
    if not law.may_submit(page):
        _line(document, law.gate_text(page), bold=True, size=10, align="center")
    _line(document, t("estimate.annex.number"), bold=True, size=13, align="center")
    _line(document, t("estimate.annex.title", year=policy.central.next), bold=True, size=13, align="center")
    _line(document, t("estimate.annex.attached", place=place), italic=True, size=12, align="center")


def _form(document: Document, filled: FormTable, leave_out: Sequence[str]) -> None:
    columns = [c for c in filled.form.columns if c.id not in leave_out]
    rows = [(filled.printed(r, columns), r.kind in BOLD) for r in filled.records]
    weights = [_weight(c, [cells[k] for cells, _ in rows]) for k, c in enumerate(columns)]
    _line(document, f"{filled.title} – {filled.number_line}", size=10, bold=True, align="center")
    _line(document, filled.unit, size=9, italic=True, align="right")
    right = [c.kind != "text" for c in columns]
    _table(document, [filled.head(c) for c in columns], [c.letter for c in columns], rows, weights, right)
    if filled.note:
        _line(document, filled.note, size=8, italic=True, align="justify")
        document.paragraphs[-1].paragraph_format.keep_with_next = False


def _weight(column: FormColumn, cells: Sequence[str]) -> float:
    """Width of a column: words by their kind, numbers so that the longest stays on one line."""
    if column.kind == "text":
        return WEIGHTS.get(column.id, 1.6)
    return 0.125 * max([6, *map(len, cells)]) + 0.35


def _table(
    document: Document, heads: Sequence[str], letters: Sequence[str], rows: Sequence[tuple[Sequence[str], bool]],
    weights: Sequence[float], right: Sequence[bool],
) -> None:  # fmt: skip
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    size = 7.5 if len(heads) > 12 else 8.0
    table = document.add_table(rows=0, cols=len(heads))
    table.style, table.autofit = "Table Grid", False
    whole = sum(weights)
    for column, weight in zip(table.columns, weights, strict=True):
        column.width = Mm(WIDTH * weight / whole)
    for number, (cells, bold) in enumerate([(heads, True), (letters, False), *rows]):
        row = table.add_row()
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if number < 2:
            properties.append(OxmlElement("w:tblHeader"))
        for cell, text, weight, number_cell in zip(row.cells, cells, weights, right, strict=True):
            cell.width = Mm(WIDTH * weight / whole)
            align = "center" if number < 2 else "right" if number_cell else "left"
            _words(cell.paragraphs[0], text, size=size, bold=bold, italic=number == 1, align=align)


def _assumptions(document: Document, policy: Policy) -> None:
    t, f = policy.page.text, policy.page.fmt
    heads = [t(f"estimate.register.{k}") for k in ("name", "value", "status", "review", "budget")]
    rows = []
    for item in open_ones(policy)[:IMPORTANT]:
        budget = f.cell(None if item.budget is None else item.budget / 1e6)
        words = [
            item.name,
            f"{item.value} {item.unit}".strip(),
            t.label("source_status", item.status),
            item.review,
        ]
        rows.append(([*words, budget], False))
    _line(document, t("estimate.unit.million_vnd"), size=9, italic=True, align="right")
    _table(
        document, heads, ["A", "B", "C", "D", "1"], rows, (4.0, 3.0, 1.4, 1.2, 1.2), (False,) * 4 + (True,)
    )


def normalised(document: Document) -> bytes:
    """The document as a zip whose bytes depend on its content alone."""
    raw, out = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            info = zipfile.ZipInfo(name, ZIP_DATE)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            target.writestr(info, source.read(name))
    return out.getvalue()

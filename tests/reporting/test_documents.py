"""PDF and Word: fonts inside, every page filled, one language, no word that the glossary forbids."""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache
from pathlib import Path

import pypdfium2
import pytest
from docx import Document
from openpyxl import load_workbook

from bhxh_forecast.reporting.documents.annex import annex
from bhxh_forecast.reporting.documents.markup import words
from bhxh_forecast.reporting.documents.programmes import PAGES, programme_pages
from bhxh_forecast.reporting.documents.report import report
from bhxh_forecast.reporting.estimate.central import Central
from bhxh_forecast.reporting.estimate.figures_given import Given
from bhxh_forecast.reporting.estimate.policy import Policy
from bhxh_forecast.reporting.estimate.words import summary
from bhxh_forecast.reporting.estimate_files import estimate_files
from bhxh_forecast.reporting.text import Text
from tests.estimate_run import estimate_page, estimate_run
from tests.reporting.recalculate import converted
from tests.reporting.test_workbook import book
from tests.tools import program

ROOT = Path(__file__).parents[2]
# Words that the glossary or the finance department's rules forbid, and what they should be.
FORBIDDEN = (
    "đòn bẩy", "thế giới", "trợ giá", "khoảng tin cậy", "biên độ", "người chi trả", "tỷ lệ hấp thụ", "mất hiệu lực",
    "mai táng phí", "lương hưu xã hội", "nguồn vốn sự nghiệp", "chi sự nghiệp", "nợ đóng", "nan", "none",
)  # fmt: skip
# English words that a Vietnamese page must not hold (names of files, ids and addresses aside).
ENGLISH = (
    "the", "and", "of", "with", "from", "estimate", "budget", "support", "persons", "amended", "share", "months",
    "unverified", "rate", "draft", "table", "median", "mean", "city",
)  # fmt: skip
VIETNAMESE = re.compile(r"[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
NAMES = re.compile(
    r"[A-Za-z_]+[/._][A-Za-z_/.]+|https?://\S+|\b[a-z]+(?:_[a-z0-9]+)+\b|law:\S+|bhxh \w+|manifest\.json"
)
PLACE = re.compile(r"Hà(?=\s)|Nội|Người Lao Động")  # names: the place, a newspaper
ACTS = re.compile(r"NQ-HĐND|NĐ\W?-?\W?CP|KH-UBND|TT-BTC|BC-STC|TTr-UBND|QĐ-\w+|UBND|HĐND")


def parts(lang: str) -> tuple[Policy, Given]:
    page = estimate_page(lang)
    return Policy(Central(page)), Given(page)


@cache
def pdf(lang: str) -> bytes:
    return report(*parts(lang))


@cache
def word() -> bytes:
    return annex(*parts("vi"))


@cache
def text_of(lang: str) -> str:
    document = pypdfium2.PdfDocument(pdf(lang))
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def word_text() -> str:
    document = Document(io.BytesIO(word()))
    cells = [c.text for table in document.tables for row in table.rows for c in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def book_text(lang: str) -> str:
    opened = load_workbook(io.BytesIO(book(lang)))
    return "\n".join(
        str(c.value)
        for ws in opened
        for row in ws.iter_rows()
        for c in row
        if isinstance(c.value, str) and c.data_type != "f"
    )


def test_the_report_follows_the_outline_and_begins_with_the_conclusions() -> None:
    text = text_of("vi")
    t = Text("vi")
    places = [text.index(t(f"estimate.report.{k}").split(" ")[0]) for k in ("summary", "part_1")]
    assert places == sorted(places)
    for key in ("title", "part_1", "part_4", "part_5", "appendix_programmes", "appendix_assumptions"):
        assert t(f"estimate.report.{key}") in re.sub(r"\s+", " ", text)
    first = pypdfium2.PdfDocument(pdf("vi"))[0].get_textpage().get_text_range()
    assert "BẢN NHÁP" in first
    assert "17/2026" in first
    amount = re.search(r"[\d.]{9,}", summary(parts("vi")[0])[0].text)
    assert amount is not None
    assert amount.group(0) in first


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_fonts_are_inside_and_no_page_is_empty(lang: str) -> None:
    raw = pdf(lang)
    document = pypdfium2.PdfDocument(raw)
    assert 20 <= len(document) <= 60
    for number, page in enumerate(document):
        assert len(page.get_textpage().get_text_range().strip()) > 60, number + 1
    assert "\ufffd" not in text_of(lang)
    assert raw.count(b"/FontFile") >= 3


def overlapping(page: pypdfium2.PdfPage) -> list[str]:
    """Pairs of letters printed over each other; neighbours in a word may touch (kerning, ligatures)."""
    text = page.get_textpage()
    letters = [text.get_text_range(i, 1) for i in range(text.count_chars())]
    boxes = [(*text.get_charbox(i), letter) for i, letter in enumerate(letters) if letter.strip()]
    places: dict[tuple[int, int], list[int]] = {}
    for k, (left, bottom, right, top, _) in enumerate(boxes):
        places.setdefault((int((left + right) // 12), int((bottom + top) // 12)), []).append(k)
    found = []
    for (x, y), here in places.items():
        near = [j for dx in (-1, 0, 1) for dy in (-1, 0, 1) for j in places.get((x + dx, y + dy), ())]
        found += [
            boxes[k][4] + boxes[j][4] for k in here for j in near if j > k + 2 and covers(boxes[k], boxes[j])
        ]
    return found


def covers(one: tuple, other: tuple) -> bool:
    """Whether a third of the smaller of two boxes lies in the other."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return False
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return bool(wide * high > smaller / 3)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_nothing_is_printed_over_anything_else(lang: str) -> None:
    pages = [overlapping(page) for page in pypdfium2.PdfDocument(pdf(lang))]
    assert {number: found[:5] for number, found in enumerate(pages, 1) if found} == {}


def test_the_same_tables_give_the_same_files() -> None:
    files = estimate_files(estimate_run(), "current_policy", "reference", "vi")
    assert set(files) == {"budget.vi.xlsx", "report.vi.pdf", "annex.vi.docx"}
    assert files["report.vi.pdf"] == pdf("vi")
    assert files["annex.vi.docx"] == word()


def test_no_english_is_left_on_a_vietnamese_document() -> None:
    for name, text in (("report", text_of("vi")), ("annex", word_text()), ("workbook", book_text("vi"))):
        plain = NAMES.sub(" ", text)
        found = [w for w in ENGLISH if re.search(rf"(?<![\w-]){w}(?![\w-])", plain)]
        assert found == [], (name, found)


def test_no_vietnamese_is_left_on_an_english_document() -> None:
    for name, text in (("report", text_of("en")), ("workbook", book_text("en"))):
        lines = [line for line in PLACE.sub("", ACTS.sub("", text)).splitlines() if VIETNAMESE.search(line)]
        assert lines == [], (name, lines[:5])


def test_no_word_is_used_that_the_glossary_forbids() -> None:
    for text in (text_of("vi"), word_text(), book_text("vi")):
        low = re.sub(r"\s+", " ", text).lower()
        assert [w for w in FORBIDDEN if re.search(rf"(?<!\w){w}(?!\w)", low)] == []
        assert "dự phòng" in low  # only as the statutory line
        for match in re.finditer(r"dự phòng", low):
            assert low[match.end() : match.end() + 10].strip().startswith("ngân sách")


def test_the_annex_has_a_title_and_no_header_of_its_own() -> None:
    text = word_text()
    assert "PHỤ LỤC I" in text
    assert "(Kèm theo Tờ trình số" in text
    for refused in ("CỘNG HÒA XÃ HỘI", "Độc lập", "Nơi nhận", "GIÁM ĐỐC", "Hạt giống"):
        assert refused not in text
    document = Document(io.BytesIO(word()))
    assert document.styles["Normal"].font.name == "Times New Roman"
    assert {p.runs[0].font.name for p in document.paragraphs if p.runs} == {"Times New Roman"}
    with zipfile.ZipFile(io.BytesIO(word())) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.libreoffice
def test_the_annex_has_at_most_eight_pages(tmp_path: Path) -> None:
    path = tmp_path / "annex.docx"
    path.write_bytes(word())
    printed = converted(str(program("libreoffice")), path, tmp_path, "pdf")
    assert len(pypdfium2.PdfDocument(printed)) <= 8


def test_every_programme_has_a_page_with_formula_law_and_sensitivity() -> None:
    found = programme_pages(parts("vi")[0])
    assert tuple(p.id for p in found) == PAGES
    for page in found:
        assert page.formula
        assert len(page.amounts) == 5
    by_name = {p.id: p for p in found}
    assert by_name["vsi_city_top_up"].laws
    assert by_name["social_pension"].sensitivity
    assert by_name["vsi_state_support"].assumptions


def test_words_of_the_data_are_never_markup() -> None:
    assert words('a" #evil [b] \\ $x$') == '#"a\\" #evil [b] \\\\ $x$"'


def test_the_twenty_questions_are_answered_by_a_table_that_exists_or_said_to_be_open() -> None:
    text = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in text.splitlines() if re.match(r"\| \d+ \|", line)]
    assert [int(r[1]) for r in rows] == list(range(1, 21))
    t = Text("vi")
    sheets = {v for k, v in _catalogue(t).items() if k.startswith("estimate.sheet.")}
    for row in rows:
        named = set(re.findall(r"`([A-Z]\w+)`", row[3]))
        assert named <= sheets | {"DonGia"}, row
        other = re.search(r"`[a-z_./]+`|not available|report", row[3])
        assert named or other, row


def _catalogue(text: Text) -> dict[str, str]:
    return text._strings

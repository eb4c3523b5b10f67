"""Reports and index: self-contained, small, in the right language, with anchors that lead somewhere."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bhxh_forecast.reporting.fmt import LANGUAGES
from bhxh_forecast.reporting.html import render_index, render_report
from bhxh_forecast.reporting.page import Page
from bhxh_forecast.reporting.run_tables import TABLES, RunTables
from bhxh_forecast.reporting.text import Text, catalogue
from tests.notebooks.runner import execute

REPORT = ("03_coverage_and_targets", "04_budget", "06_methods_and_assumptions")
LIMIT = 300_000
OUTSIDE = re.compile(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//""")


class Outline(HTMLParser):
    """Ids, links, language and visible words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.lang = ""
        self.words: list[str] = []
        self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "html":
            self.lang = found.get("lang") or ""
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "a" and found.get("href"):
            self.links.append(str(found["href"]))
        self._silent += tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.words.append(data.strip())


@pytest.fixture(scope="module", params=LANGUAGES)
def report(
    request: pytest.FixtureRequest, run_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, str]:
    """A report of three notebooks, and its language."""
    lang = request.param
    folder = tmp_path_factory.mktemp(lang)
    paths = [
        execute(name, folder / f"{name}.ipynb", lang=lang, run_dir=str(run_folder)).path for name in REPORT
    ]
    page = Page(RunTables(run_folder), "current_policy", "reference", lang)
    meta = {
        "as_of": "2026-07-15", "draws": 400, "seed": 1, "scenario": page.scenario_title, "legal_ready": False,
        "links": [{"href": "../index.html", "text": "index"}],
    }  # fmt: skip
    return render_report(paths, lang=lang, title=page.text("report.title", until=2030), run_meta=meta), lang


def test_a_report_fetches_nothing_and_is_small(report: tuple[str, str]) -> None:
    html, _ = report
    assert OUTSIDE.findall(html) == []
    assert "<script" not in html
    assert len(html.encode("utf-8")) < LIMIT


def test_a_report_names_its_language_and_links_lead_somewhere(report: tuple[str, str]) -> None:
    html, lang = report
    outline = Outline(html)
    assert outline.lang == lang
    assert {link[1:] for link in outline.links if link.startswith("#")} <= set(outline.ids)
    assert len([link for link in outline.links if link.startswith("#")]) > 10


def test_a_report_shows_no_code_prompt_or_failure(report: tuple[str, str]) -> None:
    html, _ = report
    words = " ".join(Outline(html).words)
    assert not re.search(r"In \[|Out\[|show\.|import |Traceback|NaN|\bnan\b|<NA>|None\b|\{\w+\}", words)


def test_a_report_speaks_one_language(report: tuple[str, str]) -> None:
    html, lang = report
    words = set(Outline(html).words)
    own, other = catalogue(lang), catalogue("en" if lang == "vi" else "vi")
    foreign = {other[key] for key in other if len(other[key]) > 8 and "{" not in other[key]} - set(
        own.values()
    )
    assert words & foreign == set()


def test_the_stamp_says_draft(report: tuple[str, str]) -> None:
    html, lang = report
    assert f'class="stamp draft">{Text(lang)("report.draft")}' in html


def test_shared_cells_stay_on_their_own_page(
    report: tuple[str, str], run_folder: Path, tmp_path: Path
) -> None:
    html, lang = report
    title = Text(lang)("plausibility.growth_title")
    assert title not in html
    alone = execute(
        "06_methods_and_assumptions", tmp_path / "06.ipynb", lang=lang, run_dir=str(run_folder)
    ).path
    page = render_report(
        [alone], lang=lang, title="06", run_meta={"as_of": "2026-07-15", "draws": 400, "seed": 1}
    )
    assert title in page
    assert "stamp" not in page.split("</style>")[1]


def test_the_same_notebooks_give_the_same_bytes(run_folder: Path, tmp_path: Path) -> None:
    path = execute("04_budget", tmp_path / "a.ipynb", run_dir=str(run_folder)).path
    meta = {"as_of": "2026-07-15", "draws": 400, "seed": 1}
    pages = {render_report([path], lang="vi", title="x", run_meta=meta) for _ in range(2)}
    assert len(pages) == 1


def test_the_index_compares_in_both_languages_and_links_what_is_there(run_folder: Path) -> None:
    present = run_folder / "current_policy" / "report.vi.html"
    present.parent.mkdir(exist_ok=True)
    present.write_text("x", encoding="utf-8")
    html = render_index(RunTables(run_folder))
    outline = Outline(html)
    assert OUTSIDE.findall(html) == []
    assert len(html.encode("utf-8")) < LIMIT
    assert 'for="lang-vi"' in html
    assert 'data-page="en"' in html
    assert [link for link in outline.links if not link.startswith("#")] == ["current_policy/report.vi.html"]
    for lang in LANGUAGES:
        text = Text(lang)
        assert text("index.title") in outline.words
        assert text("table.scenarios", year=2030) in outline.words


def test_an_index_in_memory_links_everything() -> None:
    from tests.sample_run import sample_run

    links = Outline(render_index(sample_run())).links
    assert f"subsidy_raise/tables/{TABLES[0]}.csv" in links
    assert "subsidy_raise/report.en.html" in links
    assert "shared/05_comparison.vi.html" in links


def test_a_run_that_failed_in_part_says_so(run_folder: Path, tmp_path: Path) -> None:
    from tests.sample_run import sample_frames, sample_manifest

    run = RunTables(frames=sample_frames(), manifest=sample_manifest() | {"status": "failed"})
    assert Text("vi")("index.partial") in render_index(run)
    assert json.loads((run_folder / "manifest.json").read_text(encoding="utf-8"))["status"] == "done"

"""The site builds without a network, loads nothing from elsewhere, and the Python on its pages runs."""

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
import yaml

from bhxh_forecast.batch.keys import PACKAGE

ROOT = PACKAGE.parent
DOCS = ROOT / "docs"
FENCE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = [page for page in sorted(DOCS.rglob("*.md")) if FENCE.search(page.read_text(encoding="utf-8"))]
ELSEWHERE = r"""["']?(?:https?:)?//"""
LOADED = re.compile(
    "|".join(
        [
            rf"<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\bsrc={ELSEWHERE}",
            rf"<link\b(?=[^>]*\brel=.?(?:stylesheet|pre|icon|modulepreload))[^>]*\bhref={ELSEWHERE}",
            rf"@import\s+(?:url\()?{ELSEWHERE}",
            rf"url\({ELSEWHERE}",
        ]
    ),
    re.IGNORECASE,
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_the_python_of_a_page_runs_from_top_to_bottom(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    out = StringIO()
    with redirect_stdout(out):
        for body in FENCE.findall(page.read_text(encoding="utf-8")):
            few = re.sub(r"draws=[\d_]+", "draws=64", body)
            exec(compile(few, str(page), "exec"), names)
    assert len(names) > 1


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, with a small run behind its gallery, built in a process of its own as ``make docs`` does."""
    import os
    import subprocess
    import sys

    folder = tmp_path_factory.mktemp("site")
    environment = {**os.environ, "BHXH_GALLERY_DRAWS": "64", "BHXH_GALLERY_RUN": str(folder / "run")}
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--quiet",
        "--strict",
        "--site-dir",
        str(folder / "html"),
    ]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "html"


def test_every_page_of_docs_is_on_the_site_and_in_its_navigation(site: Path) -> None:
    index = (site / "index.html").read_text(encoding="utf-8")
    for page in DOCS.rglob("*.md"):
        path = page.relative_to(DOCS).with_suffix(".html").as_posix().replace("README", "index")
        assert (site / path).is_file(), path
        assert f'href="{path}"' in index or path == "index.html", path


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    found = [
        f"{path.relative_to(site)}: {match.group(0)[:90]}"
        for pattern in ("*.html", "*.css")
        for path in site.rglob(pattern)
        for match in LOADED.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []
    assert LOADED.search('<script src="https://x.y/z.js">')
    assert LOADED.search('<link rel="stylesheet" href="//x.y/z.css">')


def test_the_dictionary_holds_every_file_provision_prior_and_lever(site: Path) -> None:
    from bhxh_forecast.inputs import load_inputs

    inputs = load_inputs()
    pages = {
        name: (site / "reference" / f"{name}.html").read_text(encoding="utf-8")
        for name in ("data", "law", "priors", "levers")
    }
    package = yaml.safe_load((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
    assert [r["path"] for r in package["resources"] if r["path"] not in pages["data"]] == []
    assert [name for name in inputs.law.ids if name not in pages["law"]] == []
    assert [name for name in [*inputs.priors, *inputs.register] if name not in pages["priors"]] == []
    assert [name for name in inputs.levers if name not in pages["levers"]] == []


def test_the_reference_has_the_calls_with_their_docstrings(site: Path) -> None:
    page = (site / "reference" / "api.html").read_text(encoding="utf-8")
    for name in ("simulate", "load_inputs", "load_scenario", "project", "open_panel", "Projection"):
        assert re.search(rf'id="[\w.]*\.{name}"', page), name


def test_the_gallery_shows_every_picture_in_both_languages(site: Path) -> None:
    page = (site / "gallery.html").read_text(encoding="utf-8")
    pictures = sorted((site / "img" / "gallery").glob("*.png"))
    assert len(pictures) == 32
    assert all(picture.name in page for picture in pictures)
    assert all(picture.stat().st_size > 5_000 for picture in pictures)

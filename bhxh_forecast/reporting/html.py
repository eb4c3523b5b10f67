"""Self-contained HTML: reports from executed notebooks, and the index page that compares scenarios.

No script, font, style or picture is fetched: a report opens offline and prints on A4.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import unescape
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bhxh_forecast.reporting.fmt import Fmt
from bhxh_forecast.reporting.text import Text

if TYPE_CHECKING:
    from jinja2 import Environment

    from bhxh_forecast.reporting.run_tables import RunTables

SHARED_ONLY = "shared-only"  # tag of cells that stay out of a report made of several notebooks
REPORT_ONLY = "report-only"  # tag of cells that stand in such a report alone
_HEADING = re.compile(r'<h([23]) id="([^"]*)">(.*?)</h\1>', re.DOTALL)


@cache
def environment() -> Environment:
    """Jinja environment over the package's own templates; values are escaped unless marked as HTML."""
    from jinja2 import Environment, FileSystemLoader

    with as_file(files("bhxh_forecast.reporting").joinpath("templates")) as folder:
        return Environment(
            loader=FileSystemLoader(folder), autoescape=True, trim_blocks=True, lstrip_blocks=True
        )


def style_sheet() -> str:
    """The one style sheet of reports and index."""
    source = files("bhxh_forecast.reporting").joinpath("templates", "style.css").read_text(encoding="utf-8")
    return re.sub(r"\s*\n\s*", "\n", source)


def notebook_body(path: Path, *, shared: bool = True) -> str:
    """What an executed notebook shows, as an HTML fragment without code.

    Parameters
    ----------
    path
        Executed notebook.
    shared
        Keep the cells tagged ``shared-only`` and leave out those tagged ``report-only``; False: the reverse.
    """
    return _convert(_read(path), shared=shared)


def _read(path: Path) -> Any:
    import nbformat

    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def _convert(notebook: Any, *, shared: bool) -> str:
    other = REPORT_ONLY if shared else SHARED_ONLY
    notebook.cells = [c for c in notebook.cells if other not in c.metadata.get("tags", [])]
    body, _ = _exporter().from_notebook_node(notebook)
    return str(body).strip()


@cache
def _exporter() -> Any:
    from nbconvert import HTMLExporter

    with as_file(files("bhxh_forecast.reporting").joinpath("templates")) as folder:
        return HTMLExporter(  # type: ignore[no-untyped-call]
            extra_template_basedirs=[str(folder)],
            template_name="bhxh",
            exclude_input=True,
            exclude_anchor_links=True,
            exclude_input_prompt=True,
            exclude_output_prompt=True,
        )


def render_report(
    notebook_paths: Sequence[Path], *, lang: str, title: str, run_meta: Mapping[str, Any]
) -> str:
    """One page from executed notebooks, in order.

    Parameters
    ----------
    notebook_paths
        Executed notebooks; of several, the cells tagged ``shared-only`` are left to the notebook's own page.
    lang
        ``vi`` or ``en``.
    title
        Heading, for example the scenario's name; empty: the title of the first notebook.
    run_meta
        ``as_of`` (ISO date), ``draws``, ``seed``; optional ``scenario`` and ``world`` (display names),
        ``legal_ready`` (bool: the stamp on top) and ``links`` (list of href, text and perhaps lang).

    Returns
    -------
    str
        The whole HTML page; a scenario's name stands above the title.
    """
    text, fmt = Text(lang), Fmt(lang)
    alone = len(notebook_paths) == 1
    body = "\n".join(notebook_body(path, shared=alone) for path in notebook_paths)
    if alone:  # the notebook's own heading would repeat the page's
        body = re.sub(r"<h2 [^>]*>[^<]*</h2>", "", body, count=1)
    body, contents = _with_contents(body)
    scenario, gate = run_meta.get("scenario"), _gate(run_meta)
    return _page(
        "page.html.j2",
        lang=lang,
        title=scenario or title,
        kicker=title if scenario else "",
        about=_about(text, fmt, run_meta),
        gate=gate,
        stamp=text(f"report.{gate}") if gate else "",
        links=list(run_meta.get("links", ())),
        contents=contents,
        contents_title=text("report.contents"),
        body=_safe(body),
    )


def _about(text: Text, fmt: Fmt, run_meta: Mapping[str, Any]) -> list[str]:
    """External conditions, as-of date and draws, below the title."""
    world = [str(run_meta["world"])] if run_meta.get("world") else []
    as_of = text("report.as_of", date=fmt.date(run_meta["as_of"]))
    return [*world, as_of, text("report.draws", draws=fmt.number(run_meta["draws"]), seed=run_meta["seed"])]


def _gate(run_meta: Mapping[str, Any]) -> str:
    """Legal state of the page: draft, ready, or nothing when it was not asked."""
    ready = run_meta.get("legal_ready")
    return "" if ready is None else "ready" if ready else "draft"


def _page(template: str, **values: Any) -> str:
    return str(environment().get_template(template).render(css=_safe(style_sheet()), **values)) + "\n"


def _safe(html: str) -> Any:
    from markupsafe import Markup

    return Markup(html)  # noqa: S704 - our own blocks, escaped where they were made


def _with_contents(body: str) -> tuple[str, list[dict[str, Any]]]:
    """Make the anchors of headings unique and list them."""
    contents: list[dict[str, Any]] = []
    seen: dict[str, int] = {}

    def anchor(found: re.Match[str]) -> str:
        level, name, inner = int(found.group(1)), found.group(2), found.group(3)
        seen[name] = seen.get(name, 0) + 1
        unique = name if seen[name] == 1 else f"{name}-{seen[name]}"
        contents.append({"level": level, "id": unique, "text": unescape(re.sub(r"<[^>]+>", "", inner))})
        return f'<h{level} id="{unique}">{inner}</h{level}>'

    return _HEADING.sub(anchor, body), contents


def render_index(run: RunTables) -> str:
    """The index page of a run, see `bhxh_forecast.reporting.index`."""
    from bhxh_forecast.reporting.index import render_index as render

    return render(run)

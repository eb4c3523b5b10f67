"""What MkDocs calls while it builds the site: navigation, generated pages, links that leave the site."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import dictionary  # noqa: E402
import gallery  # noqa: E402

DOCS = HERE.parent
# Order of the pages; one that is not there yet is left out, one that is not named comes last.
ORDER: dict[str, list[str]] = {
    "Start": ["index.md", "tutorial.md", "explorer.md", "questions.md", "scenarios.md"],
    "How to": ["howto/scenario.md", "howto/share.md", "howto/new-data.md", "howto/finance.md", "howto/province.md"],
    "For each trade": ["population.md", "budget.md", "analysis.md", "calibration.md", "batch.md", "cluster.md"],
    "Method": ["technical-note.md", "architecture.md", "limits.md"],
    "Reference": [f"reference/{name}.md" for name in ("data", "law", "priors", "levers", "api")],
    "Pictures": ["gallery.md", "example/README.md"],
}  # fmt: skip
GENERATED = {
    "reference/data.md": dictionary.data_page,
    "reference/law.md": dictionary.law_page,
    "reference/priors.md": dictionary.priors_page,
    "reference/levers.md": dictionary.levers_page,
    "gallery.md": gallery.page,
}
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")


def on_config(config: Any) -> Any:
    """Navigation from the pages that are there."""
    known = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    named = {name for names in ORDER.values() for name in names}
    nav: list[dict[str, list[str]]] = []
    for title, names in ORDER.items():
        if there := [name for name in names if name in known]:
            nav.append({title: there})
    if rest := sorted(known - named):
        nav.append({"More": rest})
    config["nav"] = nav
    return config


def on_files(files: Files, config: Any) -> Files:
    """Add the pictures of the gallery."""
    for name, content in gallery.pictures().items():
        files.append(File.generated(config, f"img/gallery/{name}", content=content))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Fill the pages that are made from data/; elsewhere a link that leaves the site becomes the name of its file."""
    here = page.file.src_path
    return (
        GENERATED[here]()
        if here in GENERATED
        else LINK.sub(lambda found: inside(found, DOCS / here), markdown)
    )


def inside(found: re.Match[str], page: Path) -> str:
    """A link as it is when it leads to something of the site, else its text and the path it names."""
    picture, text, target = found.groups()
    if picture or "://" in target or target.startswith("#"):
        return found.group(0)
    path = (page.parent / target.split("#")[0]).resolve()
    kept = path.is_relative_to(DOCS) and path.suffix in (".md", ".png")
    return found.group(0) if kept else f"{text} (`{target}`)"

"""The data dictionary: tables, law, priors and levers, written from data/ each time the site is built."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from bhxh_forecast.inputs import Inputs, load_inputs

DATA = Path(__file__).resolve().parents[2] / "data"


@cache
def inputs() -> Inputs:
    """The project's data, read once."""
    return load_inputs(DATA)


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of the page."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(cell(value) for value in row) + " |" for row in rows]
    return "\n".join(lines)


def cell(value: object) -> str:
    """A value inside a table: one line, no bar; addresses stay text."""
    text = "" if value is None else str(value)
    text = " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
    return text.replace("https://", "").replace("http://", "")


def number(value: float) -> str:
    """A number as the data write it."""
    return f"{value:.10g}"


def data_page() -> str:
    """Every file of data/ with its columns, sources and licence, from datapackage.json."""
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    parts = [f"# Data files\n\n{package['description']}. Written from `data/datapackage.json`.\n"]
    for resource in package["resources"]:
        sources = "; ".join(source["title"] for source in resource.get("sources", []))
        licences = "; ".join(licence["name"] for licence in resource.get("licenses", package["licenses"]))
        parts.append(
            f"## {resource['path']}\n\n{cell(resource['title'])}. Source: {cell(sources)}. Licence: {licences}.\n"
        )
        if fields := resource.get("schema", {}).get("fields"):
            rows = ((f"`{f['name']}`", f["type"], f.get("description", ""), allowed(f)) for f in fields)
            parts.append(table(("column", "type", "meaning", "allowed"), rows) + "\n")
    return "\n".join(parts)


def allowed(field: dict[str, object]) -> str:
    """What a column may hold."""
    limits = field.get("constraints", {})
    assert isinstance(limits, dict)
    words = [", ".join(map(str, limits["enum"]))] if "enum" in limits else []
    words += [f"{name} {limits[name]}" for name in ("minimum", "maximum", "pattern") if name in limits]
    return "; ".join(words)


def law_page() -> str:
    """Every provision with its dated values."""
    law, labels = inputs().law, inputs().labels
    parts = [
        "# Dated law\n\nEvery provision that the model or a report reads, with its values by date, from `data/law`. "
        "`checked`: a person has compared the value with the signed text.\n"
    ]
    for name in law.ids:
        names = labels.get(name, {})
        parts.append(f"## {name}\n\n{cell(names.get('vi', ''))} / {cell(names.get('en', ''))}\n")
        rows = (
            (
                row.from_,
                row.to or "",
                row.value,
                row.act,
                row.reference,
                row.status,
                "yes" if row.checked else "no",
            )
            for row in law.rows(name)
        )
        parts.append(table(("from", "to", "value", "act", "reference", "status", "checked"), rows) + "\n")
    return "\n".join(parts)


def priors_page() -> str:
    """Every uncertain quantity and every fixed assumption."""
    priors = inputs().priors.values()
    rows = (
        (
            f"`{p.id}`",
            p.name["vi"],
            p.name["en"],
            f"{p.distribution}({number(p.p1)}, {number(p.p2)})",
            p.unit,
            p.basis,
            p.status,
        )
        for p in priors
    )
    heads = ("id", "tên", "name", "distribution", "unit", "basis", "status")
    register = inputs().register
    fixed = (
        (
            f"`{name}`",
            entry["name"]["vi"],
            entry["name"]["en"],
            entry["value"],
            entry["unit"],
            entry["source"],
            entry["status"],
        )
        for name, entry in register.items()
    )
    return (
        "# Priors and assumptions\n\nWhat is random, from `data/priors/priors.csv`. Parameters of a distribution are "
        f"those of `data/README.md`.\n\n{table(heads, rows)}\n\n## Fixed assumptions\n\nFrom "
        f"`data/assumptions/register.yaml`; each has a range and is shown in every report that it touches.\n\n"
        f"{table(('id', 'tên', 'name', 'value', 'unit', 'source', 'status'), fixed)}\n"
    )


def levers_page() -> str:
    """Every lever with its unit, range, baseline and standing."""
    rows = (
        (f"`{s.id}`", s.name["vi"], s.name["en"], s.unit, f"{number(s.minimum)} to {number(s.maximum)}",
         number(s.baseline), s.baseline_source, s.status, s.description["en"])
        for s in inputs().levers.values()
    )  # fmt: skip
    heads = ("id", "tên", "name", "unit", "range", "baseline", "baseline from", "status", "meaning")
    return (
        "# Levers\n\nWhat the city can set, from `data/levers.yaml`. `law:` means that the baseline follows the law of "
        f"the month.\n\n{table(heads, rows)}\n"
    )

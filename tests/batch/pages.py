"""Pages of the small batch: they only list what they were given."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bhxh_forecast.reporting.run_tables import RunTables


def render_report(notebooks: list[Path], *, lang: str, title: str, run_meta: dict[str, Any]) -> str:
    outputs = [
        cell.get("outputs", []) for path in notebooks for cell in json.loads(path.read_bytes())["cells"]
    ]
    body = json.dumps([outputs, run_meta], ensure_ascii=False, sort_keys=True)
    return f"<html lang={lang}><h1>{title}</h1>{body}</html>"


def render_index(run: RunTables) -> str:
    root = run.run_dir or Path()
    links = sorted(path.relative_to(root).as_posix() for path in root.glob("*/report.*.html"))
    return f"<html>{run.manifest['status']} {run.scenarios} {links}</html>"


def estimate_files(run: RunTables, scenario: str, world: str, lang: str) -> dict[str, bytes]:
    table = run.table("budget", scenario, world)
    return {f"budget.{lang}.xlsx": f"{scenario} {world} {lang} {table['mean'].sum()}".encode()}

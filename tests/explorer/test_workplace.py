"""The workplace: the panel answers, the cell completes and saves scenarios, the guide names every notebook."""

import time
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from bhxh_forecast.errors import InputError
from bhxh_forecast.explorer import lab, magic
from bhxh_forecast.explorer.answer import answer
from bhxh_forecast.explorer.engine import Engine
from bhxh_forecast.explorer.panel import Panel
from bhxh_forecast.reporting.notebooks import NAMES

NAMED = ["current_policy", "combined"]
TEXT = """name: by_cell
title: {vi: "Ô", en: "Cell"}
description: {vi: "Ô.", en: "Cell."}
extends: current_policy
levers:
  subsidy:
    city_share:
      other: [{from: 2027-01, value: 0.3}]
"""


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("le", ["levers"]),
        ("extends: com", ["combined"]),
        ("levers:\n  subs", ["subsidy"]),
        ("levers:\n  subsidy:\n    city_share:\n      ot", ["other"]),
        ("levers:\n  outreach:\n    budget: [{tim", ["times"]),
        ("law:\n  poverty_line.r", ["poverty_line.rural"]),
        ("law:\n  poverty_line.rural: {st", ["starts"]),
        ("title:\n  xy", []),
    ],
)
def test_a_cell_offers_what_may_stand_there(engine: Engine, text: str, offered: list[str]) -> None:
    assert magic.completions(text, engine.inputs, NAMED) == offered


def test_a_cell_is_checked_before_it_is_saved(engine: Engine, tmp_path: Path) -> None:
    scenario, path = magic.save(TEXT, tmp_path, engine.inputs)
    assert path.read_text(encoding="utf-8") == TEXT
    assert "subsidy.city_share.other" in magic.show(scenario, path).html
    for wrong in (TEXT.replace("city_share", "citty_share"), TEXT.replace("name: by_cell\n", "")):
        with pytest.raises(InputError):
            magic.save(wrong, tmp_path, engine.inputs)
    assert [p.name for p in tmp_path.iterdir()] == ["by_cell.yaml"]


def test_the_cell_is_known_to_the_shell_and_says_what_is_wrong(tmp_path: Path) -> None:
    shell = InteractiveShell()
    lab.load(shell)
    good = shell.run_cell_magic("scenario", str(tmp_path), TEXT)
    assert "by_cell.yaml" in good.html
    assert "subsidy" in shell.run_cell_magic("scenario", str(tmp_path), TEXT.replace("0.3", "3")).html


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_guide_leads_to_every_notebook(lang: str) -> None:
    html = lab.guide(lang).html
    assert all(f'href="{name}.ipynb"' in html for name in ("explorer", *NAMES))
    assert lab.title().html


def test_the_panel_answers_messages_and_gives_its_setting_to_python(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, Any]] = []
    panel = Panel(engine.inputs, link="start=outreach_push", lang="en", draws=64, fine=96)
    monkeypatch.setattr(panel, "send", sent.append)
    question = {"link": "start=combined", "lang": "en"}
    panel._asked(panel, {"number": 1, "question": question, "fine": False}, [])
    expected = answer(panel.engine, question)
    assert sent[0]["number"] == 1
    assert sent[0]["answer"]["odds"] == expected["odds"]
    panel._asked(panel, {"number": 2, "question": question, "fine": True}, [])
    end = time.monotonic() + 60
    while len(sent) < 2:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert sent[1]["answer"]["draws"] == 96
    panel._asked(panel, {"cancel": 7}, [])
    assert panel.scenario.name == "outreach_push"
    assert panel.projection(draws=64).inner.name == "outreach_push"

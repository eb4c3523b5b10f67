"""`bhxh explain` hands the question on and prints the answer."""

import json
import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from bhxh_forecast.cli import call

Captured = pytest.CaptureFixture[str]


@dataclass
class Answer:
    question: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        return {"year": self.question["year"], "scenario": self.question["scenario"].name}

    def text(self, lang: str) -> str:
        return f"{self.question['part']} {self.question['what']} {lang} {self.question['world'].name}"


@pytest.fixture(autouse=True)
def answering(monkeypatch: pytest.MonkeyPatch) -> None:
    def explain(part: str, what: str, year: int, **options: Any) -> Answer:
        return Answer({"part": part, "what": what, "year": year, **options})

    def shown(found: Answer, lang: str, width: int | None) -> str:
        return found.text(lang) + "\n"

    monkeypatch.setattr("bhxh_forecast.reporting.explained.shown", shown)
    module = ModuleType("bhxh_forecast.analysis.explain")
    module.explain = explain  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)


def test_in_words(capsys: Captured) -> None:
    words = ["explain", "coverage", "vsi_share", "2030", "--lang", "vi", "--world", "downturn"]
    assert call(words) == 0, capsys.readouterr().err
    assert capsys.readouterr().out == "coverage vsi_share vi downturn\n"


def test_as_one_object(capsys: Captured) -> None:
    words = ["explain", "budget", "vsi_state_support", "2027", "--scenario", "no_top_up", "--json"]
    assert call(words) == 0, capsys.readouterr().err
    assert json.loads(capsys.readouterr().out) == {"year": 2027, "scenario": "no_top_up"}


def test_a_question_that_nobody_can_answer(capsys: Captured) -> None:
    assert call(["explain", "weather", "rain", "2030"]) == 2
    assert "'weather' is not one of 'budget', 'coverage'" in capsys.readouterr().err

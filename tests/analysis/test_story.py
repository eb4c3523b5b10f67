"""The story tells what its answers hold, in both languages, and takes its limits from the register."""

import os
from functools import cache
from pathlib import Path

import pytest

import bhxh_forecast
from bhxh_forecast.analysis.story import LEVERS, Story, limits, story
from bhxh_forecast.batch.story import write_story
from bhxh_forecast.errors import InputError
from bhxh_forecast.inputs import Inputs, load_inputs, load_scenario
from bhxh_forecast.reporting import story as pages
from bhxh_forecast.reporting.page import Page
from bhxh_forecast.reporting.plots import plot
from tests.sample_run import sample_run, write_sample_run


@cache
def inputs() -> Inputs:
    return load_inputs()


def test_limits_come_from_the_register() -> None:
    found = limits(LEVERS, load_scenario("current_policy", inputs()), inputs())
    for lever, (low, high) in found.items():
        assert high == inputs().register[f"limit.{lever}"]["value"]
        assert low < high
        assert inputs().levers[lever].minimum <= low
        assert high <= inputs().levers[lever].maximum
    with pytest.raises(InputError, match=r"limit of a lever: found 'service\.online_share'"):
        limits(["service.online_share"], load_scenario("current_policy", inputs()), inputs())


def told() -> Story:
    return pages.told(Page(sample_run(), "current_policy", "reference", "en"))


def test_the_answers_are_of_one_run() -> None:
    found = told()
    assert found.plan.goal.base == "lfs_working_age"
    assert found.reported.goal.base == "agency_voluntary"
    assert found.plan.before.probability == found.reported.before.probability
    odds = found.outlooks[0].odds().iloc[0]
    assert odds["probability"] == found.plan.before.probability["lfs_working_age"]
    level = (found.plan.before.level["lfs_working_age"] + found.plan.answer.level["lfs_working_age"]) / 2
    assert found.modest.goal.required == pytest.approx(level, abs=0.0006)
    assert found.modest.status == "reached"
    assert found.modest.probability >= 0.8


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_page_prints_the_answers(lang: str) -> None:
    page = Page(sample_run(), "current_policy", "reference", lang)
    found = told()
    text = "".join(pages.short_answer(page).data)
    for figure in (
        page.fmt.probability(found.plan.answer.probability["lfs_working_age"]),
        page.fmt.money(found.plan.cost),
        page.fmt.share(found.modest.goal.required),
        page.fmt.money(found.modest.cost),
    ):
        assert figure in text
    assert "nan" not in pages.measures(page).html


def test_the_page_is_written_beside_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BHXH_DATA", os.environ.get("BHXH_DATA", ""))
    run = write_sample_run(tmp_path / "run")
    notebooks = Path(bhxh_forecast.__file__).parents[1] / "notebooks"
    (page,) = write_story(run, notebooks, ["vi"], data=inputs().folder.root)
    html = page.read_text(encoding="utf-8")
    assert page.name == "10_story_voluntary.vi.html"
    assert html.count("<svg") >= 5
    assert "Traceback" not in html
    assert (run / "shared" / "notebooks" / "10_story_voluntary.vi.ipynb").is_file()


def test_questions_can_be_asked_as_they_read() -> None:
    assert {"simulate", "reach", "plot", "sensitivity", "compare", "decompose"} <= set(dir(bhxh_forecast))
    found = told()
    for answer in (found.plan, found.outlooks[0], found.sensitivity, found.outlooks[0].projection):
        assert bhxh_forecast.plot(answer, lang="vi", inputs=inputs()).texts[0].get_text()
    assert plot(found.sensitivity, kind="heat", inputs=inputs()).axes
    with pytest.raises(TypeError, match="no picture for int"):
        plot(3)
    with pytest.raises(AttributeError, match="simulat"):
        _ = bhxh_forecast.simulat


def test_the_story_refuses_what_the_plan_does_not_hold() -> None:
    with pytest.raises(InputError, match="target: found 'vsi'"):
        story("vsi", draws=16, seed=20181116, until=2030, inputs=inputs())

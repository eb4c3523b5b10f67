"""The questions of analysis from the command line: words, one object, a picture, and what is refused."""

import json
from pathlib import Path

import pytest

from bhxh_forecast.cli import call

Captured = pytest.CaptureFixture[str]
FEW = ["--draws", "64"]
OTHER = "subsidy.city_share.other"
QUESTIONS = {
    "reach": ["reach", "vsi_coverage", "--required", "0.05", "--lever", OTHER, *FEW],
    "decompose": ["decompose", "subsidy_raise", *FEW],
    "targets": ["targets", "subsidy_raise", "--target", "vsi_coverage", *FEW],
    "sensitivity": ["sensitivity", "vsi_coverage", *FEW],
    "levers": ["sensitivity", "vsi_coverage", "--lever", OTHER, *FEW],
    "robustness": ["robustness", "--scenario", "subsidy_raise", "--world", "reference", *FEW],
    "information": ["information", "--scenario", "subsidy_raise", *FEW],
}
DRAWN = ("reach", "decompose", "targets", "sensitivity")


@pytest.mark.parametrize("name", QUESTIONS)
def test_in_words_with_a_picture_or_as_one_object(name: str, capsys: Captured, tmp_path: Path) -> None:
    """Half of the commands each way; both ways print what the same call returns."""
    picture = tmp_path / "picture.png"
    extra = ["--plot", str(picture)] if name in DRAWN else ["--json"]
    assert call([*QUESTIONS[name], *extra, "--lang", "vi"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert picture.exists() == (name in DRAWN)
    if name in DRAWN:
        assert len(out.splitlines()) > 5
    else:
        assert json.loads(out)


def test_the_answer_is_one_object(capsys: Captured) -> None:
    assert call([*QUESTIONS["reach"], "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["question"]["as_reported"] == "agency_voluntary"
    assert set(answer["answer"]["probability"]) >= {"lfs_working_age", "agency_voluntary"}


def test_the_heat_map(tmp_path: Path) -> None:
    picture = tmp_path / "map.svg"
    assert call([*QUESTIONS["sensitivity"], "--picture", "heat", "--plot", str(picture)]) == 0
    assert picture.read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["reach", "vsi_coverage", "--lever", f"{OTHER}=0.1"], "NAME=LO:HI with two numbers"),
        (["reach", "vsi_coverage", "--lever", "service.online_share"], "limit of a lever"),
        (["reach", "vsi_coverage", "--lever", "subsidy.city_share.othr=0:1"], f"did you mean {OTHER}?"),
        ([*QUESTIONS["targets"], "--plot", "picture.bmp"], "a name ending in .png or .svg"),
        (["reach", "vsi_coverage"], "such as --lever"),
        (
            ["reach", "vsi_coverage", "--json", "--lang", "vi"],
            "question: --lever: nhận được none; chấp nhận: one to three",
        ),
        (["reach", "vsi", "--lever", OTHER], "allowed old_age_coverage, si_coverage"),
        ([*QUESTIONS["levers"], "--plot", "picture.png"], "no picture with --lever"),
        (["sensitivity", "foo", *FEW], "question: target: found 'foo'"),
        (["sensitivity", "--base", "foo", *FEW], "question: base: found 'foo'"),
        (["targets", "--base", "foo", *FEW], "question: base: found 'foo'"),
        (["targets", "--target", "foo", *FEW], "question: target: found 'foo'"),
        (["compare", "nowhere", "nowhere"], "no manifest.json"),
        (["decompose", "current_policy", *FEW], "which changes 0 groups"),
    ],
)
def test_what_cannot_be_answered(words: list[str], says: str, capsys: Captured) -> None:
    assert call(words) == 2
    assert says in capsys.readouterr().err

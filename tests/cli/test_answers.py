"""The commands that answer from the project's own data."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bhxh_forecast.batch.keys import PACKAGE
from bhxh_forecast.cli import call

Captured = pytest.CaptureFixture[str]


def test_help_needs_no_number_library() -> None:
    script = "import sys; from bhxh_forecast.cli import call; call(['--help']); print(sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=PACKAGE.parent, check=True
    )
    assert "population" in done.stdout
    modules = set(done.stdout[done.stdout.rindex("[") :].strip("[]\n").replace("'", "").split(", "))
    assert not modules & {"numpy", "pandas", "pyarrow", "scipy", "matplotlib", "papermill", "IPython"}


@pytest.mark.parametrize(
    "command", ["run", "check", "population", "scenario", "scenario show", "scenario new"]
)
def test_every_command_explains_itself(command: str, capsys: Captured) -> None:
    assert call([*command.split(), "--help"]) == 0
    assert "Usage: bhxh" in capsys.readouterr().out


def test_check_says_up_to_when_the_data_know(capsys: Captured) -> None:
    assert call(["check"]) == 0, capsys.readouterr().err
    text = capsys.readouterr().out
    assert call(["check", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["ok"] is True
    assert f"known up to {found['as_of']}" in text


def test_check_names_every_problem(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "law").mkdir()
    (tmp_path / "law" / "a.yaml").write_text("a: &anchor 1\nb: !tag 2\n", encoding="utf-8")
    assert call(["--data", str(tmp_path), "check"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert any("a.yaml:1:" in line for line in lines)
    assert any("a.yaml:2:" in line for line in lines)
    assert lines[-1] == f"{len(lines) - 1} problems"
    assert call(["--data", str(tmp_path), "check", "--json"]) == 2
    assert len(json.loads(capsys.readouterr().out)["problems"]) == len(lines) - 1


def test_show_says_what_a_scenario_changes(capsys: Captured) -> None:
    assert call(["scenario", "show", "subsidy_raise"]) == 0
    assert "subsidy.city_share.other" in capsys.readouterr().out
    assert call(["scenario", "show", "law_2014", "--lang", "vi"]) == 0
    assert "giả định ngược" in capsys.readouterr().out
    assert call(["scenario", "show", "current_policy"]) == 0
    assert "it is the baseline" in capsys.readouterr().out
    assert call(["scenario", "show", "subsidy_raise+outreach_push", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["name"] == "outreach_push+subsidy_raise"
    assert "outreach.contacts" in shown["levers"]


def test_new_writes_a_scenario_that_equals_what_it_extends(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "mine.yaml"
    assert call(["scenario", "new", "mine", "--out", str(path), "--extends", "no_top_up"]) == 0
    text = path.read_text(encoding="utf-8")
    capsys.readouterr()
    assert call(["scenario", "show", str(path), "--json"]) == 0
    mine = json.loads(capsys.readouterr().out)
    assert call(["scenario", "show", "no_top_up", "--json"]) == 0
    assert mine["levers"] == json.loads(capsys.readouterr().out)["levers"]
    loose = text.replace("extends: no_top_up", "extends: current_policy").replace("# law:", "# # law:")
    path.write_text("\n".join(uncommented(line) for line in loose.splitlines()), encoding="utf-8")
    assert call(["scenario", "show", str(path), "--json"]) == 0, capsys.readouterr().err
    assert len(json.loads(capsys.readouterr().out)["levers"]) > 15, (
        "every lever can be set by taking its # off"
    )


def uncommented(line: str) -> str:
    return line[2:] if line == "# levers:" or (line.startswith("#   ") and "PROVISION" not in line) else line


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["scenario", "new", "Bad-Name"], "name: found 'Bad-Name'"),
        (["scenario", "new", "combined"], "allowed a new name"),
        (["scenario", "new", "mine", "--extends", "no_topup"], "did you mean no_top_up?"),
        (["scenario", "show", "combned"], "did you mean combined?"),
    ],
)
def test_bad_names_are_refused(
    words: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.chdir(tmp_path)
    assert call(words) == 2
    assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def population_files(folder: Path) -> list[str]:
    ages, sexes = np.arange(101), ("male", "female")
    people = pd.DataFrame([{"sex": sex, "age": age} for sex in sexes for age in ages])
    people.assign(year=2024, value=1000.0).to_csv(folder / "base.csv", index=False)
    people.assign(year=2024, value=0.01 + 0.003 * people["age"]).to_csv(folder / "mx.csv", index=False)
    fertile = pd.DataFrame(
        {"year": 2024, "age": ages, "value": np.where((ages > 14) & (ages < 50), 0.06, 0.0)}
    )
    fertile.to_csv(folder / "asfr.csv", index=False)
    pd.DataFrame({"year": [2024], "value": [1.06]}).to_csv(folder / "srb.csv", index=False)
    names = ("base", "mx", "asfr", "srb")
    return [word for name in names for word in (f"--{name}", str(folder / f"{name}.csv"))]


def test_population_from_files(tmp_path: Path, capsys: Captured) -> None:
    out = tmp_path / "result.csv"
    words = ["population", *population_files(tmp_path), "--from", "2024", "--to", "2025", "--out", str(out)]
    assert call(words) == 0, capsys.readouterr().err
    result = pd.read_csv(out)
    assert list(result.columns) == ["year", "sex", "age", "value"]
    assert sorted(result["year"].unique()) == [2024, 2025]
    assert result.loc[result["year"] == 2024, "value"].sum() == pytest.approx(202_000)


def test_population_names_a_bad_cell(tmp_path: Path, capsys: Captured) -> None:
    words = [
        "population",
        *population_files(tmp_path),
        "--from",
        "2024",
        "--to",
        "2025",
        "--out",
        str(tmp_path / "r.csv"),
    ]
    path = tmp_path / "base.csv"
    path.write_text(path.read_text().replace("1000.0", "many", 1))
    assert call(words) == 2
    assert f"{path.name}:2:" in capsys.readouterr().err
    assert call(["population", "--base", "nowhere.csv"]) == 2

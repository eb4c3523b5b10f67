"""A small data folder in which every figure can be followed by eye."""

# ruff: noqa: E501  (files and messages stand here as they are written)

from collections.abc import Callable
from pathlib import Path

import pytest

from bhxh_forecast.inputs import Inputs, load_inputs

LAW = """\
line:
  name: {vi: "Chuẩn", en: "Line"}
  unit: VND/month
  rows:
    - {from: 2016-01-01, to: 2021-12-31, value: 700000, act: decision_59, enacted: 2015-11-19, enacted_basis: stated, reference: a, status: cited}
    - {from: 2022-01-01, to: 2026-12-31, value: 1500000, act: decree_07, enacted: 2021-01-27, enacted_basis: stated, reference: b, status: cited}
    - {from: 2027-01-01, value: 2200000, act: decree_351, enacted: 2025-12-30, enacted_basis: stated, reference: c, status: cited}
rate:
  name: {vi: "Tỷ lệ đóng", en: "Rate"}
  unit: share of income
  rows:
    - {from: 2014-01-01, value: 0.22, act: law_old, enacted: 2006-06-29, enacted_basis: stated, reference: d, status: cited}
state.poor:
  name: {vi: "Nhà nước, hộ nghèo", en: "State, poor"}
  unit: share
  rows:
    - {from: 2018-01-01, to: 2025-06-30, value: 0.3, act: decree_134, enacted: 2015-12-31, enacted_basis: assumed, reference: e, status: cited}
    - {from: 2025-07-01, value: 0.5, act: decree_159, under: law_new, enacted: 2025-06-25, enacted_basis: stated, reference: f, status: cited}
state.other:
  name: {vi: "Nhà nước, khác", en: "State, others"}
  unit: share
  rows:
    - {from: 2018-01-01, to: 2025-06-30, value: 0.1, act: decree_134, enacted: 2015-12-31, enacted_basis: assumed, reference: g, status: cited}
    - {from: 2025-07-01, value: 0.2, act: decree_159, under: law_new, enacted: 2025-06-25, enacted_basis: stated, reference: h, status: cited}
city.other:
  name: {vi: "Thành phố, khác", en: "City, others"}
  unit: share
  rows:
    - {from: 2022-08-01, value: 0.1, act: resolution_03, enacted: 2022-07-06, enacted_basis: stated, reference: i, status: cited}
owners:
  name: {vi: "Chủ hộ", en: "Owners"}
  unit: bool
  rows:
    - {from: 2029-07-01, value: true, act: law_new, enacted: 2024-06-29, enacted_basis: stated, reference: j, status: cited}
method:
  name: {vi: "Phương thức", en: "Method"}
  unit: text
  rows:
    - {from: 2016-01-01, value: "monthly", act: law_old, enacted: 2006-06-29, enacted_basis: stated, reference: k, status: cited}
"""

OBSERVATIONS = """\
id,series,geo,period_start,period_end,period_kind,value,unit,qualifier,published,published_basis,duplicate_group,use,sd_log,definition,status,source_title,publisher,url,note
members.here.2017-12-31,members,HERE,2017-12-31,2017-12-31,point,100,persons,exact,2018-02-14,assumed_lag,,fit,0.01,,cited,a,,,
members.here.2019-12-31,members,HERE,2019-12-31,2019-12-31,point,200,persons,exact,2020-01-20,stated,g1,fit,0.02,,cited,b,,,
members.here.2019-12-31.2,members,HERE,2019-12-31,2019-12-31,point,210,persons,nearly,2020-02-20,stated,g1,show,,,cited,c,,,"a note, with
two lines"
members.here.2025-06-30,members,HERE,2025-06-30,2025-06-30,point,300,persons,estimate,2025-06-10,stated,,fit,0.015,,cited,d,,,
members.here.2030-12-31,members,HERE,2030-12-31,2030-12-31,point,900,persons,target,2026-06-01,stated,,context,,,cited,e,,,
"""

PRIORS = """\
id,block,name_vi,name_en,definition_vi,definition_en,distribution,p1,p2,lower,upper,unit,basis,status,data_to,derived_from,weak_distribution,weak_p1,weak_p2,sampled,review
growth,x,Tăng,Growth,Tăng,Growth,normal,0.04,0.01,,,ln/year,b,cited,2016-12-31,,,,,true,
drift,x,Xu hướng,Drift,Xu hướng,Drift,normal,0.1,0.02,,,ln/year,b,derived,2017-12-31,members,normal,0.03,0.03,true,
late,x,Muộn,Late,Muộn,Late,normal,0.2,0.02,,,ln/year,b,derived,2024-12-31,,normal,0,0.5,true,
frozen,x,Cố định,Frozen,Cố định,Frozen,fixed,0.5,,,,share,b,expert,,,,,,false,
"""

TARGETS = """\
id,name_vi,name_en,year,comparison,value,about,base_as_written,base_as_reported,note
coverage,Bao phủ,Coverage,2030,ge,0.7,true,lfs_working_age,agency,
"""

ASSIGNED = """\
id,name_vi,name_en,geo,year,comparison,value,kind,set_by,published,note
coverage,Bao phủ,Coverage,HERE,2025,ge,0.5,share,city,2021-01-01,
"""

LEVERS = """\
support.state.poor: {name: {vi: a, en: a}, description: {vi: a, en: a}, unit: share, min: 0, max: 1, baseline: 0, baseline_source: "law:state.poor", status: cited, kind: law, group: poor}
support.state.other: {name: {vi: a, en: a}, description: {vi: a, en: a}, unit: share, min: 0, max: 1, baseline: 0, baseline_source: "law:state.other", status: cited, kind: law, group: other}
support.city.poor: {name: {vi: a, en: a}, description: {vi: a, en: a}, unit: share, min: 0, max: 1, baseline: 0, baseline_source: "law:city.other", status: cited, kind: law, group: poor}
support.city.other: {name: {vi: a, en: a}, description: {vi: a, en: a}, unit: share, min: 0, max: 1, baseline: 0, baseline_source: "law:city.other", status: cited, kind: law, group: other}
support.base: {name: {vi: a, en: a}, description: {vi: a, en: a}, unit: VND/month, min: 0, max: 5000000, baseline: 0, baseline_source: "law:rate*line", status: cited, kind: law}
effort.budget: {name: {vi: a, en: a}, description: {vi: a, en: a}, unit: VND/month, min: 0, max: 1000, baseline: 100, baseline_source: "a plan", status: derived, kind: effort}
effort.reach: {name: {vi: a, en: a}, description: {vi: a, en: a}, unit: share, min: 0, max: 1, baseline_source: "register:reach", status: expert, kind: effort}
"""

REGISTER = """\
reach: {name: {vi: "Độ phủ", en: "Reach"}, value: 0.7, low: 0.4, high: 1, unit: share, status: expert, source: judgement, affects: [coverage]}
"""

FILES = {
    "law/law.yaml": LAW,
    "observations/observations.csv": OBSERVATIONS,
    "priors/priors.csv": PRIORS,
    "targets/targets.csv": TARGETS,
    "targets/national.csv": TARGETS,
    "targets/assigned.csv": ASSIGNED,
    "levers.yaml": LEVERS,
    "assumptions/register.yaml": REGISTER,
    "place.yaml": 'geo: HERE\nname: {vi: "Đây", en: "Here"}\n',
    "law_checks.csv": "parameter,value\nstate.amount,99000\n",
    "scenarios/current_policy.yaml": "name: current_policy\n",
    "scenarios/push.yaml": "name: push\nextends: current_policy\nlevers:\n  effort:\n    budget: [{from: 2027-01, times: 2}]\n",
    "scenarios/raise.yaml": "name: raise\nlevers:\n  support:\n    city: {other: [{from: 2027-01, value: 0.3}]}\n",
    "worlds/reference.yaml": "name: reference\n",
}


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write files into a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    """Inputs of the small folder, as of its default day."""
    return load_inputs(write(tmp_path_factory.mktemp("data"), FILES))


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Make the small folder with some files replaced (``None`` leaves a file out)."""

    def make(changes: dict[str, str | None] | None = None) -> Path:
        merged = {**FILES, **(changes or {})}
        return write(tmp_path / "data", {name: text for name, text in merged.items() if text is not None})

    return make


@pytest.fixture(scope="session")
def real() -> Inputs:
    """The project's own data."""
    return load_inputs()

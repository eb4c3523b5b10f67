"""A file that says what the grammar does not know is refused, each thing with its place and the nearest name."""

# ruff: noqa: E501  (files and messages stand here as they are written)

import pytest

from bhxh_forecast.errors import InputError
from bhxh_forecast.inputs import load_scenario, load_world

CASES = [
    (
        "name: x\nlevesr: {}\n",
        [
            "2:1: levesr: found 'levesr'; allowed name, title, description, counterfactual, extends, levers, law; did you mean levers?"
        ],
    ),
    ("title: {vi: a, en: b}\n", ["1:1: name: found nothing; allowed this key with a value"]),
    (
        "name: Bad-Name\n",
        [
            "1:7: name: found 'Bad-Name'; allowed a name: a letter a-z, then at most 40 letters a-z, digits or _"
        ],
    ),
    (
        "name: 12\n",
        ["1:7: name: found '12'; allowed a name: a letter a-z, then at most 40 letters a-z, digits or _"],
    ),
    ("name: x\ntitle: {vi: a}\n", ["2:8: title.en: found nothing; allowed this key with a value"]),
    ("name: x\ntitle: {vi: a, en: 3}\n", ["2:20: title.en: found '3'; allowed text (in quotes)"]),
    (
        "name: x\ntitle: {vi: a, en: '', fr: c}\n",
        [
            "2:20: title.en: found ''; allowed text that is not empty",
            "2:24: title.fr: found 'fr'; allowed vi, en",
        ],
    ),
    ("name: x\ntitle: words\n", ["2:8: title: found 'words'; allowed a mapping"]),
    (
        "name: x\ncounterfactual: yes\n",
        ["2:17: counterfactual: found 'yes'; allowed true or false; did you mean true?"],
    ),
    ("name: x\ncounterfactual: 1\n", ["2:17: counterfactual: found '1'; allowed true or false"]),
    (
        "name: x\nextends: crrent_policy\n",
        [
            "2:10: extends: found 'crrent_policy'; allowed current_policy, push, raise; did you mean current_policy?"
        ],
    ),
    (
        "name: x\nextends: [push, 3]\n",
        [
            "2:17: extends[1]: found '3'; allowed a name: a letter a-z, then at most 40 letters a-z, digits or _"
        ],
    ),
    ("name: x\nextends: {a: b}\n", ["2:10: extends: found a mapping; allowed a name or a list of names"]),
    ("name: x\nlevers: 3\n", ["2:9: levers: found '3'; allowed a mapping"]),
    (
        "name: x\nlevers:\n  suport: {}\n",
        ["3:3: levers.suport: found 'suport'; allowed support, effort; did you mean support?"],
    ),
    (
        "name: x\nlevers:\n  support:\n    citty: {other: 0.2}\n",
        ["4:5: levers.support.citty: found 'citty'; allowed state, city, base; did you mean city?"],
    ),
    (
        "name: x\nlevers:\n  support:\n    city: {othr: 0.2}\n",
        ["4:12: levers.support.city.othr: found 'othr'; allowed poor, other; did you mean other?"],
    ),
    (
        "name: x\nlevers:\n  support:\n    city: 0.2\n",
        ["4:11: levers.support.city: found '0.2'; allowed a mapping"],
    ),
    (
        "name: x\nlevers:\n  effort: {budget: {other: 0.2}}\n",
        ["3:20: levers.effort.budget: found a mapping; allowed a number or a list of steps"],
    ),
    (
        "name: x\nlevers: {effort: {budget: no}}\n",
        ["2:27: levers.effort.budget: found 'no'; allowed a number from 0 to 1000"],
    ),
    (
        "name: x\nlevers: {effort: {budget: 012}}\n",
        ["2:27: levers.effort.budget: found '012'; allowed a number from 0 to 1000; did you mean 12?"],
    ),
    (
        "name: x\nlevers: {effort: {budget: '1,5'}}\n",
        ["2:27: levers.effort.budget: found '1,5'; allowed a number from 0 to 1000; did you mean 1.5?"],
    ),
    (
        "name: x\nlevers: {effort: {budget: 3:30}}\n",
        ["2:27: levers.effort.budget: found '3:30'; allowed a number from 0 to 1000"],
    ),
    (
        "name: x\nlevers: {effort: {budget: true}}\n",
        ["2:27: levers.effort.budget: found 'true'; allowed a number from 0 to 1000"],
    ),
    (
        "name: x\nlevers: {effort: {budget: .inf}}\n",
        ["2:27: levers.effort.budget: found '.inf'; allowed a number from 0 to 1000"],
    ),
    (
        "name: x\nlevers: {effort: {budget: }}\n",
        ["2:27: levers.effort.budget: found nothing; allowed a number from 0 to 1000"],
    ),
    (
        "name: x\nlevers: {effort: {budget: 50%}}\n",
        ["2:27: levers.effort.budget: found '50%'; allowed a number from 0 to 1000; did you mean 0.5?"],
    ),
    (
        "name: x\nlevers: {effort: {budget: 1001}}\n",
        ["2:27: levers.effort.budget: found 1001; allowed a number from 0 to 1000"],
    ),
    (
        "name: x\nlevers: {effort: {budget: [{from: 2027-01, value: 1001}]}}\n",
        ["2:51: levers.effort.budget[0].value: found 1001; allowed a number from 0 to 1000"],
    ),
    (
        "name: x\nlevers: {effort: {budget: [{from: 2027-01, value: 1, times: 2}]}}\n",
        ["2:28: levers.effort.budget[0]: found value and times; allowed exactly one of value, add, times"],
    ),
    (
        "name: x\nlevers: {effort: {budget: [{from: 2027-01}]}}\n",
        ["2:28: levers.effort.budget[0]: found none of them; allowed exactly one of value, add, times"],
    ),
    (
        "name: x\nlevers: {effort: {budget: [{value: 1}]}}\n",
        ["2:28: levers.effort.budget[0].from: found nothing; allowed this key with a value"],
    ),
    (
        "name: x\nlevers: {effort: {budget: [{from: 2027-1, value: 1}]}}\n",
        ["2:35: levers.effort.budget[0].from: found '2027-1'; allowed a month, YYYY-MM"],
    ),
    (
        "name: x\nlevers: {effort: {budget: [{from: 2027-13, value: 1}]}}\n",
        ["2:35: levers.effort.budget[0].from: found '2027-13'; allowed a month, YYYY-MM"],
    ),
    (
        "name: x\nlevers: {effort: {budget: [{from: 2027-01-01, value: 1}]}}\n",
        ["2:35: levers.effort.budget[0].from: found '2027-01-01'; allowed a month, YYYY-MM"],
    ),
    (
        "name: x\nlevers: {effort: {budget: [{from: 2027, value: 1}]}}\n",
        ["2:35: levers.effort.budget[0].from: found '2027'; allowed a month, YYYY-MM"],
    ),
    (
        "name: x\nlevers: {effort: {budget: [{from: 2027-06, to: 2027-01, value: 1}]}}\n",
        ["2:48: levers.effort.budget[0].to: found '2027-01'; allowed 2027-06 (from) or later"],
    ),
    (
        "name: x\nlevers: {effort: {budget: [{from: 2027-01, value: 1, ramp: 1.5}]}}\n",
        ["2:60: levers.effort.budget[0].ramp: found '1.5'; allowed a whole number from 0 to 240"],
    ),
    (
        "name: x\nlevers: {effort: {budget: [{from: 2027-01, value: 1, ramp: -1}]}}\n",
        ["2:60: levers.effort.budget[0].ramp: found '-1'; allowed a whole number from 0 to 240"],
    ),
    (
        "name: x\nlevers: {effort: {budget: [{from: 2027-01, vlaue: 1}]}}\n",
        [
            "2:44: levers.effort.budget[0].vlaue: found 'vlaue'; allowed from, to, value, add, times, ramp; did you mean value?"
        ],
    ),
    (
        "name: x\nlevers: {effort: {budget: [3]}}\n",
        [
            "2:28: levers.effort.budget[0]: found '3'; allowed a mapping with from, to, value, add, times, ramp"
        ],
    ),
    (
        "name: x\nlevers: {effort: {budget: [{from: 2027-01, value: 1}, {from: 2028-01, value: 2}]}}\n",
        [
            "2:55: levers.effort.budget[1]: found a step that overlaps the one from 2027-01 to without end; allowed steps that do not overlap"
        ],
    ),
    (
        "name: x\nlevers: {effort: {budget: [{from: 2028-01, value: 1, to: 2028-12}, {from: 2027-01, to: 2028-01, value: 2}]}}\n",
        [
            "2:28: levers.effort.budget[0]: found a step that overlaps the one from 2027-01 to 2028-01; allowed steps that do not overlap"
        ],
    ),
    (
        "name: x\nlevers: {effort: {budget: [{from: 2027-01, times: 11}]}}\n",
        ["2:28: levers.effort.budget: found 1100 in 2027-01; allowed a number from 0 to 1000"],
    ),
    (
        "name: x\nlevers: {effort: {budget: [{from: 2027-01, add: -101}]}}\n",
        ["2:28: levers.effort.budget: found -1 in 2027-01; allowed a number from 0 to 1000"],
    ),
    (
        "name: x\nlevers: {effort: {budget: [{from: 2027-01, times: two}]}}\n",
        ["2:51: levers.effort.budget[0].times: found 'two'; allowed a number"],
    ),
    (
        "name: x\nlevers: {support: {city: {poor: [{from: 2027-01, value: 0.6}]}}}\n",
        [
            "2:34: levers.support.city.poor: found 1.1 in 2027-01 (support.state.poor + support.city.poor); allowed together at most 1"
        ],
    ),
    (
        "name: x\nlaw:\n  lien: {absent: true}\n",
        [
            "3:3: law.lien: found 'lien'; allowed city.other, line, method, owners, rate, state.other, state.poor, city, state, decision_59, decree_07, decree_134, decree_159, decree_351, law_new, law_old, resolution_03; did you mean line?"
        ],
    ),
    ("name: x\nlaw:\n  line: {absent: false}\n", ["3:18: law.line.absent: found 'false'; allowed true"]),
    (
        "name: x\nlaw:\n  line: {absent: yes}\n",
        ["3:18: law.line.absent: found 'yes'; allowed true; did you mean true?"],
    ),
    (
        "name: x\nlaw:\n  line: {}\n",
        ["3:9: law.line: found none of them; allowed exactly one of absent, starts"],
    ),
    (
        "name: x\nlaw:\n  line: {absent: true, starts: 2028-01-01}\n",
        ["3:9: law.line: found absent and starts; allowed exactly one of absent, starts"],
    ),
    (
        "name: x\nlaw:\n  line: {starts: 2028-02-30}\n",
        ["3:18: law.line.starts: found '2028-02-30'; allowed a date, YYYY-MM-DD"],
    ),
    (
        "name: x\nlaw:\n  line: {starts: 2028-01}\n",
        ["3:18: law.line.starts: found '2028-01'; allowed a date, YYYY-MM-DD"],
    ),
    (
        "name: x\nlaw:\n  line: {strats: 2028-01-01}\n",
        ["3:10: law.line.strats: found 'strats'; allowed absent, starts; did you mean starts?"],
    ),
    (
        "name: x\nlaw:\n  line: 3\n",
        [
            "3:9: law.line: found '3'; allowed {absent: true}, {starts: YYYY-MM-DD}, or steps with from, to and value"
        ],
    ),
    (
        "name: x\nlaw:\n  state.poor: {from: 2027-01-01, value: 1.5}\n",
        ["3:41: law.state.poor.value: found 1.5; allowed a number from 0 to 1"],
    ),
    (
        "name: x\nlaw:\n  state.poor: {from: 2027-01-01, value: yes}\n",
        ["3:41: law.state.poor.value: found 'yes'; allowed a number from 0 to 1"],
    ),
    (
        "name: x\nlaw:\n  owners: {from: 2027-01-01, value: yes}\n",
        ["3:37: law.owners.value: found 'yes'; allowed true or false; did you mean true?"],
    ),
    (
        "name: x\nlaw:\n  method: {from: 2027-01-01, value: 3}\n",
        ["3:37: law.method.value: found '3'; allowed text (in quotes)"],
    ),
    (
        "name: x\nlaw:\n  law_new: {from: 2027-01-01, value: 3}\n",
        ["3:12: law.law_new: found steps; allowed {absent: true} or {starts: YYYY-MM-DD} for a whole act"],
    ),
    (
        "name: x\nlaw:\n  state.amount: {from: 2027-01-01, value: 3}\n",
        [
            "3:3: law.state.amount: found 'state.amount' (computed from other provisions); allowed city.other, line, method, owners, rate, state.other, state.poor, city, state, decision_59, decree_07, decree_134, decree_159, decree_351, law_new, law_old, resolution_03"
        ],
    ),
    (
        "name: x\nlaw:\n  law_new: {absent: true}\n",
        [
            "3:12: law.law_new: found absent: true (state.other in force since 2025-07-01 and 1 more); allowed a change after 2025-12-30 (as-of), or counterfactual: true"
        ],
    ),
    (
        "name: x\nlaw:\n  state.poor: {starts: 2020-01-01}\n",
        [
            "3:15: law.state.poor: found 2020-01-01 (a day that is past); allowed a change after 2025-12-30 (as-of), or counterfactual: true"
        ],
    ),
    (
        "name: x\nlaw:\n  line: [{from: 2025-01-01, value: 3}]\n",
        [
            "3:10: law.line: found 2025-01-01 (a day that is past); allowed a change after 2025-12-30 (as-of), or counterfactual: true"
        ],
    ),
    (
        "name: x\nlaw:\n  line: [{from: 2027-01-01, value: 3}, {from: 2027-06-01, value: 4}]\n",
        [
            "3:40: law.line[1]: found a step that overlaps the one from 2027-01-01 to without end; allowed steps that do not overlap"
        ],
    ),
    (
        "name: x\nlaw:\n  line: [{from: 2027-01-01}]\n",
        ["3:10: law.line[0]: found none of them; allowed value"],
    ),
    ("name: x\nlaw: [line]\n", ["2:6: law: found a list; allowed a mapping"]),
    (
        "- a\n",
        [
            "1:1: file: found a list; allowed a mapping with name, title, description, counterfactual, extends, levers, law"
        ],
    ),
    (
        "just words\n",
        [
            "1:1: file: found 'just words'; allowed a mapping with name, title, description, counterfactual, extends, levers, law"
        ],
    ),
    (
        "name: x\nname: y\n",
        ["2:1: name: found the key 'name' again; allowed each key once (first on line 1)"],
    ),
]


@pytest.mark.parametrize(("text", "messages"), CASES)
def test_bad_scenarios_are_refused_in_words_that_mend_them(small, tmp_path, monkeypatch, text, messages):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_scenario("f.yaml", small)
    assert str(caught.value).splitlines() == [f"f.yaml:{message}" for message in messages]


WORLDS = [
    (
        "name: x\nassumptions: {grwth: {shift: 1}}\n",
        "2:15: assumptions.grwth: found 'grwth'; allowed drift, frozen, growth, late; did you mean growth?",
    ),
    (
        "name: x\nassumptions: {growth: 0.1}\n",
        "2:23: assumptions.growth: found '0.1'; allowed {shift: x}, {scale: x}, {value: x}, or a list of them with from and to",
    ),
    (
        "name: x\nassumptions: {growth: {shift: 1, scale: 2}}\n",
        "2:23: assumptions.growth: found shift and scale; allowed exactly one of shift, scale, value",
    ),
    (
        "name: x\nassumptions: {growth: {scale: 0}}\n",
        "2:31: assumptions.growth.scale: found 0; allowed a number above 0",
    ),
    (
        "name: x\nassumptions: {growth: {shift: '1,5'}}\n",
        "2:31: assumptions.growth.shift: found '1,5'; allowed a number; did you mean 1.5?",
    ),
    (
        "name: x\nlevers: {}\n",
        "2:1: levers: found 'levers'; allowed name, title, description, counterfactual, extends, assumptions",
    ),
]


@pytest.mark.parametrize(("text", "message"), WORLDS)
def test_bad_worlds_are_refused_likewise(small, tmp_path, monkeypatch, text, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_world("f.yaml", small)
    assert str(caught.value) == f"f.yaml:{message}"


def test_every_problem_of_a_file_is_told_at_once(small, tmp_path):
    path = tmp_path / "many.yaml"
    path.write_text(
        "name: many\nlevers:\n  effort: {budget: no, rech: 1}\n  support: {city: {other: 2}}\nlaw:\n  lien: {absent: true}\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        load_scenario(path, small)
    assert [problem.field for problem in caught.value.problems] == [
        "levers.effort.budget",
        "levers.effort.rech",
        "levers.support.city.other",
        "law.lien",
    ]
    assert all(problem.line and problem.column for problem in caught.value.problems)


def test_a_file_that_is_not_there_is_an_error_without_a_traceback(small):
    with pytest.raises(InputError, match=r"nowhere\.yaml:0:0: file: found No such file or directory"):
        load_scenario("nowhere.yaml", small)


def test_a_misspelled_scenario_names_the_nearest(small):
    with pytest.raises(InputError, match=r"scenario: found 'psh'; allowed .*; did you mean push\?"):
        load_scenario("psh", small)


def test_a_shipped_file_is_named_like_its_scenario(folder):
    from bhxh_forecast.inputs import load_inputs

    inputs = load_inputs(folder({"scenarios/push.yaml": "name: pull\n"}))
    with pytest.raises(
        InputError, match=r"push\.yaml:1:7: name: found 'pull'; allowed push \(the file's name\)"
    ):
        load_scenario("push", inputs)

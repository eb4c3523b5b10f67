"""YAML is plain data: read by version 1.2, every value with its place, nothing clever."""

# ruff: noqa: E501  (files and messages stand here as they are written)

import math

import pytest

from bhxh_forecast.inputs.yaml_positions import MAX_BYTES, read_yaml, resolve_scalar


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1), ("-3", -3), ("+3", 3), ("0", 0), ("0x1F", 31), ("0o17", 15), ("0.1", 0.1), (".5", 0.5), ("1.", 1.0),
        ("1e-2", 0.01), ("1E3", 1000.0), ("true", True), ("FALSE", False), ("null", None), ("~", None), ("", None),
        ("no", "no"), ("yes", "yes"), ("on", "on"), ("off", "off"), ("y", "y"), ("012", "012"), ("08", "08"),
        ("3:30", "3:30"), ("1,5", "1,5"), ("1_000", "1_000"), ("2027-01", "2027-01"), ("2027-01-01", "2027-01-01"),
        ("50%", "50%"), ("0.2.1", "0.2.1"), ("1e", "1e"), ("0b11", "0b11"), ("01.5", "01.5"),
    ],
)  # fmt: skip
def test_scalars_are_those_of_yaml_1_2_and_a_leading_zero_is_no_number(text, value):
    assert resolve_scalar(text) == value
    assert type(resolve_scalar(text)) is type(value)


def test_infinity_is_read_so_that_it_can_be_refused_as_a_number():
    assert math.isinf(resolve_scalar(".inf"))
    assert math.isnan(resolve_scalar(".nan"))


def test_quoted_text_stays_text():
    root, problems = read_yaml(b"a: '1'\nb: \"true\"\nc: |\n  1\n", "f.yaml")
    assert not problems
    assert root.plain() == {"a": "1", "b": "true", "c": "1\n"}


def test_every_value_knows_its_line_and_column():
    root, _ = read_yaml("a:\n  - {b: 1, c: [x, đ, 2]}\n  - 3\n".encode(), "f.yaml")
    assert (root.at(("a", 0, "c", 2)).line, root.at(("a", 0, "c", 2)).column) == (2, 22)
    assert (root.at(("a", 1)).line, root.at(("a", 1)).column) == (3, 5)
    assert root.at(("a", 0)).key_place("c") == (2, 12)
    assert root.at(("a", 7, "x")).line == 2  # the deepest that exists


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", "f.yaml:3:1: a: found the key 'a' again; allowed each key once (first on line 1)"),
        ("x: {p: 1, p: 2}", "f.yaml:1:11: p: found the key 'p' again; allowed each key once (first on line 1)"),
        ("a: !!int '5'", "f.yaml:1:4: tag: found tag tag:yaml.org,2002:int; allowed no tags"),
        ("a: ! x", "f.yaml:1:4: tag: found tag !; allowed no tags"),
        ("a: !!python/object:os.system {}", "f.yaml:1:4: tag: found tag tag:yaml.org,2002:python/object:os.system; allowed no tags"),
        ("a: &x 1", "f.yaml:1:4: anchor: found anchor &x; allowed no anchors"),
        ("? [a]\n: b\n", "f.yaml:1:3: key: found a list or mapping as a key; allowed a word as a key"),
        ("a: 1\n---\nb: 2\n", "f.yaml:3:1: file: found a second document; allowed one document"),
        ("", "f.yaml:1:1: file: found nothing; allowed a mapping"),
        ("# only a comment\n", "f.yaml:1:1: file: found nothing; allowed a mapping"),
        ("[" * 40, "f.yaml:1:21: yaml: found more than 20 levels; allowed less nesting"),
        ("a: [1\nb: 2", "f.yaml:2:2: yaml: found while parsing a flow sequence did not find expected ',' or ']'; allowed valid YAML 1.2"),
    ],
)  # fmt: skip
def test_what_two_people_could_read_differently_is_refused(text, message):
    root, problems = read_yaml(text.encode(), "f.yaml")
    assert root is None
    assert str(problems[0]) == message


def test_an_alias_is_refused_where_it_stands():
    _, problems = read_yaml(b"a: &x 1\nb: *x\n", "f.yaml")
    assert str(problems[1]) == "f.yaml:2:4: anchor: found alias *x; allowed the value itself, written out"


def test_bytes_that_are_not_utf8_have_a_place():
    _, problems = read_yaml(b"a: 1\nb: caf\xe9\n", "f.yaml")
    assert str(problems[0]) == "f.yaml:2:7: text: found bytes that are not UTF-8; allowed UTF-8 text"


def test_a_file_larger_than_a_scenario_can_be_is_not_read():
    root, problems = read_yaml(b"a: " + b"x" * MAX_BYTES, "f.yaml")
    assert root is None
    assert (
        str(problems[0])
        == f"f.yaml:0:0: file: found {MAX_BYTES + 3} bytes; allowed at most {MAX_BYTES} bytes"
    )


def test_a_byte_order_mark_is_no_content():
    root, problems = read_yaml(b"\xef\xbb\xbfa: 1\n", "f.yaml")
    assert not problems
    assert root.plain() == {"a": 1}

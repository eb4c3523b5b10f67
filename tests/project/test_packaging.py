"""One set of names and bounds, no address of an index, one place for each setting."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from bhxh_forecast.batch.keys import PACKAGE

ROOT = PACKAGE.parent
CONDA_NAMES = {"duckdb": "python-duckdb"}  # the same package under the other channel's name
REQUIREMENT = re.compile(r"([A-Za-z0-9-]+)\s*(.*)")


@pytest.fixture(scope="module")
def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def split(requirement: str) -> tuple[str, str]:
    found = REQUIREMENT.fullmatch(requirement)
    assert found, requirement
    name = found.group(1).lower()
    return CONDA_NAMES.get(name, name), found.group(2)


def tracked() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def test_conda_gets_the_names_and_bounds_that_pip_gets(project: dict) -> None:
    extras = [r for requirements in project["optional-dependencies"].values() for r in requirements]
    wanted = dict(split(r) for r in [*project["dependencies"], *extras]) | {
        "python": project["requires-python"]
    }
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    listed = dict(split(entry) for entry in environment["dependencies"] if isinstance(entry, str))
    assert listed == wanted


def test_the_extras_are_those_that_are_promised(project: dict) -> None:
    assert list(project["optional-dependencies"]) == [
        "core",
        "reports",
        "explore",
        "analysis",
        "calibrate",
        "scale",
        "docs",
        "bench",
        "dev",
    ]


def test_constraints_pin_every_direct_dependency_to_one_version(project: dict) -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert all(re.fullmatch(r"[a-z0-9._-]+==[^\s;]+( ; .+)?", line) for line in lines)
    pinned = {line.split("==")[0] for line in lines}
    extras = [r for requirements in project["optional-dependencies"].values() for r in requirements]
    direct = {re.split("[<>=]", r)[0].lower() for r in [*project["dependencies"], *extras]}
    assert direct <= pinned


def test_no_file_holds_the_address_of_an_index() -> None:
    hosts = [
        "py" + "pi.org",
        "python" + "hosted",
        "registry." + "npm",
        "ana" + "conda.org",
        "deb." + "debian",
    ]
    found = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in tracked()
        if path.suffix not in {".png", ".parquet"}
        for host in hosts
        if host.encode() in path.read_bytes()
    ]
    assert not found


def test_continuous_integration_calls_what_the_readme_says() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make run" in readme
    assert "make test" in readme


def test_the_package_carries_its_texts_and_templates() -> None:
    """Everything beside the modules is tracked, so that a wheel built from a clone has it."""
    names = {path.relative_to(ROOT).as_posix() for path in tracked()}
    for folder in ("reporting/locale", "reporting/templates"):
        files = [p for p in (PACKAGE / folder).rglob("*") if p.is_file() and "__pycache__" not in p.parts]
        assert files
        assert {f"bhxh_forecast/{p.relative_to(PACKAGE).as_posix()}" for p in files} <= names


@pytest.mark.parametrize(("target", "last"), [("run", "bhxh run --lang both"), ("test", "pytest")])
def test_make_works_from_another_folder(target: str, last: str, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    words = ["make", "--no-print-directory", "-n", "-C", str(ROOT), target]
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert last in done.stdout.strip().splitlines()[-1], "pytest's summary comes last"

"""The data package can be read by tools that know nothing of this project."""

import pytest

from bhxh_forecast.batch.keys import PACKAGE


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ResourceWarning")
def test_every_resource_is_there_and_fits_its_schema() -> None:
    from frictionless import Package

    report = Package(str(PACKAGE.parent / "data" / "datapackage.json")).validate()
    assert report.flatten(["title", "rowNumber", "message"]) == []


def test_every_resource_names_its_source_and_licence() -> None:
    from frictionless import Package

    package = Package(str(PACKAGE.parent / "data" / "datapackage.json"))
    bare = [r.name for r in package.resources if not r.sources or not (r.licenses or package.licenses)]
    assert bare == []

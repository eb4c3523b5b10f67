"""Sobol indices of levers: known ones on a known function, and limits of what the model can give."""

import numpy as np
import pytest

from bhxh_forecast.analysis import lever_sensitivity as module
from bhxh_forecast.analysis.design import Design
from bhxh_forecast.analysis.goal import find_goal
from bhxh_forecast.analysis.lever_sensitivity import WORLD, lever_sensitivity
from bhxh_forecast.errors import InputError
from bhxh_forecast.inputs import load_inputs

OTHER = "subsidy.city_share.other"


@pytest.fixture(scope="module")
def inputs():
    return load_inputs()


def test_indices_of_a_known_function(inputs):
    """log share = a x lever + b x draw: variances a^2/12 and b^2, no interaction after the logarithm is small."""
    design = Design(np.array([0.0, 0.0]), np.array([1.0, 1.0]))
    draws = (np.arange(512) + 0.5) / 512.0 - 0.5
    a, b = 0.02, 0.03
    logs = a * design.points[:, :1] + b * draws[None, :]
    outputs, problem = module._outputs(design, np.exp(logs)[:, None, :])
    table = module._indices([find_goal(inputs, "vsi_coverage", 2030)], ["x", "y"], outputs, problem)
    first = table.set_index("id")["first"]
    assert first["x"] == pytest.approx(a**2 / (a**2 + b**2), abs=0.03)
    assert first["y"] == pytest.approx(0.0, abs=0.01)
    assert first[WORLD] == pytest.approx(b**2 / (a**2 + b**2), abs=0.03)


def test_every_year_target_and_base_has_its_indices(inputs):
    found = lever_sensitivity(
        {OTHER: (0.1, 0.8), "compliance.inspections": (200, 400)}, draws=64, inputs=inputs
    )
    assert set(found.indices["target"]) == {"si_coverage", "vsi_coverage", "ui_coverage", "old_age_coverage"}
    years = range(inputs.as_of.year, 2031)
    assert set(found.indices["year"]) == set(years)
    of_old_age = found.indices[found.indices["target"] == "old_age_coverage"]
    assert (of_old_age.loc[of_old_age["id"] != WORLD, "total"] < 1e-9).all()  # no lever here reaches the old
    voluntary = found.indices[(found.indices["target"] == "vsi_coverage") & (found.indices["year"] == 2030)]
    top_up = voluntary[voluntary["id"] == OTHER]["total"]
    inspections = voluntary[voluntary["id"] == "compliance.inspections"]["total"]
    assert (top_up.to_numpy() > inspections.to_numpy()).all()
    assert found.model_runs == 9


@pytest.mark.parametrize("levers", [{}, {OTHER: (0.5, 0.4)}, {"nothing": (0.0, 1.0)}])
def test_levers_that_cannot_be_asked_for_are_refused(levers, inputs):
    with pytest.raises(InputError):
        lever_sensitivity(levers, draws=64, inputs=inputs)

"""When a target fails: boxes in the space of uncertainties, found by a small tree, to be said in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.analysis.goal import Goal, find_goal
from bhxh_forecast.analysis.uncertain import uncertain
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.results.projection import Projection

DEPTH = 3
SMALLEST = 0.05  # of the draws, in a box
RARE = 0.02  # below it, or above 1 less it, there is nothing to tell apart


@dataclass(frozen=True)
class Condition:
    """One side of a box: an uncertainty above or up to a value, in its unit."""

    id: str
    above: bool
    value: float


@dataclass(frozen=True)
class Box:
    """Conditions that hold together.

    Attributes
    ----------
    conditions
        All of them.
    size, failing, covered
        Share of draws in the box; share of these that miss the target; share of all misses that lie in the box.
    failing_elsewhere
        Share missing the target in draws that were kept from the tree (the honest figure).
    """

    conditions: tuple[Condition, ...]
    size: float
    failing: float
    covered: float
    failing_elsewhere: float


@dataclass(frozen=True)
class Discovery:
    """Boxes of one goal, the surest failure first.

    Attributes
    ----------
    failing
        Share of all draws that miss the target.
    boxes
        Empty where the target is practically always met or always missed.
    """

    goal: Goal
    failing: float
    boxes: tuple[Box, ...]

    def as_dict(self) -> dict[str, Any]:
        """The boxes as plain values."""
        return {
            "target": self.goal.target,
            "year": self.goal.year,
            "base": self.goal.base,
            "role": self.goal.role(self.goal.base),
            "failing": self.failing,
            "boxes": [
                {
                    "conditions": [vars(c) for c in box.conditions],
                    "size": box.size,
                    "failing": box.failing,
                    "covered": box.covered,
                    "failing_elsewhere": box.failing_elsewhere,
                }
                for box in self.boxes
            ],
        }


def discover(
    run: Projection, target: str, *, year: int = 2030, base: str = "as_written", depth: int = DEPTH
) -> Discovery:
    """Find conditions under which a target fails or holds.

    Parameters
    ----------
    run
        Draws of one scenario.
    target, year, base
        As for ``reach``.
    depth
        Most conditions in a box.

    Examples
    --------
    >>> from bhxh_forecast.simulation import simulate
    >>> discover(simulate(draws=256), "old_age_coverage").boxes
    ()
    """
    goal = find_goal(run.inputs, target, year, base)
    missed = ~goal.met(run.inner.share(goal.series, goal.base)[run.inner.line.index(goal.month)])
    failing = float(missed.mean())
    if not RARE < failing < 1.0 - RARE:
        return Discovery(goal, failing, ())
    names, values = uncertain(run)
    kept = run.inner.ancestor % 2 == 0  # half of the ancestors build the tree, the others judge it
    boxes = _boxes(names, values, missed, kept, depth)
    return Discovery(goal, failing, tuple(sorted(boxes, key=lambda box: -box.failing_elsewhere)))


def _boxes(
    names: Sequence[str], values: Array, missed: NDArray[np.bool_], kept: NDArray[np.bool_], depth: int
) -> list[Box]:
    from sklearn.tree import DecisionTreeClassifier

    learner = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=SMALLEST, random_state=0)
    learner.fit(values[:, kept].T, missed[kept])
    leaf = learner.apply(values.T)
    tree = learner.tree_
    boxes = []
    for node, conditions in _leaves(tree, names):
        inside = leaf == node
        judged = inside & ~kept
        boxes.append(
            Box(
                conditions=conditions,
                size=float(inside.mean()),
                failing=float(missed[inside].mean()),
                covered=float(missed[inside].sum() / missed.sum()),
                failing_elsewhere=float(missed[judged].mean()) if judged.any() else float("nan"),
            )
        )
    return boxes


def _leaves(tree: Any, names: Sequence[str]) -> list[tuple[int, tuple[Condition, ...]]]:
    """Leaves of a fitted tree with the conditions on the way; of two on one side the narrower stays."""
    found = []

    def walk(node: int, sides: dict[tuple[str, bool], float]) -> None:
        if tree.children_left[node] < 0:
            conditions = tuple(Condition(name, above, value) for (name, above), value in sides.items())
            found.append((node, conditions))
            return
        name, value = names[tree.feature[node]], float(tree.threshold[node])
        walk(int(tree.children_left[node]), {**sides, (name, False): value})
        walk(int(tree.children_right[node]), {**sides, (name, True): value})

    walk(0, {})
    return found

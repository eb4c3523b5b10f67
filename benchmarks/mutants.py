"""Mutation testing: small faults put into the package one at a time, and whether the tests notice.

    .venv/bin/python benchmarks/mutants.py [--packages budget coverage population] [--each 120] [--seed 1]

Mutants are made by Cosmic Ray (extra ``bench``) in a copy of the tree and drawn at random, so many of each package. The
tests of the package and those of the second model must fail. Survivors are printed as changed lines; a survivor is a
missing test, or a change that changes nothing.
"""

from __future__ import annotations

import argparse
import difflib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).resolve().parents[1]
# Not: changes of annotations (never evaluated here) and of bits, which this code has none of.
OPERATORS = [
    "NumberReplacer",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "AddNot",
    "ZeroIterationForLoop",
    "ReplaceUnaryOperator_Delete_USub",
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceUnaryOperator_Delete_Invert",
    "ReplaceBinaryOperator_Add_Sub",
    "ReplaceBinaryOperator_Sub_Add",
    "ReplaceBinaryOperator_Mul_Div",
    "ReplaceBinaryOperator_Div_Mul",
    "ReplaceBinaryOperator_FloorDiv_Div",
    "ReplaceBinaryOperator_Pow_Mul",
    "ReplaceComparisonOperator_Lt_LtE",
    "ReplaceComparisonOperator_LtE_Lt",
    "ReplaceComparisonOperator_Gt_GtE",
    "ReplaceComparisonOperator_GtE_Gt",
    "ReplaceComparisonOperator_Eq_NotEq",
    "ReplaceComparisonOperator_NotEq_Eq",
    "ReplaceComparisonOperator_Lt_Gt",
    "ReplaceComparisonOperator_Gt_Lt",
]
ALSO = {
    "budget": ["reference", "results"],
    "coverage": ["reference"],
    "population": ["workforce", "reference"],
}


@dataclass(frozen=True)
class Mutant:
    """A changed source of one module."""

    module: str
    operator: str
    old: str
    new: str

    def lines(self) -> str:
        """The changed lines."""
        lines = difflib.unified_diff(self.old.splitlines(), self.new.splitlines(), n=0, lineterm="")
        changed = [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]
        return "\n".join(f"    {line}" for line in changed)


def mutants_of(package: str) -> list[Mutant]:
    """Every mutant of a package."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    found = []
    for path in sorted((ROOT / "bhxh_forecast" / package).glob("*.py")):
        source, module = path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()
        for name in OPERATORS:
            operator, k = get_operator(f"core/{name}")(), 0
            while (changed := mutate_code(source, operator, k)) is not None:
                if changed != source:
                    found.append(Mutant(module, name, source, changed))
                k += 1
    return found


def copy_of_the_tree(folder: Path) -> Path:
    """The files under version control, and the samples that are kept."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    for name in filter(None, names.stdout.split("\0")):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, target)
    return folder


def tested(tree: Path, package: str, seconds: float) -> bool:
    """Whether the tests of a package pass in a tree; one that does not end is noticed too."""
    tests = [f"tests/{name}" for name in (package, *ALSO[package])]
    environment = os.environ | {
        "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1", "NUMBA_CACHE_DIR": str(tree / ".numba"),
        "OPENBLAS_NUM_THREADS": "1", "BHXH_HOME": str(tree),
    }  # fmt: skip
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def survives(mutant: Mutant, package: str, tree: Path, seconds: float) -> bool:
    """Whether no test notices a mutant."""
    path = tree / mutant.module
    path.write_text(mutant.new, encoding="utf-8")
    try:
        return tested(tree, package, seconds)
    finally:
        path.write_text(mutant.old, encoding="utf-8")


def report(package: str, each: int, seed: int, trees: SimpleQueue[Path]) -> float:
    """Draw mutants of a package, print survivors and the share that was noticed."""
    every = mutants_of(package)
    chosen = random.Random(seed).sample(every, min(each, len(every)))
    tree = trees.get()
    began = time.monotonic()
    if not tested(tree, package, 900):
        raise SystemExit(f"the tests of {package} fail without a mutant")
    seconds = 60 + 5 * (time.monotonic() - began)
    trees.put(tree)

    def one(mutant: Mutant) -> bool:
        place = trees.get()
        try:
            return survives(mutant, package, place, seconds)
        finally:
            trees.put(place)

    with ThreadPoolExecutor(trees.qsize()) as pool:
        alive = [m for m, left in zip(chosen, pool.map(one, chosen), strict=True) if left]
    for mutant in alive:
        print(f"  {mutant.module} ({mutant.operator})\n{mutant.lines()}")
    share = 1 - len(alive) / len(chosen)
    print(
        f"{package}: {len(chosen) - len(alive)} of {len(chosen)} noticed ({share:.0%}; {len(every)} in all)",
        flush=True,
    )
    return share


def main() -> None:
    """Print survivors and shares; exit with 1 if a share is under the bar."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--packages", nargs="+", default=list(ALSO), choices=list(ALSO))
    parser.add_argument("--each", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--bar", type=float, default=0.85)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        trees: SimpleQueue[Path] = SimpleQueue()
        for k in range(given.workers):
            trees.put(copy_of_the_tree(Path(name) / str(k)))
        shares = [report(package, given.each, given.seed, trees) for package in given.packages]
    sys.exit(min(shares) < given.bar)


if __name__ == "__main__":
    main()

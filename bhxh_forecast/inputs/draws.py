"""Where randomness enters: one named stream per quantity and block of draws, from one seed."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.inputs.priors import Prior

Array = NDArray[np.float64]
BLOCK = 4096  # draws of a stream's block; results do not depend on how blocks are shared out


@dataclass(frozen=True)
class Streams:
    """Named random streams of a seed.

    A quantity's draws depend on the seed, its name and the block only, so that a new quantity, another order of work
    or another number of workers changes nothing else.

    Examples
    --------
    >>> a, b = Streams(1), Streams(1)
    >>> bool((a.normals("u", 0, (2, 3)) == b.normals("u", 0, (2, 3))).all())
    True
    >>> bool((a.normals("u", 0, (2, 3)) == a.normals("v", 0, (2, 3))).any())
    False
    """

    seed: int

    def generator(self, name: str, block: int) -> np.random.Generator:
        """Generator of one quantity in one block."""
        key = (zlib.crc32(name.encode()), block)
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(self.seed, spawn_key=key)))

    def uniforms(self, name: str, block: int, shape: tuple[int, ...]) -> Array:
        """Uniform draws in (0, 1)."""
        return self.generator(name, block).random(shape)

    def normals(self, name: str, block: int, shape: tuple[int, ...]) -> Array:
        """Standard normal draws."""
        return self.generator(name, block).standard_normal(shape)


class DrawSource(Protocol):
    """What the simulation asks of a source of draws, be it the conditioned prior or a posterior."""

    @property
    def kind(self) -> str:
        """``prior`` or ``posterior``."""
        ...

    @property
    def size(self) -> int:
        """Stored draws; more than these are reused cyclically with fresh later noise."""
        ...


def sample_prior(prior: Prior, streams: Streams, blocks: int) -> Array:
    """Draws of one prior, ``blocks`` x 4,096; a prior that is not sampled gives its value."""
    if not prior.sampled or prior.distribution == "fixed":
        return np.full(blocks * BLOCK, prior.mean())
    parts = [prior.sample(streams.uniforms(f"prior:{prior.id}", b, (BLOCK,))) for b in range(blocks)]
    return np.concatenate(parts)


def sample_priors(priors: Mapping[str, Prior], streams: Streams, blocks: int) -> dict[str, Array]:
    """Draws of every prior by id."""
    return {name: sample_prior(prior, streams, blocks) for name, prior in priors.items()}

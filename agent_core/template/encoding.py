"""Categories as numbers, learned from the rows that a model may see."""

import numpy as np

from agent_core.template.arrays import Floats, Ints

#: A level's mean counts as much as this many rows of the overall mean.
SMOOTHING = 10.0


def level_means(ids: Ints, target: Floats, levels: int) -> Floats:
    """Smoothed mean target of each level, shape (levels + 1, outputs); row 0 is "missing"."""
    overall = target.mean(axis=0)
    counts = np.bincount(ids + 1, minlength=levels + 1)[:, None]
    sums = np.column_stack(
        [np.bincount(ids + 1, weights=column, minlength=levels + 1) for column in target.T]
    )
    return np.asarray((sums + SMOOTHING * overall) / (counts + SMOOTHING))


def encode_target(ids: Ints, fit: Ints, target: Floats, rng: np.random.Generator) -> Floats:
    """Mean target per category for all rows, shape (rows, outputs).

    A row of ``fit`` gets the mean of other rows only (five parts), every other row that of all of
    ``fit``. ``target`` has one row per row of ``fit``.
    """
    levels = int(ids.max()) + 1
    encoded = level_means(ids[fit], target, levels)[ids + 1]
    part = rng.permutation(len(fit)) % 5
    for number in range(min(5, len(fit)) if len(fit) > 1 else 0):
        inside, outside = part == number, part != number
        means = level_means(ids[fit[outside]], target[outside], levels)
        encoded[fit[inside]] = means[ids[fit[inside]] + 1]
    return encoded


def known_levels(ids: Ints, fit: Ints) -> Ints:
    """The ids with those that never occur in ``fit`` replaced by -1."""
    seen = np.bincount(ids[fit] + 1, minlength=int(ids.max()) + 2) > 0
    return np.where(seen[ids + 1], ids, -1)


def indicator_columns(ids: Ints, fit: Ints, fewest: int) -> Floats:
    """One column of 0 and 1 per level; levels rarer than ``fewest`` rows of ``fit`` share one.

    A value never seen in ``fit`` counts as rare.
    """
    counts = np.bincount(ids[fit] + 1, minlength=int(ids.max()) + 2)
    common = np.flatnonzero(counts >= fewest)
    position = np.full(len(counts), len(common))
    position[common] = np.arange(len(common))
    columns = position[ids + 1]
    hot = np.zeros((len(ids), len(common) + 1), dtype=np.float32)
    hot[np.arange(len(ids)), columns] = 1.0
    present = hot[fit].any(axis=0)
    return hot[:, present]

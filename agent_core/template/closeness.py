"""Rows that are nearly the same: measurements of one thing, taken again."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from agent_core.template.arrays import Floats, Ints
from agent_core.template.scaling import scaled_numbers

#: Evenly spread columns that rows are compared by; in many more a search tree finds nothing fast.
MOST_DIMENSIONS = 12


def as_points(numbers: dict[str, Floats], fit: Ints) -> Floats:
    """Rows as points (rows, dimensions) whose distance is a mean difference in standard scores.

    ``numbers`` are columns, NaN where a value is missing; they are scaled as the rows ``fit`` say.
    """
    tame = {name: np.where(np.abs(v) < 1e30, v, np.nan) for name, v in numbers.items()}
    columns = list(scaled_numbers(tame, fit).values())
    chosen = np.linspace(0, len(columns) - 1, min(len(columns), MOST_DIMENSIONS)).astype(int)
    points = np.column_stack([columns[place] for place in chosen]).astype(np.float64)
    return np.asarray(points / np.sqrt(points.shape[1]))


def near_groups(points: Floats, distance: float) -> NDArray[np.int64]:
    """A code per row; rows that a chain of steps no longer than ``distance`` connects share it."""
    pairs = cKDTree(points).query_pairs(distance, output_type="ndarray")
    links = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), [len(points)] * 2)
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)

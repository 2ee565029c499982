"""How much a column's values differ between training and test rows."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def ks_statistic(one: NDArray[np.float64], other: NDArray[np.float64]) -> float | None:
    """Two-sample Kolmogorov-Smirnov statistic in [0, 1]; None where a sample has no value."""
    first, second = np.sort(one[~np.isnan(one)]), np.sort(other[~np.isnan(other)])
    if not len(first) or not len(second):
        return None
    points = np.concatenate([first, second])
    below_first = np.searchsorted(first, points, side="right") / len(first)
    below_second = np.searchsorted(second, points, side="right") / len(second)
    return float(np.abs(below_first - below_second).max())


def total_variation(one: pd.Series, other: pd.Series) -> float | None:
    """Total variation distance in [0, 1] between two samples of categories."""
    if one.empty or other.empty:
        return None
    codes, distinct = pd.factorize(pd.concat([one, other], ignore_index=True))
    counts = [np.bincount(part, minlength=len(distinct)) for part in np.split(codes, [len(one)])]
    return float(np.abs(counts[0] / len(one) - counts[1] / len(other)).sum() / 2)

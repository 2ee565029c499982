"""Fold numbers from a fold plan: the same for the host and for a solution that runs alone.

A ``plan`` is the dictionary form of `agent_core.profile.FoldPlan`. All arrays have one entry per
training row. The result depends on the arguments only.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Fold of rows that are trained on and never validated.
NEVER_VALIDATED = -1
#: Forward folds leave at least this part of the rows for the first model to learn from.
LEAST_HISTORY = 0.3


def fold_numbers(
    plan: dict[str, Any],
    rows: int,
    classes: NDArray[np.int64] | None = None,
    groups: NDArray[np.int64] | None = None,
    times: NDArray[np.float64] | None = None,
    seed: int = 0,
) -> NDArray[np.int64]:
    """The fold of every row, from 0 to ``folds`` - 1, or -1 for rows that are never validated.

    ``classes`` are class codes (any code for "no target"), ``groups`` codes of what must not be
    torn apart, ``times`` seconds or another ascending unit, NaN where unknown. Raises ValueError
    where the scheme needs what is not given.
    """
    scheme, folds = plan["scheme"], int(plan["folds"])
    random = np.random.default_rng(seed)
    if scheme in ("time_forward", "time_blocks"):
        if times is None:
            raise ValueError(f"the scheme {scheme} needs the times of the rows")
        if scheme == "time_forward":
            return forward_folds(times, folds, plan["block_length"])
        groups = time_blocks(times, folds, plan["block_length"], groups)
    if scheme == "grouped" and groups is None:
        raise ValueError("the scheme grouped needs the groups of the rows")
    codes = np.zeros(rows, dtype=np.int64) if classes is None else classes
    if groups is None:
        return dealt_folds(codes, folds, random)
    return grouped_folds(codes, groups, folds, random)


def dealt_folds(
    codes: NDArray[np.int64], folds: int, random: np.random.Generator
) -> NDArray[np.int64]:
    """Rows in random order within their class, dealt out like cards.

    Folds and the classes in them differ by one row at most, even for a class of one row.
    """
    order = random.permutation(len(codes))
    order = order[np.argsort(codes[order], kind="stable")]
    result = np.empty(len(codes), dtype=np.int64)
    result[order] = np.arange(len(codes)) % folds
    return result


def grouped_folds(
    codes: NDArray[np.int64],
    groups: NDArray[np.int64],
    folds: int,
    random: np.random.Generator,
) -> NDArray[np.int64]:
    """Whole groups, the largest first, each into the fold that it brings nearest to the others.

    Near means alike in rows and in rows of each class (as in scikit-learn's StratifiedGroupKFold).
    """
    _, member = np.unique(groups, return_inverse=True)
    _, code = np.unique(codes, return_inverse=True)
    counts = np.zeros((member.max(initial=-1) + 1, code.max(initial=-1) + 1))
    np.add.at(counts, (member, code), 1)
    weight = counts / np.maximum(counts.sum(axis=0), 1)
    size = counts.sum(axis=1) / len(groups)
    order = random.permutation(len(counts))
    order = order[np.argsort(-size[order], kind="stable")]
    filled = np.zeros((folds, counts.shape[1] + 1))
    chosen = np.empty(len(counts), dtype=np.int64)
    for group in order:
        gain = np.append(weight[group], size[group] * counts.shape[1])
        # Adding to the emptiest where it adds most keeps the sum of squares smallest.
        chosen[group] = np.argmin(filled @ gain)
        filled[chosen[group]] += gain
    result: NDArray[np.int64] = chosen[member]
    return result


def time_blocks(
    times: NDArray[np.float64],
    folds: int,
    length: float | None,
    groups: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """Stretches of time of about ``length``, as group codes; unknown times form one more.

    With ``groups`` a row belongs to its group's first stretch, so that groups stay whole.
    """
    known = np.isfinite(times)
    start, end = times[known].min(initial=np.inf), times[known].max(initial=-np.inf)
    longest = max((end - start) / (2 * folds), 0.0)
    step = min(length, longest) if length else longest
    first = np.full(len(times), -1.0)
    first[known] = np.floor((times[known] - start) / step) if step > 0 else 0.0
    if groups is not None:
        _, member = np.unique(groups, return_inverse=True)
        earliest = np.full(member.max(initial=-1) + 1, np.inf)
        np.minimum.at(earliest, member, first)
        first = earliest[member]
    _, blocks = np.unique(first, return_inverse=True)
    return blocks.astype(np.int64)


def forward_folds(
    times: NDArray[np.float64], folds: int, length: float | None
) -> NDArray[np.int64]:
    """The last ``folds`` stretches of time, in order; everything before them is -1.

    Stretches are ``length`` long where that leaves enough rows before them, else of equal rows.
    Rows of one moment stay together; rows without a time are never validated.
    """
    result = np.full(len(times), NEVER_VALIDATED, dtype=np.int64)
    known = np.isfinite(times)
    moments = times[known]
    if not len(moments):
        return result
    borders = np.quantile(moments, np.linspace(1 / (folds + 1), 1, folds + 1)[:-1], method="higher")
    if length:
        stretches = moments.max() - length * np.arange(folds, 0, -1)
        history = np.mean(moments <= stretches[0])
        counts = np.diff(np.append(np.searchsorted(np.sort(moments), stretches), len(moments)))
        if history >= LEAST_HISTORY and counts.min() > 0:
            borders = stretches
    # A row exactly on a border belongs to what came before it.
    result[known] = np.searchsorted(np.unique(borders), moments, side="left") - 1
    return result

"""Single columns that give the target away."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agent_core.profile import Caution, Column, ColumnKind, PredictionKind
from agent_core.profiling.loading import LoadedTable
from agent_core.profiling.question import Question
from agent_core.profiling.timing import time_values
from agent_core.template.converting import is_missing, label_codes, parse_numbers

MOST_ROWS = 20_000
MOST_BINS = 64
LEAST_ROWS = 50
#: How much of the target one column has to explain to be suspicious.
SUSPICIOUS = 0.98
#: A rank correlation that says that one column is the other in another unit.
SAME_ORDER = 0.9995


def find_leaks(
    train: LoadedTable, columns: tuple[Column, ...], question: Question
) -> tuple[Caution, ...]:
    """One caution per column from which alone the first target follows almost perfectly."""
    if train.rows < LEAST_ROWS:
        return ()
    step = max(1, train.rows // MOST_ROWS)
    frame = train.frame.iloc[::step]
    target = question.targets[0]
    numeric = question.layout.kind == PredictionKind.NUMBER or target.labels is None
    options = train.format.model_dump()
    truth = (
        parse_numbers(frame[target.column], options).to_numpy()
        if numeric
        else label_codes(frame[target.column], list(target.labels or ())).astype(float)
    )
    known = np.isfinite(truth) if numeric else truth >= 0
    cautions = []
    for column in columns:
        if column.role not in ("feature", "id", "group", "time"):
            continue
        codes, values = _bins(frame[column.name], column, train)
        explained = _explained(codes[known], truth[known], numeric)
        if numeric and values is not None and _rank_correlation(values, truth) >= SAME_ORDER:
            explained = 1.0
        if explained >= SUSPICIOUS:
            cautions.append(_caution(column, target.column, explained))
    return tuple(cautions)


def _caution(column: Column, target: str, explained: float) -> Caution:
    message = (
        f"{column.name} alone explains {explained:.1%} of {target}. If it would not be known when "
        "predicting, scores are too good to be true."
    )
    return Caution(code="leak_suspect", message=message, columns=(column.name,))


def _bins(
    texts: pd.Series, column: Column, train: LoadedTable
) -> tuple[NDArray[np.int64], NDArray[np.float64] | None]:
    """A column as few codes: categories, or bins of equal size of numbers; missing is one too.

    With its numbers where it has any.
    """
    if column.kind in (ColumnKind.NUMERIC, ColumnKind.DATE) or column.role == "id":
        values = time_values(texts, column, train.format)
        if np.isfinite(values).any():
            borders = np.unique(np.nanquantile(values, np.linspace(0, 1, MOST_BINS + 1)[1:-1]))
            bins: NDArray[np.int64] = np.searchsorted(borders, values).astype(np.int64)
            return np.where(np.isfinite(values), bins, -1), values
    missing = is_missing(texts, train.format.model_dump())
    codes, _ = pd.factorize(texts.str.strip().mask(missing, ""))
    return codes.astype(np.int64), None


def _explained(codes: NDArray[np.int64], truth: NDArray[np.float64], numeric: bool) -> float:
    """How much of the target the column's codes tell: learned on every other row and measured on
    the rest. R squared, or the gain in accuracy over the most frequent class as a part of what
    could be gained."""
    _, codes = np.unique(codes, return_inverse=True)
    fit, check = slice(0, None, 2), slice(1, None, 2)
    if len(codes) < 2 or np.ptp(truth[fit]) == 0:
        return 0.0
    if numeric:
        return _explained_quantity(codes[fit], truth[fit], codes[check], truth[check])
    return _explained_classes(codes[fit], truth[fit], codes[check], truth[check])


def _explained_quantity(
    codes: NDArray[np.int64],
    truth: NDArray[np.float64],
    new_codes: NDArray[np.int64],
    new_truth: NDArray[np.float64],
) -> float:
    size = int(max(codes.max(), new_codes.max())) + 1
    counts = np.bincount(codes, minlength=size)
    sums = np.bincount(codes, weights=truth, minlength=size)
    means = np.where(counts > 0, sums / np.maximum(counts, 1), truth.mean())
    spread = float(np.sum((new_truth - truth.mean()) ** 2))
    error = float(np.sum((new_truth - means[new_codes]) ** 2))
    return 1 - error / spread if spread else 0.0


def _explained_classes(
    codes: NDArray[np.int64],
    truth: NDArray[np.float64],
    new_codes: NDArray[np.int64],
    new_truth: NDArray[np.float64],
) -> float:
    size = int(max(codes.max(), new_codes.max())) + 1
    counts = np.zeros((size, int(max(truth.max(), new_truth.max())) + 1))
    np.add.at(counts, (codes, truth.astype(int)), 1)
    usual = int(counts.sum(axis=0).argmax())
    best = np.where(counts.sum(axis=1) > 0, counts.argmax(axis=1), usual)
    base = float(np.mean(new_truth == usual))
    return (float(np.mean(best[new_codes] == new_truth)) - base) / (1 - base) if base < 1 else 0.0


def _rank_correlation(values: NDArray[np.float64], truth: NDArray[np.float64]) -> float:
    """Spearman's, over rows where both are known and the values differ; 0 where too few are."""
    both = np.isfinite(values) & np.isfinite(truth)
    if both.sum() < LEAST_ROWS or np.ptp(values[both]) == 0 or np.ptp(truth[both]) == 0:
        return 0.0
    ranks = [pd.Series(one[both]).rank().to_numpy() for one in (values, truth)]
    return abs(float(np.corrcoef(ranks[0], ranks[1])[0, 1]))

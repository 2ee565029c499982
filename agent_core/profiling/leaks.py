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
        codes = _bins(frame[column.name], column, train)
        explained = _explained(codes[known], truth[known], numeric)
        if explained >= SUSPICIOUS:
            cautions.append(_caution(column, target.column, explained))
    return tuple(cautions)


def _caution(column: Column, target: str, explained: float) -> Caution:
    message = (
        f"{column.name} alone explains {explained:.1%} of {target}. If it would not be known when "
        "predicting, scores are too good to be true."
    )
    return Caution(code="leak_suspect", message=message, columns=(column.name,))


def _bins(texts: pd.Series, column: Column, train: LoadedTable) -> NDArray[np.int64]:
    """A column as few codes: categories, or bins of equal size of numbers; missing is one too."""
    if column.kind in (ColumnKind.NUMERIC, ColumnKind.DATE) or column.role == "id":
        values = time_values(texts, column, train.format)
        if np.isfinite(values).any():
            borders = np.unique(np.nanquantile(values, np.linspace(0, 1, MOST_BINS + 1)[1:-1]))
            bins: NDArray[np.int64] = np.searchsorted(borders, values).astype(np.int64)
            return np.where(np.isfinite(values), bins, -1)
    missing = is_missing(texts, train.format.model_dump())
    codes, _ = pd.factorize(texts.str.strip().mask(missing, ""))
    return codes.astype(np.int64)


def _explained(codes: NDArray[np.int64], truth: NDArray[np.float64], numeric: bool) -> float:
    """Learned on every other row and measured on the rest: R squared, or what is gained in
    accuracy over the most frequent class, as a part of what could be gained."""
    fit, check = slice(0, None, 2), slice(1, None, 2)
    table = pd.DataFrame({"code": codes[fit], "truth": truth[fit]})
    if len(table) < 2 or table["truth"].nunique() < 2:
        return 0.0
    if numeric:
        usual = float(table["truth"].mean())
        means = table.groupby("code")["truth"].mean()
        predicted = pd.Series(codes[check]).map(means).fillna(usual).to_numpy()
        spread = float(np.sum((truth[check] - usual) ** 2))
        return 1 - float(np.sum((truth[check] - predicted) ** 2)) / spread if spread else 0.0
    usual = float(table["truth"].mode().iloc[0])
    counts = table.groupby(["code", "truth"]).size().reset_index(name="rows")
    best = counts.sort_values("rows").groupby("code")["truth"].last()
    predicted = pd.Series(codes[check]).map(best).fillna(usual).to_numpy()
    base = float(np.mean(truth[check] == usual))
    return (float(np.mean(predicted == truth[check])) - base) / (1 - base) if base < 1 else 0.0

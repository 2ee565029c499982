"""From text to the arrays that metrics take: the truth of the training table, and predictions.

The shapes and codes are those of `agent_core.metrics.metric.Metric`.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agent_core.dataset import Dataset
from agent_core.errors import DataError
from agent_core.metrics import find_metric
from agent_core.metrics.metric import Array, Metric
from agent_core.profile import PredictionKind, Profile, Target
from agent_core.scoring.answers import some
from agent_core.template.converting import label_codes, parse_numbers
from agent_core.template.reading import read_training

DECIMAL = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
#: How far above 1 a probability may lie by rounding.
ROUNDING = 1e-6


def metric_of(profile: Profile) -> Metric:
    """The profile's metric. Raises DataError where the registry does not know it."""
    metric = find_metric(profile.metric.name)
    if metric is None:
        raise DataError(
            f"The metric {profile.metric.name!r} is not known.",
            means="Predictions cannot be scored.",
            next="Name a known metric with --metric.",
        )
    return metric


def read_truth(profile: Profile, dataset: Dataset) -> Array:
    """The truth of every training row, NaN where the row has none that can be scored.

    A row whose class the submission has no column for cannot be scored.
    """
    frame = read_targets(profile, dataset)
    source = next((t for t in profile.tables if t.role == "labels"), profile.table("train"))
    marks = source.format.model_dump()
    columns = [_target_values(frame[t.column], t, profile, marks) for t in profile.targets]
    if profile.layout.kind == PredictionKind.CLASS_PROBABILITIES:
        asked = profile.layout.column_labels or profile.layout.columns
        labels = profile.targets[0].labels or ()
        codes = [code for code, label in enumerate(labels) if label in asked]
        return np.where(np.isin(columns[0], codes), columns[0], np.nan)
    return columns[0] if len(columns) == 1 else np.column_stack(columns)


def read_targets(profile: Profile, dataset: Dataset) -> pd.DataFrame:
    """The target columns of the training rows as text, from wherever they lie."""
    tables = [table.model_dump() for table in profile.tables]
    return read_training(dataset.root, tables, [target.column for target in profile.targets])


def _target_values(
    text: pd.Series, target: Target, profile: Profile, marks: dict[str, object]
) -> Array:
    """Class codes, or the quantity itself.

    Labels that are numbers count as such for NUMBER, and where a multi-label column holds only
    one of 0 and 1: its code would be 0 either way.
    """
    numbers = parse_numbers(text, marks).to_numpy(dtype=float)
    labels = list(target.labels or ())
    lonely = len(profile.targets) > 1 and len(labels) < 2
    plain = (lonely or profile.layout.kind == PredictionKind.NUMBER) and np.isfinite(numbers).any()
    if target.labels is None or plain:
        return numbers
    codes = label_codes(text.fillna("").astype(str), labels).astype(float)
    return np.where(codes < 0, np.nan, codes)


def to_predictions(
    frame: pd.DataFrame, profile: Profile, metric: Metric
) -> tuple[Array | None, list[str]]:
    """The predictions in a frame of text in the submission's layout, or every problem with them.

    The frame's rows are those that count; ids are not looked at here.
    """
    layout = profile.layout
    texts = [frame[name].str.strip() for name in layout.columns]
    problems: list[str] = []
    if layout.kind == PredictionKind.RANKING:
        array = _rankings(texts[0], profile, problems)
    elif layout.kind == PredictionKind.LABEL and labels_of(profile, 0) is not None:
        parts = [_label_codes(text, profile, place, problems) for place, text in enumerate(texts)]
        array = parts[0] if len(parts) == 1 else np.column_stack(parts)
    else:
        columns = [_numbers(text, problems) for text in texts]
        array = columns[0] if len(columns) == 1 else np.column_stack(columns)
        if not problems:
            problems += _range_problems(array, profile, metric)
    if problems:
        return None, problems
    if layout.kind == PredictionKind.CLASS_PROBABILITIES:
        array = _by_class(array, profile)
    return array, []


def labels_of(profile: Profile, place: int) -> list[str] | None:
    """The texts that stand for the classes of one predicted column, in the order of the codes."""
    if profile.layout.submitted_labels is not None:
        return list(profile.layout.submitted_labels)
    target = profile.targets[min(place, len(profile.targets) - 1)]
    return list(target.labels) if target.labels is not None else None


def _label_codes(text: pd.Series, profile: Profile, place: int, problems: list[str]) -> Array:
    codes = label_codes(text, labels_of(profile, place) or [])
    _report(text, codes < 0, "is no known label", problems)
    return np.asarray(codes, dtype=float)


def _numbers(text: pd.Series, problems: list[str]) -> Array:
    decimal = text.str.fullmatch(DECIMAL).to_numpy(dtype=bool)
    _report(text, ~decimal, "is not a number", problems)
    values = text.where(decimal, "0").astype(float).to_numpy(dtype=np.float64)
    _report(text, ~np.isfinite(values), "is infinite", problems)
    return np.asarray(values)


def _rankings(text: pd.Series, profile: Profile, problems: list[str]) -> Array:
    """Codes of the labels named in each row, best first; shape (n, top), -1 where none is left."""
    labels = {label: code for code, label in enumerate(labels_of(profile, 0) or [])}
    named = [entry.split() for entry in text]
    top = profile.layout.top or max((len(row) for row in named), default=1)
    ranking = np.full((len(named), top), -1.0)
    for place, row in enumerate(named):
        ranking[place, : len(row)] = [labels.get(label, -2) for label in row[:top]]
    _report(
        text,
        np.array([len(row) > top for row in named], dtype=bool),
        f"names more than {top}",
        problems,
    )
    _report(text, np.array([not row for row in named], dtype=bool), "names no label", problems)
    _report(text, (ranking == -2).any(axis=1), "names an unknown label", problems)
    return ranking


def _report(text: pd.Series, bad: NDArray[np.bool_], what: str, problems: list[str]) -> None:
    if bad.any():
        examples = list(dict.fromkeys(text[bad]))
        rows = f"{int(bad.sum()):,} row" + ("s" if bad.sum() > 1 else "")
        first = int(text.index[bad][0]) + 1
        problems.append(
            f"column {text.name!r}: a value that {what} in {rows}, first in row {first:,}: "
            f"{some(examples)}"
        )


def _range_problems(array: Array, profile: Profile, metric: Metric) -> list[str]:
    layout = profile.layout
    problems = []
    if layout.kind in {PredictionKind.PROBABILITY, PredictionKind.CLASS_PROBABILITIES}:
        if (array < 0).any() or (array > 1 + ROUNDING).any():
            low, high = array.min(), array.max()
            problems.append(f"probabilities lie outside 0 to 1: they go from {low:g} to {high:g}")
        elif layout.kind == PredictionKind.CLASS_PROBABILITIES and (array.sum(axis=1) <= 0).any():
            row = int((array.sum(axis=1) <= 0).argmax()) + 1
            problems.append(f"every class probability is 0 in a row, first in row {row:,}")
    elif layout.kind == PredictionKind.NUMBER:
        if layout.integers and (array != np.round(array)).any():
            problems.append("whole numbers are asked for, but some values have a fraction")
        problems += _undefined_problems(array, metric)
    return problems


def _undefined_problems(array: Array, metric: Metric) -> list[str]:
    """Whether ``metric`` refuses these quantities (negative ones under RMSLE)."""
    if metric.kind != PredictionKind.NUMBER or not len(array):
        return []
    twice = np.concatenate([array, array])
    # Any truth would do that is above 0 and not constant: only the prediction can be at fault.
    truth = np.arange(1.0, len(twice) + 1)
    try:
        metric.score(truth if array.ndim == 1 else np.tile(truth[:, None], array.shape[1]), twice)
    except ValueError as error:
        return [f"{error} (smallest value: {array.min():g})"]
    return []


def class_order(profile: Profile) -> list[str]:
    """The classes in the order of codes; those that only the submission knows come last."""
    known = list(profile.targets[0].labels or ())
    columns = profile.layout.column_labels or profile.layout.columns
    return known + [label for label in columns if label not in known]


def _by_class(array: Array, profile: Profile) -> Array:
    """Columns in the order of the class codes; 0 for a class that has no column."""
    places = {label: place for place, label in enumerate(class_order(profile))}
    ordered = np.zeros((len(array), len(places)))
    for column, label in enumerate(profile.layout.column_labels or profile.layout.columns):
        ordered[:, places[label]] = array[:, column]
    return np.clip(ordered, 0.0, 1.0)

"""Counting how targets and predictions are spread, for pictures that need no rows."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from agent_core.dataset import Dataset
from agent_core.profile import PredictionKind, Profile, Target
from agent_core.scoring.answers import read_answer
from agent_core.scoring.predictions import read_targets
from agent_core.spread import Spread, Spreads
from agent_core.template.converting import parse_numbers

#: More columns make no picture that anybody looks through.
MOST_COLUMNS = 6
MOST_LABELS = 20
BINS = 30
OTHERS = "(all others)"
#: Above this the training table is not read once more only for a picture.
_LARGEST_TABLE_BYTES = 256 * 1024**2
#: Of the values, that lie in the bins; what lies beyond is in the first and the last bin.
_LOW, _HIGH = 0.5, 99.5
_PLAIN = {"decimal": ".", "kind": "csv", "thousands": None, "units": [], "missing": [""]}


def count_targets(profile: Profile, dataset: Dataset) -> tuple[Spread, ...]:
    """How the targets of the training rows are spread; nothing where that table is very large."""
    name = profile.table("train").name
    size = next((file.bytes for file in dataset.files if file.name == name), 0)
    if size > _LARGEST_TABLE_BYTES:
        return ()
    frame = read_targets(profile, dataset)
    table = next((t for t in profile.tables if t.role == "labels"), profile.table("train"))
    marks = table.format.model_dump()
    return tuple(_target(frame[t.column], t, marks) for t in profile.targets[:MOST_COLUMNS])


def _target(text: pd.Series, target: Target, marks: dict[str, object]) -> Spread:
    if target.labels is None:
        return _ranges(target.column, {"training": parse_numbers(text, marks)})
    return _classes(target.column, {"training": text.fillna("").astype(str).str.strip()})


def count_predictions(
    profile: Profile, out_of_fold: Path | None, submission: Path | None
) -> tuple[Spread, ...]:
    """How the predictions are spread, out of fold and for the test rows.

    A file that is missing, or no answer to this competition, is left out.
    """
    header, ids = profile.table("sample_submission").columns, profile.layout.id_column
    frames = {}
    for name, path, rows in (
        ("out-of-fold", out_of_fold, profile.rows_train),
        ("submission", submission, profile.table("sample_submission").rows),
    ):
        frame = read_answer(path, header, rows, optional=(ids,)).frame if path else None
        if frame is not None:
            frames[name] = frame
    if not frames:
        return ()
    columns = profile.layout.columns[:MOST_COLUMNS]
    return tuple(_predicted(profile, column, frames) for column in columns)


def _predicted(profile: Profile, column: str, frames: Mapping[str, pd.DataFrame]) -> Spread:
    texts = {name: frame[column].str.strip() for name, frame in frames.items()}
    kind = profile.layout.kind
    if kind is PredictionKind.RANKING:
        firsts = {name: text.str.partition(" ")[0] for name, text in texts.items()}
        return _classes(column, firsts)
    if kind is PredictionKind.LABEL and any(target.labels for target in profile.targets):
        return _classes(column, texts)
    numbers = {name: parse_numbers(text, _PLAIN) for name, text in texts.items()}
    chances = {PredictionKind.PROBABILITY, PredictionKind.CLASS_PROBABILITIES}
    return _ranges(column, numbers, (0.0, 1.0) if kind in chances else None)


def _classes(column: str, texts: Mapping[str, pd.Series]) -> Spread:
    """Rows per class, the commonest first but for numbers; rows without a value do not count."""
    counts = pd.DataFrame({name: text[text != ""].value_counts() for name, text in texts.items()})
    counts = counts.fillna(0).astype(int)
    counts = counts.loc[counts.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    shown, rest = counts.iloc[:MOST_LABELS], counts.iloc[MOST_LABELS:]
    if parse_numbers(pd.Series(shown.index), _PLAIN).notna().all():
        shown = shown.sort_index(key=lambda labels: labels.astype(float))
    more = len(rest) > 0
    series = {
        name: (*map(int, shown[name]), *((int(rest[name].sum()),) if more else ()))
        for name in counts
    }
    labels = (*map(str, shown.index), *((OTHERS,) if more else ()))
    return Spread(column=column, labels=labels, series=series)


def _ranges(
    column: str, numbers: Mapping[str, pd.Series], limits: tuple[float, float] | None = None
) -> Spread:
    """Rows per bin of a range that all series share; missing numbers are not counted."""
    known = {name: values.dropna().to_numpy(dtype=float) for name, values in numbers.items()}
    everything = np.concatenate(list(known.values()))
    if not len(everything):
        return Spread(column=column, edges=(0.0, 1.0), series=dict.fromkeys(known, (0,)))
    low, high = limits or map(float, np.percentile(everything, [_LOW, _HIGH]))
    if low == high:
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, BINS + 1)
    series = {
        name: tuple(map(int, np.histogram(np.clip(values, low, high), edges)[0]))
        for name, values in known.items()
    }
    return Spread(column=column, edges=tuple(map(float, edges)), series=series)


def count_spreads(
    profile: Profile, dataset: Dataset, out_of_fold: Path | None, submission: Path | None
) -> Spreads:
    """Both. Raises DataError or SurroundingsFailed where the data themselves cannot be read."""
    return Spreads(
        targets=count_targets(profile, dataset),
        predictions=count_predictions(profile, out_of_fold, submission),
    )

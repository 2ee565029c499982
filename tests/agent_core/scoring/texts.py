"""Competitions of classes and tags, and predictions written as text."""

from pathlib import Path

import numpy as np
import pandas as pd

from agent_core.profile import PredictionKind, Profile, Task
from agent_core.scoring.predictions import metric_of, to_predictions
from tests.agent_core.small_competition import (
    SmallCompetition,
    small_competition,
)

COLOURS = ["red", "green", "blue"] * 4


def classes(folder: Path, kind: PredictionKind, metric: str, **more: object) -> SmallCompetition:
    return small_competition(
        folder,
        targets={"y": COLOURS},
        metric=metric,
        kind=kind,
        task=Task.MULTICLASS,
        labels=("red", "green", "blue"),
        **more,  # type: ignore[arg-type]
    )


def tags(folder: Path, kind: PredictionKind, metric: str, **more: object) -> SmallCompetition:
    return small_competition(
        folder,
        targets={"a": ["0", "1"] * 6, "b": ["1", "1", "0"] * 4},
        metric=metric,
        kind=kind,
        task=Task.MULTILABEL,
        labels=("0", "1"),
        **more,  # type: ignore[arg-type]
    )


def read(profile: Profile, *rows: str) -> tuple[np.ndarray | None, list[str]]:
    """The predictions of rows written as in a CSV without ids, columns separated by |."""
    columns = list(profile.layout.columns)
    frame = pd.DataFrame([row.split("|") for row in rows], columns=columns, dtype=str)
    return to_predictions(frame, profile, metric_of(profile))

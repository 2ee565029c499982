"""From the arrays that metrics take back to the columns of a submission."""

import numpy as np
import pandas as pd

from agent_core.metrics.metric import Array
from agent_core.profile import PredictionKind, Profile
from agent_core.scoring.predictions import class_order, labels_of


def prediction_frame(array: Array, profile: Profile) -> pd.DataFrame:
    """The prediction columns as text: the inverse of `predictions.to_predictions`.

    A row that holds NaN is left empty.
    """
    layout = profile.layout
    if layout.kind == PredictionKind.RANKING:
        labels = labels_of(profile, 0) or []
        texts = [" ".join(labels[int(code)] for code in row if code >= 0) for row in array]
        return pd.DataFrame({layout.columns[0]: texts}, dtype=str)
    if layout.kind == PredictionKind.CLASS_PROBABILITIES:
        order = class_order(profile)
        array = array[:, [order.index(name) for name in layout.column_labels or layout.columns]]
    columns = array.reshape(len(array), -1).T
    coded = layout.kind == PredictionKind.LABEL
    return pd.DataFrame(
        {
            name: _texts(values, labels_of(profile, place) if coded else None, layout.integers)
            for place, (name, values) in enumerate(zip(layout.columns, columns, strict=True))
        },
        dtype=str,
    )


def _texts(values: Array, labels: list[str] | None, integers: bool) -> list[str]:
    """Labels by their codes, whole numbers without a point, all others to the last digit."""
    known = [None if np.isnan(value) else value for value in values.tolist()]
    if labels is not None:
        return ["" if code is None else labels[int(code)] for code in known]
    if integers:
        return ["" if value is None else str(round(value)) for value in known]
    return ["" if value is None else repr(value) for value in known]

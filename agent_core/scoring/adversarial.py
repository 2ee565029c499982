"""Adversarial validation: can a model tell the training rows from the test rows?

Where it can, validation on training rows says less about the test rows than it seems to.
"""

import numpy as np
import pandas as pd

from agent_core.dataset import Dataset
from agent_core.metrics.metric import Array
from agent_core.metrics.scores_probabilities import roc_auc
from agent_core.profile import ColumnKind, Profile, Table
from agent_core.template.reading import read_table

ROWS_PER_TABLE = 2_000
MOST_COLUMNS = 60
#: Larger tables are not read again only for a warning.
MOST_VALUES = 20_000_000
FEWEST_ROWS = 30
LARGEST_NUMBER = 1e30

CATEGORIES = {ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN}
PLAIN = {ColumnKind.NUMERIC, *CATEGORIES}


def adversarial_auc(profile: Profile, dataset: Dataset) -> float | None:
    """ROC AUC of telling test rows from training rows, 0.5 where they are alike.

    On a random sample of rows, out of fold, from numbers and categories. None where the tables
    share no such column, are too small to tell, or too large to be read again.
    """
    names = _shared_columns(profile)
    values = (profile.rows_train + profile.rows_test) * len(profile.table("train").columns)
    if (
        not names
        or min(profile.rows_train, profile.rows_test) < FEWEST_ROWS
        or values > MOST_VALUES
    ):
        return None
    train = _sample(profile.table("train"), dataset, names)
    test = _sample(profile.table("test"), dataset, names)
    rows = pd.concat([train, test], ignore_index=True)
    columns = [
        _codes(rows[name]) if kind in CATEGORIES else rows[name] for name, kind in names.items()
    ]
    origin = np.repeat([0.0, 1.0], [len(train), len(test)])
    # Trees compute in 32 bits.
    features = np.clip(np.column_stack(columns), -LARGEST_NUMBER, LARGEST_NUMBER)
    return roc_auc(origin, _out_of_fold(features, origin))


def _shared_columns(profile: Profile) -> dict[str, ColumnKind]:
    test = set(profile.table("test").columns)
    features = {
        column.name: column.kind
        for column in profile.columns
        if column.role == "feature" and column.name in test and column.kind in PLAIN
    }
    return dict(list(features.items())[:MOST_COLUMNS])


def _sample(table: Table, dataset: Dataset, names: dict[str, ColumnKind]) -> pd.DataFrame:
    numeric = [name for name, kind in names.items() if kind not in CATEGORIES]
    marks = table.format.model_dump()
    frame = read_table(dataset.root, table.name, marks, list(names), numeric)
    return frame.sample(min(len(frame), ROWS_PER_TABLE), random_state=0)


def _codes(text: pd.Series) -> Array:
    return pd.factorize(text.str.strip())[0].astype(float)


def _out_of_fold(features: Array, origin: Array) -> Array:
    from sklearn.ensemble import ExtraTreesClassifier  # noqa: PLC0415 - heavy
    from sklearn.model_selection import StratifiedKFold, cross_val_predict  # noqa: PLC0415

    # In one thread: on a busy machine, threads that wait for each other take many times longer.
    model = ExtraTreesClassifier(60, min_samples_leaf=5, max_features=0.5, random_state=0)
    halves = StratifiedKFold(2, shuffle=True, random_state=0)
    told = cross_val_predict(model, features, origin, cv=halves, method="predict_proba")
    return np.asarray(told[:, 1])

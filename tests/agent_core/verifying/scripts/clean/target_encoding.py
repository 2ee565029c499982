"""Boosting with target means that are learned inside each fold, as they should be."""

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import TargetEncoder

from tests.agent_core.verifying.scripts.common import by_folds, read_task, write_answer

task = read_task()
kind = GradientBoostingClassifier if task.binary else GradientBoostingRegressor
learn = "binary" if task.binary else "continuous"
wide = [place for place, column in enumerate(task.x.T) if 5 < len(np.unique(column)) < 200]
write_answer(
    task,
    *by_folds(
        task,
        task.x,
        task.z,
        lambda: make_pipeline(
            ColumnTransformer(
                [("means", TargetEncoder(target_type=learn, random_state=0), wide)],
                remainder="passthrough",
            ),
            kind(n_estimators=60, random_state=0),
        ),
    ),
)

"""Extremely randomised trees."""

from time import monotonic
from typing import Any

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

from agent_core.template.arrays import Floats
from agent_core.template.clock import Clock
from agent_core.template.job import Fitted, Lesson, Matrix, threads_for

#: Trees are grown in batches, with a look at the clock between two; in small ones on many rows.
BATCH, SMALL_BATCH, MANY_ROWS_FOR_TREES = 50, 10, 15_000


def fit_forest(settings: dict[str, Any], lesson: Lesson, clock: Clock) -> Fitted:
    """A forest of ``settings["trees"]`` trees, fewer where time runs out."""
    model = ExtraTreesClassifier if lesson.classes else ExtraTreesRegressor
    rows = lesson.x.shape[0]
    batch = BATCH if rows < MANY_ROWS_FOR_TREES else SMALL_BATCH
    forest = model(
        n_estimators=min(batch, settings["trees"]),
        min_samples_leaf=settings.get("leaf", 2) + rows // 20_000,
        max_features=settings.get("share", 0.4),
        max_samples=None if rows <= 100_000 else 100_000,
        bootstrap=rows > 100_000,
        warm_start=True,
        n_jobs=threads_for(lesson.x),
        random_state=settings.get("seed", 0),
    )
    started = monotonic()
    forest.fit(lesson.x, lesson.y)
    batch_takes = monotonic() - started
    while forest.n_estimators < settings["trees"] and clock.left() > batch_takes:
        forest.n_estimators = min(forest.n_estimators + batch, settings["trees"])
        forest.fit(lesson.x, lesson.y)

    def predict(x: Matrix) -> Floats:
        predicted = forest.predict_proba(x) if lesson.classes else forest.predict(x)
        return np.asarray(predicted, dtype=np.float64)

    return Fitted(predict, done=forest.n_estimators / settings["trees"])

"""What a metric is."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent_core.profile import PredictionKind, Task

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Metric:
    """A competition metric: how it is called, which way is better, what it is computed from.

    ``score(truth, prediction)`` takes float arrays:

    ===================  ==============================  =======================================
    prediction kind      truth                           prediction
    ===================  ==============================  =======================================
    NUMBER               (n,) or (n, targets)            same shape
    LABEL                (n,) class codes, or            same shape
                         (n, targets) of 0/1
    PROBABILITY          (n,) or (n, targets) of 0/1     same shape, in [0, 1]
    CLASS_PROBABILITIES  (n,) class codes                (n, classes)
    RANKING              (n,) class codes                (n, top) class codes, -1 where none
    ===================  ==============================  =======================================

    and raises ValueError where the metric is not defined for them (a negative value under RMSLE).
    ``names`` are further display names under which Kaggle knows it. ``tasks`` are those it fits.
    ``definition`` is a sentence or formula for people and planners.
    """

    name: str
    title: str
    names: tuple[str, ...]
    higher_is_better: bool
    kind: PredictionKind
    tasks: tuple[Task, ...]
    score: Callable[[Array, Array], float]
    definition: str

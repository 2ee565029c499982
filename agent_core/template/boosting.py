"""Gradient boosting with LightGBM and XGBoost."""

from time import monotonic
from typing import Any

import lightgbm
import numpy as np
import xgboost

from agent_core.template.arrays import Floats
from agent_core.template.clock import Clock
from agent_core.template.job import Exam, Fitted, Lesson, Matrix, threads_for

#: Boosting goes on for so many rounds after the best one before it stops.
PATIENCE = 60

#: Where time does not allow so many rounds, each learns from fewer rows.
FEWEST_ROUNDS = 150

LIGHTGBM_LOSSES = {
    "squared": {"objective": "regression"},
    "absolute": {"objective": "regression_l1"},
    "relative": {"objective": "mape"},
}

XGBOOST_LOSSES = {
    "squared": {"objective": "reg:squarederror"},
    "absolute": {"objective": "reg:absoluteerror"},
    "relative": {"objective": "reg:absoluteerror"},
}


def lightgbm_parameters(settings: dict[str, Any], lesson: Lesson) -> dict[str, Any]:
    """LightGBM's parameters for a lesson; leaves are no larger than small data allow."""
    if lesson.classes > 2:
        objective: dict[str, Any] = {"objective": "multiclass", "num_class": lesson.classes}
    elif lesson.classes == 2:
        objective = {"objective": "binary"}
    elif lesson.loss.startswith("quantile"):
        objective = {"objective": "quantile", "alpha": float(lesson.loss.partition(":")[2])}
    else:
        objective = LIGHTGBM_LOSSES[lesson.loss]
    rows = lesson.x.shape[0]
    common = {
        "learning_rate": 0.05,
        "num_leaves": 31,
        "min_data_in_leaf": int(np.clip(rows / 40, 2, 20)),
        "min_data_in_bin": 3 if rows > 200 else 1,
        "feature_fraction": 0.7,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "lambda_l2": 1.0,
        "num_threads": threads_for(lesson.x),
        "verbosity": -1,
    }
    return common | objective | settings


def xgboost_parameters(settings: dict[str, Any], lesson: Lesson) -> dict[str, Any]:
    """XGBoost's parameters for a lesson."""
    if lesson.classes > 2:
        objective: dict[str, Any] = {"objective": "multi:softprob", "num_class": lesson.classes}
    elif lesson.classes == 2:
        objective = {"objective": "binary:logistic"}
    elif lesson.loss.startswith("quantile"):
        level = float(lesson.loss.partition(":")[2])
        objective = {"objective": "reg:quantileerror", "quantile_alpha": level}
    else:
        objective = XGBOOST_LOSSES[lesson.loss]
    common = {
        "learning_rate": 0.05,
        "max_depth": 6,
        "min_child_weight": 2.0,
        "subsample": 0.8,
        "colsample_bytree": 0.7,
        "reg_lambda": 1.0,
        "tree_method": "hist",
        "nthread": threads_for(lesson.x),
        "verbosity": 0,
    }
    return common | objective | settings


class Pace:
    """Ends a training when the clock says so, and knows how long a round takes."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.times = [monotonic()]

    def over(self) -> bool:
        """Note the end of a round; whether the time is used up."""
        self.times.append(monotonic())
        return not self.clock.left()

    def seconds_per_round(self) -> float:
        """The usual time between two rounds (the first includes preparations)."""
        return float(np.median(np.diff(self.times[1:]))) if len(self.times) > 2 else 1.0


class LightgbmPace(Pace):
    """A callback for LightGBM."""

    def __call__(self, env: lightgbm.callback.CallbackEnv) -> None:
        """Called by LightGBM after each round."""
        if self.over():
            raise lightgbm.callback.EarlyStopException(env.iteration, env.evaluation_result_list)


class XgboostPace(Pace, xgboost.callback.TrainingCallback):  # type: ignore[misc]
    """A callback for XGBoost."""

    def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
        """Called by XGBoost after each round; true ends the training."""
        return self.over()


def train_lightgbm(
    settings: dict[str, Any],
    lesson: Lesson,
    rounds: int,
    pace: LightgbmPace,
    exam: Exam | None = None,
) -> Any:
    """A trained booster; with an exam it stops early."""
    parameters = lightgbm_parameters(settings, lesson)
    data = lightgbm.Dataset(lesson.x, lesson.y, params=parameters)
    callbacks: list[Any] = [pace]
    held = None
    if exam is not None:
        held = [lightgbm.Dataset(exam.x, exam.y, reference=data)]
        callbacks.append(lightgbm.early_stopping(PATIENCE, verbose=False))
    return lightgbm.train(parameters, data, rounds, valid_sets=held, callbacks=callbacks)


def train_xgboost(
    settings: dict[str, Any],
    lesson: Lesson,
    rounds: int,
    pace: XgboostPace,
    exam: Exam | None = None,
) -> Any:
    """A trained booster; with an exam it stops early."""
    data = xgboost.QuantileDMatrix(lesson.x, lesson.y, nthread=threads_for(lesson.x))
    held = (
        []
        if exam is None
        else [(xgboost.DMatrix(exam.x, exam.y, nthread=threads_for(lesson.x)), "held")]
    )
    return xgboost.train(
        xgboost_parameters(settings, lesson),
        data,
        rounds,
        evals=held,
        early_stopping_rounds=None if exam is None else PATIENCE,
        callbacks=[pace],
        verbose_eval=False,
    )


TRAINERS: dict[str, tuple[Any, type[Pace]]] = {
    "lightgbm": (train_lightgbm, LightgbmPace),
    "xgboost": (train_xgboost, XgboostPace),
}


def tune_boosting(
    family: str, settings: dict[str, Any], exams: list[Exam], fits: int, clock: Clock
) -> dict[str, Any]:
    """Learning rate and rounds: as slow as ``fits`` trainings within the clock's time allow."""
    train, make_pace = TRAINERS[family]
    probe = make_pace(clock)
    train(settings, exams[0].lesson, 8, probe)
    affordable = 0.75 * clock.left() / (fits + len(exams)) / max(1e-4, probe.seconds_per_round())
    if family == "lightgbm" and affordable < FEWEST_ROUNDS:
        # Many rounds on few rows each are worth more than few rounds on all of them.
        part = max(0.05, 0.8 * affordable / FEWEST_ROUNDS)
        settings = settings | {"bagging_fraction": part}
        affordable *= 0.6 / part
    rate = float(np.clip(30.0 / max(affordable, 1.0), settings.get("learning_rate", 0.05), 0.3))
    most = int(np.clip(affordable, 20, 6_000))
    tried = settings | {"learning_rate": rate}
    best = []
    for number, exam in enumerate(exams):
        share = clock.part(0.5 / (len(exams) - number))
        best.append(best_round(train(tried, exam.lesson, most, make_pace(share), exam)))
    # The final fits learn from more rows than these did.
    return tried | {"rounds": max(5, min(most, round(1.1 * float(np.median(best)))))}


def best_round(booster: Any) -> int:
    """The number of rounds that did best on the held-out rows."""
    if isinstance(booster, lightgbm.Booster):
        return int(booster.best_iteration) or int(booster.current_iteration())
    return int(getattr(booster, "best_iteration", booster.num_boosted_rounds() - 1)) + 1


def fit_lightgbm(settings: dict[str, Any], lesson: Lesson, clock: Clock) -> Fitted:
    """LightGBM with the rounds in ``settings``, fewer where time runs out."""
    kept = {name: value for name, value in settings.items() if name != "rounds"}
    booster = train_lightgbm(kept, lesson, settings["rounds"], LightgbmPace(clock))

    def predict(x: Matrix) -> Floats:
        return as_probabilities(booster.predict(x, num_threads=threads_for(x)), lesson.classes)

    gains = np.asarray(booster.feature_importance("gain"))
    return Fitted(predict, gains, booster.current_iteration() / settings["rounds"])


def fit_xgboost(settings: dict[str, Any], lesson: Lesson, clock: Clock) -> Fitted:
    """XGBoost with the rounds in ``settings``, fewer where time runs out."""
    kept = {name: value for name, value in settings.items() if name != "rounds"}
    booster = train_xgboost(kept, lesson, settings["rounds"], XgboostPace(clock))

    def predict(x: Matrix) -> Floats:
        return as_probabilities(booster.inplace_predict(x), lesson.classes)

    return Fitted(predict, done=booster.num_boosted_rounds() / settings["rounds"])


def as_probabilities(raw: Any, classes: int) -> Floats:
    """The probability of the second of two classes as the probabilities of both."""
    values = np.asarray(raw, dtype=np.float64)
    return np.column_stack([1 - values, values]) if classes == 2 else values

"""Plots of a trial that people look at: which there are, by what is predicted.

Everything is drawn from out-of-fold predictions. Each plot lives in a module of its own and knows
arrays only.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent_core.evaluation import Evaluation
from agent_core.profile import PredictionKind, Profile
from tasks.record import SolveRecord

Floats = NDArray[np.float64]


def warm_up_plots() -> None:
    """Import matplotlib, which for the first time on a machine looks through all its fonts."""
    import matplotlib.figure  # noqa: PLC0415
    import matplotlib.font_manager  # noqa: F401, PLC0415


def plots_of(record: SolveRecord) -> dict[str, bytes]:
    """The plots of the attempt worth showing: file name to PNG image."""
    best = record.best
    if best is None:
        return {}
    importance = best.trial.output("importance.csv")
    return draw_plots(record.profile, best.evaluation, None, None, importance)


def draw_plots(
    profile: Profile,
    evaluation: Evaluation,
    truth: Floats | None,
    prediction: Floats | None,
    importance: Path | None,
) -> dict[str, bytes]:
    """Every plot that there is something to draw for: file name to PNG image.

    ``truth`` and ``prediction`` have the shapes that `agent_core.metrics.metric.Metric` gives for
    the layout's prediction kind (NaN or code -1 where there is none), or are None where the trial
    gave no answer. ``importance`` is the trial's ``importance.csv``.
    """
    from tasks.plots.folds import draw_folds  # noqa: PLC0415 - matplotlib takes a second
    from tasks.plots.importance import draw_importance, read_importance  # noqa: PLC0415

    drawn: dict[str, bytes | None] = {}
    if evaluation.score:
        drawn["fold_scores.png"] = draw_folds(evaluation.score, evaluation.baseline)
    if importance:
        drawn["feature_importance.png"] = draw_importance(read_importance(importance))
    if truth is not None and prediction is not None:
        drawn |= _draw_predictions(profile, truth, prediction)
    return {name: image for name, image in drawn.items() if image}


def _draw_predictions(
    profile: Profile, truth: Floats, prediction: Floats
) -> dict[str, bytes | None]:
    from tasks.plots.label_sets import draw_label_sets  # noqa: PLC0415
    from tasks.plots.probabilities import draw_confidence, draw_probabilities  # noqa: PLC0415
    from tasks.plots.quantities import draw_quantities  # noqa: PLC0415

    names = tuple(target.column for target in profile.targets)
    rows = _answered(truth) & _answered(prediction)
    truth, prediction = truth[rows], prediction[rows]
    match profile.layout.kind:
        case PredictionKind.NUMBER:
            image = draw_quantities(_columns(truth), _columns(prediction), names)
            return {"predicted_vs_true.png": image}
        case PredictionKind.PROBABILITY:
            image = draw_probabilities(_columns(truth), _columns(prediction), names)
            return {"roc_and_calibration.png": image}
        case PredictionKind.LABEL if truth.ndim == 2 and truth.shape[1] > 1:
            return {"labels_found.png": draw_label_sets(truth, prediction, names)}
        case PredictionKind.CLASS_PROBABILITIES:
            likeliest = prediction.argmax(axis=1)
            return {
                "confusion_matrix.png": _draw_classes(profile, truth, likeliest),
                "confidence.png": draw_confidence(truth, prediction),
            }
        case _:  # LABEL; of a RANKING the first choice
            first = _columns(prediction)[:, 0]
            return {"confusion_matrix.png": _draw_classes(profile, truth, first)}


def _draw_classes(profile: Profile, truth: Floats, predicted: Floats) -> bytes | None:
    from tasks.plots.confusion import draw_confusion  # noqa: PLC0415

    classes = profile.targets[0].labels
    codes, guesses = np.ravel(truth).astype(np.int64), np.ravel(predicted).astype(np.int64)
    if classes is None:
        return None
    known = (codes >= 0) & (guesses >= 0)
    return draw_confusion(codes[known], guesses[known], classes)


def _answered(values: Floats) -> NDArray[np.bool_]:
    """Rows without a gap: those of fold -1 have no prediction."""
    return np.asarray(np.isfinite(_columns(values)).all(axis=1))


def _columns(values: Floats) -> Floats:
    return values[:, None] if values.ndim == 1 else values

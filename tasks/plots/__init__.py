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
    from tasks.plots.out_of_fold import read_out_of_fold  # noqa: PLC0415 - pandas

    best, profile = record.best, record.profile
    if best is None or best.outputs is None or best.evaluation is None:
        return {}
    out_of_fold = read_out_of_fold(best, profile, record.dataset)
    return draw_plots(
        profile, best.evaluation, best.outputs.output("importance.csv"), *(out_of_fold or ())
    )


def draw_plots(
    profile: Profile,
    evaluation: Evaluation,
    importance: Path | None = None,
    truth: Floats | None = None,
    prediction: Floats | None = None,
) -> dict[str, bytes]:
    """Every plot that there is something to draw for: file name to PNG image.

    ``importance`` is the trial's ``importance.csv``. ``truth`` and ``prediction`` have the shapes
    that `agent_core.metrics.metric.Metric` gives for the layout's prediction kind.
    """
    from tasks.plots.folds import draw_folds  # noqa: PLC0415 - matplotlib takes a second
    from tasks.plots.importance import draw_importance, read_importance  # noqa: PLC0415

    drawn: dict[str, bytes | None] = {}
    if evaluation.score:
        drawn["fold_scores.png"] = draw_folds(evaluation.score, evaluation.baseline)
    if importance:
        drawn["feature_importance.png"] = draw_importance(read_importance(importance))
    if truth is not None and prediction is not None and len(truth):
        drawn |= _draw_predictions(profile, truth, prediction)
    return {name: image for name, image in drawn.items() if image}


def _draw_predictions(
    profile: Profile, truth: Floats, prediction: Floats
) -> dict[str, bytes | None]:
    from agent_core.scoring.predictions import class_order  # noqa: PLC0415
    from tasks.plots.confusion import draw_confusion  # noqa: PLC0415
    from tasks.plots.probabilities import draw_confidence, draw_probabilities  # noqa: PLC0415
    from tasks.plots.quantities import draw_quantities  # noqa: PLC0415

    names = tuple(target.column for target in profile.targets)
    match profile.layout.kind:
        case PredictionKind.PROBABILITY:
            image = draw_probabilities(_columns(truth), _columns(prediction), names)
            return {"roc_and_calibration.png": image}
        case PredictionKind.CLASS_PROBABILITIES:
            codes, likeliest = truth.astype(np.int64), prediction.argmax(axis=1)
            return {
                "confusion_matrix.png": draw_confusion(
                    codes, likeliest, tuple(class_order(profile))
                ),
                "confidence.png": draw_confidence(truth, prediction),
            }
        case PredictionKind.RANKING:
            return _draw_labels(profile, truth, prediction[:, 0])
        case PredictionKind.LABEL if profile.targets[0].labels:
            return _draw_labels(profile, truth, prediction)
        case _:
            image = draw_quantities(_columns(truth), _columns(prediction), names)
            return {"predicted_vs_true.png": image}


def _draw_labels(profile: Profile, truth: Floats, prediction: Floats) -> dict[str, bytes | None]:
    """A matrix for one target; for several of 0 and 1 how each is found, else the first one's."""
    from tasks.plots.confusion import draw_confusion  # noqa: PLC0415
    from tasks.plots.label_sets import draw_label_sets  # noqa: PLC0415

    first = profile.targets[0]
    true, guess = _columns(truth), _columns(prediction)
    if true.shape[1] > 1 and max(true.max(), guess.max()) <= 1:
        names = tuple(target.column for target in profile.targets)
        return {"labels_found.png": draw_label_sets(true, guess, names)}
    codes, guesses = true[:, 0].astype(np.int64), guess[:, 0].astype(np.int64)
    known = (codes >= 0) & (guesses >= 0)
    image = draw_confusion(codes[known], guesses[known], first.labels or ())
    name = "confusion_matrix.png" if true.shape[1] == 1 else "confusion_matrix_first_target.png"
    return {name: image}


def _columns(values: Floats) -> Floats:
    return values[:, None] if values.ndim == 1 else values

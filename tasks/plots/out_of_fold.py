"""The truth and the out-of-fold predictions of an accepted trial, as arrays to draw."""

import numpy as np
from numpy.typing import NDArray

from agent_core.attempt import Attempt
from agent_core.dataset import Dataset
from agent_core.profile import Profile

Floats = NDArray[np.float64]

#: Above this the training table is not read once more only for a picture.
_LARGEST_TABLE_BYTES = 256 * 1024**2


def read_out_of_fold(
    attempt: Attempt, profile: Profile, dataset: Dataset
) -> tuple[Floats, Floats] | None:
    """Truth and predictions of the rows that were scored, in the metric's shapes.

    None where there is nothing that was scored, or the training table is larger than 256 MB.
    """
    # Slow to import, and needed only where something is drawn.
    from agent_core.scoring.answers import read_answer  # noqa: PLC0415
    from agent_core.scoring.judging import read_validation  # noqa: PLC0415
    from agent_core.scoring.predictions import metric_of, to_predictions  # noqa: PLC0415

    made = attempt.outputs
    path = made.output("oof.csv") if made else None
    if attempt.score is None or made is None or path is None:
        return None
    train = profile.table("train").name
    size = next((file.bytes for file in dataset.files if file.name == train), 0)
    if size > _LARGEST_TABLE_BYTES:
        return None
    header, ids = profile.table("sample_submission").columns, profile.layout.id_column
    frame = read_answer(path, header, profile.rows_train, optional=(ids,)).frame
    validation = read_validation(made.folder / "folds.csv", profile, dataset)
    if frame is None:
        return None
    predictions, _ = to_predictions(frame[validation.counted], profile, metric_of(profile))
    if predictions is None:
        return None
    return validation.truth[validation.counted], predictions

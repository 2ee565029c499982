"""The file that is handed in, once it is known to be acceptable."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from agent_core.value import NOT_CONTENT, Value

if TYPE_CHECKING:
    from agent_core.blend import Blend
    from agent_core.dataset import Dataset
    from agent_core.evaluation import Evaluation
    from agent_core.profile import Profile
    from agent_core.trial import Trial


class Submission(Value):
    """``evaluation`` is the fingerprint of the `Evaluation` that let it through."""

    evaluation: str
    rows: int
    columns: tuple[str, ...]
    sha256: str
    path: Annotated[Path, NOT_CONTENT]


def make_submission(
    trial: "Trial | Blend",
    evaluation: "Evaluation",
    profile: "Profile",
    dataset: "Dataset",
    folder: Path,
) -> Submission:
    """Copy the trial's submission.csv to ``folder``, byte for byte, if it may be handed in.

    Raises SubmissionInvalid with every problem at once: a failed gate, or a file that differs from
    the sample submission in header, rows, ids or their order, or in the kind of its values.
    """
    from agent_core.scoring.checking import hand_over  # noqa: PLC0415 - imports pandas

    return hand_over(trial, evaluation, profile, dataset, folder)

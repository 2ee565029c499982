"""Several trials as one answer: the weighted blend of their predictions."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from agent_core.sandbox.sandbox import OutputFile
from agent_core.value import NOT_CONTENT, Value

if TYPE_CHECKING:
    from agent_core.dataset import Dataset
    from agent_core.evaluation import Evaluation
    from agent_core.profile import Profile
    from agent_core.trial import Trial


class Blend(Value):
    """``trials`` are fingerprints, the best first; ``weights``, one for each, add up to 1.

    Where no blend beats the best trial by more than noise, that one has the whole weight and
    ``reason`` says so. ``folder`` is laid out as a trial's: ``folds.csv``, ``out/oof.csv`` and
    ``out/submission.csv``, so `evaluate_trial` and `make_submission` take a blend for a trial.
    """

    trials: tuple[str, ...]
    weights: tuple[float, ...]
    reason: str
    outputs: tuple[OutputFile, ...]
    folder: Annotated[Path, NOT_CONTENT]

    @property
    def single(self) -> bool:
        """Whether one trial is all there is to it."""
        return max(self.weights) == 1.0

    def output(self, name: str) -> Path | None:
        """The path of the output called ``name``, or None if there is none."""
        found = any(output.name == name for output in self.outputs)
        return self.folder / "out" / name if found else None


def blend_trials(
    parts: "Sequence[tuple[Trial, Evaluation]]",
    profile: "Profile",
    dataset: "Dataset",
    folder: Path,
) -> Blend:
    """Blend accepted trials for the competition's own metric, and write the result to ``folder``.

    The predictions in its oof.csv were made, row by row, with weights chosen on the other folds,
    so the score that `evaluate_trial` gives the blend is as honest as those of its parts.
    Raises ValueError where ``parts`` is empty or holds a trial that was not accepted.
    """
    from agent_core.scoring.blending import blend  # noqa: PLC0415 - imports pandas

    return blend(parts, profile, dataset, folder)

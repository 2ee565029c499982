"""What a trial is worth: the host's own score from its out-of-fold predictions, and the gates."""

from typing import TYPE_CHECKING, Literal

from agent_core.value import Value

if TYPE_CHECKING:
    from agent_core.dataset import Dataset
    from agent_core.profile import Profile
    from agent_core.trial import Trial


class Score(Value):
    """A value never travels without its metric and direction. ``std`` is over the folds."""

    metric: str
    higher_is_better: bool
    value: float
    std: float
    folds: tuple[float, ...]

    def better_than(self, other: "Score") -> bool:
        """Whether this score is strictly better. Both must be of one metric."""
        if self.metric != other.metric:
            raise ValueError(f"cannot compare {self.metric} with {other.metric}")
        return self.value > other.value if self.higher_is_better else self.value < other.value


class Gate(Value):
    """One check. A failed ``error`` keeps the trial from winning; a ``warning`` is only shown."""

    name: str
    passed: bool
    severity: Literal["error", "warning"]
    detail: str


class Evaluation(Value):
    """``score`` is None where the outputs were no answer. ``baseline`` is what a dummy scores."""

    trial: str
    score: Score | None
    baseline: Score | None
    gates: tuple[Gate, ...]

    @property
    def accepted(self) -> bool:
        """Whether the trial may win."""
        failed = (gate for gate in self.gates if not gate.passed and gate.severity == "error")
        return self.score is not None and next(failed, None) is None


def evaluate_trial(trial: "Trial", profile: "Profile", dataset: "Dataset") -> Evaluation:
    """The host's score of the trial's out-of-fold predictions, a baseline, and every gate.

    Whatever a generated script did wrong is a failed gate (and no score). Raises DataError or
    SurroundingsFailed only where the data or the fold file themselves cannot be read.
    """
    from agent_core.scoring.judging import judge  # noqa: PLC0415 - imports pandas

    return judge(trial, profile, dataset)

"""What came of a run, as people see it, whoever is asked: MLflow, or the run's own folder."""

from typing import Protocol

from agent_core.evaluation import Evaluation
from agent_core.profile import Profile
from agent_core.receipt import Receipt
from agent_core.spread import Spreads
from agent_core.strategy import Strategy
from agent_core.trial_tree import TrialTree
from agent_core.value import Value
from agent_core.verification import Verification


class Place(Value):
    """Where a run is in MLflow. ``url`` is its page, None where no server shows it."""

    mlflow_run_id: str
    experiment_id: str
    url: str | None = None


class TrialResult(Value):
    """One trial in full. What it did not come to is None, or an empty text.

    ``changes`` is what its script differs in from its parent's, as a unified diff. ``log`` is the
    end of what the script printed.
    """

    name: str
    strategy: Strategy
    solution: str | None = None
    changes: str = ""
    log: str = ""
    evaluation: Evaluation | None = None
    verification: Verification | None = None


class Importance(Value):
    """How much the models of a trial relied on ``feature``, in the trial's own unit."""

    feature: str
    importance: float


class Results(Protocol):
    """Who knows what came of runs. ``run_id`` is that of the flow run.

    Every method raises NoSuchResult where there is no such run, or it has not come that far, and
    SurroundingsFailed where whoever would know does not answer. Safe to call from several threads.
    """

    def place(self, run_id: str) -> Place:
        """Where it is in MLflow."""
        ...

    def profile(self, run_id: str) -> Profile:
        """What was found out about the data; there while a run goes on, once that stage is over."""
        ...

    def spreads(self, run_id: str) -> Spreads:
        """Of the targets and of the predictions of the best trial."""
        ...

    def trials(self, run_id: str) -> TrialTree:
        """Every trial of a run that is over; `Runs.trials` has those of one that goes on."""
        ...

    def trial(self, run_id: str, name: str) -> TrialResult:
        """One trial; there while a run goes on, once the trial is over."""
        ...

    def importance(self, run_id: str, name: str) -> tuple[Importance, ...]:
        """Of the features of one trial, the largest first."""
        ...

    def submission(self, run_id: str) -> bytes:
        """The submission.csv that the run hands in, byte for byte."""
        ...

    def solution(self, run_id: str) -> bytes:
        """The script behind it."""
        ...

    def receipt(self, run_id: str) -> Receipt:
        """What Kaggle has said of the submission so far."""
        ...

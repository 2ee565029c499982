"""What there is to record of one solve, and where the record was put. Knows nothing of MLflow."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

from agent_core.attempt import Attempt
from agent_core.conversation import Call
from agent_core.dataset import Dataset
from agent_core.deciding import decisions
from agent_core.evaluation import Evaluation
from agent_core.profile import Profile
from agent_core.spending.ledger import total
from agent_core.submission import Submission
from agent_core.trial import Trial
from agent_core.trial_tree import TrialTree
from agent_core.value import NOT_CONTENT, Value


class Stage(Value):
    """One stage of a solve: when it began, how long it took, whether its result was kept."""

    name: str
    started: datetime
    seconds: float
    cached: bool


class FlowRun(Value):
    """The Prefect flow run behind a solve. ``url`` is None where no server shows it."""

    id: str
    name: str
    url: str | None = None


class SharedParts(Value):
    """The beginning of every question of a run."""

    texts: tuple[str, ...]


class Tryout(Value):
    """A trial of a search, which is kept whatever it came to, and never run twice.

    A rehearsal has none where the data allow none.
    """

    trial: Trial | None


class Part(Value):
    """What a blend takes of one attempt."""

    trial: Trial
    evaluation: Evaluation


class Parts(Value):
    """What a blend is made of, the best first."""

    parts: tuple[Part, ...]


class SolveRecord(Value):
    """One solve, finished or given up.

    ``submission`` is None where no attempt was good enough. ``budget`` is in seconds. ``calls`` are
    all questions to Claude, ``stopped`` says why the search ended. ``run_id`` is the product's own.
    The fields that tell this execution from another one of the same work are outside the identity:
    `fingerprint` is equal for a repeat that took everything from the cache, and so makes a good
    cache key for the tracking stage.
    """

    dataset: Dataset
    profile: Profile
    attempts: tuple[Attempt, ...]
    submission: Submission | None
    budget: float
    planner: str = "rules"
    calls: tuple[Call, ...] = ()
    stopped: str = ""
    run_id: Annotated[str, NOT_CONTENT]
    started: Annotated[datetime, NOT_CONTENT]
    finished: Annotated[datetime, NOT_CONTENT]
    stages: Annotated[tuple[Stage, ...], NOT_CONTENT] = ()
    flow_run: Annotated[FlowRun | None, NOT_CONTENT] = None

    @property
    def winner(self) -> Attempt | None:
        """The attempt behind the submission."""
        if self.submission is None:
            return None
        wanted = self.submission.evaluation
        return next((a for a in self.attempts if _names(a.evaluation) == wanted), None)

    @property
    def best(self) -> Attempt | None:
        """The winner, or else the first attempt, the template's: the one worth showing."""
        return self.winner or (self.attempts[0] if self.attempts else None)

    def parent_of(self, attempt: Attempt) -> Attempt | None:
        """The attempt that ``attempt`` repairs or improves."""
        return next((one for one in self.attempts if one.name == attempt.parent), None)

    def tree(self) -> TrialTree:
        """Every attempt as the tree keeps it."""
        decided = decisions(self.attempts, self.stopped)
        return TrialTree(
            planner=self.planner,
            nodes=tuple(
                attempt.node().model_copy(update={"decision": decided[attempt.name]})
                for attempt in self.attempts
            ),
            winner=self.winner.name if self.winner else None,
            stopped=self.stopped,
            cost_usd=total(self.calls).usd,
        )

    def scripts(self) -> dict[str, str]:
        """The script behind the answer, by the name of its file.

        A blend has several: each is there by its trial's name, and the weightiest as solution.py.
        """
        named = {one.name: one.solution.source for one in self.attempts if one.solution}
        best = self.best
        parts = sorted(best.parts, key=lambda part: -part[1]) if best else []
        files = {f"solution {name}.py".replace(" ", "_"): named[name] for name, _ in parts}
        main = parts[0][0] if parts else (best.name if best else "")
        return files | ({"solution.py": named[main]} if main in named else {})


def _names(evaluation: Evaluation | None) -> str | None:
    return evaluation.fingerprint() if evaluation else None


class Tracked(Value):
    """Where a solve can be looked at in MLflow.

    ``problem`` is empty, or says why nothing or not everything was stored; such a value must not
    be kept for later solves. ``folder`` holds the artifacts of the embedded store (None with a
    server): a kept value is good for as long as it exists. ``url`` needs a server.
    """

    mlflow_run_id: str | None
    experiment_id: str | None
    folder: Path | None = None
    url: str | None = None
    problem: str = ""

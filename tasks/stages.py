"""The stages of a solve as Prefect tasks: policy around, one call into agent_core inside.

What a stage imports is imported when it runs: where all comes from the cache, none of it is needed.
"""
# ruff: noqa: PLC0415 - see above

import threading
from typing import Annotated

from agent_core.blend import Blend
from agent_core.competition import Competition
from agent_core.dataset import Dataset
from agent_core.evaluation import Evaluation
from agent_core.profile import Profile
from agent_core.solution import Solution
from agent_core.strategy import Strategy
from agent_core.submission import Submission
from agent_core.trial import Trial
from agent_core.value import NOT_CONTENT
from tasks.progress import StageReport
from tasks.record import SolveRecord, Tracked
from tasks.stage import stage
from tasks.surroundings import home
from tasks.training import ON_KAGGLE, train

_HOUR = 3600.0
#: Of its share, that a training gets however late it is.
_LEAST_PART = 0.3


@stage("download", timeout=6 * _HOUR, retries=0)
def download_dataset(competition: Competition) -> Dataset:
    """Fetch and unpack the competition's files."""
    from agent_core.storage.store import store_dataset

    report = StageReport("download")
    dataset = store_dataset(competition, home(), report)
    report.finish()
    return dataset


@stage("profile", timeout=_HOUR)
def profile_dataset(dataset: Dataset, metric: str | None) -> Profile:
    """Find out what the data are and what is to be predicted."""
    from agent_core import profiling

    return profiling.profile_dataset(dataset, metric, StageReport("profile"))


@stage("strategy", timeout=600)
def plan_strategy(profile: Profile, planner: str, seed: int) -> Strategy:
    """Decide what to try."""
    from agent_core.planning import plan_by_rules

    planners = {"rules": plan_by_rules}
    return planners[planner](profile, seed)


@stage("codegen", timeout=600)
def write_solution(profile: Profile, strategy: Strategy) -> Solution:
    """Write the training script."""
    from agent_core import solution

    return solution.write_solution(profile, strategy)


@stage("train", timeout=24 * _HOUR)
def train_solution(
    solution: Solution,
    profile: Profile,
    dataset: Dataset,
    sandbox: str,
    budget: float,
    number: int,
    left: Annotated[float, NOT_CONTENT],
) -> Trial:
    """Run the script for at most ``budget`` seconds. ``number`` tells deliberate repeats apart.

    With only ``left`` seconds left of the run's time it gets less, but never so little that nothing
    can come of it. On Kaggle it always gets all of it: waiting there is not the run's time.
    """
    # What the next stages import, and MLflow's database, take seconds, and here we only wait.
    threading.Thread(target=_warm_up, daemon=True).start()
    late = sandbox != ON_KAGGLE  # where queues are nobody's fault, and limits are Kaggle's
    seconds = min(budget, max(left, _LEAST_PART * budget)) if late else budget
    return train("train", solution, profile, dataset, sandbox, seconds, author=False)


@stage("evaluate", timeout=_HOUR)
def evaluate_solution(trial: Trial, profile: Profile, dataset: Dataset) -> Evaluation:
    """Compute the score from the out-of-fold predictions, and see through the gates."""
    from agent_core.evaluation import evaluate_trial

    return evaluate_trial(trial, profile, dataset)


@stage("submission", timeout=_HOUR)
def check_submission(
    trial: Trial | Blend, evaluation: Evaluation, profile: Profile, dataset: Dataset
) -> Submission:
    """Validate the predictions for the test rows against the sample submission."""
    from agent_core.submission import make_submission

    folder = trial.folder / "submission"
    return make_submission(trial, evaluation, profile, dataset, folder)


@stage("track", timeout=600)
def track_run(record: SolveRecord, store: str) -> Tracked:
    """Write it all to MLflow, once for each outcome and ``store`` (the address of a server)."""
    from tasks.tracking import track_solve

    return track_solve(record, home())


def _warm_up() -> None:
    import sklearn.ensemble
    import sklearn.model_selection  # noqa: F401 - for evaluation

    from tasks.tracking import warm_up

    warm_up(home())

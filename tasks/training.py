"""Running a generated script with all of its data, in a sandbox here or on Kaggle's machines."""
# ruff: noqa: PLC0415 - where all comes from the cache, none of it is needed

import itertools
import time

from prefect.runtime import deployment

from agent_core.dataset import Dataset
from agent_core.errors import Waiting
from agent_core.events import Line, Waits
from agent_core.profile import Profile
from agent_core.progress import Report
from agent_core.sandbox.sandbox import Outcome, Sandbox
from agent_core.settings import Settings
from agent_core.solution import Solution
from agent_core.trial import Trial
from tasks.progress import StageReport, log_line, tell
from tasks.surroundings import home, sandbox_named
from tasks.training_slot import script_at_work

#: Where waiting for a place here, and for time here, has no meaning.
ON_KAGGLE = "kaggle"


def train(
    stage: str,
    solution: Solution,
    profile: Profile,
    dataset: Dataset,
    sandbox: str,
    seconds: float,
    author: bool,
) -> Trial:
    """Run the script for at most ``seconds``. ``author``: somebody can repair what fails.

    On Kaggle what failed by chance is run once more. Raises `Waiting` in a deployment while the
    kernel goes on there.
    """
    from agent_core.trial import run_trial

    if sandbox != ON_KAGGLE:
        with script_at_work(stage, seconds, "training") as on_line:
            here = sandbox_named(sandbox)
            return run_trial(solution, profile, dataset, here, seconds, home(), on_line)
    report = StageReport(stage)
    for attempt in itertools.count(1):
        there = kaggle_sandbox(dataset, report, attempt)
        trial = run_trial(solution, profile, dataset, there, seconds, home(), log_line(stage))
        if trial.outcome is Outcome.OK or not _again(trial, attempt, author):
            break
    report.finish()
    return trial


def kaggle_sandbox(dataset: Dataset, report: Report, attempt: int = 1) -> Sandbox:
    """Kaggle's machines for the scripts of one competition.

    A run that a person watches sleeps between two looks. In a deployment it would hold a worker's
    place meanwhile, so there it ends, and `flows.waking` starts it again.
    """
    from agent_core.sandbox.kaggle.sandbox import KaggleSandbox
    from agent_core.sandbox.kaggle.terms import Place, Terms

    place = Place(
        slug=dataset.competition.slug,
        on_kaggle=dataset.competition.origin == "kaggle",
        root=dataset.root,
        records=home().kernels,
        attempt=attempt,
    )
    pause = _sleep if deployment.get_id() is None else _give_up
    return KaggleSandbox(place, Terms.of(Settings()), pause, report)


def _again(trial: Trial, attempt: int, author: bool) -> bool:
    from agent_core.failures import classify
    from agent_core.next_step import Step, next_step
    from agent_core.sandbox.kaggle.taking import NOT_RUN

    decided = next_step(
        classify(trial, None, None),
        attempt,
        script_ran=not trial.message.startswith(NOT_RUN),
        network=Settings().kernel_internet,
        author=author,
    )
    tell(Line(text=f"{trial.message} {decided.failure}: {decided.step.value}. {decided.why}"))
    return decided.step is Step.RETRY


def _sleep(waiting: Waiting) -> None:
    tell(Waits(waits_for=waiting.waits_for, since=waiting.since))
    time.sleep(Settings().kernel_interval)


def _give_up(waiting: Waiting) -> None:
    raise waiting

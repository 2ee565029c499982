"""The flow from a competition to a checked submission."""

import os
from datetime import UTC, datetime

from prefect import flow
from prefect.runtime import flow_run

from agent_core.competition import Competition
from agent_core.errors import BadSource
from agent_core.intake.checks import check_preflight
from agent_core.intake.source import parse_source
from agent_core.run import Request, Solved
from agent_core.settings import Settings
from flows.embedded_server import EMBEDDED
from flows.journey import Journey
from flows.outcome import not_solved, solved_value
from flows.time_plan import training_seconds
from tasks.record import Attempt, FlowRun, SolveRecord
from tasks.stages import (
    check_submission,
    download_dataset,
    evaluate_solution,
    plan_strategy,
    profile_dataset,
    track_run,
    train_solution,
    write_solution,
)
from tasks.tracking_place import server_url


def run_name() -> str:
    """What a run is called: the competition's slug or the folder's name."""
    source = str(flow_run.get_parameters()["source"])
    try:
        parsed = parse_source(source)
    except BadSource:
        return source[:100]  # the flow itself will say what is wrong with it
    return parsed.slug or (parsed.folder.name if parsed.folder else source)


@flow(name="solve-competition", flow_run_name=run_name, log_prints=False)
def solve_competition(
    source: str,
    budget: float = 600.0,
    metric: str | None = None,
    planner: str = "rules",
    sandbox: str = "process",
    seed: int = 0,
    competition: Competition | None = None,
) -> Solved:
    """Solve the competition that ``source`` names within ``budget`` seconds of wall time.

    ``competition`` is what ``source`` names, where that is known already. The home folder is that
    of the environment. Raises PreflightFailed with all that stands in the way, and NotSolved
    where no attempt may be handed in.
    """
    request = Request(
        source=source, budget=budget, metric=metric, planner=planner, sandbox=sandbox, seed=seed
    )
    home = Settings().folders()
    with Journey(str(flow_run.get_id()), str(flow_run.get_name()), request, home) as journey:
        competition = competition or check_preflight(source, home)
        dataset = journey.stage(download_dataset, competition)
        profile = journey.stage(profile_dataset, dataset, metric)
        strategy = journey.stage(plan_strategy, profile, planner, seed)
        solution = journey.stage(write_solution, profile, strategy)
        journey.keep("solution.py", solution.source)
        seconds = training_seconds(budget)
        trial = journey.stage(train_solution, solution, profile, dataset, sandbox, seconds, 1)
        evaluation = journey.stage(evaluate_solution, trial, profile, dataset)
        attempt = Attempt(strategy=strategy, solution=solution, trial=trial, evaluation=evaluation)
        accepted = evaluation.accepted
        submission = (
            journey.stage(check_submission, trial, evaluation, profile, dataset)
            if accepted
            else None
        )
        record = SolveRecord(
            dataset=dataset,
            profile=profile,
            attempts=(attempt,),
            submission=submission,
            budget=budget,
            run_id=journey.run_id,
            started=journey.started,
            finished=datetime.now(UTC),
            stages=tuple(journey.stages),
            flow_run=_flow_run(journey),
        )
        tracked = journey.stage(track_run, record, server_url(home) or "embedded")
        if submission is None:
            raise not_solved(attempt)
        return journey.hand_over(solved_value(journey, record, submission, tracked))


def _flow_run(journey: Journey) -> FlowRun:
    # The embedded server has no pages, and is gone after the run.
    url = None if EMBEDDED in os.environ else flow_run.get_flow_run_ui_url()
    return FlowRun(id=journey.run_id, name=journey.name, url=url)

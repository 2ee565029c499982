"""The flow from a competition to a checked submission."""

import os
from datetime import UTC, datetime

from prefect import flow
from prefect.runtime import flow_run

from agent_core.attempt import Attempt
from agent_core.competition import Competition
from agent_core.conversation import Call
from agent_core.dataset import Dataset
from agent_core.errors import BadSource
from agent_core.intake.checks import check_preflight
from agent_core.intake.source import name_of
from agent_core.mlflow_pages import server_url
from agent_core.planning.choice import choose_planner
from agent_core.profile import Profile
from agent_core.run import Request, Solved
from agent_core.sandbox.choosing import check_place, choose_sandbox
from agent_core.search import SearchResult
from agent_core.settings import Settings
from agent_core.spending.ledger import Ledger
from agent_core.submission import Submission
from agent_core.submitting.order import slug_for
from agent_core.trial_tree import NodeKind
from flows.embedded_server import EMBEDDED
from flows.journey import Journey
from flows.outcome import keep_trials, not_solved, solved_value
from flows.searching import say, search_with_claude, template_alone
from flows.submitting import submitted
from flows.time_plan import template_seconds, training_end, training_seconds
from flows.trials_so_far import TrialsSoFar
from tasks.record import FlowRun, SolveRecord
from tasks.run_folder import keep_attempt
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
from tasks.tracking_place import tracking_uri


def run_name() -> str:
    """What a run is called: the competition's slug or the folder's name."""
    source = str(flow_run.get_parameters()["source"])
    try:
        return name_of(source)
    except BadSource:
        return source[:100]  # the flow itself will say what is wrong with it


@flow(name="solve-competition", flow_run_name=run_name, log_prints=False)
def solve_competition(  # noqa: PLR0913, PLR0917 - a run's parameters, as a form shows them
    source: str,
    budget: float = 600.0,
    metric: str | None = None,
    planner: str = "auto",
    sandbox: str = "auto",
    seed: int = 0,
    max_usd: float = 1.0,
    max_trials: int = 12,
    drafts: int = 3,
    competition: Competition | None = None,
    submit_to_kaggle: bool = False,
) -> Solved:
    """Solve the competition that ``source`` names within ``budget`` seconds of wall time.

    ``planner``, ``max_usd``, ``max_trials`` and ``drafts`` are those of `Request`. ``competition``
    is what ``source`` names, where that is known already. ``submit_to_kaggle``: the submission is
    sent, and its score waited for. The home folder is that of the environment. Raises
    PreflightFailed with all that stands in the way, NoModel where Claude was asked for and there
    is no key, and NotSolved where no attempt may be handed in.
    """
    request = Request(
        source=source,
        budget=budget,
        metric=metric,
        planner=planner,
        sandbox=sandbox,
        seed=seed,
        max_usd=max_usd,
        max_trials=max_trials,
        drafts=drafts,
        submit_to_kaggle=submit_to_kaggle,
    )
    home = Settings().folders()
    with Journey(str(flow_run.get_id()), str(flow_run.get_name()), request, home) as journey:
        choice = choose_planner(planner)
        say(f"planner: {choice.planner}, {choice.why}")
        place = choose_sandbox(sandbox)
        say(f"sandbox: {place.name}, {place.why}")
        request = request.model_copy(update={"sandbox": place.name})
        competition = competition or check_preflight(source, home)
        check_place(place.name, competition)
        if submit_to_kaggle:
            slug_for(competition)  # better told now than after all the work
        dataset = journey.stage(download_dataset, competition)
        profile = journey.stage(profile_dataset, dataset, metric)
        journey.keep("profile.json", profile.model_dump_json(indent=2))
        ledger = Ledger(max_usd)
        tried = TrialsSoFar(journey, choice.planner, ledger)
        found = _attempts(journey, request, competition, dataset, profile, choice.planner, tried)
        submission = _submission(journey, found.winner, profile, dataset)
        record = _record(journey, dataset, profile, found, submission, choice.planner, ledger)
        tracked = journey.stage(track_run, record, server_url(tracking_uri(home)) or "embedded")
        keep_trials(journey, record, tracked)
        if submission is None:
            raise not_solved(record)
        solved = solved_value(journey, record, submission, tracked, choice, found.warnings)
        if submit_to_kaggle:
            solved = submitted(journey, solved, competition)
        return journey.hand_over(solved)


def _attempts(
    journey: Journey,
    request: Request,
    competition: Competition,
    dataset: Dataset,
    profile: Profile,
    planner: str,
    tried: TrialsSoFar,
) -> SearchResult:
    """The template's attempt, and those of Claude's search where there is one."""
    searching = planner == "claude"
    template = _template(journey, request, profile, dataset, searching)
    tried(template)
    if not searching:
        return template_alone(template)
    return search_with_claude(journey, request, competition, dataset, profile, template, tried)


def _template(
    journey: Journey, request: Request, profile: Profile, dataset: Dataset, searching: bool
) -> Attempt:
    """The template's trial: all there is without a search, and what a search has to beat."""
    budget = request.budget
    strategy = journey.stage(plan_strategy, profile, "rules", request.seed)
    solution = journey.stage(write_solution, profile, strategy)
    attempt = Attempt(name="template", kind=NodeKind.TEMPLATE, strategy=strategy, solution=solution)
    keep_attempt(journey.folder, attempt, None)
    seconds = template_seconds(budget) if searching else training_seconds(budget)
    left = training_end(budget, profile.rows_train + profile.rows_test) - journey.seconds
    trial = journey.stage(
        train_solution, solution, profile, dataset, request.sandbox, seconds, 1, left
    )
    evaluation = journey.stage(evaluate_solution, trial, profile, dataset)
    return attempt.model_copy(update={"trial": trial, "evaluation": evaluation})


def _submission(
    journey: Journey, winner: Attempt | None, profile: Profile, dataset: Dataset
) -> Submission | None:
    if winner is None:
        return None
    trial = winner.blend or winner.trial
    assert trial is not None
    assert winner.evaluation is not None
    return journey.stage(check_submission, trial, winner.evaluation, profile, dataset)


def _record(
    journey: Journey,
    dataset: Dataset,
    profile: Profile,
    found: SearchResult,
    submission: Submission | None,
    planner: str,
    ledger: Ledger,
) -> SolveRecord:
    return SolveRecord(
        dataset=dataset,
        profile=profile,
        attempts=found.attempts,
        submission=submission,
        budget=journey.request.budget,
        planner=planner,
        # Drafts are asked for side by side; a repeat of the run must not depend on their order.
        calls=tuple(sorted(ledger.calls, key=Call.fingerprint)),
        stopped=found.stopped,
        run_id=journey.run_id,
        started=journey.started,
        finished=datetime.now(UTC),
        stages=tuple(journey.stages),
        flow_run=_flow_run(journey),
    )


def _flow_run(journey: Journey) -> FlowRun:
    # The embedded server has no pages, and is gone after the run.
    url = None if EMBEDDED in os.environ else flow_run.get_flow_run_ui_url()
    return FlowRun(id=journey.run_id, name=journey.name, url=url)

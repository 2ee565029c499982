"""The part of a run in which Claude looks for something better than the template."""

import os
import time
from functools import partial

from agent_core.attempt import Attempt
from agent_core.competition import Competition
from agent_core.dataset import Dataset
from agent_core.events import Line
from agent_core.profile import Profile
from agent_core.prompts.values import Machine
from agent_core.run import Request
from agent_core.search import Search, SearchResult
from agent_core.searching.author import Brief
from agent_core.searching.steps import Limits
from agent_core.settings import Settings
from flows.journey import Journey
from flows.search_steps import CachedSteps
from flows.time_plan import search_seconds, trial_seconds
from flows.trials_so_far import TrialsSoFar
from tasks.progress import tell
from tasks.search_stages import write_brief

#: Above this the pauses between calls outlast the prompt cache's five minutes.
_LONG_TRIAL_SECONDS = 150.0


def search_with_claude(
    journey: Journey,
    request: Request,
    competition: Competition,
    dataset: Dataset,
    profile: Profile,
    template: Attempt,
    tried: TrialsSoFar,
) -> SearchResult:
    """Search until the request's limits are reached; every call is in the ledger of ``tried``."""
    from agent_core.claude import Claude  # noqa: PLC0415 - only runs with a key need it
    from agent_core.prompts.history import to_beat  # noqa: PLC0415

    assert template.evaluation is not None
    settings = Settings()
    limits = limits_of(request, settings)
    parts = journey.stage(write_brief, competition, profile, dataset, machine_of(limits))
    brief = Brief(
        shared=parts.texts,
        rival=to_beat(template.strategy, template.evaluation),
        choose=settings.choice_for,
        seed=request.seed,
    )
    end = time.monotonic() + search_seconds(request.budget) - journey.seconds
    steps = CachedSteps(
        journey=journey,
        profile=profile,
        dataset=dataset,
        sandbox=request.sandbox,
        seconds=limits.trial_seconds,
        claude=Claude(
            settings, tried.ledger, long_run=limits.trial_seconds > _LONG_TRIAL_SECONDS, report=say
        ),
        ledger=tried.ledger,
        # An answer that leaves no time to try it is of no use.
        deadline=end - limits.longest_trial,
    )
    time_left = partial(_until, end)
    return Search(template, brief, steps, limits, time_left, say, tried).run()


def _until(end: float) -> float:
    return end - time.monotonic()


def template_alone(template: Attempt) -> SearchResult:
    """What a run without a model comes to."""
    winner = template if template.works else None
    return SearchResult(attempts=(template,), winner=winner, stopped="", warnings=())


def limits_of(request: Request, settings: Settings) -> Limits:
    """How far the search of this request may go."""
    return Limits(
        drafts=request.drafts,
        trials=request.max_trials,
        parallel=settings.trainings_at_once,
        trial_seconds=trial_seconds(request.budget),
    )


def machine_of(limits: Limits) -> Machine:
    """What one trial may use, in numbers that stay the same as long as the machine does."""
    import psutil  # noqa: PLC0415

    from agent_core.trial import MEMORY_PART, MOST_MEMORY  # noqa: PLC0415

    gibibyte = 1024**3
    memory = min(MEMORY_PART * psutil.virtual_memory().total, MOST_MEMORY) / limits.parallel
    return Machine(
        processors=max(1, _processors() // limits.parallel),
        memory_bytes=max(1, int(memory // gibibyte)) * gibibyte,
        seconds=limits.trial_seconds,
    )


def say(message: str, fraction: float | None = None) -> None:
    """A `Report` for the log of the run."""
    tell(Line(text=message))


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

"""The command ``solve``: preflight, a run in its own process, the answer."""

import math
import shutil
import sys
import time
from pathlib import Path

import psutil

from agent_core.competition import Competition
from agent_core.errors import BadSource, KaggleAgentError
from agent_core.events import Event, RunCancelled, RunFailed, RunSolved
from agent_core.intake.checks import check_metric, check_preflight
from agent_core.intake.source import parse_source
from agent_core.planning.choice import choose_planner
from agent_core.run import Failure, Request, Solved, failure_of
from agent_core.settings import Settings
from agent_core.submitting.order import slug_for
from agent_core.value import Value
from ui.answers import print_failure, print_json, print_solved, solved_json
from ui.display import Display, open_display
from ui.launcher import RunProcess

#: With less, starting the interpreter and the libraries takes most of the budget.
_SMALLEST_BUDGET = 5.0
_LARGEST_BUDGET = 7 * 24 * 3600.0
_STOPPED = 130


class Wishes(Value):
    """The options of the command as given."""

    source: str
    budget: float
    metric: str | None
    planner: str
    sandbox: str
    seed: int
    max_usd: float = 1.0
    max_trials: int = 12
    drafts: int = 3
    submit_to_kaggle: bool = False
    output: Path | None = None


def solve_source(wishes: Wishes, as_json: bool) -> int:
    """Solve, show how it goes and print the answer. Returns the exit code."""
    display = open_display(sys.stderr)
    try:
        last = _solve(wishes, display)
    except (KaggleAgentError, OSError) as error:
        display.close()
        return print_failure(failure_of(error), as_json, blockers=getattr(error, "blockers", ()))
    except KeyboardInterrupt:
        last = RunCancelled()
    display.close()
    return _answer(last, wishes, as_json)


def _answer(last: Event, wishes: Wishes, as_json: bool) -> int:
    match last:
        case RunSolved(solved=solved):
            _print_solved(solved, wishes.output, as_json)
            return 0
        case RunFailed(failure=failure, run_id=run_id):
            return print_failure(failure, as_json, run_id=run_id)
        case RunCancelled(run_id=run_id):
            failure = Failure(
                what="Stopped.",
                means="Finished stages are kept.",
                next="The same command goes on from there.",
            )
            print_failure(failure, as_json, run_id=run_id)
            return _STOPPED
        case _:
            raise AssertionError(f"no run ends with {last}")


def _solve(wishes: Wishes, display: Display) -> Event:
    """Run it, and return the event with which it ended."""
    _check_options(wishes)
    parse_source(wishes.source)  # quick, and nothing is started for what is no source
    settings = Settings()
    with RunProcess(settings) as process:
        competition = check_preflight(wishes.source, settings.folders())
        if wishes.submit_to_kaggle:
            slug_for(competition)  # better told now than when there is something to send
        process.ask(_request(wishes, competition))
        try:
            return _watch(process, display)
        except KeyboardInterrupt:
            process.interrupt()
            return _watch(process, display)


def _watch(process: RunProcess, display: Display) -> Event:
    last: Event | None = None
    for last in process.events():
        display.show(last)
    assert last is not None
    return last


def _request(wishes: Wishes, competition: Competition) -> Request:
    folder = competition.folder
    return Request(
        source=str(folder.resolve()) if folder else wishes.source,
        budget=wishes.budget,
        metric=wishes.metric,
        planner=wishes.planner,
        sandbox=wishes.sandbox,
        seed=wishes.seed,
        max_usd=wishes.max_usd,
        max_trials=wishes.max_trials,
        drafts=wishes.drafts,
        competition=competition,
        submit_to_kaggle=wishes.submit_to_kaggle,
    )


def _check_options(wishes: Wishes) -> None:
    if not (math.isfinite(wishes.budget) and _SMALLEST_BUDGET <= wishes.budget <= _LARGEST_BUDGET):
        raise BadSource(
            f"A budget of {wishes.budget:g} s cannot be used.",
            means=f"It is wall time in seconds, from {_SMALLEST_BUDGET:g} to "
            f"{_LARGEST_BUDGET:.0f} (a week).",
            next="Give for instance --budget 600.",
        )
    if not (math.isfinite(wishes.max_usd) and wishes.max_usd >= 0):
        raise BadSource(
            f"${wishes.max_usd:g} is no limit on what Claude may cost.",
            means="It is an amount of US dollars.",
            next="Give for instance --max-usd 1.00, or --planner rules, which costs nothing.",
        )
    choose_planner(wishes.planner)
    check_metric(wishes.metric)
    check_output(wishes.output)


def check_output(output: Path | None) -> None:
    """Raise BadSource where a submission cannot be copied to ``output``."""
    if output and (output.is_dir() or not output.absolute().parent.is_dir()):
        raise BadSource(
            f"The submission cannot be copied to {output}.",
            means="It is a folder, or lies in a folder that is not there.",
            next="Give --output the name of a file in an existing folder.",
        )


def _print_solved(solved: Solved, output: Path | None, as_json: bool) -> None:
    if output:
        shutil.copyfile(solved.submission, output)
    # From the start of this process: what the person has waited.
    seconds = time.time() - psutil.Process().create_time()
    submission = output.absolute() if output else solved.submission
    shown = solved.model_copy(update={"seconds": seconds, "submission": submission})
    if as_json:
        print_json(solved_json(shown))
    else:
        print_solved(shown, Settings().folders())

"""The flow as a deployment runs it: in a pool, on a server that is there, watched by nobody.

The same journey as `flows.solve_competition`, under the same name and with the same parameters.
What differs is the end: whoever looks at the run later reads its state, so that says in words what
came of it. A competition that cannot be solved is a FAILED run with its reasons, not a stack trace.
"""

import os
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.states import Completed, Failed

from agent_core.errors import KaggleAgentError, Waiting
from agent_core.intake.checks import check_metric
from agent_core.receipt import receipt_sentence
from agent_core.run import Solved, failure_of
from agent_core.settings import environment
from flows.solve_competition import run_name, solve_competition
from flows.suspending import suspend


@flow(name=solve_competition.name, flow_run_name=run_name, log_prints=False)
def solve_deployed(  # noqa: PLR0913, PLR0917 - a run's parameters, as a form shows them
    source: str,
    budget: float = 600.0,
    metric: str | None = None,
    planner: str = "auto",
    sandbox: str = "auto",
    seed: int = 0,
    max_usd: float = 1.0,
    max_trials: int = 12,
    drafts: int = 3,
    submit_to_kaggle: bool = False,
) -> State[Any]:
    """Solve the competition that ``source`` names within ``budget`` seconds of wall time.

    Returns a COMPLETED state with the score, or a FAILED one with what happened, what it means and
    what to do next. While it waits for Kaggle it is suspended: this process ends, and the run is
    started again when there is something to go on with.
    """
    # In a container secrets come as a file: what Prefect passes on, everybody may read.
    os.environ |= environment()
    try:
        check_metric(metric)
        solved = solve_competition.fn(
            source,
            budget,
            metric,
            planner,
            sandbox,
            seed,
            max_usd,
            max_trials,
            drafts,
            submit_to_kaggle=submit_to_kaggle,
        )
    except Waiting as waiting:
        suspend(waiting)
    except KaggleAgentError as error:
        message = failure_message(error)
        get_run_logger().error(message)
        return Failed(message=message)
    return Completed(message=solved_message(solved))


def solved_message(solved: Solved) -> str:
    """The outcome in one line."""
    score = f"{solved.cv_score:.6g} ± {solved.cv_std:.2g} {solved.metric}"
    sent = f"; {receipt_sentence(solved.receipt)}" if solved.receipt else ""
    return f"{solved.slug}: {score}; {solved.rows} rows in {solved.submission}{sent}"


def failure_message(error: KaggleAgentError) -> str:
    """What happened, what it means, what to do next; for a preflight, the same of each blocker."""
    failure = failure_of(error)
    parts = [failure.what, failure.means, _next(failure.next)]
    for blocker in getattr(error, "blockers", ()):
        parts += [f"* {blocker.what}", blocker.means, _next(blocker.next)]
    return "\n".join(part for part in parts if part)


def _next(text: str) -> str:
    return f"Next: {text}" if text else ""

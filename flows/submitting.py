"""The part of a run in which its submission goes to Kaggle, where that was asked for."""

from datetime import UTC, datetime

from agent_core.competition import Competition
from agent_core.errors import KaggleAgentError
from agent_core.events import Waits
from agent_core.run import Solved
from agent_core.submitting.order import order_of, slug_for
from flows.journey import Journey
from flows.report import receipt_report
from flows.searching import say
from tasks.progress import tell
from tasks.submitting import submit_to_kaggle


def submitted(journey: Journey, solved: Solved, competition: Competition) -> Solved:
    """``solved`` with what Kaggle said, or with a warning why nothing was sent.

    A submission that fails costs no solved run: it can be submitted again by itself.
    """
    try:
        order = order_of(solved, slug_for(competition))
        tell(Waits(waits_for="Kaggle to score the submission", since=datetime.now(UTC)))
        done = journey.fresh(submit_to_kaggle, order, solved.mlflow_run_id)
    except KaggleAgentError as error:
        say(f"not submitted: {error}")
        warning = f"Not submitted to Kaggle: {error} (kaggle-agent submit {solved.run_id})"
        return _warned(solved, warning)
    journey.show("receipt", receipt_report(done.receipt))
    solved = solved.model_copy(update={"receipt": done.receipt, "stages": journey.times()})
    if done.problem:
        return _warned(solved, f"The receipt is not in MLflow: {done.problem}")
    return solved


def _warned(solved: Solved, warning: str) -> Solved:
    return solved.model_copy(update={"warnings": (*solved.warnings, warning)})

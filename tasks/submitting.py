"""Submitting to Kaggle as a Prefect task. Never cached: what Kaggle has is the truth.

That nothing is sent twice is settled in `agent_core.submitting`, which looks before it sends.
"""

from prefect import task
from prefect.cache_policies import NO_CACHE

from agent_core.receipt import Receipt
from agent_core.submitting.order import Order
from agent_core.submitting.submit import submit
from agent_core.value import Value
from tasks.progress import StageReport
from tasks.surroundings import home

#: Everything inside has limits of its own; this only ends what should be impossible.
_LONGEST = 4 * 3600.0


class Submitted(Value):
    """``problem`` says why MLflow does not know of it, or is empty."""

    receipt: Receipt
    problem: str = ""


@task(name="submit", cache_policy=NO_CACHE, persist_result=False, timeout_seconds=_LONGEST)
def submit_to_kaggle(order: Order, mlflow_run_id: str | None) -> Submitted:
    """Send the file, wait for its score, and write that to the run in MLflow."""
    report = StageReport("submit")
    receipt = submit(order, home(), report)
    report.finish()
    return Submitted(receipt=receipt, problem=_track(receipt, mlflow_run_id))


def _track(receipt: Receipt, mlflow_run_id: str | None) -> str:
    if mlflow_run_id is None:
        return "The run itself is not in MLflow."
    from tasks.tracking.receipts import track_receipt  # noqa: PLC0415 - imports MLflow

    return track_receipt(receipt, mlflow_run_id, home())

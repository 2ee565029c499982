"""What Kaggle said to a submission, beside the scores of the run that made it."""

from agent_core.home import Home
from agent_core.receipt import Receipt
from tasks.tracking.store import open_store, store_failures
from tasks.tracking_place import explain_failure


def track_receipt(receipt: Receipt, mlflow_run_id: str, home: Home) -> str:
    """Write score, rank and gap to the run in MLflow; the same again changes nothing.

    Returns what is wrong with the store, or an empty text.
    """
    try:
        client = open_store(home)
        for name, value in receipt_metrics(receipt).items():
            client.log_metric(mlflow_run_id, name, value)
        for name, text in receipt_tags(receipt).items():
            client.set_tag(mlflow_run_id, name, text)
        client.log_text(mlflow_run_id, receipt.model_dump_json(indent=2), "receipt.json")
    except store_failures() as error:
        return explain_failure(error, home)
    return ""


def receipt_metrics(receipt: Receipt) -> dict[str, float]:
    """What is known of the submission in numbers."""
    known = {
        "public_score": receipt.public_score,
        "private_score": receipt.private_score,
        "leaderboard_rank": receipt.rank,
        "leaderboard_teams": receipt.teams,
        "leaderboard_percentile": receipt.percentile,
        "cv_to_leaderboard_gap": receipt.gap,
    }
    return {name: float(value) for name, value in known.items() if value is not None}


def receipt_tags(receipt: Receipt) -> dict[str, str]:
    """By what the submission is found at Kaggle."""
    return {
        "kaggle.submission": str(receipt.ref or ""),
        "kaggle.submission_state": receipt.state.value,
    }

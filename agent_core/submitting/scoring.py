"""Waiting for the score of a submission, and how it stands among the others."""

import time

from agent_core.errors import KaggleError, KaggleUnavailable
from agent_core.kaggle.answers import HandedIn
from agent_core.kaggle.connection import Connection
from agent_core.kaggle.leaderboard import leaderboard, standing_of
from agent_core.kaggle.submissions import SubmissionService
from agent_core.progress import Report
from agent_core.receipt import Receipt, SubmissionState


def wait_for_score(
    receipt: Receipt, service: SubmissionService, interval: float, limit: float, report: Report
) -> tuple[Receipt, HandedIn | None]:
    """Look every ``interval`` seconds, for ``limit`` at the most, until Kaggle has scored it.

    The receipt is PENDING where that takes longer, or where Kaggle does not answer that long.
    """
    start = time.monotonic()
    while True:
        pause, listed = interval, None
        try:
            listed = next((one for one in service.handed_in() if one.ref == receipt.ref), None)
        except KaggleUnavailable as error:
            report(f"{error.what} Looking for the score again.", None)
            pause = max(interval, error.retry_after or 0.0)
        if listed is not None and listed.state != "pending":
            return _scored(receipt, listed), listed
        passed = time.monotonic() - start
        if passed + pause > limit:
            return receipt, listed
        report("Waiting for Kaggle's score", passed / limit)
        time.sleep(pause)


def _scored(receipt: Receipt, listed: HandedIn) -> Receipt:
    refused = listed.state == "error"
    return receipt.model_copy(
        update={
            "state": SubmissionState.REFUSED if refused else SubmissionState.SCORED,
            "error": listed.error or ("Kaggle names no reason." if refused else ""),
            "public_score": listed.public_score,
            "private_score": listed.private_score,
            "gap": _gap(receipt, listed.public_score),
        }
    )


def _gap(receipt: Receipt, public_score: float | None) -> float | None:
    if public_score is None:
        return None
    lead = public_score - receipt.cv_score
    return lead if receipt.higher_is_better else -lead


def ranked(receipt: Receipt, listed: HandedIn, connection: Connection) -> Receipt:
    """With rank and percentile, or with a note why there are none."""
    if receipt.public_score is None:
        return _noted(receipt, "Kaggle shows no public score for it.")
    try:
        entries = leaderboard(receipt.slug, connection)
    except KaggleError as error:
        return _noted(receipt, f"Its rank is not known: {error.what}")
    mine = (listed.team, listed.user)
    standing = standing_of(receipt.public_score, mine, entries, receipt.higher_is_better)
    return receipt.model_copy(
        update={
            "rank": standing.rank,
            "teams": standing.teams,
            "percentile": standing.percentile,
        }
    )


def _noted(receipt: Receipt, note: str) -> Receipt:
    return receipt.model_copy(update={"notes": (*receipt.notes, note)})

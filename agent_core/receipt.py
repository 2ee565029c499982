"""What Kaggle said to a submission. Kept as ``receipt.json`` in the run's folder."""

import os
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from agent_core.value import Value

_FILE = "receipt.json"


class SubmissionState(StrEnum):
    """INTENDED  about to be sent, or sent without an answer so far: whether it arrived is not known
    PENDING   Kaggle has it and has not scored it yet
    SCORED    it has a public score
    REFUSED   Kaggle has looked at the file and does not take it
    """

    INTENDED = "intended"
    PENDING = "pending"
    SCORED = "scored"
    REFUSED = "refused"


class Receipt(Value):
    """One file at Kaggle. ``sha256`` says which, ``sent`` when, and ``ref`` is
    Kaggle's number for it, None while INTENDED.

    ``rank`` counts from 1 among ``teams`` with this score, others' teams as they stood when it was
    scored; equal scores share a rank. ``percentile`` is the part of the teams in percent that are
    no better. ``gap`` is the public score less the cross-validated one, turned so that a positive
    gap is a leaderboard better than expected. ``earlier``: it had been submitted before, so it was
    not sent again. ``error`` is why Kaggle refused it; ``notes`` are for people.
    """

    slug: str
    run_id: str
    sha256: str
    description: str
    state: SubmissionState
    sent: datetime
    ref: int | None = None
    metric: str
    higher_is_better: bool
    cv_score: float
    cv_std: float
    public_score: float | None = None
    private_score: float | None = None
    gap: float | None = None
    rank: int | None = None
    teams: int | None = None
    percentile: float | None = None
    earlier: bool = False
    error: str = ""
    notes: tuple[str, ...] = ()

    @property
    def over(self) -> bool:
        """Whether Kaggle will say no more of it."""
        return self.state in {SubmissionState.SCORED, SubmissionState.REFUSED}


def receipt_sentence(receipt: Receipt) -> str:
    """What Kaggle said, in one line for people."""
    number = f"submission {receipt.ref}" if receipt.ref else "the submission"
    match receipt.state:
        case SubmissionState.REFUSED:
            return f"Kaggle does not take {number}: {' '.join(receipt.error.split())}"
        case SubmissionState.SCORED:
            return ", ".join([f"{number} at Kaggle", *_score_parts(receipt)])
        case SubmissionState.PENDING:
            return f"{number} at Kaggle is not scored yet"
        case SubmissionState.INTENDED:
            return "it is not known whether Kaggle has the submission"


def _score_parts(receipt: Receipt) -> list[str]:
    if receipt.public_score is None:
        return ["no public score"]
    parts = [f"public score {receipt.public_score:.6g}"]
    if receipt.gap is not None:
        side = "better" if receipt.gap >= 0 else "worse"
        parts.append(f"{abs(receipt.gap):.4g} {side} than cross-validated")
    if receipt.rank is not None and receipt.percentile is not None:
        parts.append(f"rank {receipt.rank} of {receipt.teams} teams")
        parts.append(f"percentile {receipt.percentile:.1f}")
    return parts


def write_receipt(receipt: Receipt, path: Path) -> None:
    """Write it as a whole, and to the disk itself: what is sent must not be forgotten."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.new")
    with beside.open("w", encoding="utf-8") as stream:
        stream.write(receipt.model_dump_json(indent=2))
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)


def read_receipt(path: Path) -> Receipt | None:
    """The receipt in that file, None where there is none. Raises ValueError if it is damaged."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    return Receipt.model_validate_json(text)


def receipt_of(folder: Path) -> Receipt | None:
    """The receipt of the run in ``folder``. Raises ValueError if it is damaged."""
    return read_receipt(folder / _FILE)


def receipt_file(folder: Path) -> Path:
    """Where a run keeps it."""
    return folder / _FILE

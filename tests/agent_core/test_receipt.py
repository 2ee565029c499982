"""What Kaggle said, in a file and in a sentence."""

from datetime import UTC, datetime

import pytest

from agent_core.receipt import (
    Receipt,
    SubmissionState,
    receipt_file,
    receipt_of,
    receipt_sentence,
    write_receipt,
)

RECEIPT = Receipt(
    slug="titanic",
    run_id="r1",
    sha256="0" * 64,
    description="タイタニック, CV 0.8 ± 0.01 accuracy [sha256 0000000000000000]",
    state=SubmissionState.SCORED,
    sent=datetime(2026, 1, 1, tzinfo=UTC),
    ref=1000,
    metric="accuracy",
    higher_is_better=True,
    cv_score=0.8,
    cv_std=0.01,
    public_score=0.77,
    gap=-0.03,
    rank=3,
    teams=4,
    percentile=50.0,
)


def test_it_is_read_as_it_was_written(tmp_path):
    assert receipt_of(tmp_path) is None
    write_receipt(RECEIPT, receipt_file(tmp_path / "new"))
    assert receipt_of(tmp_path / "new") == RECEIPT
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["receipt.json"]


def test_a_damaged_one_is_an_error(tmp_path):
    receipt_file(tmp_path).write_text("{")
    with pytest.raises(ValueError, match="JSON"):
        receipt_of(tmp_path)


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({}, "0.03 worse than cross-validated, rank 3 of 4 teams, percentile 50.0"),
        ({"gap": 0.01}, "0.01 better than cross-validated"),
        ({"rank": None}, "submission 1000 at Kaggle, public score 0.77, 0.03 worse than"),
        ({"public_score": None}, "submission 1000 at Kaggle, no public score"),
        ({"state": SubmissionState.PENDING}, "submission 1000 at Kaggle is not scored yet"),
        ({"state": SubmissionState.INTENDED, "ref": None}, "not known whether Kaggle has"),
        ({"state": SubmissionState.REFUSED, "error": "a\nb"}, "does not take submission 1000: a b"),
    ],
)
def test_it_is_told_in_a_sentence(known, said):
    assert said in receipt_sentence(RECEIPT.model_copy(update=known))

import hashlib
import os
from pathlib import Path

import pytest

from agent_core.errors import SubmissionInvalid
from agent_core.evaluation import Evaluation, Gate, evaluate_trial
from agent_core.submission import Submission, make_submission
from tests.agent_core.small_competition import (
    QUANTITIES,
    SmallCompetition,
    oof_text,
    regression,
    submission_text,
)

GOOD = submission_text("y", ["12", "20", "30", "40"])


def submit(made: SmallCompetition, folder: Path, evaluation: Evaluation) -> Submission:
    return make_submission(made.trial, evaluation, made.profile, made.dataset, folder)


def refused(made: SmallCompetition, folder: Path, evaluation: Evaluation) -> SubmissionInvalid:
    with pytest.raises(SubmissionInvalid) as caught:
        submit(made, folder, evaluation)
    assert not (folder / "submission.csv").exists()
    assert caught.value.means
    assert caught.value.next
    return caught.value


@pytest.fixture
def made(tmp_path: Path) -> SmallCompetition:
    return regression(tmp_path / "made")


@pytest.fixture
def accepted(made: SmallCompetition) -> Evaluation:
    """The evaluation of the trial as it was before a test damages its submission."""
    evaluation = evaluate_trial(made.trial, made.profile, made.dataset)
    assert evaluation.accepted
    return evaluation


def test_a_valid_submission_is_copied_byte_for_byte(
    made: SmallCompetition, accepted: Evaluation, tmp_path: Path
) -> None:
    content = GOOD.replace("\n", "\r\n").replace("s1", '"s1"').encode()
    (made.out / "submission.csv").write_bytes(content)
    made_of = submit(made, tmp_path / "new" / "folder", accepted)
    assert made_of.path == tmp_path / "new" / "folder" / "submission.csv"
    assert made_of.path.read_bytes() == content
    assert made_of.sha256 == hashlib.sha256(content).hexdigest()
    assert made_of.rows == 4
    assert made_of.columns == ("id", "y")
    assert made_of.evaluation == accepted.fingerprint()
    assert [path.name for path in made_of.path.parent.iterdir()] == ["submission.csv"]


def test_a_submission_replaces_an_older_one(
    made: SmallCompetition, accepted: Evaluation, tmp_path: Path
) -> None:
    (tmp_path / "submission.csv").write_text("old")
    submit(made, tmp_path, accepted)
    assert (tmp_path / "submission.csv").read_text() == GOOD


BAD = {
    "a row is missing": (GOOD.replace("s4,40\n", ""), "3 rows"),
    "a row too many": (GOOD + "s5,1\n", "5 rows"),
    "ids in another order": ("id,y\ns2,1\ns1,2\ns3,3\ns4,4\n", "wrong order"),
    "an id twice": ("id,y\ns1,1\ns1,2\ns3,3\ns4,4\n", "more than once: 's1'"),
    "an unknown id": ("id,y\ns1,1\ns2,2\ns3,3\ns9,4\n", "unknown ids: 's9'"),
    "an id with a blank": ("id,y\n s1,1\ns2,2\ns3,3\ns4,4\n", "unknown ids: ' s1'"),
    "another header": (GOOD.replace("id,y", "id,z"), "lacks the columns 'y'"),
    "an extra column": ("id,y,i\ns1,1,0\ns2,2,0\ns3,3,0\ns4,4,0\n", "unexpected columns 'i'"),
    "columns exchanged": ("y,id\n1,s1\n2,s2\n3,s3\n4,s4\n", "wrong order"),
    "an index column": (",id,y\n0,s1,1\n1,s2,2\n2,s3,3\n3,s4,4\n", "unexpected columns ''"),
    "a gap": (GOOD.replace("20", ""), "not a number"),
    "a text": (GOOD.replace("20", "many"), "'many'"),
    "infinity": (GOOD.replace("20", "1e400"), "infinite"),
    "no header": ("s1,1\ns2,2\ns3,3\ns4,4\n", "lacks the columns"),
    "an unclosed quote": (GOOD.replace("20", '"20'), "no valid CSV"),
    "a NUL byte": (GOOD.replace("20", "2\0"), "NUL byte"),
    "nothing": ("", "is empty"),
}


@pytest.mark.parametrize("name", BAD)
def test_whatever_is_wrong_is_told(
    name: str, made: SmallCompetition, accepted: Evaluation, tmp_path: Path
) -> None:
    content, said = BAD[name]
    made.answer(submission=content)
    error = refused(made, tmp_path, accepted)
    assert any(said in problem for problem in error.problems)
    assert said in str(error)


def test_every_problem_is_told_at_once(
    made: SmallCompetition, accepted: Evaluation, tmp_path: Path
) -> None:
    made.answer(submission="id,y\ns1,many\ns1,2\ns3,1e999\ns9,4\n")
    assert len(refused(made, tmp_path, accepted).problems) == 5


def test_hostile_outputs_are_problems(
    made: SmallCompetition, accepted: Evaluation, tmp_path: Path
) -> None:
    path = made.out / "submission.csv"
    secret = tmp_path / "secret.csv"
    secret.write_text(GOOD)
    path.unlink()
    path.symlink_to(secret)
    assert "link" in refused(made, tmp_path, accepted).problems[0]
    path.unlink()
    os.mkfifo(path)
    assert "pipe" in refused(made, tmp_path, accepted).problems[0]
    path.unlink()
    path.mkdir()
    assert "folder" in refused(made, tmp_path, accepted).problems[0]
    path.rmdir()
    assert "not written" in refused(made, tmp_path, accepted).problems[0]
    with path.open("wb") as stream:
        stream.truncate(1024**4)
    assert "larger than" in refused(made, tmp_path, accepted).problems[0]
    path.write_bytes(b"id,y\ns1,\xff\n")
    assert "UTF-8" in refused(made, tmp_path, accepted).problems[0]


def test_an_evaluation_that_failed_is_refused(made: SmallCompetition, tmp_path: Path) -> None:
    made.answer(oof=oof_text("y", QUANTITIES[::-1]))
    evaluation = evaluate_trial(made.trial, made.profile, made.dataset)
    error = refused(made, tmp_path, evaluation)
    assert error.problems[0].startswith("better_than_baseline: ")


def test_a_trial_without_a_score_is_refused(
    made: SmallCompetition, accepted: Evaluation, tmp_path: Path
) -> None:
    passed = (Gate(name="valid", passed=True, severity="error", detail=""),)
    evaluation = accepted.model_copy(update={"score": None, "gates": passed})
    assert refused(made, tmp_path, evaluation).problems == ("the trial has no score",)


def test_the_evaluation_has_to_be_of_this_trial(
    made: SmallCompetition, accepted: Evaluation, tmp_path: Path
) -> None:
    evaluation = accepted.model_copy(update={"trial": "another"})
    assert refused(made, tmp_path, evaluation).problems == ("the evaluation is of another trial",)

"""Whatever breaks on the way: never a hang, never two submissions, always a clear message."""

import os
import subprocess
import sys
import time

import pytest

from agent_core.errors import KaggleError, KaggleRateLimited, KaggleUnavailable
from agent_core.receipt import SubmissionState, receipt_of
from agent_core.submitting.order import order_of
from agent_core.submitting.submit import submit
from tests.agent_core.submitting.orders import solved_run

PAGE = b"<html>Sign in</html>"


@pytest.fixture
def run(home):
    return solved_run(home)


@pytest.fixture(autouse=True)
def _quick(kaggle, monkeypatch):
    monkeypatch.setenv("KAGGLE_AGENT_KAGGLE_READ_TIMEOUT", "0.5")
    monkeypatch.setenv("KAGGLE_AGENT_KAGGLE_TRIES", "3")


def sent(run, home):
    return submit(order_of(run.solved, "titanic"), home)


@pytest.mark.parametrize(
    ("where", "fault"),
    [
        ("upload", {"cut_after": 5}),
        ("upload", {"delay": 1.5}),
        ("upload", {"status": 503}),
        ("upload", {"status": 503, "headers": {"Retry-After": "1"}}),
        ("upload", {"status": 403, "body": PAGE}),
        ("upload", {"status": 302, "body": b"", "headers": {"Location": "https://example.org"}}),
        ("StartSubmissionUpload", {"status": 0}),
        ("StartSubmissionUpload", {"status": 200, "body": PAGE}),
        ("StartSubmissionUpload", {"status": 200, "body": {"token": "x", "createUrl": ""}}),
        ("CreateSubmission", {"status": 429, "headers": {"Retry-After": "1"}}),
        ("CreateSubmission", {"status": 503}),
        ("CreateSubmission", {"status": 0}),
        ("CreateSubmission", {"status": 0, "done": True}),
        ("CreateSubmission", {"status": 503, "done": True}),
        ("CreateSubmission", {"delay": 1.5, "done": True}),
        ("CreateSubmission", {"status": 200, "body": PAGE, "done": True}),
        ("CreateSubmission", {"status": 200, "body": {"message": "Could not submit"}}),
        ("ListSubmissions", {"status": 503}),
        ("ListSubmissions", {"after": 2, "status": 200, "body": PAGE}),
        ("ListSubmissions", {"after": 2, "status": 429, "headers": {"Retry-After": "1"}}),
        ("GetSubmissionLimits", {"status": 0}),
        ("DownloadLeaderboard", {"status": 503}),
    ],
)
def test_what_passes_is_got_over_with_one_submission(kaggle, home, run, where, fault):
    kaggle.fail(where, times=1, **fault)

    receipt = sent(run, home)

    assert receipt.state is SubmissionState.SCORED
    assert receipt.rank == 3
    assert len(kaggle.submissions.handed) == 1


def test_a_list_that_lags_behind_is_waited_for(kaggle, home, run, monkeypatch):
    monkeypatch.setenv("KAGGLE_AGENT_SUBMIT_SETTLE", "10")
    kaggle.fail("CreateSubmission", times=1, status=0, done=True)
    kaggle.submissions.unseen = 1

    assert sent(run, home).public_score == 0.77
    assert len(kaggle.submissions.handed) == 1


@pytest.mark.parametrize("fault", [{"delay": 3}, {"status": 0}, {"status": 503}])
def test_an_upload_that_never_works_is_given_up(kaggle, home, run, fault):
    kaggle.fail("upload", **fault)

    with pytest.raises(KaggleUnavailable, match=r"upload of submission\.csv") as caught:
        sent(run, home)
    assert "Nothing was submitted" in caught.value.means
    assert kaggle.calls["upload"] == 3
    assert not kaggle.calls["CreateSubmission"]
    assert receipt_of(home.runs / run.run_id) is None


def test_an_answer_that_never_comes_is_found_by_the_next_call(kaggle, home, run):
    lost = kaggle.fail("CreateSubmission", status=0, done=True)
    lists = kaggle.fail("ListSubmissions", after=1, status=503)

    with pytest.raises(KaggleUnavailable) as caught:
        sent(run, home)
    assert "may have arrived" in caught.value.means
    assert receipt_of(home.runs / run.run_id).state is SubmissionState.INTENDED

    kaggle.faults.remove(lost)
    kaggle.faults.remove(lists)
    receipt = sent(run, home)

    assert receipt.public_score == 0.77
    assert len(kaggle.submissions.handed) == 1


def test_a_long_rate_limit_is_told_instead_of_waited_for(kaggle, home, run):
    kaggle.fail("CreateSubmission", status=429, headers={"Retry-After": "1800"})

    with pytest.raises(KaggleUnavailable, match="wait 1800 s") as caught:
        sent(run, home)
    assert "Nothing was submitted" in caught.value.means
    assert kaggle.calls["CreateSubmission"] == 1


def test_a_rate_limit_before_anything_is_sent_says_so(kaggle, home, run):
    kaggle.fail("GetCompetition", status=429, headers={"Retry-After": "1800"})

    with pytest.raises(KaggleRateLimited):
        sent(run, home)
    assert not kaggle.calls["StartSubmissionUpload"]


def test_kaggle_away_while_it_scores_is_no_failure(kaggle, home, run, monkeypatch):
    monkeypatch.setenv("KAGGLE_AGENT_SUBMIT_LIMIT", "1")
    kaggle.fail("ListSubmissions", after=2, status=503)

    receipt = sent(run, home)

    assert receipt.state is SubmissionState.PENDING
    assert receipt.ref == 1000


def test_a_refusal_is_not_tried_again(kaggle, home, run):
    kaggle.fail("CreateSubmission", status=400, body={"code": 400, "message": "Bad file"})

    with pytest.raises(KaggleError, match="Bad file"):
        sent(run, home)
    assert kaggle.calls["CreateSubmission"] == 1
    assert receipt_of(home.runs / run.run_id) is None


SUBMIT = """
import sys
from agent_core.run import load_run
from agent_core.settings import Settings
from agent_core.submitting.order import order_of
from agent_core.submitting.submit import submit
home = Settings().folders()
run = load_run(home.runs / sys.argv[1])
print(submit(order_of(run.solved, "titanic"), home).public_score)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "where", ["upload", "CreateSubmission", "CreateSubmission done", "ListSubmissions"]
)
def test_killed_anywhere_and_started_again_it_is_there_once(kaggle, home, run, where):
    place, _, done = where.partition(" ")
    after = 2 if place == "ListSubmissions" else 0
    fault = kaggle.fail(place, times=1, after=after, delay=60, done=bool(done))
    env = os.environ | kaggle.env | {"KAGGLE_AGENT_HOME": str(home.root)}
    env["KAGGLE_AGENT_KAGGLE_READ_TIMEOUT"] = "50"
    command = [sys.executable, "-c", SUBMIT, run.run_id]

    with subprocess.Popen(command, env=env) as process:
        deadline = time.monotonic() + 60
        while fault.times > 0 and time.monotonic() < deadline:
            time.sleep(0.02)
        # With `done` the submission is made before the pause begins.
        while done and not kaggle.submissions.handed and time.monotonic() < deadline:
            time.sleep(0.02)
        process.kill()
    again = subprocess.run(command, env=env, capture_output=True, text=True, timeout=90, check=True)

    assert fault.times == 0
    assert again.stdout == "0.77\n"
    assert len(kaggle.submissions.handed) == 1

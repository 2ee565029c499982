"""The usual way: a file is sent, scored and ranked; what may not be sent is not."""

import pytest

from agent_core.errors import (
    BadSource,
    KaggleError,
    NoSubmissionsLeft,
    NoSuchResult,
    RulesNotAccepted,
)
from agent_core.receipt import SubmissionState, receipt_of
from agent_core.submitting.order import order_of, slug_of
from agent_core.submitting.quota import quota
from agent_core.submitting.submit import submit
from tests.agent_core.submitting.orders import CONTENT, folder_competition, solved, solved_run
from tests.standins.kaggle import RULES


def submitted(run, home, message="", heard=None):
    report = (lambda text, _=None: heard.append(text)) if heard is not None else (lambda *_: None)
    return submit(order_of(run.solved, "titanic", message), home, report)


def test_a_submission_comes_back_with_score_rank_and_gap(kaggle, home):
    run = solved_run(home)

    receipt = submitted(run, home, "first try")

    assert receipt.state is SubmissionState.SCORED
    assert (receipt.public_score, receipt.rank, receipt.teams) == (0.77, 3, 4)
    assert receipt.percentile == 50
    assert receipt.gap == pytest.approx(-0.03)
    assert not receipt.earlier
    assert receipt_of(home.runs / run.run_id) == receipt
    [handed] = kaggle.submissions.handed
    assert handed.content == CONTENT
    assert handed.name == "submission.csv"
    assert handed.description.startswith("first try, CV 0.8 ± 0.01 accuracy [sha256 ")


def test_where_low_is_better_the_gap_and_the_rank_turn(kaggle, home):
    kaggle.leaderboard.teams = [("best", "0.1"), ("next", "0.5"), ("last", "0.9")]
    kaggle.submissions.score = lambda _: "0.5"
    run = solved_run(home, metric="rmse", higher_is_better=False, cv_score=0.6)

    receipt = submitted(run, home)

    assert receipt.gap == pytest.approx(0.1)
    assert (receipt.rank, receipt.teams) == (2, 4)


def test_the_same_file_is_not_sent_twice_by_anybody(kaggle, home, tmp_path):
    first = submitted(solved_run(home), home)
    again = submitted(solved_run(home), home)
    elsewhere = home.model_copy(update={"root": tmp_path / "another machine"})
    far = submitted(solved_run(elsewhere), elsewhere)

    assert len(kaggle.submissions.handed) == 1
    assert [again.ref, far.ref] == [first.ref, first.ref]
    assert again.earlier
    assert far.earlier
    assert far.public_score == 0.77


def test_an_earlier_one_is_found_on_later_pages(kaggle, home, tmp_path):
    submitted(solved_run(home), home)
    kaggle.submissions.page_size = 2
    for number in range(4):
        submitted(solved_run(home, b"id,y\n%d,0\n" % number), home)
    elsewhere = home.model_copy(update={"root": tmp_path / "another machine"})

    assert submitted(solved_run(elsewhere), elsewhere).ref == 1000
    assert len(kaggle.submissions.handed) == 5


def test_what_kaggle_refuses_is_told_with_its_reason(kaggle, home):
    kaggle.submissions.error = lambda _: "ERROR: Required column 'Survived' could not be found"

    receipt = submitted(solved_run(home), home)

    assert receipt.state is SubmissionState.REFUSED
    assert "Survived" in receipt.error
    assert receipt.public_score is None
    assert receipt.rank is None


def test_a_score_that_takes_too_long_is_waited_for_the_next_time(kaggle, home, monkeypatch):
    kaggle.submissions.unscored = 10**9
    monkeypatch.setenv("KAGGLE_AGENT_SUBMIT_LIMIT", "0.2")
    run = solved_run(home)
    assert submitted(run, home).state is SubmissionState.PENDING

    kaggle.submissions.handed[0].unscored = 0

    assert submitted(run, home).public_score == 0.77
    assert len(kaggle.submissions.handed) == 1


def test_without_a_leaderboard_the_score_stands(kaggle, home):
    kaggle.fail("DownloadLeaderboard", status=403)
    kaggle.fail("GetLeaderboard", status=403)

    receipt = submitted(solved_run(home), home)

    assert receipt.public_score == 0.77
    assert receipt.rank is None
    assert "rank is not known" in " ".join(receipt.notes)


def test_a_leaderboard_that_may_not_be_downloaded_is_read_page_by_page(kaggle, home):
    kaggle.fail("DownloadLeaderboard", status=404)
    kaggle.leaderboard.teams = [(f"team {n}", str(1 - n / 100)) for n in range(45)]

    receipt = submitted(solved_run(home), home)

    assert (receipt.rank, receipt.teams) == (24, 46)


def test_a_hidden_score_is_no_rank(kaggle, home):
    kaggle.submissions.score = lambda _: ""

    receipt = submitted(solved_run(home), home)

    assert receipt.state is SubmissionState.SCORED
    assert receipt.gap is None
    assert "no public score" in receipt.notes[0]


@pytest.mark.parametrize(
    ("details", "kind", "says"),
    [
        ({"submissionsDisabled": True}, KaggleError, "takes no submissions"),
        ({"isKernelsSubmissionsOnly": True}, KaggleError, "export RUN --notebook"),
    ],
)
def test_what_the_competition_does_not_take_is_not_sent(kaggle, home, details, kind, says):
    kaggle.details |= details

    with pytest.raises(kind, match=says):
        submitted(solved_run(home), home)
    assert not kaggle.calls["StartSubmissionUpload"]


def test_rules_that_are_not_accepted_are_told_before_anything_is_sent(kaggle, home):
    kaggle.details["userHasEntered"] = False
    fault = kaggle.fail("DownloadDataFiles", status=403, body={"code": 403, "message": RULES})

    with pytest.raises(RulesNotAccepted, match="titanic/rules"):
        submitted(solved_run(home), home)
    assert not kaggle.calls["StartSubmissionUpload"]

    # Who may have the data takes part, whatever else is said.
    kaggle.faults.remove(fault)
    assert submitted(solved_run(home), home).public_score == 0.77


def test_rules_that_only_the_upload_meets_are_told(kaggle, home):
    del kaggle.details["userHasEntered"]
    kaggle.fail("StartSubmissionUpload", status=403, body={"code": 403, "message": RULES})

    with pytest.raises(RulesNotAccepted, match="titanic/rules"):
        submitted(solved_run(home), home)


def test_the_limit_of_the_day_is_told_before_anything_is_sent(kaggle, home):
    kaggle.submissions.used_elsewhere = 5

    with pytest.raises(NoSubmissionsLeft, match="Today's submissions of 5") as caught:
        submitted(solved_run(home), home)
    assert "tomorrow" in caught.value.next
    assert not kaggle.calls["StartSubmissionUpload"]


def test_a_limit_in_total_says_so(kaggle, home):
    answer = {"numToday": 1, "numAllowedNow": 0, "limitedByTotal": True}
    kaggle.fail("GetSubmissionLimits", status=200, body=answer)

    with pytest.raises(NoSubmissionsLeft, match="in total"):
        submitted(solved_run(home), home)


def test_a_limit_that_only_the_upload_meets_is_told_in_kaggles_words(kaggle, home):
    kaggle.fail("GetSubmissionLimits", status=200, body={"numAllowedNow": 3})
    kaggle.submissions.used_elsewhere = 5

    with pytest.raises(KaggleError, match="used all of your daily submissions") as caught:
        submitted(solved_run(home), home)
    assert "Nothing was submitted" in caught.value.means
    assert kaggle.calls["CreateSubmission"] == 1


def test_a_passed_deadline_is_noted(kaggle, home):
    kaggle.details["deadline"] = "2020-01-01T00:00:00Z"

    receipt = submitted(solved_run(home), home)

    assert receipt.public_score == 0.77
    assert "does not count" in receipt.notes[0]


def test_the_quota_is_what_kaggle_counts(kaggle):
    kaggle.submissions.used_elsewhere = 2

    found = quota("titanic")

    assert (found.daily, found.today, found.left) == (5, 2, 3)
    assert not found.late


def test_where_kaggle_does_not_count_its_list_does(kaggle, home):
    kaggle.fail("GetSubmissionLimits", status=404)
    submitted(solved_run(home), home)

    # The one that is listed was not made today.
    assert (quota("titanic").today, quota("titanic").left) == (0, 5)

    del kaggle.details["maxDailySubmissions"]
    assert quota("titanic").left is None


def test_a_file_that_is_gone_is_told(home, tmp_path):
    with pytest.raises(NoSuchResult, match="not there"):
        order_of(solved(tmp_path, "1"), "titanic")


def test_a_run_of_a_folder_belongs_where_the_folder_says(home, tmp_path):
    url = "https://www.kaggle.com/competitions/house-prices"
    about = folder_competition(tmp_path, url)
    assert slug_of(solved_run(home, source=str(tmp_path), competition=about)) == "house-prices"
    for wrong in (None, "", "https://example.org/x", "https://www.kaggle.com/datasets/a/b"):
        about = folder_competition(tmp_path, wrong)
        with pytest.raises(BadSource, match="--competition"):
            slug_of(solved_run(home, source=str(tmp_path), competition=about))


def test_names_in_any_script_arrive_as_they_are(kaggle, home):
    kaggle.details["title"] = "タイタニック"
    kaggle.leaderboard.teams = [("チーム一", "0.9")]

    receipt = submitted(solved_run(home), home, "最初の試み")

    assert kaggle.submissions.handed[0].description.startswith("最初の試み")
    assert receipt_of(home.runs / receipt.run_id).description.startswith("最初の試み")
    assert receipt.rank == 2


def test_progress_is_told(kaggle, home):
    heard = []
    submitted(solved_run(home), home, heard=heard)

    assert "5 submissions to titanic are left now" in heard
    assert any("Uploading submission.csv" in text for text in heard)
    assert "Waiting for Kaggle's score" in heard

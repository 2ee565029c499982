"""A run's page in every state that a run can be in, and where somebody does not answer."""

from datetime import timedelta

import pytest

from agent_core.submitting.quota import Quota
from tests.standins.results import ResultsStandIn, whole_run
from tests.standins.run_rows import BEGAN, a_run, a_tree, failed_run, queued_run, solved_run
from tests.standins.runs import RunsStandIn
from tests.standins.status import a_status
from tests.ui.run_tabs.conftest import RunPage, words
from ui import sources
from ui.readers.runs import JobState, LogLine, StageRow
from ui.submissions import Submissions


def a_stage(name: str, state: JobState = JobState.SUCCESS, **known: object) -> StageRow:
    facts: dict[str, object] = {"started": BEGAN, "seconds": 3.0, "cached": False} | known
    return StageRow(name=name, state=state, **facts)  # type: ignore[arg-type]


def a_line(text: str, level: str = "INFO", after: float = 0.0) -> LogLine:
    return LogLine(at=BEGAN + timedelta(seconds=after), level=level, text=text)


def test_without_an_id_a_run_is_to_be_chosen(run_page: RunPage) -> None:
    page = run_page("")
    assert "Choose one from the list" in words(page)


def test_an_unknown_id_is_explained(run_page: RunPage) -> None:
    page = run_page("00000000-0000-0000-0000-000000000000")
    assert "There is no run" in words(page)
    assert "Look for it in the list of runs" in words(page)


def test_a_server_that_is_down_is_explained(run_page: RunPage, runs: RunsStandIn) -> None:
    runs.down = True
    page = run_page(a_run())
    assert "does not answer" in page.error[0].title
    assert "**Next:** Start it" in page.error[0].value


def test_a_run_in_the_queue_says_what_it_waits_for(
    run_page: RunPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = queued_run(deployment="process")
    assert "1 run at work" in words(run_page(row))
    monkeypatch.setattr(sources, "status", lambda: a_status(online=False))
    page = run_page(row)
    assert "No worker for the pool process is online" in words(page)
    assert "prefect worker start --pool process" in words(page)


def test_a_run_at_work_is_followed(run_page: RunPage, runs: RunsStandIn) -> None:
    row = a_run()
    runs.stage_rows[row.id] = (
        a_stage("download", cached=True),
        a_stage("train", JobState.RUNNING),
    )
    runs.log_lines[row.id] = [a_line("train ..."), a_line("it is slow", "WARNING", 5)]
    page = run_page(row)
    assert page.get("progress")[0].proto.text.startswith("At work: train, 1 min 35 s so far")
    assert page.get("progress")[0].proto.value == 50
    assert "12:00:00  train ...\n12:00:05  WARNING  it is slow" in page.code[0].value
    assert "2 stages, 1 from the cache" in page.expander[0].label
    assert list(page.dataframe[0].value["Was"]) == ["from the cache", "at work"]
    assert not page.get("download_button")


def test_the_log_is_read_on_from_where_it_was(run_page: RunPage, runs: RunsStandIn) -> None:
    row = a_run()
    runs.log_lines[row.id] = [a_line("first")]
    page = run_page(row)
    runs.log_lines[row.id].append(a_line("second"))
    runs.asked.clear()
    page.run()
    assert [a[1] for method, a in runs.asked if method == "logs"] == ["1"]
    assert page.code[0].value.splitlines()[-1].endswith("second")


def test_a_run_at_work_can_be_cancelled(run_page: RunPage, runs: RunsStandIn) -> None:
    row = a_run()
    page = run_page(row)
    page.button(key="cancel_now").click().run()
    assert ("cancel", (row.id,)) in runs.asked
    assert [button.label for button in page.button][:1] == ["Stopping …"]


def test_what_is_not_there_yet_is_awaited(run_page: RunPage) -> None:
    page = run_page(a_run(), "Data")
    assert "The profile of the data is not there yet" in words(page)
    assert "profile" in page.info[0].value


def test_the_trials_so_far_are_shown_while_it_goes_on(run_page: RunPage, runs: RunsStandIn) -> None:
    row = a_run()
    runs.trees[row.id] = a_tree()
    page = run_page(row, "Trials")
    assert "improve 1" in page.selectbox[0].value
    page.selectbox[0].set_value("draft 1").run()
    assert "syntax" in page.warning[0].title
    assert "can be read here once the trial is over" in words(page)


def test_a_failed_run_tells_the_cause_and_the_next_step_first(
    run_page: RunPage, runs: RunsStandIn
) -> None:
    row = failed_run()
    runs.log_lines[row.id] = [a_line("fine"), a_line("Traceback: it broke", "ERROR")]
    page = run_page(row)
    assert page.error[0].title.startswith("You have not accepted")
    assert "Kaggle gives no data without" in page.error[0].value
    assert "**Next:** Accept them at" in page.error[0].value
    assert not page.code  # the trace is behind a fold
    assert page.expander[0].label == "Details: RulesNotAccepted"
    page.session_state["trace"] = True
    page.run()
    assert "Traceback: it broke" in page.code[0].value
    assert "fine" not in page.code[0].value
    assert next(button.label for button in page.button) == "Run again"


def test_each_thing_in_the_way_has_its_fix(run_page: RunPage) -> None:
    message = (
        "2 things stand in the way.\nNothing was begun.\nNext: Mend them.\n"
        "* The rules are not accepted.\nKaggle gives no data.\nNext: Accept them.\n"
        "* The disk is full.\nNext: Free some space."
    )
    page = run_page(failed_run(message=message))
    titles = [error.proto.title.replace("\\", "") for error in page.error]
    assert titles == [
        "2 things stand in the way.", "The rules are not accepted.", "The disk is full."
    ]  # fmt: skip
    fixes = [error.value.replace("\\", "").rpartition("**Next:** ")[2] for error in page.error]
    assert fixes == ["Mend them.", "Accept them.", "Free some space."]


def test_a_run_that_was_out_of_time_without_a_word(run_page: RunPage) -> None:
    page = run_page(failed_run(state=JobState.TIMEOUT, message="", failure="timeout"))
    assert page.error[0].title == "The run was out of time without a word"
    assert "goes on from the last finished stage" in page.error[0].value


def test_a_cancelled_run_can_go_on(run_page: RunPage) -> None:
    page = run_page(failed_run(state=JobState.CANCELLED, message=""))
    assert "stopped by a person" in words(page)
    assert not page.error


def test_mlflow_down_takes_away_its_results_only(
    run_page: RunPage, results: ResultsStandIn, runs: RunsStandIn
) -> None:
    row = solved_run()
    runs.stage_rows[row.id] = (a_stage("train"),)
    results.down = True
    page = run_page(row)
    assert "MLflow" in page.error[0].title
    assert "train" in list(page.dataframe[0].value["Stage"])
    assert "Solved" in words(page)


def test_a_submission_is_sent_once_the_quota_was_seen(
    run_page: RunPage, results: ResultsStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[str, str]] = []
    quota = Quota(slug="titanic", daily=10, today=3, left=7, in_total=False, deadline=None,
                  entered=True, open=True, notebooks_only=False)  # fmt: skip
    desk = Submissions(lambda run, message, report: sent.append((run, message)))  # type: ignore[arg-type, func-returns-value]
    monkeypatch.setattr(sources, "quota", lambda slug: quota)
    monkeypatch.setattr(sources, "submissions", lambda: desk)
    row = solved_run()
    results.kept[row.id] = whole_run()
    page = run_page(row)
    page.button(key="submit").click().run()
    assert "7 submissions of 10 a day" in words(page)
    assert not sent
    page.button(key="submit").click()  # here a dialog is not drawn again by itself
    page.button(key="submit_now").click().run()
    assert sent == [(row.id, "")]

"""The tabs of a solved run: what they show, and that each asks only for that."""

from datetime import UTC, datetime

import pytest

from agent_core.receipt import Receipt, SubmissionState
from agent_core.spread import Spreads
from tests.standins.result_values import SUBMISSION
from tests.standins.results import ResultsStandIn, whole_run
from tests.standins.run_rows import solved_run
from tests.ui.run_tabs.conftest import RunPage, words
from ui.readers.runs import RunRow
from ui.run_tabs.actions import again_parameters


@pytest.fixture
def row(results: ResultsStandIn) -> RunRow:
    solved = solved_run(url="http://127.0.0.1:4200/runs/flow-run/x")
    results.kept[solved.id] = whole_run()
    return solved


def test_the_score_comes_first(run_page: RunPage, row: RunRow) -> None:
    page = run_page(row)
    assert [metric.value for metric in page.metric] == ["0.83 ± 0.012", "0.62", "improve 1"]
    assert "1 of 2 passed" in words(page)
    gates = page.dataframe[0].value
    assert list(gates["Result"]) == ["⚠ warning", "✔ passed"]
    assert "its claim held" in page.success[0].value
    assert {link.label: link.url for link in page.get("link_button")} == {
        "Prefect": row.url,
        "MLflow": "http://127.0.0.1:5000/#/experiments/1/runs/" + "m" * 32,
        "Kaggle": row.source,
    }


def test_the_leaderboard_stands_beside_the_cross_validation(
    run_page: RunPage, row: RunRow, results: ResultsStandIn
) -> None:
    results.kept[row.id]["receipt"] = Receipt(
        slug="titanic", run_id=row.id, sha256="0" * 64, description="", ref=7,
        state=SubmissionState.SCORED, sent=datetime.now(UTC), metric="accuracy",
        higher_is_better=True, cv_score=0.83, cv_std=0.012, public_score=0.79, gap=-0.04,
        rank=1234, teams=15000, percentile=91.8,
    )  # fmt: skip
    page = run_page(row)
    values = {metric.label: (metric.value, metric.delta) for metric in page.metric}
    assert values["Public leaderboard"] == ("0.79", "-0.04 to cross-validated")
    assert values["Rank"][0] == "1,234 of 15,000"


def test_a_trial_in_full(run_page: RunPage, row: RunRow) -> None:
    page = run_page(row, "Trials")
    assert page.selectbox[0].value == "improve 1"
    assert "import pandas as pd" in page.code[0].value
    view = page.segmented_control(key="trial_view")
    view.set_value("Changes").run()
    assert page.code[0].value.startswith("--- template\n+++ draft 1")
    assert page.code[0].language == "diff"
    page.segmented_control(key="trial_view").set_value("Log").run()
    assert page.code[0].value == "fold 0: 0.82\nfold 1: 0.83"
    page.segmented_control(key="trial_view").set_value("Folds").run()
    assert len(page.get("vega_lite_chart")) == 2


def test_the_data(run_page: RunPage, row: RunRow, results: ResultsStandIn) -> None:
    page = run_page(row, "Data")
    columns = page.dataframe[0].value
    assert list(columns["Column"]) == ["Age", "Fare", "Cabin", "Survived"]
    assert "Most of Cabin is missing" in words(page)
    assert len(page.get("vega_lite_chart")) == 3  # target, missing values, drift
    asked = {kind for run, kind in results.asked if run == row.id}
    assert asked == {"place", "profile", "spreads"}


def test_a_table_too_large_to_be_counted(
    run_page: RunPage, row: RunRow, results: ResultsStandIn
) -> None:
    results.kept[row.id]["spreads"] = Spreads()
    assert "too large to be counted" in words(run_page(row, "Data"))
    assert "There is no distribution" in words(run_page(row, "Submission"))


def test_the_strategy(run_page: RunPage, row: RunRow) -> None:
    page = run_page(row, "Strategy")
    assert "Boosted trees and a linear model" in words(page)
    assert "The table is small" in words(page)
    assert "3 ideas in a row" in words(page)


def test_the_importance(run_page: RunPage, row: RunRow, results: ResultsStandIn) -> None:
    page = run_page(row, "Importance")
    assert list(page.dataframe[0].value["Feature"]) == ["Sex", "Age"]
    results.kept[row.id]["importance improve 1"] = ()
    assert "wrote no importance" in words(run_page(row, "Importance"))


def test_the_submission_is_shown_as_it_is_and_fetched_when_it_is_wanted(
    run_page: RunPage, row: RunRow, results: ResultsStandIn
) -> None:
    page = run_page(row)
    assert (row.id, "submission") not in results.asked
    assert [button.label for button in page.get("download_button")] == ["Submission", "Solution"]
    shown = run_page(row, "Submission").dataframe[0].value
    lines = SUBMISSION.decode().splitlines()
    assert list(shown.columns) == lines[0].split(",")
    assert [",".join(values) for values in shown.to_numpy()] == lines[1:21]


def test_run_again_takes_the_settings_along() -> None:
    asked = {"source": "titanic", "budget": 1790.0, "planner": "claude", "seed": 0,
             "max_usd": 2.5, "metric": None, "competition": None}  # fmt: skip
    assert again_parameters(solved_run(asked=asked)) == {
        "source": "titanic", "minutes": "30", "planner": "Claude", "seed": "0", "max_usd": "2.5"
    }  # fmt: skip

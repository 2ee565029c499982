"""The submission as the run has it, or why there is none."""

import pytest

from tests.standins.result_values import SUBMISSION
from tests.standins.results import ResultsStandIn
from tests.standins.run_rows import a_run, failed_run, queued_run, solved_run
from tests.ui.http.conftest import Api
from ui.readers.runs import RunRow


def test_byte_for_byte(api: Api) -> None:
    run = solved_run()
    api.runs.rows[run.id] = run
    api.results.kept = ResultsStandIn(run.id).kept
    answer = api.client.get(f"/result/{run.id}/submission.csv")
    assert answer.status_code == 200
    assert answer.content == SUBMISSION
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("run", "says"),
    [(queued_run(), "not finished"), (a_run(), "not finished"), (failed_run(), "has ended")],
)
def test_not_there(api: Api, run: RunRow, says: str) -> None:
    api.runs.rows[run.id] = run
    answer = api.client.get(f"/result/{run.id}/submission.csv")
    assert answer.status_code == 409
    assert says in answer.json()["what"]


def test_lost(api: Api) -> None:
    run = solved_run()
    api.runs.rows[run.id] = run
    assert api.client.get(f"/result/{run.id}/submission.csv").status_code == 404


def test_mlflow_is_down(api: Api) -> None:
    run = solved_run()
    api.runs.rows[run.id] = run
    api.results.down = True
    answer = api.client.get(f"/result/{run.id}/submission.csv")
    assert answer.status_code == 503
    assert "MLflow" in answer.json()["what"]

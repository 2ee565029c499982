"""What whoever operates the API sees of it: health and figures."""

import re

import pytest

from tests.standins.run_rows import many_runs
from tests.ui.http.conftest import Api


def health(api: Api) -> tuple[int, dict[str, bool], int | None]:
    answer = api.client.get("/health")
    content = answer.json()
    up = {name: service["up"] for name, service in content["services"].items()}
    assert content["up"] is all(up.values())
    assert all(bool(one["says"]) is not one["up"] for one in content["services"].values())
    return answer.status_code, up, content["queued"]


def test_everything_is_up(api: Api) -> None:
    api.system.queued = {"docker": 2, "process": 1}
    status, up, queued = health(api)
    assert (status, queued) == (200, 3)
    assert up == {"prefect": True, "database": True, "workers": True, "mlflow": True}


def test_prefect_is_down(api: Api) -> None:
    api.system.down = True
    status, up, queued = health(api)
    assert (status, queued) == (503, None)
    assert up == {"prefect": False, "database": False, "workers": False, "mlflow": True}


def test_the_database_is_down(api: Api) -> None:
    api.system.database = False
    assert health(api)[:2] == (
        503,
        {"prefect": True, "database": False, "workers": True, "mlflow": True},
    )


def test_no_worker_is_there(api: Api) -> None:
    api.system.online = ()
    status, up, _ = health(api)
    assert (status, up["workers"], up["prefect"]) == (200, False, True)


def test_mlflow_is_down(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    api.client = api.open()
    status, up, _ = health(api)
    assert (status, up["mlflow"], up["prefect"]) == (200, False, True)


def figure(text: str, name: str, **labels: str) -> float:
    wanted = ",".join(f'{label}="{value}"' for label, value in sorted(labels.items()))
    found = re.search(rf"^{name}(?:{{{re.escape(wanted)}}})? (\S+)$", text, re.MULTILINE)
    assert found, f"no {name}{{{wanted}}} in:\n{text}"
    return float(found[1])


def test_figures(api: Api) -> None:
    api.runs.rows |= {row.id: row for row in many_runs(12)}
    api.client.get("/jobs")
    api.client.get("/nowhere/at/all")
    text = api.client.get("/metrics").text
    total = "kaggle_agent_http_requests_total"
    assert figure(text, total, method="GET", route="/jobs", status="200") == 1
    assert figure(text, total, method="none", route="none", status="404") == 1
    assert figure(text, "kaggle_agent_http_seconds_count", method="GET", route="/jobs") == 1
    assert figure(text, "kaggle_agent_runs", state="failed") == 2
    assert figure(text, "kaggle_agent_prefect_up") == 1
    api.runs.down = True
    text = api.client.get("/metrics").text
    assert figure(text, "kaggle_agent_prefect_up") == 0
    assert "kaggle_agent_runs{" not in text


def test_a_route_with_an_id_is_one_route(api: Api) -> None:
    for row in many_runs(3):
        api.runs.rows[row.id] = row
        api.client.get(f"/status/{row.id}")
    text = api.client.get("/metrics").text
    total = "kaggle_agent_http_requests_total"
    assert figure(text, total, method="GET", route="/status/{job_id}", status="200") == 3

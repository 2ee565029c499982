"""Runs over HTTP: hand one in, look at it, list them, stop one."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from agent_core.run import Request
from tests.standins.run_rows import a_run, failed_run, many_runs, queued_run
from tests.standins.runs import RunsStandIn
from tests.ui.http.conftest import Api

TITANIC = "https://www.kaggle.com/competitions/titanic"


def handed_in(api: Api) -> list[Request]:
    return [asked[0] for name, asked in api.runs.asked if name == "start"]  # type: ignore[misc]


def test_a_run_is_handed_in(api: Api) -> None:
    answer = api.post(TITANIC, budget=60, planner="rules", seed=7, max_usd=0.5)
    assert answer.status_code == 201
    job = answer.json()
    assert set(job) == {"job_id", "status", "created_at", "message"}
    assert (job["status"], job["message"]) == ("queued", "Waits for a place.")
    created = datetime.fromisoformat(job["created_at"])
    assert abs(datetime.now(UTC) - created) < timedelta(minutes=1)
    wanted = Request(source=TITANIC, budget=60, planner="rules", seed=7, max_usd=0.5)
    assert handed_in(api) == [wanted]
    assert api.client.get(f"/status/{job['job_id']}").json()["status"] == "queued"


def test_settings_are_those_of_the_command_line(api: Api) -> None:
    assert api.client.post("/run", json={"kaggle_url": "titanic"}).status_code == 201
    assert handed_in(api) == [Request(source=TITANIC)]


@pytest.mark.parametrize(
    "source", ["https://example.org/competitions/titanic", "/etc", "./home", "../x", "a b", "\n"]
)
def test_what_is_no_competition(api: Api, source: str) -> None:
    answer = api.post(source)
    assert answer.status_code == 400
    assert answer.json()["what"]
    assert answer.json()["next"]
    assert handed_in(api) == []


@pytest.mark.parametrize(
    "settings",
    [
        {"budget": 1}, {"budget": 10**9}, {"budget": "soon"}, {"max_usd": -1}, {"max_trials": 0},
        {"drafts": 100}, {"seed": -1}, {"planner": "magic"}, {"sandbox": "none"}, {"unknown": 1},
    ],
)  # fmt: skip
def test_settings_out_of_bounds(api: Api, settings: dict[str, object]) -> None:
    answer = api.post("titanic", **settings)
    assert answer.status_code == 422
    assert next(iter(settings)) in answer.json()["means"]
    assert handed_in(api) == []


def test_an_unknown_metric(api: Api) -> None:
    answer = api.post("titanic", metric="beauty")
    assert answer.status_code == 400
    assert "beauty" in answer.json()["what"]


def test_a_repeated_key_makes_no_second_run(api: Api) -> None:
    headers = {"Idempotency-Key": "monday"}
    wish = {"kaggle_url": "titanic", "settings": {"seed": 1}}
    first = api.client.post("/run", json=wish, headers=headers)
    again = api.client.post("/run", json=wish, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["job_id"] == again.json()["job_id"]
    assert len(api.runs.rows) == 1
    wish["settings"] = {"seed": 2}
    other = api.client.post("/run", json=wish, headers=headers)
    assert other.status_code == 409
    assert "monday" in other.json()["what"]
    assert len(api.runs.rows) == 1


@pytest.mark.parametrize("key", ["", "a b", "x" * 201])
def test_what_is_no_idempotency_key(api: Api, key: str) -> None:
    headers = {"Idempotency-Key": key}
    answer = api.client.post("/run", json={"kaggle_url": "titanic"}, headers=headers)
    assert answer.status_code == 422


def test_everything_that_is_known(api: Api) -> None:
    run = failed_run(message="No.\nThat means no.", trials=2)
    api.runs.rows[run.id] = run
    job = api.client.get(f"/status/{run.id}").json()
    assert (job["job_id"], job["status"], job["failure"]) == (run.id, "failed", "RulesNotAccepted")
    assert (job["message"], job["trials"], job["score"]) == ("No.\nThat means no.", 2, None)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/status/{}"), ("GET", "/logs/{}"), ("GET", "/result/{}/submission.csv"),
     ("POST", "/jobs/{}/cancel")],
)  # fmt: skip
def test_a_run_that_there_is_not(api: Api, method: str, path: str) -> None:
    assert api.client.request(method, path.format(uuid4())).status_code == 404
    assert api.client.request(method, path.format("no-id")).status_code == 422


def test_a_page_of_a_list(api: Api) -> None:
    rows = many_runs(50)
    api.runs.rows |= {row.id: row for row in rows}
    found = api.client.get("/jobs", params={"limit": 5, "offset": 10}).json()
    assert [job["job_id"] for job in found["jobs"]] == [row.id for row in rows[10:15]]
    assert (found["total"], found["limit"], found["offset"]) == (50, 5, 10)


def test_a_list_of_some_states(api: Api) -> None:
    api.runs.rows |= {row.id: row for row in many_runs(12)}
    one = api.client.get("/jobs", params={"status_filter": "failed"}).json()
    assert {job["status"] for job in one["jobs"]} == {"failed"}
    two = api.client.get("/jobs", params={"status_filter": ["failed", "timeout"]}).json()
    assert two["total"] == 4
    assert api.client.get("/jobs", params={"status_filter": "lost"}).status_code == 422
    assert api.client.get("/jobs", params={"limit": 101}).status_code == 422


def test_a_run_is_stopped(api: Api) -> None:
    waits, works = queued_run(), a_run()
    api.runs.rows |= {row.id: row for row in (waits, works)}
    assert api.client.post(f"/jobs/{waits.id}/cancel").json()["status"] == "cancelled"
    assert api.client.post(f"/jobs/{works.id}/cancel").json()["status"] == "running"
    assert api.runs.rows[works.id].detail == "Cancelling"


def test_the_queue_is_full(api: Api) -> None:
    client = api.open(api_queue_limit=3)
    api.system.queued["docker"] = 1
    answers = [client.post("/run", json={"kaggle_url": "titanic"}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [201, 201, 429, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "3 runs wait" in answers[-1].json()["what"]


def test_prefect_is_down(api: Api) -> None:
    api.runs.down = api.system.down = True
    for answer in (api.post(), api.client.get("/jobs"), api.client.get(f"/status/{uuid4()}")):
        assert answer.status_code == 503
        assert "Prefect" in answer.json()["what"]
    api.runs.down = api.system.down = False
    assert api.post().status_code == 201


def test_nobody_would_execute_it(api: Api) -> None:
    api.runs.deployment_names = ()
    answer = api.post()
    assert answer.status_code == 503
    assert "kaggle-agent up" in answer.json()["next"]


@pytest.mark.parametrize(
    ("online", "wanted", "taken"),
    [
        (("docker", "process"), "", "docker"),
        (("process",), "", "process"),
        ((), "", "process"),
        (("docker",), "process", "process"),
    ],
)
def test_the_deployment_that_is_taken(
    api: Api, online: tuple[str, ...], wanted: str, taken: str
) -> None:
    api.system.online = online
    client = api.open(api_deployment=wanted)
    job = client.post("/run", json={"kaggle_url": "titanic"}).json()
    assert api.runs.rows[job["job_id"]].deployment == taken


def test_a_fault_of_ours_says_so(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(RunsStandIn, "run", broken)
    answer = api.client.get(f"/status/{uuid4()}")
    assert answer.status_code == 500
    assert "fault of the program" in answer.json()["means"]

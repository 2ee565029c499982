"""A key is needed where one exists or others could come in, and sees its own runs only."""

import pytest

from tests.standins.run_rows import solved_run
from tests.ui.http.conftest import Api, bearer

CLOSED = ["/jobs", "/metrics"]


def test_without_keys_whoever_is_here_may_do_all(api: Api) -> None:
    assert api.post().status_code == 201
    assert {api.client.get(path).status_code for path in CLOSED} == {200}


def test_as_soon_as_there_is_a_key_it_is_needed(api: Api) -> None:
    secret = api.keys.create("anna")
    for path in CLOSED:
        refused = api.client.get(path)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == "Bearer"
        assert api.client.get(path, headers=bearer(secret)).status_code == 200
    assert api.post().status_code == 401
    assert api.client.get("/jobs", headers=bearer("ka_wrong")).status_code == 401
    api.keys.revoke("anna")
    assert api.client.get("/jobs", headers=bearer(secret)).status_code == 401


def test_where_others_could_come_in_nobody_does_without_a_key(api: Api) -> None:
    client = api.open(open_to_others=True)
    assert {client.get(path).status_code for path in CLOSED} == {401}
    secret = api.keys.create("anna")
    assert client.get("/jobs", headers=bearer(secret)).status_code == 200


def test_a_key_sees_its_own_runs_only(api: Api) -> None:
    anna, bert = (bearer(api.keys.create(name)) for name in ("anna", "bert"))
    wish = {"kaggle_url": "titanic"}
    job = api.client.post("/run", json=wish, headers=anna).json()["job_id"]
    api.runs.change(job, state=solved_run().state)
    api.results.kept[job] = {"submission": b"id,y\n1,0\n"}
    paths = [f"/status/{job}", f"/logs/{job}", f"/result/{job}/submission.csv"]
    assert [api.client.get(path, headers=anna).status_code for path in paths] == [200] * 3
    assert [api.client.get(path, headers=bert).status_code for path in paths] == [404] * 3
    assert api.client.post(f"/jobs/{job}/cancel", headers=bert).status_code == 404
    assert api.client.get("/jobs", headers=anna).json()["total"] == 1
    assert api.client.get("/jobs", headers=bert).json()["total"] == 0


def test_two_keys_cannot_share_an_idempotency_key(api: Api) -> None:
    headers = {"Idempotency-Key": "1"}
    jobs = {
        api.client.post(
            "/run", json={"kaggle_url": "titanic"}, headers=headers | bearer(api.keys.create(name))
        ).json()["job_id"]
        for name in ("anna", "bert")
    }
    assert len(jobs) == 2


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "nonsense"])
def test_what_is_no_key_at_all(api: Api, header: str) -> None:
    api.keys.create("anna")
    assert api.client.get("/jobs", headers={"Authorization": header}).status_code == 401


def test_reasons_are_for_those_who_have_a_key(api: Api) -> None:
    secret = api.keys.create("anna")
    api.system.down = True
    stranger = api.client.get("/health").json()["services"]
    assert stranger["prefect"] == {"up": False, "says": ""}
    known = api.client.get("/health", headers=bearer(secret)).json()["services"]
    assert "does not answer" in known["prefect"]["says"]

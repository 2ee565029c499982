"""How often a client may hand in a run, and when it may again."""

import time

import pytest

from tests.ui.http.conftest import Api, bearer
from ui.http.problems import Refused
from ui.http.rate import Rate


def test_ten_a_minute_and_the_eleventh_is_told_to_wait(api: Api) -> None:
    client = api.open(api_posts_per_minute=10)
    wish = {"kaggle_url": "titanic"}
    answers = [client.post("/run", json=wish) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [201] * 10 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert len(api.runs.rows) == 10
    assert client.get("/jobs").status_code == 200  # looking is free


def test_each_client_has_its_own(api: Api) -> None:
    client = api.open(api_posts_per_minute=1)
    wish = {"kaggle_url": "titanic"}
    for name in ("anna", "bert"):
        key = bearer(api.keys.create(name))
        assert client.post("/run", json=wish, headers=key).status_code == 201
        assert client.post("/run", json=wish, headers=key).status_code == 429


def test_what_is_refused_for_its_form_does_not_count(api: Api) -> None:
    client = api.open(api_posts_per_minute=1)
    assert client.post("/run", json={"kaggle_url": "/etc"}).status_code == 400
    assert client.post("/run", json={"kaggle_url": "titanic"}).status_code == 201


def test_the_time_that_it_tells_is_right() -> None:
    rate = Rate(2, seconds=2)
    rate.take("anna")
    rate.take("anna")
    with pytest.raises(Refused) as told:
        rate.take("anna")
    wait = told.value.retry_after
    assert wait is not None
    time.sleep(wait)
    rate.take("anna")  # raises, if that was too early

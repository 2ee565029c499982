"""When the client waits, for how long, and when it gives up."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from agent_core.errors import KaggleRateLimited
from agent_core.kaggle.client import KaggleClient
from agent_core.kaggle.patience import Patience
from tests.agent_core.kaggle.refused import QUICK, failure


def test_a_failure_that_passes_is_waited_for(kaggle, client):
    kaggle.fail("GetCompetition", times=1, status=503)
    kaggle.fail("GetCompetition", times=1, status=0)

    assert client.details("titanic").title == "Titanic"
    assert kaggle.calls["GetCompetition"] == 3


def test_waiting_is_told(kaggle):
    heard = []
    kaggle.fail("GetCompetition", times=1, status=503)

    KaggleClient(QUICK, lambda message, _: heard.append(message)).details("titanic")

    assert len(heard) == 1
    assert "Kaggle failed (503)" in heard[0]
    assert "Trying again in" in heard[0]


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_in_seconds_is_honoured(kaggle, client, status):
    kaggle.fail("GetCompetition", times=1, status=status, headers={"Retry-After": "1"})
    begun = time.monotonic()

    client.details("titanic")

    assert time.monotonic() - begun >= 1.0


def test_retry_after_as_a_date_is_honoured(kaggle, client):
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    kaggle.fail("GetCompetition", times=1, status=429, headers={"Retry-After": moment})
    begun = time.monotonic()

    client.details("titanic")

    assert time.monotonic() - begun >= 0.8


def test_a_long_retry_after_is_told_instead_of_waited_for(kaggle, client):
    kaggle.fail("GetCompetition", status=429, headers={"Retry-After": "1800"})

    error = failure(client)

    assert isinstance(error, KaggleRateLimited)
    assert error.retry_after == 1800
    assert "wait 1800 s" in str(error)
    assert kaggle.calls["GetCompetition"] == 1


def test_a_server_that_never_answers_is_left(kaggle):
    kaggle.fail("GetCompetition", delay=2)
    client = KaggleClient(Patience(tries=2, first_wait=0.01, read_timeout=0.2))

    assert "did not answer in time" in str(failure(client))
    assert kaggle.calls["GetCompetition"] == 2


def test_no_server_at_all_is_told(kaggle, monkeypatch):
    from kagglesdk.kaggle_env import KaggleEnv, _env_to_endpoint

    monkeypatch.setitem(_env_to_endpoint, KaggleEnv.LOCAL, "http://127.0.0.1:9")

    assert "connection to Kaggle failed" in str(failure(KaggleClient(QUICK)))

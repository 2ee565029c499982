from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from agent_core.errors import KaggleRateLimited, KaggleUnavailable, NotFound
from agent_core.kaggle.patience import Patience, retry_after
from agent_core.settings import Settings


@pytest.fixture
def slept(monkeypatch):
    waits: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", waits.append)
    return waits


def failing(*errors):
    remaining = list(errors)

    def call():
        if remaining:
            raise remaining.pop(0)
        return "done"

    return call


def test_waits_grow_and_are_bounded(slept):
    patience = Patience(tries=6, first_wait=1, longest_wait=5)

    assert patience.run(failing(*[KaggleUnavailable("down")] * 5)) == "done"

    assert len(slept) == 5
    assert 1 <= slept[0] <= 1.25
    assert 2 <= slept[1] <= 2.5
    assert slept[3:] == [5, 5]


def test_what_will_not_pass_is_not_tried_again(slept):
    with pytest.raises(NotFound):
        Patience().run(failing(NotFound("gone")))

    assert slept == []


def test_the_sum_of_the_waits_is_bounded(slept):
    patience = Patience(tries=100, total_wait=10)

    with pytest.raises(KaggleRateLimited):
        patience.run(failing(*[KaggleRateLimited("slow", retry_after=4.0)] * 100))

    assert slept == [4.0, 4.0]


def test_the_last_error_is_the_one_that_is_told(slept):
    with pytest.raises(KaggleUnavailable, match="second"):
        Patience(tries=2).run(failing(KaggleUnavailable("first"), KaggleUnavailable("second")))


def test_the_environment_sets_the_waits(monkeypatch):
    monkeypatch.setenv("KAGGLE_AGENT_KAGGLE_READ_TIMEOUT", "7.5")

    assert Settings().patience() == Patience(read_timeout=7.5)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, None), ("", None), ("12", 12), ("0.5", 0.5), ("-3", 0), ("soon", None), ("nan", 0)],
)
def test_retry_after_is_read_leniently(header, seconds):
    assert retry_after(header) == seconds


def test_retry_after_may_be_a_date():
    future = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    naive = (datetime.now(UTC) + timedelta(seconds=100)).strftime("%a, %d %b %Y %H:%M:%S -0000")

    assert retry_after(future) == pytest.approx(99, abs=2)
    assert retry_after(naive) == pytest.approx(99, abs=2)
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0

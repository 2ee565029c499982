"""Where credentials come from, and what must not get in their way."""

import os

import pytest

from agent_core.errors import NoCredentials
from agent_core.kaggle.client import KaggleClient
from agent_core.kaggle.environment import credentials
from agent_core.kaggle.patience import Patience
from tests.standins.kaggle import KEY, TOKEN, USER

QUICK = Patience(tries=2, first_wait=0.01, longest_wait=0.02, total_wait=2, read_timeout=5)
NAMES = ("KAGGLE_USERNAME", "KAGGLE_KEY", "KAGGLE_API_TOKEN")


@pytest.fixture(autouse=True)
def _here(kaggle, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def title():
    return KaggleClient(QUICK).details("titanic").title


@pytest.mark.parametrize(
    "lines", [f"KAGGLE_USERNAME={USER}\nKAGGLE_KEY='{KEY}'\n", f'KAGGLE_API_TOKEN="{TOKEN}"\n']
)
def test_a_file_beside_the_work_is_enough(kaggle, tmp_path, lines):
    (tmp_path / ".env").write_text(lines)

    assert title() == "Titanic"
    assert not any(name in os.environ for name in NAMES)


def test_a_variable_wins_over_the_file(kaggle, tmp_path, monkeypatch):
    (tmp_path / ".env").write_text(f"KAGGLE_USERNAME={USER}\nKAGGLE_KEY=wrong\n")
    monkeypatch.setenv("KAGGLE_KEY", KEY)

    assert title() == "Titanic"


def test_a_bad_token_in_the_file_hides_no_good_key(kaggle, tmp_path, monkeypatch):
    heard = []
    (tmp_path / ".env").write_text("KAGGLE_API_TOKEN=expired\n")
    monkeypatch.setenv("KAGGLE_USERNAME", USER)
    monkeypatch.setenv("KAGGLE_KEY", KEY)

    client = KaggleClient(QUICK, lambda text, _: heard.append(text))

    assert client.details("titanic").title == "Titanic"
    assert "Remove the token" in heard[0]
    assert "expired" not in heard[0]


def test_a_name_that_only_looks_like_a_token_is_not_sent(kaggle, monkeypatch):
    monkeypatch.setenv("KAGGLE_USERNAME", USER)
    monkeypatch.setenv("KAGGLE_KEY", KEY)
    monkeypatch.setenv("KAGGLE_TOKEN", "left over")

    assert title() == "Titanic"
    sent = [headers.get("Authorization", "") for _, headers, _ in kaggle.requests]
    assert all(value.startswith("Basic ") for value in sent)


@pytest.mark.parametrize(
    ("have", "missing"), [("KAGGLE_USERNAME", "KAGGLE_KEY"), ("KAGGLE_KEY", "KAGGLE_USERNAME")]
)
def test_half_of_a_pair_is_told(monkeypatch, have, missing):
    monkeypatch.setenv(have, "x1y2")

    with pytest.raises(NoCredentials, match=f"there is no {missing}|but no {missing}") as caught:
        title()
    assert f"Set {missing} too" in caught.value.next
    assert "x1y2" not in str(caught.value)


def test_nothing_verbose_holds_while_credentials_are_read(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("KAGGLE_KEY=of the file\nOTHER=not ours\n")
    monkeypatch.setenv("VERBOSE", "1")

    with credentials():
        assert "VERBOSE" not in os.environ
        assert os.environ["KAGGLE_KEY"] == "of the file"
        assert "OTHER" not in os.environ

    assert os.environ["VERBOSE"] == "1"
    assert "KAGGLE_KEY" not in os.environ

"""What the client takes for credentials, and what it says where they are no good."""

import pytest

from agent_core.errors import NotAuthenticated
from agent_core.kaggle.client import KaggleClient
from agent_core.kaggle.official import imported
from tests.agent_core.kaggle.refused import QUICK, failure
from tests.standins.kaggle import TOKEN


def test_without_credentials_nothing_is_asked(kaggle, monkeypatch, capsys):
    monkeypatch.delenv("KAGGLE_USERNAME")
    monkeypatch.delenv("KAGGLE_KEY")

    error = failure(KaggleClient(QUICK))

    assert isinstance(error, NotAuthenticated)
    assert "no Kaggle credentials" in error.what
    assert "local folder" in error.next
    assert not kaggle.calls
    assert capsys.readouterr().out == ""


def test_half_of_the_credentials_is_told(kaggle, monkeypatch):
    monkeypatch.delenv("KAGGLE_KEY")

    error = failure(KaggleClient(QUICK))

    assert isinstance(error, NotAuthenticated)
    assert "no KAGGLE_KEY" in error.what
    assert not kaggle.calls


def test_a_wrong_key_is_told(kaggle, monkeypatch):
    monkeypatch.setenv("KAGGLE_KEY", "wrong")

    error = failure(KaggleClient(QUICK))

    assert isinstance(error, NotAuthenticated)
    assert "did not accept" in error.what


def test_a_key_that_cannot_be_sent_is_told_without_repeating_it(kaggle, monkeypatch):
    monkeypatch.setenv("KAGGLE_KEY", "wr\u0151ng")

    error = failure(KaggleClient(QUICK))

    assert isinstance(error, NotAuthenticated)
    assert "wr\u0151ng" not in str(error)


def test_a_token_is_enough(kaggle, monkeypatch):
    monkeypatch.delenv("KAGGLE_KEY")
    monkeypatch.setenv("KAGGLE_API_TOKEN", TOKEN)

    assert KaggleClient(QUICK).details("titanic").title == "Titanic"


@pytest.mark.parametrize("status", [None, 400, 401, 403, 404])
def test_a_bad_token_beside_a_good_key_is_passed_over(kaggle, monkeypatch, status):
    monkeypatch.setenv("KAGGLE_API_TOKEN", "expired")
    if status:
        kaggle.fail("IntrospectToken", status=status)

    assert KaggleClient(QUICK).details("titanic").title == "Titanic"


def test_a_bad_token_alone_is_told(kaggle, monkeypatch):
    monkeypatch.delenv("KAGGLE_KEY")
    monkeypatch.setenv("KAGGLE_API_TOKEN", "expired")

    error = failure(KaggleClient(QUICK))

    assert isinstance(error, NotAuthenticated)
    assert "access token" in error.what
    assert "expired" not in str(error)


def test_a_token_that_cannot_be_checked_now_is_tried_again(kaggle, monkeypatch):
    monkeypatch.setenv("KAGGLE_API_TOKEN", TOKEN)
    kaggle.fail("IntrospectToken", times=1, status=503)

    assert KaggleClient(QUICK).details("titanic").title == "Titanic"
    assert kaggle.calls["IntrospectToken"] == 2


def test_a_token_too_long_for_the_client_is_explained(kaggle, monkeypatch):
    monkeypatch.setenv("KAGGLE_API_TOKEN", "t" * 300)

    error = failure(KaggleClient(QUICK))

    assert isinstance(error, NotAuthenticated)
    assert "~/.kaggle/access_token" in error.next
    assert "ttt" not in str(error)


def test_credentials_that_may_not_be_read_are_told(kaggle, monkeypatch, tmp_path):
    def denied(path):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("kagglesdk.kaggle_env._get_access_token_from_file", denied)
    monkeypatch.setattr("kagglesdk.kaggle_env.is_in_kaggle_notebook", lambda: True)

    error = failure(KaggleClient(QUICK))

    assert isinstance(error, NotAuthenticated)
    assert "Permission denied" in error.what


def test_credentials_of_another_form_are_told(kaggle, monkeypatch, tmp_path):
    (tmp_path / "kaggle.json").write_text('["ada", "secret"]')
    monkeypatch.setattr(imported().KaggleApi, "config", str(tmp_path / "kaggle.json"))

    error = failure(KaggleClient(QUICK))

    assert isinstance(error, NotAuthenticated)
    assert "could not be understood" in error.what
    assert "secret" not in str(error)

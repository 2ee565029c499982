"""Where people look at what MLflow keeps."""

import pytest

from agent_core.mlflow_pages import run_url, server_url


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("http://mlflow:5000/", "http://mlflow:5000"),
        ("https://me:secret@mlflow.example/base", "https://mlflow.example/base"),
        ("sqlite:////home/me/mlflow.db", None),
        ("", None),
    ],
)
def test_a_server_is_shown_without_its_password(uri: str, shown: str | None) -> None:
    assert server_url(uri) == shown


def test_a_run_has_a_page_where_there_is_a_server() -> None:
    assert run_url("http://mlflow:5000", "7", "ab") == "http://mlflow:5000/#/experiments/7/runs/ab"
    assert run_url("sqlite:///mlflow.db", "7", "ab") is None


def test_the_pages_may_be_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAGGLE_AGENT_MLFLOW_PAGES", "http://localhost:5000/")
    page = "http://localhost:5000/#/experiments/7/runs/ab"
    assert run_url("http://mlflow:5000", "7", "ab") == page
    assert run_url("sqlite:///mlflow.db", "7", "ab") is None

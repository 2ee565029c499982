"""Settings come from the environment, then from ``.env``, and reach processes started elsewhere."""

import json
import re
from pathlib import Path

import pytest

from agent_core.settings import Settings, environment

FILE = Path(__file__).parents[2] / ".env.example"
#: Read by others: clients of ours, and the compose file.
OTHERS = {
    "PREFECT_API_AUTH_STRING", "KAGGLE_API_TOKEN", "KAGGLE_USERNAME", "KAGGLE_KEY",
    "ANTHROPIC_API_KEY", "PREFECT_AUTH", "POSTGRES_PASSWORD", "PREFECT_DB_PASSWORD",
    "MLFLOW_DB_PASSWORD", "DOCKER_GID", "PREFECT_UI_URL",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("KAGGLE_AGENT_RUNS_AT_ONCE", "KAGGLE_AGENT_KAGGLE_TRIES", "MLFLOW_TRACKING_URI"):
        monkeypatch.delenv(name, raising=False)
    lines = "KAGGLE_AGENT_RUNS_AT_ONCE=7\nMLFLOW_TRACKING_URI=http://mlflow:5000\nTHEIR_SECRET=x\n"
    (tmp_path / ".env").write_text(lines)


def test_the_file_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().runs_at_once == 7
    assert Settings().mlflow_tracking_uri == "http://mlflow:5000"
    monkeypatch.setenv("KAGGLE_AGENT_RUNS_AT_ONCE", "2")
    assert Settings().runs_at_once == 2


def test_what_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://elsewhere:5000")
    passed = environment()
    assert passed["KAGGLE_AGENT_RUNS_AT_ONCE"] == "7"
    assert passed["MLFLOW_TRACKING_URI"] == "http://elsewhere:5000"
    assert "THEIR_SECRET" not in passed  # a project's own file may hold anything
    assert "PATH" in passed


def test_all_settings_are_explained() -> None:
    told = dict(re.findall(r"^#([A-Z_]+)=(.*)$", FILE.read_text(), flags=re.MULTILINE))
    fields = {
        str(field.validation_alias or f"KAGGLE_AGENT_{name.upper()}"): field
        for name, field in Settings.model_fields.items()
    }
    assert set(told) - OTHERS == set(fields)
    for name, value in told.items():
        if name in fields and value:
            default = fields[name].default
            assert value == str(default) or type(default)(json.loads(value)) == default

"""The base job templates: whole, filled from the settings, with fences that no run can lower."""

import json
import re
import socket
from pathlib import Path
from typing import Any

import pytest

from agent_core.settings import Settings
from deployments.pools import docker_template, process_template

FOLDER = Path(__file__).parents[2] / "deployments"
FILES = ["docker-pool.json", "process-pool.json", "kubernetes/pool.json"]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("KAGGLE_AGENT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KAGGLE_AGENT_POOL_MEMORY", "3g")
    monkeypatch.setenv("KAGGLE_AGENT_POOL_CPUS", "1.5")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:5000")
    return Settings()


def load(file: str) -> Any:
    return json.loads((FOLDER / file).read_text())


def defaults(template: Any) -> dict[str, Any]:
    return {name: v.get("default") for name, v in template["variables"]["properties"].items()}


@pytest.mark.parametrize("file", FILES)
def test_every_variable_is_defined_and_used(file: str) -> None:
    template = load(file)
    used = set(re.findall(r"\{\{ (\w+) \}\}", json.dumps(template["job_configuration"])))
    assert used == set(template["variables"]["properties"])
    assert all("default" in v for v in template["variables"]["properties"].values())


def test_the_docker_pool_is_filled_from_the_settings(settings: Settings) -> None:
    found = defaults(docker_template(settings))
    home = str(settings.folders().root)
    assert found["memory"] == "3g"
    assert found["nano_cpus"] == 1_500_000_000
    assert f"{home}:{home}" in found["volumes"]
    assert found["env"]["KAGGLE_AGENT_HOME"] == home
    assert found["env"]["MLFLOW_TRACKING_URI"] == "http://127.0.0.1:5000"
    assert Path(home).is_dir()  # else the engine makes it, and root owns it


def test_a_volume_can_be_the_home(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAGGLE_AGENT_POOL_HOME", "kaggle-agent-home")
    monkeypatch.setenv("KAGGLE_AGENT_POOL_NETWORK", "kaggle-agent")
    found = defaults(docker_template(Settings()))
    assert f"kaggle-agent-home:{settings.folders().root}" in found["volumes"]
    assert found["networks"] == ["kaggle-agent"]


def test_the_engine_is_the_one_that_the_environment_names(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = tmp_path / "docker.sock"
    monkeypatch.setenv("DOCKER_HOST", f"unix://{place}")
    assert not any(
        "docker.sock" in volume for volume in defaults(docker_template(settings))["volumes"]
    )
    with socket.socket(socket.AF_UNIX) as engine:
        engine.bind(str(place))
        found = defaults(docker_template(settings))
    assert f"{place}:/var/run/docker.sock" in found["volumes"]
    assert found["groups"] == [str(place.stat().st_gid)]


def test_secrets_are_a_file_and_never_reach_the_server(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-very-secret")
    monkeypatch.setenv("KAGGLE_API_TOKEN", "very-secret-too")
    monkeypatch.setenv("KAGGLE_AGENT_API_KEY", "very-secret-as-well")
    monkeypatch.setenv("KAGGLE_AGENT_POOL_SECRETS", str(tmp_path / "secrets"))
    filled = Settings()
    assert "secret-" not in json.dumps([docker_template(filled), process_template(filled)])
    assert "very-secret" not in json.dumps([docker_template(filled), process_template(filled)])
    volumes = defaults(docker_template(filled))["volumes"]
    assert f"{tmp_path / 'secrets'}:/opt/kaggle-agent/.env:ro" in volumes


def test_a_run_cannot_lower_the_fences_of_its_container() -> None:
    """They are literal: what is no variable cannot be overridden."""
    job = load("docker-pool.json")["job_configuration"]
    fences = job["container_create_kwargs"]
    assert job["privileged"] is False
    assert fences["read_only"] is True
    assert fences["cap_drop"] == ["ALL"]
    assert fences["security_opt"] == ["no-new-privileges"]
    assert fences["init"] is True  # else SIGTERM does not reach the flow
    assert job["memswap_limit"] == job["mem_limit"]


def test_known_to_docker(settings: Settings) -> None:
    """A key that docker-py does not know crashes each run; one that the worker takes is dropped."""
    from docker.models.containers import RUN_CREATE_KWARGS, RUN_HOST_CONFIG_KWARGS
    from prefect_docker.worker import DockerWorkerJobConfiguration

    job = docker_template(settings)["job_configuration"]
    extra = set(job["container_create_kwargs"])
    assert extra <= {*RUN_CREATE_KWARGS, *RUN_HOST_CONFIG_KWARGS}
    known = set(DockerWorkerJobConfiguration.model_fields)
    assert set(job) <= known
    assert not extra & known

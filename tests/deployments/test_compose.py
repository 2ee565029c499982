"""The compose file, as docker-compose itself understands it."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.requirements import require

FILE = Path(__file__).parents[2] / "deployments" / "compose.yaml"
SECRETS = {
    "PREFECT_AUTH": "admin:one",
    "POSTGRES_PASSWORD": "two",
    "PREFECT_DB_PASSWORD": "three",
    "MLFLOW_DB_PASSWORD": "four",
    "DOCKER_GID": "997",
}


def config(**environment: str) -> subprocess.CompletedProcess[str]:
    require(bool(shutil.which("docker-compose")), "docker-compose is not installed")
    return subprocess.run(
        ("docker-compose", "-f", str(FILE), "config"),
        env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def services() -> Any:
    done = config(**SECRETS)
    assert done.returncode == 0, done.stderr
    return yaml.safe_load(done.stdout)["services"]


@pytest.mark.parametrize("missing", sorted(SECRETS))
def test_nothing_secret_has_a_default(missing: str) -> None:
    done = config(**{k: v for k, v in SECRETS.items() if k != missing})
    assert done.returncode != 0
    assert missing in done.stderr


def test_only_ways_in_are_published_and_only_on_this_machine(services: Any) -> None:
    published = {name: s["ports"] for name, s in services.items() if "ports" in s}
    assert set(published) == {"app", "api", "prefect", "mlflow"}
    for ports in published.values():
        assert all(str(port).startswith("127.0.0.1:") for port in ports)


def test_each_has_bounds_and_comes_back(services: Any) -> None:
    for name, service in services.items():
        assert service["restart"] in {"unless-stopped", "on-failure"}
        if name != "postgres":
            assert service["read_only"] is True
            assert service["cap_drop"] == ["ALL"]
        if name != "deploy":
            assert "healthcheck" in service


def test_databases_and_doors(services: Any) -> None:
    prefect = services["prefect"]["environment"]
    assert "@postgres/prefect" in prefect["PREFECT_SERVER_DATABASE_CONNECTION_URL"]
    assert prefect["PREFECT_SERVER_API_AUTH_STRING"] == SECRETS["PREFECT_AUTH"]
    assert services["worker"]["environment"]["PREFECT_API_AUTH_STRING"] == SECRETS["PREFECT_AUTH"]
    command = " ".join(services["mlflow"]["command"])
    assert "@postgres/mlflow" in command
    assert "--allowed-hosts" in command

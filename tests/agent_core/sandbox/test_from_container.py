"""The sandbox used from within a container, as a flow run of a Docker pool does."""

import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.agent_core.sandbox.engines import require_engine

ROOT = Path(__file__).resolve().parents[3]
SOCKET = "/var/run/docker.sock"
CORE = (
    "test_contract.py::test_an_honest_script_is_run_as_the_solution_contract_says",
    "test_contract.py::test_a_crash_is_a_value_that_quotes_the_error",
    "test_bombs.py::test_memory_bomb_of_one_process",
    "test_bombs.py::test_fork_bomb",
    "test_reading.py::test_files_of_the_user_of_the_product_and_of_other_runs",
    "test_reading.py::test_secrets_in_the_environment",
    "test_network.py::test_the_world",
    "test_escapes.py::test_killing_everything_in_sight",
    "test_writing.py::test_inputs_interpreter_and_system_cannot_be_changed",
    "test_writing.py::test_closing_the_output_folder_hides_nothing",
)


@pytest.fixture(params=["volume", "folder"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """What the engine shall mount as the home of the product."""
    require_engine()
    if request.param == "folder":
        yield str(tmp_path)
        return
    name = f"kaggle-agent-test-{uuid.uuid4().hex[:12]}"
    subprocess.run(["docker", "volume", "create", name], check=True, capture_output=True)
    yield name
    subprocess.run(["docker", "volume", "rm", name], check=True, capture_output=True)


@pytest.mark.slow
def test_the_core_of_the_suite_holds_there_too(home: str) -> None:
    tests = CORE if not Path(home).is_absolute() else CORE[:1]
    done = subprocess.run(
        [*_container(home), sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
        + ["--basetemp=/state/tests", "-k", "docker"]
        + [f"tests/agent_core/sandbox/{test}" for test in tests],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "skipped" not in done.stdout


@pytest.mark.slow
def test_a_home_inside_the_container_is_refused_with_a_reason(home: str) -> None:
    code = "from agent_core.sandbox.choosing import choose_sandbox as c; print(c('auto').why)"
    done = subprocess.run(
        [*_container(home), "env", "KAGGLE_AGENT_HOME=/var/elsewhere", sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "/var/elsewhere lies in this container only" in done.stdout


def _container(home: str) -> list[str]:
    """A command that runs what follows in a container with this checkout and the socket."""
    read_only = [ROOT, Path(sys.base_prefix)]
    volumes = [f"{SOCKET}:{SOCKET}", f"{home}:/state"]
    volumes += [f"{path}:{path}:ro" for path in read_only]
    settings = ["KAGGLE_AGENT_HOME=/state", "PYTHONDONTWRITEBYTECODE=1", "CI=1"]
    return [
        *("docker", "run", "--rm", "--init", "--network", "none", "--workdir", str(ROOT)),
        *(part for volume in volumes for part in ("--volume", volume)),
        *(part for setting in settings for part in ("--env", setting)),
        "python:3.11-slim",
    ]

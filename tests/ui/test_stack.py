"""``kaggle-agent up`` with everything that is real: servers, pools, workers, and runs."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_core.engine import Engine
from agent_core.home import Home
from agent_core.run import Run, RunState, list_runs
from agent_core.stack import running_stack
from tests.agent_core.sandbox.engines import require_engine
from tests.flows.tiny_competition import write_competition
from tests.ui.up import BIN, PREFECT, Up, until
from ui.stack_services import PROJECT

pytestmark = pytest.mark.slow

EXAMPLES = PROJECT / "examples"
IMAGE = "kaggle-agent"


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    require_engine()
    subprocess.run(
        ("docker", "build", "-q", "-f", "deployments/Dockerfile", "-t", IMAGE, "."),
        cwd=PROJECT,
        check=True,
        capture_output=True,
    )
    made = Up(
        Home(root=tmp_path_factory.mktemp("stack") / "home"),
        KAGGLE_AGENT_POOL_DATA=str(EXAMPLES),
        KAGGLE_AGENT_POOL_IMAGE=IMAGE,
        KAGGLE_AGENT_POOL_MEMORY="4g",
    )
    try:
        made.wait_until_up()
        yield made
    finally:
        made.stop()


def run_of(up: Up, name: str) -> Run:
    (run,) = [run for run in list_runs(up.home)[0] if run.name == name]
    return run


def test_a_run_in_a_container_of_the_pool(up: Up) -> None:
    source = EXAMPLES / "palmer-penguins"
    up.call(
        PREFECT, "deployment", "run", "solve-competition/docker", "--watch",
        "-p", f"source={source}", "-p", "budget=30", "-p", "planner=rules",
    )  # fmt: skip
    run = run_of(up, "palmer-penguins")
    assert run.state is RunState.SOLVED
    assert run.process.host != run.process.current().host  # it was in a container
    assert run.solved
    assert run.solved.mlflow_run_id
    sample = (source / "sample_submission.csv").read_text().splitlines()
    answer = run.solved.submission.read_text().splitlines()
    assert answer[0] == sample[0]
    assert [line.split(",")[0] for line in answer] == [line.split(",")[0] for line in sample]


def test_a_solve_from_another_terminal_uses_the_same_servers(up: Up, tmp_path: Path) -> None:
    competition = write_competition(tmp_path / "tiny")
    answer = json.loads(
        up.call(
            str(BIN / "kaggle-agent"), "solve", str(competition), "--json", "--budget", "20",
            "--planner", "rules",
        )
    )  # fmt: skip
    listed = json.loads(up.call(PREFECT, "flow-run", "ls", "-o", "json"))
    assert answer["run_id"] in {run["id"] for run in listed}
    assert not up.home.prefect.exists()  # no embedded server was needed


def test_a_second_one_of_the_same_home_is_told_where_the_first_is(up: Up) -> None:
    done = subprocess.run(
        (str(BIN / "kaggle-agent"), "up"),
        env=up.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "up already" in done.stderr
    assert up.environment["KAGGLE_AGENT_PREFECT_PORT"] in done.stderr


def test_the_database_is_used_by_one_connection_at_a_time(up: Up) -> None:
    """What `agent_core.prefect_file` relies on: six hand in at once, none is refused."""
    stack = running_stack(up.home)
    assert stack
    hand_in = (
        "import sys; from prefect.deployments import run_deployment as run\n"
        "run('solve-competition/process', parameters={'source': sys.argv[1]}, timeout=0)\n"
    )
    up.call(PREFECT, "work-pool", "pause", "process")
    environment = stack.environment(up.environment)
    clients = [
        subprocess.Popen((sys.executable, "-c", hand_in, f"/nowhere/{n}"), env=environment)
        for n in range(6)
    ]
    assert [client.wait(300) for client in clients] == [0] * len(clients)
    log = up.home.root / "stack" / "prefect.log"
    assert "database is locked" not in log.read_text()


def test_the_clean_up_is_scheduled(up: Up) -> None:
    """Prefect's scheduler fails with some versions of its database library, in its log only."""
    list_them = (PREFECT, "flow-run", "ls", "--flow-name", "clean-up", "-o", "json")
    until(lambda: json.loads(up.call(*list_them)), 240, up.said)


def test_ctrl_c_stops_all_of_it(up: Up) -> None:
    assert up.stop() == 130, up.said()
    assert "stopped" in up.said()
    until(lambda: not up.left(), 30, up.left)
    assert running_stack(up.home) is None
    with Engine.connect() as engine:
        assert [c for c in engine.containers("kaggle-agent=run") if c.running] == []

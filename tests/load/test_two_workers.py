"""Two workers that share a bucket and nothing else: what one has done, the other need not do."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from agent_core.home import Home
from agent_core.run import Run, RunState, Solved, list_runs
from agent_core.settings import Settings
from tests.flows.tiny_competition import write_competition
from tests.load.handing_in import DEPLOYMENT, client_of, wait_for_all
from tests.load.load import BUDGET, rows_of
from tests.standins.bucket import BUCKET, bucket
from ui.free_port import free_port
from ui.stack_services import deployments_step, pools_step, prefect_api_url, prefect_server, worker
from ui.stack_supervisor import Supervisor, stack_environment

pytestmark = pytest.mark.slow

STAGES = {"download", "profile", "strategy", "codegen", "train", "evaluate", "submission"}
NAMES = ("one", "other")


def test_what_one_has_done_the_other_takes_from_the_bucket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    competition = write_competition(tmp_path / "one's" / "tiny")
    copy = shutil.copytree(competition, tmp_path / "other's" / "tiny")
    settings = made_settings(tmp_path, monkeypatch)
    with two_workers(tmp_path, settings) as homes:
        ran = [
            run_of(homes[name], hand_in(settings, source, name))
            for name, source in zip(NAMES, (competition, copy), strict=True)
        ]
    one, other = (solved_of(run) for run in ran)
    assert not any(stage.cached for stage in one.stages.values())
    assert {name for name, stage in other.stages.items() if stage.cached} == STAGES
    assert other.submission.is_relative_to(homes["other"].runs)
    assert rows_of(other.submission) == rows_of(one.submission)
    sample = rows_of(competition / "sample_submission.csv")
    assert [row[0] for row in rows_of(other.submission)] == [row[0] for row in sample]
    assert not mentions(homes["other"], homes["one"])


def made_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Of the server, whose home no run sees."""

    monkeypatch.setenv("KAGGLE_AGENT_HOME", str(tmp_path / "server"))
    monkeypatch.setenv("KAGGLE_AGENT_PREFECT_PORT", str(free_port()))
    (tmp_path / "server" / "stack").mkdir(parents=True)
    return Settings()


@contextmanager
def two_workers(tmp_path: Path, settings: Settings) -> Iterator[dict[str, Home]]:
    """A server, and a worker for each queue. Yields the home of each."""
    homes = {name: Home(root=tmp_path / f"{name}'s" / "home") for name in NAMES}
    with bucket() as variables:
        environment = stack_environment(
            {**os.environ, **variables},
            PREFECT_API_URL=prefect_api_url(settings),
            PREFECT_HOME=str(tmp_path / "server" / "prefect"),
            KAGGLE_AGENT_STORAGE=f"s3://{BUCKET}/team",
            MLFLOW_TRACKING_URI="",
        )
        with Supervisor(environment, tmp_path / "server" / "stack") as supervisor:
            for service in (
                prefect_server(settings, settings.folders()),
                pools_step(("process",)),
                deployments_step(("process",)),
                *(worker_of(name, home, settings) for name, home in homes.items()),
            ):
                supervisor.wait_for(supervisor.start(service))
            yield homes


def worker_of(name: str, home: Home, settings: Settings) -> Any:
    service = worker("process", settings)
    return service.model_copy(
        update={
            "name": f"worker {name}",
            "command": (*service.command, "--work-queue", name),
            "environment": service.environment | {"KAGGLE_AGENT_HOME": str(home.root)},
        }
    )


def hand_in(settings: Settings, source: Path, queue: str) -> str:
    """Returns the id of the run, once it has ended."""
    api_url = prefect_api_url(settings)
    parameters = {"source": str(source), "budget": BUDGET, "planner": "rules", "sandbox": "process"}
    with client_of(api_url) as client:
        deployment = client.read_deployment_by_name(DEPLOYMENT).id
        run = client.create_flow_run_from_deployment(
            deployment, parameters=parameters, work_queue_name=queue
        )
    wait_for_all(api_url, 400)
    return str(run.id)


def run_of(home: Home, run_id: str) -> Run:
    runs, _ = list_runs(home)
    assert [run.run_id for run in runs] == [run_id]
    return runs[0]


def solved_of(run: Run) -> Solved:
    assert run.state is RunState.SOLVED, run.failure
    assert run.solved
    return run.solved


def mentions(home: Home, other: Home) -> list[Path]:
    """Results kept in ``home`` that name a place in ``other``."""
    kept = [path for path in home.results.iterdir() if path.is_file()]
    assert kept
    return [path for path in kept if str(other.root) in path.read_text(encoding="utf-8")]

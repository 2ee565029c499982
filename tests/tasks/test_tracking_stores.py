"""One store for many: threads, processes, dead writers, older versions, servers."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from agent_core.home import Home
from tasks.liveness import writer_tags
from tasks.record import SolveRecord
from tasks.tracking import track_solve, warm_up
from tasks.tracking_place import tracking_uri
from tests.tasks.solve_records import OUTPUTS, attempt, record
from tests.tasks.stores import children, client_of

ROOT = Path(__file__).parents[2]

# MLflow 3.17 still asks SQLAlchemy 2.1 for a loader strategy that is going away.
pytestmark = pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy:DeprecationWarning")


def test_threads_record_at_the_same_time(tracked_home: Home) -> None:
    records = [
        record(attempt(tracked_home.trials / str(number)), slug=f"slug-{number % 2}", flow=None)
        for number in range(4)
    ]
    found = []
    threads = [
        threading.Thread(target=lambda one=one: found.append(track_solve(one, tracked_home)))
        for one in records
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [tracked.problem for tracked in found] == [""] * 4
    assert len({tracked.experiment_id for tracked in found}) == 2
    assert len({tracked.mlflow_run_id for tracked in found}) == 4


KILLED_WHILE_WRITING = """
import sys, time
from pathlib import Path
from agent_core.home import Home
from tasks import tracking
from tests.tasks.solve_records import attempt, record

def hang(*_):
    print("writing", flush=True)
    time.sleep(600)

tracking.write_run = hang
home = Home(root=Path(sys.argv[1]))
tracking.track_solve(record(attempt(home.trials / "other", models=("trees",))), home)
"""


@pytest.mark.slow
def test_a_run_whose_writer_was_killed_is_ended_by_the_next_one(
    tracked_home: Home, solve: SolveRecord
) -> None:
    client = client_of(tracked_home)
    with python(KILLED_WHILE_WRITING, str(tracked_home.root)) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing\n"
        experiment_id = client.get_experiment_by_name("shipwreck").experiment_id
        (unfinished,) = client.search_runs([experiment_id])
        assert warm_up(tracked_home) == ""
        assert client.get_run(unfinished.info.run_id).info.status == "RUNNING"
        writer.send_signal(signal.SIGKILL)
        writer.wait()

    tracked = track_solve(solve, tracked_home)

    killed = client.get_run(unfinished.info.run_id)
    assert (killed.info.status, killed.info.end_time is None) == ("KILLED", False)
    assert client.get_run(tracked.mlflow_run_id).info.status == "FINISHED"


def test_runs_of_other_people_are_left_alone(tracked_home: Home) -> None:
    client = client_of(tracked_home)
    theirs = client.create_run("0")
    ours = client.create_run("0", tags=writer_tags())

    assert warm_up(tracked_home) == ""

    for run in (theirs, ours):
        assert client.get_run(run.info.run_id).info.status == "RUNNING"


def python(source: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", source, *arguments], cwd=ROOT, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


FIRST_USE = """
import sys
from pathlib import Path
from agent_core.home import Home
from tasks.tracking import warm_up

problem = warm_up(Home(root=Path(sys.argv[1])))
print(problem, file=sys.stderr)
sys.exit(problem != "")
"""


@pytest.mark.slow
def test_processes_that_meet_a_fresh_home_at_once(home: Home) -> None:
    started = [python(FIRST_USE, str(home.root)) for _ in range(3)]
    results = [(*process.communicate(), process.returncode) for process in started]

    assert results == [("", "\n", 0)] * 3


@pytest.mark.slow
def test_a_store_of_an_older_mlflow_is_upgraded(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory
    from mlflow.store.db import utils
    from mlflow.store.tracking.dbmodels.initial_models import Base

    home.mlflow.mkdir(parents=True)
    uri = tracking_uri(home)
    engine = utils.create_sqlalchemy_engine_with_retry(uri)
    Base.metadata.create_all(engine)
    config = utils._get_alembic_config(uri)
    newest = ScriptDirectory.from_config(config).get_revision("head")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, str(newest.down_revision))
    engine.dispose()
    # MLflow heals missing tables, but only ever complains about missing columns.
    monkeypatch.setattr(utils, "_all_tables_exist", lambda _: True)

    tracked = track_solve(record(attempt(home.trials / "1")), home)

    assert tracked.problem == ""


@pytest.mark.slow
def test_a_server_gets_runs_and_artifacts_over_http(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    arguments = [
        "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
        "--backend-store-uri", f"sqlite:///{tmp_path}/server.db",
        "--artifacts-destination", str(tmp_path / "kept"),
    ]  # fmt: skip
    environment = {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    log = (tmp_path / "server.log").open("w")
    server = subprocess.Popen(
        [sys.executable, "-m", "mlflow", "server", *arguments], env=environment, cwd=tmp_path,
        stdout=log, stderr=log, start_new_session=True,
    )  # fmt: skip
    try:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{port}")
        deadline = time.monotonic() + 180
        while warm_up(home) != "":
            assert time.monotonic() < deadline, (tmp_path / "server.log").read_text()
            time.sleep(1)
        solve = record(attempt(home.trials / "1"))
        tracked = track_solve(solve, home)
        client = client_of(home)
        (child,) = children(client, client.get_run(tracked.mlflow_run_id))
        oof = client.download_artifacts(child.info.run_id, "oof.csv", str(tmp_path))
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)
        log.close()

    assert tracked.problem == ""
    assert tracked.folder is None
    assert tracked.url == (
        f"http://127.0.0.1:{port}/#/experiments/{tracked.experiment_id}"
        f"/runs/{tracked.mlflow_run_id}"
    )
    assert Path(oof).read_text() == OUTPUTS["oof.csv"]
    assert not home.mlflow.exists()

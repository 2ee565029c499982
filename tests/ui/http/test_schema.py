"""The API keeps to its own OpenAPI document, whatever it is sent."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent_core.run import Request
from agent_core.settings import Settings
from tests.standins.results import ResultsStandIn
from tests.standins.run_rows import BEGAN, many_runs
from tests.standins.runs import RunsStandIn
from tests.standins.system import SystemStandIn
from tests.ui.http.live import served
from ui.api import create_app
from ui.readers.runs import JobState, RunRow


class QuickRuns(RunsStandIn):
    """Every run is over at once: a log that is followed ends."""

    def start(
        self, request: Request, deployment: str, owner: str = "", idempotency_key: str = ""
    ) -> RunRow:
        row = super().start(request, deployment, owner, idempotency_key)
        return self.change(row.id, state=JobState.SUCCESS, ended=BEGAN)


@pytest.mark.slow
def test_no_fault_and_no_answer_that_is_not_declared(tmp_path: Path) -> None:
    over = [row for row in many_runs(30) if row.state.over]
    solved = [row.id for row in over if row.state is JobState.SUCCESS]
    settings = Settings(home=tmp_path, api_posts_per_minute=10**6, api_queue_limit=10**6)
    app = create_app(QuickRuns(over), ResultsStandIn(*solved), SystemStandIn(), settings)
    program = str(Path(sys.executable).parent / "schemathesis")
    with served(app) as url:
        done = subprocess.run(
            (program, "run", f"{url}/openapi.json", "--max-examples", "8", "--seed", "1"),
            cwd=tmp_path,
            env=os.environ | {"NO_PROXY": "127.0.0.1"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Tested: " in done.stdout

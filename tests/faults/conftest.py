"""One stack for all scenarios on it, and the table at the end."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_core.engine import Engine
from agent_core.errors import SurroundingsFailed
from agent_core.home import Home
from agent_core.sandbox.container.orphans import LABEL
from tests.agent_core.sandbox.engines import engine_problem
from tests.faults.live import LiveStack
from tests.faults.table import HEADER, TABLE
from tests.flows.tiny_competition import write_competition
from tests.load.postgres import postgres, programs
from tests.ui.up import until
from ui.stack_services import PROJECT

#: Seconds: more than one heartbeat, and less than the default, for the sake of the tests' time.
SILENCE = 45.0
_IMAGE = "kaggle-agent"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table."""
    if TABLE.lines:
        terminalreporter.section("faults")
        for line in (*HEADER, *TABLE.lines):
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def database() -> Iterator[str | None]:
    """Of the Prefect server: PostgreSQL, or None (SQLite) where that is not installed."""
    there = programs()
    if there is None:
        yield None
        return
    with postgres(there) as address:
        yield address


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, database: str | None) -> Iterator[LiveStack]:
    """A stack that survives all of it, and leaves nothing behind."""
    if not engine_problem():
        subprocess.run(
            ("docker", "build", "-q", "-f", "deployments/Dockerfile", "-t", _IMAGE, "."),
            cwd=PROJECT,
            check=True,
            capture_output=True,
        )
    root = tmp_path_factory.mktemp("faults")
    made = LiveStack(
        Home(root=root / "home"),
        KAGGLE_AGENT_POOL_DATA=str(root),
        KAGGLE_AGENT_POOL_IMAGE=_IMAGE,
        KAGGLE_AGENT_POOL_MEMORY="2g",
        KAGGLE_AGENT_TRAININGS_AT_ONCE="2",
        KAGGLE_AGENT_KEEPER_SILENCE=str(SILENCE),
        PREFECT_SERVER_DATABASE_CONNECTION_URL=database or "",
    )
    try:
        made.wait_until_up()
        yield made
    finally:
        code = made.stop()
    assert code == 130, made.said()
    check_nothing_left(made)


@pytest.fixture
def competition(stack: LiveStack, request: pytest.FixtureRequest) -> Path:
    """One of its own for each scenario: nothing of it is in the cache."""
    name = request.node.name.replace("_", "-")
    seed = sum(map(ord, name))
    return write_competition(stack.home.root.parent / name, rows=600, seed=seed)


def check_nothing_left(stack: LiveStack) -> None:
    """No process, container, volume or temporary folder is left of ``stack`` and its runs."""
    until(lambda: not stack.left(), 30, stack.left)
    assert list(stack.temporary.iterdir()) == []
    assert list(stack.home.trials.glob(".*")) == []
    try:
        engine = Engine.connect()
    except SurroundingsFailed:
        return
    with engine:
        of_home = [c for c in engine.containers(LABEL) if _home(c.labels) == str(stack.home.root)]
        assert of_home == []
        assert engine.containers(f"kaggle-agent.home={stack.home.root}") == []
    shown = subprocess.run(
        ("docker", "volume", "ls", "-q", "-f", f"label=kaggle-agent.home={stack.home.root}"),
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout == ""


def _home(labels: dict[str, str]) -> str:
    return labels.get("kaggle-agent.home", "")

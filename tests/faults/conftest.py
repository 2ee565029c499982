"""One stack for all scenarios on it, and the table at the end."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent_core.home import Home
from agent_core.sandbox.container.image import image_tag
from tests.agent_core.sandbox.engines import engine_problem, require_engine
from tests.faults.leftovers import check_nothing_left
from tests.faults.live import LiveStack
from tests.faults.own_engine import PROGRAM, OwnEngine, own_engine
from tests.faults.table import HEADER, TABLE
from tests.flows.tiny_competition import write_competition
from tests.load.postgres import postgres, programs
from tests.requirements import require
from ui.stack_services import PROJECT

#: Seconds: more than one heartbeat, and less than the default, for the sake of the tests' time.
SILENCE = 45.0
IMAGE = "kaggle-agent"


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
def image() -> None:
    """The one that runs of the Docker pool are executed in, of the present code."""
    if not engine_problem():
        command = ("docker", "build", "-q", "-f", "deployments/Dockerfile", "-t", IMAGE, ".")
        subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)


@pytest.fixture(scope="session")
def stack(
    tmp_path_factory: pytest.TempPathFactory, database: str | None, image: None
) -> Iterator[LiveStack]:
    """A stack that survives all of it, and leaves nothing behind."""
    root = tmp_path_factory.mktemp("faults")
    with standing(root, PREFECT_SERVER_DATABASE_CONNECTION_URL=database or "") as made:
        yield made


@pytest.fixture(scope="module")
def engine(image: None) -> Iterator[OwnEngine]:
    """One of our own, with the images of the machine's; whoever asks for one gets it."""
    require_engine()
    require(PROGRAM is not None and os.geteuid() == 0, "only root may start another engine")
    with own_engine() as made, pytest.MonkeyPatch.context() as patch:
        made.load(IMAGE, image_tag())
        patch.setenv("DOCKER_HOST", made.address)
        yield made


@pytest.fixture(scope="module")
def stack_on_engine(
    tmp_path_factory: pytest.TempPathFactory, engine: OwnEngine
) -> Iterator[LiveStack]:
    """A stack whose containers are those of ``engine``."""
    with standing(tmp_path_factory.mktemp("engine")) as made:
        yield made


@contextmanager
def standing(root: Path, **settings: str) -> Iterator[LiveStack]:
    """Up for as long as the body, with its home below ``root``. Nothing of it is left then."""
    made = LiveStack(
        Home(root=root / "home"),
        KAGGLE_AGENT_POOL_DATA=str(root.parent),
        KAGGLE_AGENT_POOL_IMAGE=IMAGE,
        KAGGLE_AGENT_POOL_MEMORY="2g",
        KAGGLE_AGENT_TRAININGS_AT_ONCE="2",
        KAGGLE_AGENT_KEEPER_SILENCE=str(SILENCE),
        **settings,
    )
    try:
        made.wait_until_up()
        yield made
    finally:
        code = made.stop()
    assert code == 130, made.said()
    check_nothing_left(made)


@pytest.fixture
def competition(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """One of its own for each scenario: nothing of it is in the cache."""
    name = request.node.name.replace("_", "-")
    seed = sum(map(ord, name))
    return write_competition(tmp_path_factory.getbasetemp() / name, rows=600, seed=seed)

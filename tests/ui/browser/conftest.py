"""One real stack for all tests of a browser, and a browser for each of them."""

from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser

from agent_core.home import Home
from agent_core.run import Request
from agent_core.stack import running_stack
from tests.requirements import require
from tests.ui.browser.chromium import CHROMIUM, browser
from tests.ui.browser.visitor import Visitor
from tests.ui.up import Up
from ui.readers.prefect.connection import Connection
from ui.readers.prefect.runs import PrefectRuns


class Stack:
    """What is up, and how a test reaches past the pages."""

    def __init__(self, up: Up) -> None:
        self.up = up
        self.home = up.home
        self.app = f"http://127.0.0.1:{up.environment['KAGGLE_AGENT_APP_PORT']}"

    def start(self, source: Path, budget: float) -> str:
        """Hand in a run by rules, as another program would; returns its id."""
        stack = running_stack(self.home)
        assert stack
        with closing(Connection(lambda: stack.prefect_api_url)) as connection:
            request = Request(source=str(source), budget=budget, planner="rules", sandbox="process")
            return PrefectRuns(connection).start(request, "process").id

    def kill_prefect(self) -> None:
        """The server only: the stack starts it again."""
        port = self.up.environment["KAGGLE_AGENT_PREFECT_PORT"]
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                line = process.cmdline()
                if "flows.stack_server" in line and port in line:
                    process.kill()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    require(CHROMIUM.exists(), "Chromium is needed")
    up = Up(
        Home(root=tmp_path_factory.mktemp("browser") / "home"),
        KAGGLE_AGENT_POOL_IMAGE="no-such-image",
        KAGGLE_AGENT_TRAININGS_AT_ONCE="2",
    )
    try:
        up.wait_until_up()
        yield Stack(up)
    finally:
        up.stop()


@pytest.fixture(scope="module")
def chromium(stack: Stack) -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture
def visitor(chromium: Browser, stack: Stack) -> Iterator[Visitor]:
    context = chromium.new_context(timezone_id="Asia/Tokyo", accept_downloads=True)
    yield Visitor(context.new_page(), stack.app)
    context.close()

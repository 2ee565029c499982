"""The app as a person meets it, on stand-ins for all that it asks."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from agent_core.home import Home
from agent_core.intake.preflight import Preflight
from agent_core.state_of_things import Status
from tests.standins.results import ResultsStandIn
from tests.standins.runs import RunsStandIn
from tests.standins.status import a_status
from ui import sources
from ui.stack_services import PROJECT

APP = PROJECT / "ui" / "app.py"


class Site:
    """Change what it is made of, then `open` a page of it."""

    def __init__(self, patch: pytest.MonkeyPatch, home: Path) -> None:
        self.home = home
        self.runs = RunsStandIn()
        self.results = ResultsStandIn()
        self.status: Status = a_status()
        self.preflight: Callable[[str], Preflight | None] = lambda source: None
        patch.setattr(sources, "runs", lambda: self.runs)
        patch.setattr(sources, "results", lambda: self.results)
        patch.setattr(sources, "status", lambda: self.status)
        patch.setattr(sources, "preflight", self._look)
        patch.setattr(sources, "forget", lambda source: None)
        patch.setattr(sources, "home", lambda: Home(root=home))

    def _look(self, source: str) -> Preflight | None:
        return self.preflight(source)

    def open(self, page: str = "", **query: str | list[str]) -> AppTest:
        """The page in the file ``ui/<page>_page.py``, by default that of "/"."""
        app = AppTest.from_file(str(APP), default_timeout=60)
        for name, value in query.items():
            app.query_params[name] = value
        if page:
            app.run()
            for name, value in query.items():
                app.query_params[name] = value
            app.switch_page(f"{page}_page.py")
        return app.run()


def said(app: AppTest) -> str:
    """All that is written on the page, as Markdown or text."""
    assert not app.exception, app.exception
    alerts = ("error", "warning", "info")
    kinds = ("title", "subheader", "markdown", "caption", "text", "code", *alerts)
    parts = [element.value for kind in kinds for element in app.get(kind)]
    parts += [element.proto.title for kind in alerts for element in app.get(kind)]
    parts += [badge.proto.body for badge in app.get("badge")]
    return "\n".join(map(str, parts))

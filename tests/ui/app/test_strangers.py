"""Nothing that a stranger has written acts on a page: it is shown as it is written."""

import re
from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from agent_core.competition import Competition
from agent_core.intake.blocker import Blocker
from agent_core.intake.preflight import Preflight
from agent_core.state_of_things import EngineState, FailureCount, History, ServiceState
from tests.standins.run_rows import failed_run, solved_run
from tests.standins.runs import RunsStandIn
from tests.standins.status import a_status
from tests.ui.app.site import Site

NASTY = (
    "<script>alert(1)</script> ![x](http://evil.example/x.png) [a](javascript:alert(1)) **b** "
    "http://evil.example www.evil.example :red[r] :material/home: $x^2$ `c` \u202egnp"
)
#: What Markdown would make something of, were it not escaped or broken up.
ACTS = re.compile(
    r"(?<!\\)<script|(?<!\\)!\[|(?<!\\)\[a|(?<!\\)\*\*b|:material/home|http://evil|www\.evil"
    r"|:red\[|(?<!\\)\$x|(?<!\\)`c|\u202e"
)


def texts(app: AppTest) -> list[str]:
    """Of all elements of the page, in so far as they are Markdown."""
    assert not app.exception, app.exception
    found = []
    for element in app:
        proto: Any = getattr(element, "proto", None)
        if element.type in {"text", "code", "arrow_data_frame", "dataframe", "text_input"}:
            continue  # shown as they are, without Markdown
        assert not getattr(proto, "allow_html", False)
        found += [getattr(proto, name, "") for name in ("body", "label", "title", "text", "help")]
        found += [getattr(element, "label", "")]
    return [text for text in found if isinstance(text, str)]


def check(app: AppTest) -> None:
    found = texts(app)
    assert any("script" in text for text in found), "nothing of it is shown as Markdown"
    assert not [text for text in found if ACTS.search(text)]


@pytest.fixture
def nasty(site: Site) -> Site:
    rows = [solved_run(name=NASTY, source=NASTY, metric=NASTY, deployment=NASTY) for _ in "12"]
    site.runs = RunsStandIn([*rows, failed_run(name=NASTY, message=NASTY)])
    site.runs.deployment_names = (NASTY, "process")
    site.status = a_status(online=False, queued=1).model_copy(
        update={
            "failures": (FailureCount(day=date(2026, 3, 1), failure=NASTY, runs=1),),
            "history": History(runs=1, success=0.0, seconds=1.0, failures={NASTY: 1}),
            "services": (ServiceState(name=NASTY, address=NASTY, problem=NASTY),),
            "engine": EngineState(problem=NASTY),
        }
    )
    competition = Competition(
        slug="x", title=NASTY, origin="folder", url="javascript:alert(1)", description=NASTY,
        evaluation_metric=NASTY, reward=NASTY,
    )  # fmt: skip
    blocker = Blocker(code="x", what=NASTY, means=NASTY, next=NASTY)
    site.preflight = lambda source: Preflight(competition=competition, blockers=(blocker,))
    return site


def test_new_run(nasty: Site) -> None:
    app = nasty.open(source=NASTY)
    check(app)
    assert not app.get("link_button")


def test_runs(nasty: Site) -> None:
    app = nasty.open("runs")
    assert not [text for text in texts(app) if ACTS.search(text)]
    assert "<script>alert(1)</script>" in app.dataframe[0].value["name"].iloc[0]


def test_compare(nasty: Site) -> None:
    check(nasty.open("compare", id=list(nasty.runs.rows)))


def test_system(nasty: Site) -> None:
    check(nasty.open("system"))

from datetime import UTC, datetime, timedelta

import pytest

from agent_core.competition import Competition, SourceFile
from agent_core.errors import BadSource
from agent_core.intake.blocker import Blocker
from agent_core.intake.preflight import Preflight
from agent_core.run import Request
from tests.standins.status import a_status
from tests.ui.app.site import Site, said
from ui.readers.runs import JobState

TITANIC = Competition(
    slug="titanic",
    title="Titanic - Machine Learning from Disaster",
    origin="kaggle",
    url="https://www.kaggle.com/competitions/titanic",
    evaluation_metric="Categorization Accuracy",
    deadline=datetime.now(UTC) + timedelta(days=40),
    reward="Knowledge",
    files=(SourceFile(name="train.csv", bytes=61_000, version="1"),),
)
RULES = Blocker(
    code="rules_not_accepted",
    what="You have not accepted this competition's rules.",
    means="Kaggle gives no data without.",
    next="Accept them in a browser.",
)
DISK = Blocker(code="disk", what="The disk is too full.", next="Free some space.")


def started(site: Site) -> list[tuple[Request, str]]:
    return [(a[0], a[1]) for method, a in site.runs.asked if method == "start"]  # type: ignore[misc]


def test_nothing_given_yet(site: Site) -> None:
    app = site.open()
    assert app.button(key="start").disabled
    assert "Paste the address of a Kaggle competition" in said(app)
    assert app.button(key="example-palmer-penguins")


def test_one_click_starts_what_was_checked_and_goes_to_its_page(site: Site) -> None:
    site.preflight = lambda source: Preflight(competition=TITANIC)
    app = site.open(source="titanic")
    for told in ("Ready to run", "Titanic", "Categorization Accuracy", "61.0 kB", "Accepted"):
        assert told in said(app).replace("\\", "")
    assert [metric.value for metric in app.metric][1] == "$0"
    app.number_input(key="minutes").set_value(30).run()
    app.button(key="start").click().run()
    [(request, deployment)] = started(site)
    assert request.source == "https://www.kaggle.com/competitions/titanic"
    assert (request.budget, request.planner, deployment) == (1800.0, "auto", "docker")
    [run] = site.runs.rows.values()
    assert run.state is JobState.QUEUED
    assert app.query_params["id"] == run.id


def test_only_who_asks_for_it_submits_to_kaggle(site: Site) -> None:
    assert not site.open().toggle
    site.preflight = lambda source: Preflight(competition=TITANIC)
    app = site.open(source="titanic")
    assert not app.toggle(key="submit").value
    app.toggle(key="submit").set_value(True).run()
    app.button(key="start").click().run()
    [(request, _)] = started(site)
    assert request.submit_to_kaggle


def test_every_blocker_with_its_fix(site: Site) -> None:
    site.preflight = lambda source: Preflight(competition=TITANIC, blockers=(RULES, DISK))
    app = site.open(source="titanic")
    assert app.button(key="start").disabled
    text = said(app).replace("\\", "")
    for told in (RULES.what, RULES.means, RULES.next, DISK.what, DISK.next, "To be accepted"):
        assert told in text


def test_while_it_is_checked_the_rest_can_be_used(site: Site) -> None:
    app = site.open(source="titanic")
    assert "Looking at titanic" in said(app)
    assert app.button(key="start").disabled
    site.preflight = lambda source: Preflight(competition=TITANIC)
    app.number_input(key="minutes").set_value(7).run()
    assert not app.button(key="start").disabled


def test_what_is_no_competition_is_said(site: Site) -> None:
    def refuse(source: str) -> Preflight:
        raise BadSource("That is no competition.", next="Give an address.")

    site.preflight = refuse
    app = site.open(source="???")
    assert app.button(key="start").disabled
    assert "Give an address." in said(app).replace("\\", "")


def test_without_a_server_nothing_can_be_started(site: Site) -> None:
    site.preflight = lambda source: Preflight(competition=TITANIC)
    site.runs.down = True
    app = site.open(source="titanic")
    assert app.button(key="start").disabled
    assert "kaggle-agent up" in said(app).replace("\\", "")


def test_without_a_worker_it_says_which_command_starts_one(site: Site) -> None:
    site.runs.deployment_names = ("process",)
    site.status = a_status(online=False)
    text = said(site.open())
    assert "prefect worker start --pool process" in text


def test_the_queue_counts_until_it_is_ready(site: Site) -> None:
    site.runs.deployment_names = ("process",)
    site.status = a_status(running=4, queued=3, limit=4, typical=600.0)
    assert "It waits about 10 min: 3 runs in the queue before it." in said(site.open())


def test_what_claude_may_cost_is_the_limit(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not [field for field in site.open().number_input if field.key == "max_usd"]
    monkeypatch.setenv("ANTHROPIC_API_KEY", "a-key")
    app = site.open(max_usd="2.5")
    assert app.metric[1].value == "$2.50"
    app.segmented_control(key="planner").set_value("rules").run()
    assert app.metric[1].value == "$0"


def test_claude_without_a_key_says_what_is_missing(site: Site) -> None:
    app = site.open(planner="Claude")
    assert "Set ANTHROPIC_API_KEY" in said(app).replace("\\", "")


def test_an_example_is_taken_from_where_every_worker_finds_it(site: Site) -> None:
    app = site.open()
    app.button(key="example-palmer-penguins").click().run()
    source = app.text_input(key="source").value
    assert source.startswith(str(site.home))
    assert "Looking at" in said(app)


def test_an_upload_is_kept_below_the_home(site: Site) -> None:
    asked: list[str] = []
    site.preflight = asked.append  # type: ignore[assignment]
    app = site.open()
    app.segmented_control(key="how").set_value("Upload files").run()
    app.text_input(key="upload_name").set_value("My data").run()
    app.file_uploader(key="upload").set_value(("../train.csv", b"id,y\n1,2\n", "text/csv")).run()
    assert not app.error
    assert asked[-1].startswith(str(site.home))
    assert asked[-1].endswith("/my-data")

import json
from datetime import date

from agent_core.state_of_things import EngineState, FailureCount, ServiceState
from tests.standins.status import a_status, no_server, server_down
from tests.ui.app.site import Site, said


def test_all_is_well(site: Site) -> None:
    text = said(site.open("system")).replace("\\", "")
    assert "Version 3.8.8" in text
    assert "1 worker online" in text
    assert "online, heard 3.0 s ago" in text
    assert "No run failed in the last 14 days." in text


def test_no_server(site: Site) -> None:
    site.status = no_server()
    app = site.open("system")
    assert "No Prefect server runs for this home folder" in said(app)
    assert app.code[0].value == "kaggle-agent up"


def test_the_server_is_down(site: Site) -> None:
    site.status = server_down()
    text = said(site.open("system")).replace("\\", "")
    assert "Down" in text
    assert "Start it (kaggle-agent up)" in text
    assert "Not known while no server answers" in text
    assert "No limits are set." not in text
    assert "None has ended yet." not in text


def test_a_server_without_pools(site: Site) -> None:
    site.status = a_status().model_copy(update={"pools": ()})
    assert "no work pool" in said(site.open("system"))


def test_no_worker_says_which_command_starts_one(site: Site) -> None:
    site.status = a_status(online=False, queued=2)
    app = site.open("system")
    assert "0 workers online" in said(app)
    assert app.code[0].value == "prefect worker start --pool process"


def test_a_paused_pool_says_how_to_go_on(site: Site) -> None:
    site.status = a_status(paused=True)
    assert site.open("system").code[0].value == "prefect work-pool resume process"


def test_a_service_is_down_and_there_is_no_engine(site: Site) -> None:
    mlflow = ServiceState(name="mlflow", address="http://127.0.0.1:1", problem="It is not there.")
    site.status = a_status().model_copy(
        update={"services": (mlflow,), "engine": EngineState(problem="No engine answers.")}
    )
    text = said(site.open("system")).replace("\\", "")
    assert "It is not there." in text
    assert "No engine answers." in text
    assert "Scripts run as processes instead" in text


def test_failures_by_day_and_class(site: Site) -> None:
    counts = (
        FailureCount(day=date(2026, 3, 1), failure="TimedOut", runs=2),
        FailureCount(day=date(2026, 3, 2), failure="DataError", runs=1),
    )
    site.status = a_status().model_copy(update={"failures": counts})
    app = site.open("system")
    [chart] = app.get("vega_lite_chart")
    assert json.loads(chart.proto.spec)["encoding"]["color"]["field"] == "failure"
    assert list(app.dataframe[0].value["runs"]) == [2, 1]

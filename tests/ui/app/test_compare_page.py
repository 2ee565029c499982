import json
from urllib.parse import unquote

from tests.standins.results import ResultsStandIn
from tests.standins.run_rows import many_runs, queued_run, solved_run
from tests.standins.runs import RunsStandIn
from tests.ui.app.site import Site, said
from ui.drawing.comparison import mlflow_comparison
from ui.readers.results import Place

ASKED = {"budget": 600.0, "planner": "rules", "seed": 0}


def test_nothing_was_run_yet(site: Site) -> None:
    assert "Nothing was run yet." in said(site.open("compare"))


def test_it_wants_two_runs(site: Site) -> None:
    one = solved_run()
    site.runs = RunsStandIn([one])
    assert "Choose two or more runs" in said(site.open("compare", id=one.id))


def test_two_runs_side_by_side(site: Site) -> None:
    one = solved_run(asked=ASKED)
    other = solved_run(asked=ASKED | {"budget": 60.0}, score=0.7, score_std=None, cost_usd=0.0)
    site.runs = RunsStandIn([one, other])
    app = site.open("compare", id=[one.id, other.id])
    assert not said(app).count("different competitions")
    table = app.dataframe[0].value.set_index("")
    assert list(table.loc["Score"]) == ["0.8215 ± 0.012", "0.7"]
    assert list(table.loc["≠ Time limit"]) == ["10 min", "1 min"]
    assert list(table.loc["Planner"]) == ["rules", "rules"]
    charts = [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]
    assert len(charts) == 3
    assert "higher is better" in json.dumps(charts[0])


def test_of_many_it_asks_for_those_that_it_shows(site: Site) -> None:
    rows = many_runs(2000)
    site.runs = RunsStandIn(rows)
    site.open("compare", id=[rows[1].id, rows[8].id])
    pages = [arguments for method, arguments in site.runs.asked if method == "page"]
    assert all(arguments[1] == 50 for arguments in pages)


def test_scores_of_different_competitions_are_not_compared(site: Site) -> None:
    rows = [solved_run(), solved_run(source="other", metric="rmse"), queued_run()]
    site.runs = RunsStandIn(rows)
    text = said(site.open("compare", id=[row.id for row in rows]))
    assert "different competitions" in text
    assert "No two of these runs have a score in the same metric." in text


def test_a_run_that_is_gone_is_said(site: Site) -> None:
    rows = [solved_run(), solved_run()]
    site.runs = RunsStandIn(rows)
    app = site.open("compare", id=[rows[0].id, "gone", rows[1].id])
    assert "There is no run gone." in said(app).replace("\\", "")
    assert len(app.dataframe) == 1


def test_the_server_is_down(site: Site) -> None:
    site.runs.down = True
    assert "kaggle-agent up" in said(site.open("compare", id="x")).replace("\\", "")


def test_mlflow_compares_them_too(site: Site) -> None:
    rows = [solved_run(), solved_run()]
    site.runs, site.results = RunsStandIn(rows), ResultsStandIn(*(row.id for row in rows))
    app = site.open("compare", id=[row.id for row in rows])
    [link] = app.get("link_button")
    assert "#/compare-runs?runs=" in link.proto.url
    site.results.down = True
    assert "MLflow" in said(app.run()).replace("\\", "")
    assert not app.get("link_button")


def test_the_address_of_mlflows_comparison() -> None:
    base = "http://127.0.0.1:5000/#/experiments/7/runs"
    one, two = (
        Place(mlflow_run_id=run, experiment_id="7", url=f"{base}/{run}") for run in ("a", "b")
    )
    address = mlflow_comparison([one, two]) or ""
    assert unquote(address) == (
        'http://127.0.0.1:5000/#/compare-runs?runs=["a","b"]&experiments=["7"]'
    )
    assert mlflow_comparison([one]) is None
    assert mlflow_comparison([one, two.model_copy(update={"url": None})]) is None

from agent_core.run import Request
from tests.standins.run_rows import a_run, failed_run, many_runs, queued_run
from tests.standins.runs import RunsStandIn
from tests.standins.status import a_status
from tests.ui.app.site import Site, said
from ui.readers.runs import JobState, RunFilter


def pages_asked(runs: RunsStandIn) -> list[tuple[object, ...]]:
    return [arguments for method, arguments in runs.asked if method == "page"]


def test_without_runs_it_leads_to_the_first(site: Site) -> None:
    assert "Nothing was run yet" in said(site.open("runs"))


def test_one_run(site: Site) -> None:
    site.runs = RunsStandIn([a_run()])
    app = site.open("runs")
    row = app.dataframe[0].value.iloc[0]
    assert row["name"] == "titanic"
    assert "Running" in row["state"]
    assert (row["stage"], row["progress"], row["trials"]) == ("train", 50.0, 3)
    assert row["score"] == "0.8215 ± 0.012 accuracy"
    assert row["cost"] == "$0.041"
    assert "1 to 1 of 1 run" in said(app)
    assert "1 of 2 places taken" in said(app)


def test_of_many_runs_it_asks_for_those_that_it_shows(site: Site) -> None:
    site.runs = RunsStandIn(many_runs(2000))
    app = site.open("runs")
    assert len(app.dataframe[0].value) == 20
    assert pages_asked(site.runs) == [(RunFilter(), 20, 0)]
    app.session_state["page"] = 3
    app.run()
    assert pages_asked(site.runs)[-1] == (RunFilter(), 20, 40)
    assert "41 to 60 of 2,000 runs" in said(app)
    assert not {"run", "logs", "stages"} & {method for method, _ in site.runs.asked}


def test_it_filters_where_the_runs_are_kept(site: Site) -> None:
    site.runs = RunsStandIn(many_runs(200))
    app = site.open("runs")
    app.session_state["page"] = 9
    app.text_input(key="search").set_value("tion-4").run()
    assert pages_asked(site.runs)[-1] == (RunFilter(text="tion-4"), 20, 20)  # the last there is
    app.pills(key="states").set_value(["failed"]).run()
    wanted = RunFilter(text="tion-4", states=(JobState.FAILED,))
    assert pages_asked(site.runs)[-1] == (wanted, 20, 0)
    assert set(app.dataframe[0].value["name"]) == {"competition-4"}
    app.text_input(key="search").set_value("nothing like it").run()
    assert "No run matches" in said(app)


def test_a_failed_run_says_why_in_a_line(site: Site) -> None:
    site.runs = RunsStandIn([failed_run()])
    row = site.open("runs").dataframe[0].value.iloc[0]
    assert row["stage"] == "You have not accepted this competition's rules."
    assert row["score"] == ""


def test_chosen_runs_are_cancelled_together_after_a_question(site: Site) -> None:
    first, second, third = queued_run(), a_run(), a_run(name="other")
    site.runs = RunsStandIn([first, second, third])
    app = site.open("runs")
    app.session_state["runs_chosen"] = {first.id: first.name, third.id: third.name}
    app.run()
    assert "2 runs chosen" in said(app)
    assert not [method for method, _ in site.runs.asked if method == "cancel"]
    app.button(key="cancel_chosen").click().run()
    cancelled = [arguments[0] for method, arguments in site.runs.asked if method == "cancel"]
    assert cancelled == [first.id, third.id]
    assert site.runs.rows[second.id].detail == "Running"
    assert "chosen" not in said(app)


def test_what_is_chosen_follows_the_runs_when_others_come(site: Site) -> None:
    old = a_run()
    site.runs = RunsStandIn([old])
    app = site.open("runs")
    app.session_state["runs_chosen"] = {old.id: old.name}
    app.run()
    assert app.session_state["runs_table"]["selection"]["rows"] == [0]
    site.runs.start(Request(source="new"), "process")
    app.run()
    assert list(app.dataframe[0].value["name"]) == ["new", "titanic"]
    assert app.session_state["runs_table"]["selection"]["rows"] == [1]


def test_it_says_which_command_starts_a_worker(site: Site) -> None:
    site.runs = RunsStandIn([queued_run()])
    site.status = a_status(queued=1, online=False)
    assert "prefect worker start --pool process" in said(site.open("runs"))


def test_it_comes_back_with_the_server(site: Site) -> None:
    site.runs = RunsStandIn([a_run()], down=True)
    app = site.open("runs")
    assert "does not answer" in said(app).replace("\\", "")
    assert "kaggle-agent up" in said(app).replace("\\", "")
    site.runs.down = False
    assert not app.run().error
    assert len(app.dataframe[0].value) == 1

"""The app as people use it: real Chromium, real servers and workers, real runs.

The tests share one stack and build on each other's runs, so they come in this order.
"""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.ui.browser.conftest import Stack
from tests.ui.browser.hostile import HOST, SCRIPT, write_hostile
from tests.ui.browser.visitor import Visitor
from ui.stack_services import PROJECT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

#: As somebody would write it where the stack was started.
PENGUINS = "./examples/palmer-penguins"
_SOLVE_SECONDS = 300.0
#: It takes 10 s on an idle machine, and machines are not always idle.
_RESTART_SECONDS = 200.0
TABS = {
    "Score": "Gates",
    "Trials": "template",
    "Data": "Columns",
    "Strategy": "Planned by",
    "Importance": "in the unit of",
    "Submission": "First rows",
}


@pytest.fixture(scope="module")
def seen() -> dict[str, str]:
    """Ids of runs that earlier tests have made."""
    return {}


@pytest.fixture(scope="module")
def others(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A run that fails, and one of a hostile competition, which go on beside the first test."""
    folder = tmp_path_factory.mktemp("others")
    (folder / "empty").mkdir()
    (folder / "empty" / "train.csv").write_text("a,b\n1,2\n")
    return {
        "failed": stack.start(folder / "empty", 30),
        "hostile": stack.start(write_hostile(folder / "hostile"), 60),
    }


def id_of(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query)["id"][0]


def start_by_form(visitor: Visitor, minutes: int) -> None:
    """What the form lacks yet, and go."""
    visitor.write("minutes", str(minutes))
    button = visitor.key("start", "button")
    expect(button).to_be_enabled()
    button.click()
    visitor.page.wait_for_url(re.compile(r"/run\?id="))


def test_from_the_form_to_a_run_that_is_watched_live(
    visitor: Visitor, seen: dict[str, str], others: dict[str, str]
) -> None:
    visitor.open("/?planner=Rules+only")
    visitor.write("source", PENGUINS)
    visitor.heading("Palmer")
    visitor.picture("new-run")
    start_by_form(visitor, 1)
    seen["solved"] = id_of(visitor.page)
    visitor.heading("palmer-penguins")
    visitor.sees("At work")
    visitor.sees("profile done in")  # the log, as it comes
    visitor.picture("run-at-work")
    visitor.page.wait_for_selector(".st-key-download-Submission", timeout=1000 * _SOLVE_SECONDS)
    visitor.sees("Solved")


def test_every_tab_has_an_address_and_shows_its_part(
    visitor: Visitor, seen: dict[str, str]
) -> None:
    visitor.open(f"/run?id={seen['solved']}")
    for name, part in TABS.items():
        visitor.tab(name)
        visitor.sees(part)
        visitor.settle()
        visitor.picture(f"run-{name.lower()}")
        if name != "Score":  # the first one needs no name in the address
            assert f"tab={name}" in visitor.page.url
    visitor.page.reload()
    visitor.sees("First rows")


def test_the_submission_is_downloaded_byte_for_byte(
    visitor: Visitor, stack: Stack, seen: dict[str, str], tmp_path: Path
) -> None:
    visitor.open(f"/run?id={seen['solved']}")
    for label, name in (("Submission", "submission.csv"), ("Solution", "solution.py")):
        with visitor.page.expect_download() as download:
            visitor.key(f"download-{label}", "button").first.click()
        assert download.value.suggested_filename == name
        download.value.save_as(tmp_path / name)
        made = stack.home.runs / seen["solved"] / name
        assert (tmp_path / name).read_bytes() == made.read_bytes()


def test_a_failed_run_is_explained(visitor: Visitor, others: dict[str, str]) -> None:
    visitor.open(f"/run?id={others['failed']}")
    visitor.sees("Next:", seconds=_SOLVE_SECONDS)
    alert = visitor.page.get_by_test_id("stAlert").first
    expect(alert).to_contain_text("Next:")
    visitor.picture("run-failed")
    expect(visitor.page.get_by_text("Traceback")).to_have_count(0)
    visitor.key("trace", "summary").click()
    visitor.sees("Traceback")


def test_nothing_of_a_hostile_competition_acts(visitor: Visitor, others: dict[str, str]) -> None:
    visitor.open(f"/run?id={others['hostile']}")
    visitor.page.wait_for_selector(".st-key-download-Submission", timeout=1000 * _SOLVE_SECONDS)
    visitor.key("log_open", "summary").click()
    visitor.sees("submission done in")
    for name, part in TABS.items():
        visitor.tab(name)
        visitor.sees(part)
        visitor.settle()
        assert visitor.page.evaluate("window.hacked") is None
        assert visitor.page.locator("img[src*=evil], img[src=x]").count() == 0
    visitor.tab("Data")
    visitor.sees(SCRIPT)  # it is there, as text
    assert not [url for url in visitor.asked if HOST in url]


def test_the_server_stops_in_between_and_another_run_is_cancelled(
    visitor: Visitor, stack: Stack, seen: dict[str, str]
) -> None:
    visitor.open(f"/run?id={seen['solved']}")
    visitor.page.get_by_role("button", name="Run again").click()
    expect(visitor.key("source", "input")).to_have_value(str(PROJECT / PENGUINS))
    expect(visitor.key("minutes", "input")).to_have_value("1")
    visitor.sees("Rules plan")
    start_by_form(visitor, 30)
    seen["cancelled"] = id_of(visitor.page)
    assert seen["cancelled"] != seen["solved"]
    visitor.sees("At work: train")
    stack.kill_prefect()
    visitor.sees("does not answer")
    visitor.picture("server-down")
    # Opened anew, too, it says so as long as it is, and no longer.
    visitor.open(f"/run?id={seen['cancelled']}")
    away = visitor.page.get_by_text("does not answer")
    expect(away).to_have_count(0, timeout=1000 * _RESTART_SECONDS)
    visitor.sees("At work: train")
    visitor.key("cancel", "button").first.click()
    visitor.key("cancel_now", "button").click()
    visitor.sees("This run was stopped by a person", seconds=_SOLVE_SECONDS)


def test_two_runs_are_compared(visitor: Visitor, seen: dict[str, str]) -> None:
    visitor.open(f"/compare?id={seen['solved']}&id={seen['cancelled']}")
    visitor.heading("Settings and results")
    visitor.picture("compare")


@pytest.mark.parametrize(("path", "sign"), [("/runs", "palmer-penguins"), ("/system", "process")])
def test_the_other_pages(visitor: Visitor, path: str, sign: str, seen: dict[str, str]) -> None:
    visitor.open(path)
    visitor.heading(path.strip("/").capitalize())
    expect(visitor.page.get_by_test_id("stMain")).to_contain_text(re.compile("."))
    visitor.settle()
    expect(visitor.page.get_by_test_id("stAlertContentError")).to_have_count(0)
    visitor.picture(path.strip("/"))

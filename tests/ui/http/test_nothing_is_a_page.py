"""Whatever a log, a name or a file holds: nothing of it is ever shown as a page or run."""

import pytest

from tests.standins.run_rows import BEGAN, solved_run
from tests.ui.http.conftest import Api
from ui.readers.runs import LogLine

SCRIPT = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/status/{}", "application/json"),
        ("/jobs", "application/json"),
        ("/logs/{}", "application/json"),
        ("/logs/{}?follow=true", "text/event-stream"),
        ("/result/{}/submission.csv", "text/csv"),
        ("/metrics", "text/plain"),
        ("/health", "application/json"),
        ("/<script>alert(1)</script>", "application/json"),
        ("/status/<script>alert(1)", "application/json"),
        ("/jobs?status_filter=<script>", "application/json"),
    ],
)
def test_every_answer_says_what_it_is(path: str, kind: str, api: Api) -> None:
    run = solved_run(name=SCRIPT, message=SCRIPT, metric=SCRIPT, stage=SCRIPT)
    api.runs.rows[run.id] = run
    api.runs.log_lines[run.id] = [LogLine(at=BEGAN, level="INFO", text=SCRIPT)]
    api.results.kept[run.id] = {"submission": SCRIPT.encode()}
    answer = api.client.get(path.format(run.id))
    assert answer.headers["Content-Type"].partition(";")[0] == kind
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_of_somebody_else_can_hand_nothing_in(api: Api) -> None:
    """A browser sends a form or plain text for anybody, but JSON only to who allows it."""
    text = '{"kaggle_url": "titanic"}'
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = api.client.post("/run", content=text, headers={"Content-Type": kind})
        assert answer.status_code == 422
    assert not api.runs.rows
    headers = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    assert "Access-Control-Allow-Origin" not in api.client.options("/run", headers=headers).headers

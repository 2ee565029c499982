"""Whatever stands in a title, name, log, message or cell is shown, and nothing of it acts."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from agent_core.profile import Caution
from agent_core.spread import Spread, Spreads
from tests.standins.result_values import a_finished_tree, a_profile, a_trial
from tests.standins.results import ResultsStandIn, whole_run
from tests.standins.run_rows import failed_run, solved_run
from tests.standins.runs import RunsStandIn
from tests.ui.run_tabs.conftest import RunPage
from tests.ui.run_tabs.test_states import a_line, a_stage
from ui.readers.results import Importance

EVIL = (
    "<script>alert(1)</script> ![pixel](https://evil.example/p.png) [a](javascript:b) $x$ :red[y]"
)
#: An unescaped sign that begins something: a tag, a picture or link, a formula, a directive.
_ACTS = re.compile(r"(?<!\\)(?:\\\\)*(?:<script|!?\[pixel\]|\[a\]|\$x|:red\[)")


def acting(page: AppTest) -> list[str]:
    """Texts of elements that render Markdown in which something of `EVIL` is not escaped."""
    plain = {"Text", "Code", "Arrow", "ArrowVegaLiteChart", "Dataframe"}
    found = []
    for element in page:
        name = type(element).__name__
        proto = getattr(element, "proto", None)
        assert not getattr(proto, "allow_html", False), element
        if name in plain or proto is None:
            continue
        for field in ("body", "label", "title", "text", "value", "help", "caption"):
            text = getattr(proto, field, None)
            if isinstance(text, str) and _ACTS.search(text):
                found.append(f"{name}.{field}: {text}")
    return found


@pytest.mark.parametrize("tab", ["Score", "Trials", "Data", "Strategy", "Importance", "Submission"])
def test_in_the_results(
    tab: str, run_page: RunPage, runs: RunsStandIn, results: ResultsStandIn
) -> None:
    row = solved_run(
        name=EVIL, metric=EVIL, source=EVIL, deployment=EVIL, url="javascript:alert(1)"
    )
    results.kept[row.id] = evil_results()
    runs.stage_rows[row.id] = (a_stage(EVIL),)
    page = run_page(row, tab)
    assert not page.exception
    assert not page.error
    assert acting(page) == []
    assert not any("javascript" in link.url for link in page.get("link_button"))


def test_in_a_failure_and_in_the_log(run_page: RunPage, runs: RunsStandIn) -> None:
    row = failed_run(name=EVIL, message=f"{EVIL}\n{EVIL}\nNext: {EVIL}", failure="Evil")
    runs.log_lines[row.id] = [a_line(EVIL, "ERROR")]
    page = run_page(row)
    page.session_state["trace"] = True
    page.session_state["log_open"] = True
    page.run()
    assert not page.exception
    assert acting(page) == []
    assert page.code[0].value.endswith(EVIL)


def test_the_check_finds_what_acts() -> None:
    page = AppTest.from_string(f"import streamlit as st\nst.warning({EVIL!r})").run()
    assert acting(page)


def evil_results() -> dict[str, object]:
    """A run in which everything that a stranger may name is called `EVIL`."""
    tree = a_finished_tree()
    nodes = tuple(node.model_copy(update={"title": EVIL, "message": EVIL}) for node in tree.nodes)
    spread = Spread(column=EVIL, labels=(EVIL, EVIL), series={"out-of-fold": (1, 2)})
    trial = a_trial("improve 1")
    strategy = trial.strategy.model_copy(update={"summary": EVIL, "reasons": (EVIL,)})
    profile = a_profile(EVIL, f"{EVIL} 2", "Cabin").model_copy(
        update={"warnings": (Caution(code="evil", message=EVIL),)}
    )
    return whole_run() | {
        "profile": profile,
        "spreads": Spreads(targets=(spread,), predictions=(spread,)),
        "trials": tree.model_copy(update={"nodes": nodes, "stopped": EVIL}),
        "trial improve 1": trial.model_copy(update={"strategy": strategy, "log": EVIL}),
        "importance improve 1": (Importance(feature=EVIL, importance=1.0),),
        "submission": f'id,"{EVIL}"\n1,"{EVIL}"\n'.encode(),
    }

"""How a run ended that has no submission: the cause and what to do first, details on request."""

from typing import NamedTuple

import streamlit as st

from agent_core.errors import KaggleAgentError
from ui import sources
from ui.drawing.problems import show_error, show_no_worker, show_problem
from ui.drawing.words import plural
from ui.readers.runs import JobState, LogLine, RunRow
from ui.run_tabs.log import log_text

#: Lines of the log that are looked through for a trace.
_MOST_LINES, _PAGE = 2000, 200


class Told(NamedTuple):
    """A message of a run, taken apart."""

    what: str
    means: str
    next: str


def show_ending(row: RunRow) -> None:
    """Nothing for a run that goes on or is solved."""
    if row.state is JobState.QUEUED:
        _show_waiting(row)
    elif row.state is JobState.CANCELLED:
        st.info(
            "Finished stages are kept. **Next:** run it again, it goes on from there.",
            title="This run was stopped by a person",
            icon=":material/cancel:",
        )
    elif row.state in {JobState.FAILED, JobState.TIMEOUT}:
        _show_failure(row)


def _show_failure(row: RunRow) -> None:
    told, *blockers = take_apart(row.message)
    happened = "The run was out of time" if row.state is JobState.TIMEOUT else "The run failed"
    icon = ":material/timer_off:" if row.state is JobState.TIMEOUT else ":material/error:"
    todo = told.next or "Run it again: it goes on from the last finished stage."
    show_problem(told.what or f"{happened} without a word", told.means, todo, icon=icon)
    for blocker in blockers:
        show_problem(*blocker, icon=":material/block:")
    trace = st.expander(
        f"Details: {row.failure or row.detail}", icon=":material/bug_report:", on_change="rerun",
        key="trace",
    )  # fmt: skip
    if trace.open:
        with trace:
            _show_trace(row)


def take_apart(message: str) -> list[Told]:
    """A message as runs write it: the failure, and then whatever of it stands in the way.

    Each is what happened, what it means, and a line that begins "Next:"; those in the way begin
    with "* ". Whatever a message is, nothing of it is lost.
    """
    return [_told(part) for part in message.split("\n* ")]


def _told(part: str) -> Told:
    before, _, after = part.partition("\nNext: ")
    if part.startswith("Next: "):
        before, after = "", part.removeprefix("Next: ")
    what, _, means = before.strip().partition("\n")
    return Told(what.strip(), means.strip(), after.strip())


def _show_trace(row: RunRow) -> None:
    st.text(row.message)
    try:
        lines = _errors(row.id)
    except KaggleAgentError as error:
        show_error(error)
        return
    if lines:
        st.code(log_text(lines), language=None, height=320)
    else:
        st.caption("There is no trace in its log: it ended before, or was ended from outside.")


def _errors(run_id: str) -> list[LogLine]:
    found: list[LogLine] = []
    cursor = ""
    for _ in range(_MOST_LINES // _PAGE):
        page = sources.runs().logs(run_id, cursor, _PAGE)
        found += [line for line in page.lines if line.level in {"ERROR", "CRITICAL"}]
        if len(page.lines) < _PAGE:
            break
        cursor = page.cursor
    return found


def _show_waiting(row: RunRow) -> None:
    st.info(
        "It begins as soon as its pool has a place for it. This page follows it by itself.",
        title="In the queue",
        icon=":material/schedule:",
    )
    pool = next((pool for pool in sources.status().pools if pool.name == row.deployment), None)
    if pool is None:
        return
    if not any(worker.online for worker in pool.workers):
        show_no_worker(f"the pool {pool.name}", f"prefect worker start --pool {pool.name}")
    else:
        st.caption(f"{plural(pool.running, 'run')} at work, {pool.queued} in the queue.")

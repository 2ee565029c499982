"""The queue and the limits at a glance."""

from collections.abc import Mapping

import streamlit as st

from agent_core.state_of_things import PoolState, Status
from ui.drawing.problems import show_no_worker
from ui.drawing.states import LOOKS
from ui.drawing.text import plain
from ui.drawing.words import plural
from ui.readers.runs import JobState


def show_counts(counts: Mapping[JobState, int]) -> None:
    """How many runs are in each state."""
    grid = st.grid(len(LOOKS), min_column_width=110, gap="small")
    for state, look in LOOKS.items():
        grid.metric(look.word, f"{counts.get(state, 0):,}", border=True)


def show_limits(status: Status) -> None:
    """What the pools do and may do, on one line; and who is missing."""
    parts = [_pool(pool) for pool in status.pools]
    parts += [
        f"**{plain(limit.name)}** {limit.taken} of {limit.limit} places taken"
        for limit in status.limits
    ]
    if parts:
        st.caption(" · ".join(parts))
    for pool in status.pools:
        if pool.queued and not any(worker.online for worker in pool.workers):
            show_no_worker(f"the pool {pool.name}", f"prefect worker start --pool {pool.name}")


def _pool(pool: PoolState) -> str:
    limit = "no limit" if pool.limit is None else f"of {pool.limit} at once"
    waiting = f", {plural(pool.queued, 'run')} waiting" if pool.queued else ""
    paused = ", **paused**" if pool.paused else ""
    return f"**{plain(pool.name)}** {pool.running} running {limit}{waiting}{paused}"

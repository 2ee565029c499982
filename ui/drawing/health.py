"""How services, workers, limits, disk and failures stand."""

from collections.abc import Sequence
from urllib.parse import urlsplit

import altair as alt
import pandas as pd
import streamlit as st

from agent_core.state_of_things import DiskState, FailureCount, PoolState, Status
from agent_core.storage.disk import readable
from ui.drawing.problems import show_no_worker, show_problem
from ui.drawing.text import plain, shortened
from ui.drawing.words import duration, plural

_FULL = 0.9
_NAMES = {"mlflow": "MLflow", "api": "HTTP API"}


def show_services(status: Status) -> None:
    """A card for each, with what it says of itself."""
    grid = st.grid(min_column_width=230, gap="small")
    server = status.server
    if server is not None:
        database = "" if server.database or server.problem else "Its database does not answer."
        with grid.cell():
            told = f"Version {server.version}"
            _card("Prefect", server.problem or database, server.address, told)
    for service in status.services:
        with grid.cell():
            name = _NAMES.get(service.name, service.name.capitalize())
            _card(name, service.problem, service.address)
    engine = status.engine
    with grid.cell():
        told = f"Docker {engine.version}" if engine.version else "Scripts run as processes instead"
        _card("Container engine", engine.problem, "", told, needed=False)


def _card(name: str, problem: str, address: str, told: str = "", needed: bool = True) -> None:
    with st.container(border=True, height="stretch", gap="small"):
        with st.container(horizontal=True, horizontal_alignment="distribute"):
            st.markdown(f"**{plain(name)}**", width="content")
            if not problem:
                st.badge("Answers", icon=":material/check_circle:", color="green")
            elif needed:
                st.badge("Down", icon=":material/error:", color="red")
            else:
                st.badge("Not there", icon=":material/remove_circle:", color="gray")
        if problem:
            st.caption(plain(problem))
        if not problem or not needed:
            st.caption(plain(" · ".join(filter(None, (told, urlsplit(address).netloc)))))


def show_pools(pools: Sequence[PoolState]) -> None:
    """The queue of each pool, and who works on it."""
    if not pools:
        st.caption("The server has no work pool, so no run can start. kaggle-agent up makes one.")
    for pool in pools:
        with st.container(border=True):
            online = sum(worker.online for worker in pool.workers)
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**Pool {plain(pool.name)}**", width="content")
                if pool.paused:
                    st.badge("Paused", icon=":material/pause_circle:", color="orange")
                st.badge(f"{plural(online, 'worker')} online", color="green" if online else "red")
            limit = "no limit" if pool.limit is None else f"of {pool.limit} at once"
            share = 0.0 if not pool.limit else min(1.0, pool.running / pool.limit)
            late = f" ({pool.late} of them late)" if pool.late else ""
            st.progress(share, f"{pool.running} running {limit}, {pool.queued} waiting{late}")
            if pool.paused:
                st.caption("Its runs wait. Resume it:")
                st.code(f"prefect work-pool resume {pool.name}", language="bash")
            if not online:
                command = f"prefect worker start --pool {pool.name}"
                show_no_worker(f"the pool {pool.name}", command)
            for worker in pool.workers:
                silent = worker.silent
                heard = "never heard of" if silent is None else f"heard {duration(silent)} ago"
                state = "online" if worker.online else "offline"
                st.caption(f"{plain(shortened(worker.name, 60))}: {state}, {heard}")


def show_limits(status: Status) -> None:
    """Limits that runs share."""
    for limit in status.limits:
        share = min(1.0, limit.taken / limit.limit) if limit.limit else 0.0
        st.progress(share, f"{plain(limit.name)}: {limit.taken} of {limit.limit} places taken")
    if not status.limits:
        st.caption("No limits are set.")


def show_disk(disk: DiskState) -> None:
    """How full the disk of the home folder is."""
    used = 1 - disk.free / disk.total
    st.progress(used, f"{readable(disk.free)} of {readable(disk.total)} free")
    st.caption(plain(disk.home))
    if used > _FULL:
        show_problem(
            "The disk is almost full.",
            "Runs stop when it is full; nothing half-written is used.",
            "Free some space, or set KAGGLE_AGENT_HOME to a folder on a larger disk.",
        )


def show_failures(failures: Sequence[FailureCount], days: int) -> None:
    """How many runs failed of what, day by day."""
    if not failures:
        st.caption(f"No run failed in the last {days} days.")
        return
    values = [
        {
            "day": f"{count.day:%Y-%m-%d}",
            "failure": shortened(count.failure, 60),
            "runs": count.runs,
        }
        for count in failures
    ]
    chart = (
        alt.Chart(pd.DataFrame(values))
        .mark_bar(cornerRadius=2, size=16)
        .encode(
            x=alt.X(
                "day:O", title=None, timeUnit="utcyearmonthdate", axis=alt.Axis(format="%d %b")
            ),
            y=alt.Y("sum(runs):Q", title="Failed runs", axis=alt.Axis(tickMinStep=1)),
            color=alt.Color(
                "failure:N", title="Class of failure", legend=alt.Legend(orient="bottom")
            ),
            tooltip=["day:T", "failure:N", "runs:Q"],
        )
        .properties(height=260)
    )
    st.altair_chart(chart, alt="Failed runs by day and class of failure")


def show_reasons(failures: dict[str, int]) -> None:
    """Why the last runs failed, in their own words."""
    if failures:
        st.dataframe(
            [{"runs": count, "why": shortened(why, 300)} for why, count in failures.items()],
            hide_index=True,
            column_config={
                "runs": st.column_config.NumberColumn("Runs", width=60),
                "why": st.column_config.TextColumn("Why"),
            },
            alt="Why the last runs failed, the most frequent first",
        )

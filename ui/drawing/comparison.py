"""Runs side by side: charts that share their rows, and a table of what they were asked for."""

from collections.abc import Sequence
from urllib.parse import quote

import altair as alt
import pandas as pd
import streamlit as st

from ui.drawing.palette import BLUE, GREY
from ui.drawing.states import state_text
from ui.drawing.text import shortened
from ui.drawing.words import dollars, duration, score
from ui.readers.results import Place
from ui.readers.runs import RunRow

#: Heights in pixels: of a run in a chart, and of what is above and below.
_ROW, _AXIS = 34, 110
_ASKED = {
    "budget": "Time limit",
    "planner": "Planner",
    "max_usd": "Dollar limit",
    "max_trials": "Trial limit",
    "drafts": "Drafts",
    "sandbox": "Sandbox",
    "metric": "Metric asked for",
    "seed": "Seed",
}


def run_labels(rows: Sequence[RunRow]) -> list[str]:
    """A name for each run that no other of them has."""
    return [f"{at}. {shortened(row.name, 24)}" for at, row in enumerate(rows, 1)]


def show_charts(rows: Sequence[RunRow]) -> None:
    """Score with spread, cost and time. Runs without a score are in the table only."""
    labels = run_labels(rows)
    wide, cost, time = st.columns([2, 1, 1])
    with wide:
        _scores(rows, labels)
    with cost:
        _bars("Cost", "dollars", labels, [row.cost_usd or 0.0 for row in rows])
    with time:
        _bars("Time", "minutes", labels, [row.seconds / 60 for row in rows])


def _scores(rows: Sequence[RunRow], labels: Sequence[str]) -> None:
    scored = [
        (row, label) for row, label in zip(rows, labels, strict=True) if row.score is not None
    ]
    metrics = {row.metric for row, _ in scored}
    if len(metrics) != 1:
        st.info("No two of these runs have a score in the same metric.", icon=":material/block:")
        return
    better = "higher" if scored[0][0].higher_is_better else "lower"
    values = [
        {
            "run": label,
            "score": row.score,
            "low": (row.score or 0.0) - (row.score_std or 0.0),
            "high": (row.score or 0.0) + (row.score_std or 0.0),
            "told": score(row.score, row.score_std),
        }
        for row, label in scored
    ]
    base = alt.Chart(pd.DataFrame(values)).encode(
        y=_rows(labels), tooltip=[alt.Tooltip("run:N"), alt.Tooltip("told:N", title="score")]
    )
    title = f"{shortened(metrics.pop(), 40)} ({better} is better)"
    spread = base.mark_rule(color=BLUE, strokeWidth=3, opacity=0.5).encode(
        x=alt.X("low:Q", title=title, scale=alt.Scale(zero=False)), x2="high:Q"
    )
    points = base.mark_point(filled=True, size=110, opacity=1, color=BLUE).encode(x="score:Q")
    chart = (spread + points).properties(
        height=_height(labels), title="Score ± spread over the folds"
    )
    st.altair_chart(chart, alt="Score of each run with its spread; the table has the numbers")


def _rows(labels: Sequence[str], named: bool = True) -> alt.Y:
    # A band for each, also where there are points, so that rows of all charts are level.
    scale = alt.Scale(type="band", domain=list(labels))
    return alt.Y("run:N", title=None, scale=scale, axis=alt.Axis(ticks=False, labels=named))


def _height(labels: Sequence[str]) -> int:
    return _ROW * len(labels) + _AXIS


def _bars(title: str, unit: str, labels: Sequence[str], amounts: Sequence[float]) -> None:
    if not any(amounts):
        st.markdown(f"**{title}**")
        st.caption("Nothing, in all of these runs.")
        return
    amount_of = zip(labels, amounts, strict=True)
    chart = (
        alt.Chart(
            pd.DataFrame([{"run": run, "amount": amount} for run, amount in amount_of]), title=title
        )
        .mark_bar(cornerRadiusEnd=3, size=16, color=GREY)
        .encode(
            y=_rows(labels, named=False),
            x=alt.X("amount:Q", title=unit, axis=alt.Axis(tickCount=3)),
            tooltip=[alt.Tooltip("run:N"), alt.Tooltip("amount:Q", format=".3~g", title=unit)],
        )
        .properties(height=_height(labels))
    )
    st.altair_chart(chart, alt=f"{title} of each run; the table has the numbers")


def show_settings(rows: Sequence[RunRow]) -> None:
    """A column for each run; settings that differ have a sign before their names."""
    table: list[dict[str, str]] = []
    for name, told in _facts(rows).items():
        if any(told):
            differs = name in _ASKED.values() and len(set(told)) > 1
            cells = dict(zip(run_labels(rows), told, strict=True))
            table.append({"": f"≠ {name}" if differs else name, **cells})
    st.dataframe(
        table,
        hide_index=True,
        height="content",
        column_config={"": st.column_config.TextColumn("", pinned=True, width=140)},
        alt="What the compared runs were asked for, and what came of them",
    )
    st.caption("≠ is before settings that differ.")


def _facts(rows: Sequence[RunRow]) -> dict[str, list[str]]:
    facts = {
        "Competition": [shortened(row.name, 80) for row in rows],
        "State": [state_text(row.state) for row in rows],
        "Score": [score(row.score, row.score_std) for row in rows],
        "Metric": [shortened(row.metric, 40) for row in rows],
        "Trials": ["" if row.trials is None else str(row.trials) for row in rows],
        "Cost": ["" if row.cost_usd is None else dollars(row.cost_usd) for row in rows],
        "Time": [duration(row.seconds) if row.seconds else "" for row in rows],
        "Workers": [shortened(row.deployment, 40) for row in rows],
    }
    for name, title in _ASKED.items():
        facts[title] = [_asked(name, row.asked.get(name)) for row in rows]
    return facts


def _asked(name: str, value: object) -> str:
    if value is None:
        return ""
    if name == "budget" and isinstance(value, int | float):
        return duration(value)
    if name == "max_usd" and isinstance(value, int | float):
        return dollars(value)
    return shortened(str(value), 200)


def mlflow_comparison(places: Sequence[Place]) -> str | None:
    """The address of MLflow's own comparison of these runs, None where no server shows two."""
    shown = [place for place in places if place.url]
    if len(shown) < 2:
        return None
    base = (shown[0].url or "").partition("#")[0]
    runs = _listed([place.mlflow_run_id for place in shown])
    return (
        f"{base}#/compare-runs?runs={runs}&experiments={_listed([p.experiment_id for p in shown])}"
    )


def _listed(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(names))
    return quote("[" + ",".join(f'"{name}"' for name in unique) + "]")

"""The tab "Submission": what is handed in, and whether it looks like what was learnt."""

import csv
import io

import pandas as pd
import streamlit as st

from agent_core.errors import NoSuchResult
from ui import sources
from ui.drawing.spread_chart import spread_chart
from ui.drawing.text import plain
from ui.drawing.words import plural
from ui.readers.runs import RunRow
from ui.run_tabs.waiting import awaited

_FIRST = 20


def show(row: RunRow) -> None:
    """Its first rows, and its distribution against the out-of-fold predictions."""
    with awaited(row, "The submission", "submission"):
        content = sources.results().submission(row.id)
        left, right = st.columns([2, 3], gap="large")
        with left:
            _show_rows(content)
        with right:
            _show_spreads(row)


def _show_rows(content: bytes) -> None:
    rows = content.count(b"\n") - 1
    st.subheader("First rows", anchor=False)
    st.dataframe(first_rows(content), hide_index=True, width="stretch", height="content")
    st.caption(
        f"{plural(rows, 'row')}, {len(content) / 1000:,.1f} kB. Its header, ids and their order "
        "are checked against the sample submission."
    )


def first_rows(content: bytes) -> pd.DataFrame:
    """As text, exactly as it will be handed in."""
    head = content[: 1 << 20].decode("utf-8", errors="replace")
    rows = [row for row, _ in zip(csv.reader(io.StringIO(head)), range(_FIRST + 1), strict=False)]
    header, *body = rows or [[]]
    names = [name if header.count(name) == 1 else f"{name} #{n}" for n, name in enumerate(header)]
    whole = [row for row in body if len(row) == len(names)]
    return pd.DataFrame(whole, columns=names, dtype=str)


def _show_spreads(row: RunRow) -> None:
    st.subheader("Predictions", anchor=False)
    try:
        spreads = sources.results().spreads(row.id).predictions
    except NoSuchResult:
        st.caption("Their distribution was not kept.")
        return
    if not spreads:
        st.caption("There is no distribution: the out-of-fold predictions could not be counted.")
        return
    st.caption(
        "For the test rows against those out of fold. Where they differ much, the test rows are "
        "unlike the training rows, or something went wrong."
    )
    for spread in spreads:
        st.markdown(f"**{plain(spread.column, 80)}**")
        st.altair_chart(spread_chart(spread), alt=f"Predictions of {plain(spread.column, 80)}")

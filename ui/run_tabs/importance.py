"""The tab "Importance": what the models relied on."""

import pandas as pd
import streamlit as st

from ui import sources
from ui.drawing.importance_chart import MOST_FEATURES, importance_chart
from ui.drawing.text import plain
from ui.drawing.words import plural
from ui.readers.runs import RunRow
from ui.run_tabs.known_trials import leading, tree_of
from ui.run_tabs.waiting import awaited


def show(row: RunRow) -> None:
    """Of the trial that leads; of a blend's parts one can be chosen."""
    with awaited(row, "The importance of features", "train"):
        node = leading(tree_of(row))
        parts = [name for name, _ in node.parts] if node else []
        name = node.name if node else "template"
        if parts:
            name = st.selectbox("Part of the blend", parts, key="importance_part")
        found = sources.results().importance(row.id, name)
        if not found:
            st.caption("The script of this trial wrote no importance that can be read.")
            return
        st.caption(
            f"{plural(len(found), 'feature')} of the trial *{plain(name)}*, in the unit of its "
            f"models" + (f"; the first {MOST_FEATURES} are drawn." if len(found) > MOST_FEATURES
                         else ".")
        )  # fmt: skip
        st.altair_chart(importance_chart(found), alt="Importance of the first features.")
        with st.expander("As a table", icon=":material/table_rows:"):
            st.dataframe(
                pd.DataFrame(
                    [{"Feature": one.feature, "Importance": one.importance} for one in found]
                ),
                hide_index=True,
                width="stretch",
            )

"""The page of a run: ``/run?id=FLOW_RUN_ID``."""

import streamlit as st

from ui import sources
from ui.drawing.problems import explained
from ui.drawing.states import state_badge
from ui.drawing.text import plain

run_id = st.query_params.get("id", "")
if not run_id:
    st.title("A run")
    st.info("Choose a run from the list.", icon=":material/list_alt:")
    st.page_link("runs_page.py", label="All runs")
    st.stop()

with explained():
    row = sources.runs().run(run_id)
    st.title(plain(row.name), anchor=False)
    state_badge(row.state)

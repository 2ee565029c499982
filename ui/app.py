"""The app for the browser: `streamlit run ui/app.py`. It routes; each page is a file of its own.

A page draws what readers (`ui.sources`) tell it and keeps nothing: runs are in Prefect, results in
MLflow. A run's own address is ``/run?id=FLOW_RUN_ID``.
"""

from pathlib import Path

import streamlit as st

_DRAWING = Path(__file__).parent / "drawing"
# A picture of our own: the browser would fetch an icon of Streamlit's from Google.
_ICON = _DRAWING / "icon.svg"

st.set_page_config(page_title="Kaggle Agent", page_icon=str(_ICON), layout="wide")
st.logo(str(_ICON), size="large")
st.html(_DRAWING / "style.css")

st.navigation(
    [
        st.Page(
            "new_run_page.py",
            title="New run",
            icon=":material/add_circle:",
            url_path="new",
            default=True,
        ),
        st.Page("runs_page.py", title="Runs", icon=":material/list_alt:", url_path="runs"),
        st.Page("compare_page.py", title="Compare", icon=":material/compare:", url_path="compare"),
        st.Page("system_page.py", title="System", icon=":material/dns:", url_path="system"),
        st.Page(
            "run_page.py",
            title="A run",
            icon=":material/science:",
            url_path="run",
            visibility="hidden",
        ),
    ],
    position="top",
).run()

"""Sending a run's submission to Kaggle from its page: the quota first, then a question."""

import streamlit as st

from agent_core.errors import BadSource
from agent_core.intake.source import parse_source
from ui import sources
from ui.drawing.facts import show_facts
from ui.drawing.problems import explained, show_error
from ui.drawing.text import plain
from ui.drawing.words import plural, score
from ui.readers.runs import RunRow

_LOOK_SECONDS = 2.0
_LONGEST = 150


def show_submit_button(row: RunRow) -> None:
    """Only for competitions on Kaggle, and not while it is under way."""
    slug = _slug(row)
    if slug is None or sources.submissions().said(row.id) is not None:
        return
    if st.button("Submit to Kaggle", icon=":material/upload:", key="submit"):
        _ask(row, slug)


def _slug(row: RunRow) -> str | None:
    try:
        return parse_source(row.source).slug
    except BadSource:
        return None


def show_under_way(row: RunRow) -> None:
    """What is heard of a submission that was started here, and what went wrong with it."""
    if sources.submissions().said(row.id) is not None:
        _follow(row.id)
    elif problem := sources.submissions().problem(row.id):
        show_error(problem)


@st.fragment(run_every=_LOOK_SECONDS)
def _follow(run_id: str) -> None:
    said = sources.submissions().said(run_id)
    if said is None:
        st.rerun()
    st.info(f":shimmer[{plain(said or '')} …]", title="Submitting", icon=":material/upload:")


@st.dialog("Submit to Kaggle", icon=":material/upload:")
def _ask(row: RunRow, slug: str) -> None:
    with explained():
        with st.spinner("Asking Kaggle what may be submitted …"):
            quota = sources.quota(slug)
        left = "" if quota.left is None else plural(quota.left, "submission")
        show_facts(
            {
                "Competition": slug,
                "Cross-validated score": score(row.score, row.score_std),
                "Left now": f"{left} of {quota.daily} a day" if left and quota.daily else left,
                "Made today": "" if quota.today is None else str(quota.today),
            }
        )
        quota.check()
        if quota.late:
            st.warning("The deadline has passed: it is scored, but does not count.")
        message = st.text_input("What Kaggle shows beside it", max_chars=_LONGEST)
        st.caption("It counts against the limit of the account and cannot be taken back.")
        if st.button("Yes, submit it", type="primary", icon=":material/upload:", key="submit_now"):
            sources.submissions().start(row.id, message)
            st.rerun()

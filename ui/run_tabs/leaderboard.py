"""What Kaggle says of a run's submission, beside what was expected."""

import streamlit as st

from agent_core.errors import NoSuchResult
from agent_core.receipt import Receipt, SubmissionState
from ui import sources
from ui.drawing.text import plain
from ui.drawing.words import score
from ui.readers.runs import RunRow


def show_leaderboard(row: RunRow) -> None:
    """Nothing where it was not submitted."""
    try:
        receipt = sources.results().receipt(row.id)
    except NoSuchResult:
        return
    st.subheader("On Kaggle", anchor=False)
    match receipt.state:
        case SubmissionState.SCORED:
            _show_scores(receipt)
        case SubmissionState.REFUSED:
            st.error(plain(receipt.error), title="Kaggle does not take it", icon=":material/error:")
        case _:
            st.info("Submit it again to ask: it is not sent twice.", title="It is not scored yet")
    for note in receipt.notes:
        st.caption(plain(note))


def _show_scores(receipt: Receipt) -> None:
    with st.container(horizontal=True, gap="large"):
        st.metric(
            "Public leaderboard",
            score(receipt.public_score) or "none",
            delta=None if receipt.gap is None else f"{receipt.gap:+.4g} to cross-validated",
            help="A positive difference is a leaderboard that is better than expected.",
            width="content",
        )
        st.metric("Cross-validated", score(receipt.cv_score, receipt.cv_std), width="content")
        if receipt.rank is not None:
            st.metric(
                "Rank", f"{receipt.rank:,} of {receipt.teams:,}",
                delta=f"better than or equal to {receipt.percentile:.0f} % of the teams"
                if receipt.percentile is not None else None,
                delta_color="off", delta_arrow="off", width="content",
            )  # fmt: skip

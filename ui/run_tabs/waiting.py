"""What a tab says where there is nothing to show, or nothing yet."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from agent_core.errors import NoSuchResult
from ui.readers.runs import RunRow


@contextmanager
def awaited(row: RunRow, what: str, stage: str) -> Iterator[None]:
    """Draw the body; if that needs what is not there, say so.

    ``what`` is awaited ("The profile of the data"), ``stage`` is the one that makes it.
    """
    try:
        yield
    except NoSuchResult:
        if row.state.over:
            st.info(
                f"The run ended before its stage *{stage}*, or its results are kept elsewhere.",
                title=f"{what} is not there",
                icon=":material/inbox:",
            )
        else:
            st.info(
                f"It comes with the stage *{stage}*. This page follows the run by itself.",
                title=f"{what} is not there yet",
                icon=":material/hourglass_empty:",
            )

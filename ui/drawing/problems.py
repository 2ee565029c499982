"""What went wrong, as a page says it: what happened, what it means, what to do next."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from agent_core.errors import KaggleAgentError
from ui.drawing.text import plain


def show_problem(
    what: str, means: str = "", next: str = "", icon: str = ":material/error:"
) -> None:
    """A problem in the words of others: nothing in them acts."""
    rest = "\n\n".join(part for part in (plain(means), _next(next)) if part)
    st.error(rest or " ", title=plain(what), icon=icon)


def _next(text: str) -> str:
    return f"**Next:** {plain(text)}" if text else ""


@contextmanager
def explained() -> Iterator[None]:
    """Draw what the body draws; if a reader cannot answer, say so in its place."""
    try:
        yield
    except KaggleAgentError as error:
        show_problem(error.what, error.means, error.next, icon=":material/cloud_off:")

"""What went wrong, as a page says it: what happened, what it means, what to do next."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from agent_core.errors import KaggleAgentError, SurroundingsFailed
from ui.drawing.text import plain


def show_problem(
    what: str, means: str = "", next: str = "", icon: str = ":material/error:"
) -> None:
    """A problem in the words of others: nothing in them acts."""
    rest = "\n\n".join(part for part in (plain(means), _next(next)) if part)
    st.error(rest or " ", title=plain(what), icon=icon)


def _next(text: str) -> str:
    return f"**Next:** {plain(text)}" if text else ""


def show_error(error: KaggleAgentError) -> None:
    """Why a reader has no answer."""
    down = isinstance(error, SurroundingsFailed)
    icon = ":material/cloud_off:" if down else ":material/error:"
    show_problem(error.what, error.means, error.next, icon=icon)


def show_no_worker(where: str, command: str) -> None:
    """Runs can be handed in, but nobody executes them. ``command`` starts somebody."""
    st.warning(
        "A run that is started now waits until there is one. This starts one:",
        title=f"No worker for {plain(where)} is online",
        icon=":material/engineering:",
    )
    st.code(command, language="bash")


@contextmanager
def explained() -> Iterator[None]:
    """Draw what the body draws; if a reader cannot answer, say so in its place."""
    try:
        yield
    except KaggleAgentError as error:
        show_error(error)

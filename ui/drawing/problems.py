"""What went wrong, as a page says it: what happened, what it means, what to do next."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from agent_core.errors import KaggleAgentError, SurroundingsFailed
from ui.drawing.text import plain

_AGAIN_SECONDS = 4.0


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
def explained(again: bool = False) -> Iterator[None]:
    """Draw what the body draws; if a reader cannot answer, say so in its place.

    ``again`` is for what the page draws once: it is drawn anew until everybody answers. What keeps
    itself up to date does not need it, and what came of a click would be lost.
    """
    try:
        yield
    except KaggleAgentError as error:
        show_error(error)
        if again and isinstance(error, SurroundingsFailed):
            _draw_again(time.monotonic())


@st.fragment(run_every=_AGAIN_SECONDS)
def _draw_again(drawn: float) -> None:
    """The whole page, a while after it was ``drawn``: the first turn is part of that."""
    if time.monotonic() - drawn > _AGAIN_SECONDS / 2:
        st.rerun()

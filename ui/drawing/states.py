"""How the states of runs look: never by colour alone."""

from typing import Literal, NamedTuple

import streamlit as st

from ui.readers.runs import JobState

Colour = Literal["gray", "blue", "green", "red", "orange", "violet"]


class Look(NamedTuple):
    """``sign`` is for tables, where icons cannot be."""

    word: str
    icon: str
    colour: Colour
    sign: str


LOOKS = {
    JobState.QUEUED: Look("Queued", ":material/schedule:", "gray", "◷"),
    JobState.RUNNING: Look("Running", ":material/play_circle:", "blue", "▶"),
    JobState.SUCCESS: Look("Solved", ":material/check_circle:", "green", "✔"),
    JobState.FAILED: Look("Failed", ":material/error:", "red", "✘"),
    JobState.TIMEOUT: Look("Out of time", ":material/timer_off:", "orange", "◕"),
    JobState.CANCELLED: Look("Cancelled", ":material/cancel:", "violet", "■"),
}


def state_badge(state: JobState) -> None:
    """The state as a coloured word with an icon."""
    look = LOOKS[state]
    st.badge(look.word, icon=look.icon, color=look.colour)


def state_text(state: JobState) -> str:
    """The state for a table's cell."""
    look = LOOKS[state]
    return f"{look.sign} {look.word}"

"""A run's log: the end of it while it goes on, and as far back as somebody wants to read."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import streamlit as st

from ui import sources
from ui.drawing.times import viewer_zone
from ui.readers.runs import LogLine, RunRow

_PAGE, _MOST_PAGES = 200, 5
_HEIGHT = 340


@dataclass
class Read:
    """How far a session has read the log of one run. ``more``: there was no end of it yet."""

    cursor: str = ""
    lines: list[LogLine] = field(default_factory=list)
    more: bool = False

    def go_on(self, run_id: str) -> None:
        """Ask for what is new, a few pages at the most."""
        for _ in range(_MOST_PAGES):
            page = sources.runs().logs(run_id, self.cursor, _PAGE)
            self.lines += page.lines
            self.cursor = page.cursor
            self.more = len(page.lines) == _PAGE
            if not self.more:
                return


def show_log(row: RunRow) -> None:
    """What it has said so far. Each call asks only for what came after the last one."""
    read = st.session_state.setdefault(f"log of {row.id}", Read())
    read.go_on(row.id)
    if not read.lines:
        st.caption("Nothing has been said yet.")
        return
    with st.container(height=_HEIGHT, border=True, autoscroll=True, key="log"):
        st.code(log_text(read.lines), language=None, wrap_lines=True)
    if read.more:
        st.button("Read on", icon=":material/expand_more:", key="log_more")


def log_text(lines: Iterable[LogLine]) -> str:
    """Lines with their time in the viewer's zone; only warnings and worse say what they are."""
    zone = viewer_zone()
    return "\n".join(
        f"{line.at.astimezone(zone):%H:%M:%S}  "
        + ("" if line.level in {"INFO", "DEBUG"} else f"{line.level}  ")
        + line.text.rstrip()
        for line in lines
    )

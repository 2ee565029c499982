"""What a competition is, and what stands in the way of solving it."""

from datetime import UTC, datetime

import streamlit as st

from agent_core.competition import Competition
from agent_core.intake.blocker import Blocker
from agent_core.intake.preflight import Preflight
from agent_core.storage.disk import readable
from ui.drawing.facts import show_facts
from ui.drawing.problems import show_problem
from ui.drawing.text import plain, web_address
from ui.drawing.times import viewer_zone
from ui.drawing.words import ago, plural, until

_MOST_TEXT = 5000


def show_preflight(found: Preflight) -> None:
    """The card, and each blocker with its fix."""
    if found.competition:
        _card(found.competition, found.blockers)
    for blocker in found.blockers:
        show_problem(blocker.what, blocker.means, blocker.next, icon=":material/block:")


def _card(competition: Competition, blockers: tuple[Blocker, ...]) -> None:
    with st.container(border=True, key="competition"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(plain(competition.title), anchor=False)
            if blockers:
                what = plural(len(blockers), "thing") + " in the way"
                st.badge(what, icon=":material/block:", color="red")
            else:
                st.badge("Ready to run", icon=":material/check_circle:", color="green")
        total = sum(file.bytes for file in competition.files)
        files = plural(len(competition.files), "file")
        show_facts(
            {
                "Metric": competition.evaluation_metric or "Not named; read from the data",
                "Deadline": _deadline(competition.deadline),
                "Data": f"{files}, {readable(total)}" if competition.files else "Not known yet",
                "Reward": competition.reward or "",
                "Rules": _rules(competition, blockers),
            }
        )
        _links(competition)
        if competition.description:
            with st.expander("What it is about", icon=":material/description:"):
                st.text(competition.description[:_MOST_TEXT])


def _deadline(moment: datetime | None) -> str:
    if moment is None:
        return ""
    now = datetime.now(UTC)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    day = f"{aware.astimezone(viewer_zone()):%d %b %Y}"
    if aware < now:
        return f"{day} ({ago(aware, now)}; late submissions are scored)"
    return f"{day} ({until(aware, now)})"


def _rules(competition: Competition, blockers: tuple[Blocker, ...]) -> str:
    if competition.origin == "folder":
        return ""
    codes = {blocker.code for blocker in blockers}
    return "To be accepted" if "rules_not_accepted" in codes else "Accepted"


def _links(competition: Competition) -> None:
    address = web_address(competition.url)
    if not address:
        return
    with st.container(horizontal=True):
        st.link_button("On Kaggle" if competition.origin == "kaggle" else "Its page", address,
                       icon=":material/open_in_new:", type="tertiary")  # fmt: skip
        if competition.origin == "kaggle":
            rules = f"{address.rstrip('/')}/rules"
            st.link_button("Rules", rules, icon=":material/gavel:", type="tertiary")

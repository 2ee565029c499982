"""The form for how a competition shall be solved.

Each control is bound to the page's address, so that a run can be handed on as a link, and run again
with other settings.
"""

import streamlit as st

from agent_core.errors import NoModel
from agent_core.planning.choice import PlannerChoice, choose_planner
from agent_core.run import Request

#: What is bound to the address is how an option reads, so that has these words too.
PLANNERS = {"auto": "Automatic", "claude": "Claude", "rules": "Rules only"}
SANDBOXES = {
    "auto": "Automatic: containers where they can be used",
    "docker": "Docker containers",
    "process": "Processes of this machine",
    "kaggle": "Kaggle's machines, as a private notebook of yours",
}
_DEFAULT = Request(source="")
_KAGGLE = "https://www.kaggle.com/"


def run_settings(source: str) -> Request:
    """What was set, for ``source``."""
    minutes = st.number_input(
        "Time, in minutes",
        min_value=1,
        max_value=24 * 60,
        value=round(_DEFAULT.budget / 60),
        step=5,
        key="minutes",
        bind="query-params",
        help="Wall time of the whole run, from the download to the checked submission.",
    )
    planner = st.segmented_control(
        "Who plans and writes the code",
        list(PLANNERS),
        format_func=PLANNERS.__getitem__,
        default="auto",
        required=True,
        key="planner",
        bind="query-params",
        help="Rules and a tested template need no key and cost nothing. Claude looks for something "
        "better, within the limits below.",
    )
    limits = _limits() if may_ask_claude(planner or "auto") else {}
    return Request(
        source=source,
        budget=60.0 * minutes,
        planner=planner or "auto",
        submit_to_kaggle=source.startswith(_KAGGLE) and _submits(),
        **limits,
        **_more(),
    )


def _submits() -> bool:
    return st.toggle(
        "Submit to Kaggle at the end",
        key="submit",
        bind="query-params",
        help="The checked submission is sent with your account, which takes one of the few that "
        "Kaggle allows in a day. You can also do that later, on the page of the run.",
    )


def may_ask_claude(planner: str) -> bool:
    """Whether a run so planned can cost anything, as far as this machine's keys tell."""
    return planner == "claude" or plan_of(planner).planner == "claude"


def plan_of(planner: str) -> PlannerChoice:
    """Who will plan, and why. "claude" without a key is for the workers to refuse."""
    try:
        return choose_planner(planner)
    except NoModel as error:
        return PlannerChoice(planner="claude", why=f"as asked for. {error.what} {error.next}")


def _limits() -> dict[str, float | int]:
    dollars, trials = st.columns(2)
    usd = dollars.number_input(
        "At most, in dollars",
        min_value=0.01,
        max_value=1000.0,
        value=_DEFAULT.max_usd,
        step=0.5,
        format="%.2f",
        key="max_usd",
        bind="query-params",
        help="A hard limit: a call that could exceed it is not made.",
    )
    most = trials.number_input(
        "At most, in trials",
        min_value=1,
        max_value=1000,
        value=_DEFAULT.max_trials,
        key="max_trials",
        bind="query-params",
        help="How many of Claude's scripts are tried.",
    )
    return {"max_usd": usd, "max_trials": most}


def _more() -> dict[str, str | int | None]:
    with st.expander("More settings", icon=":material/tune:"):
        sandbox = st.selectbox(
            "Where generated code runs",
            list(SANDBOXES),
            format_func=SANDBOXES.__getitem__,
            key="sandbox",
            bind="query-params",
        )
        metric = st.selectbox(
            "Metric",
            metric_names(),
            index=None,
            placeholder="The competition's own",
            key="metric",
            bind="query-params",
            help="Only where the competition names none, or a wrong one is found.",
        )
        seed = st.number_input(
            "Seed",
            min_value=0,
            max_value=2**31 - 1,
            value=_DEFAULT.seed,
            key="seed",
            bind="query-params",
            help="The same seed takes finished work from the cache; another does all anew.",
        )
    return {"sandbox": sandbox, "metric": metric, "seed": seed}


@st.cache_resource(show_spinner=False)
def metric_names() -> list[str]:
    """Every metric that can be computed."""
    from agent_core.metrics import METRICS  # noqa: PLC0415 - numpy

    return sorted(METRICS)

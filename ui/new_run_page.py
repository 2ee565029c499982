"""The page "New run": which competition, how it shall be solved, what that takes, and go."""

import uuid
from datetime import UTC, datetime, timedelta

import streamlit as st

from agent_core.errors import KaggleAgentError
from agent_core.intake.preflight import Preflight
from agent_core.run import Request
from ui import sources
from ui.drawing.competition_card import show_preflight
from ui.drawing.problems import explained, show_error, show_no_worker
from ui.drawing.run_settings import may_ask_claude, plan_of, run_settings
from ui.drawing.source_choice import choose_source
from ui.drawing.text import plain
from ui.drawing.times import clock
from ui.drawing.words import dollars, duration, plural
from ui.new_runs.estimate import Estimate, estimate
from ui.new_runs.examples import example_titles, take_example

_LOOK_SECONDS = 1.0


def show_page() -> None:
    """Left: the competition and whether it can be solved. Right: how, and what it takes."""
    st.title("New run", anchor=False)
    left, right = st.columns([3, 2], gap="large")
    with left:
        source = _checked_source()
    with right:
        request = run_settings(source)
        deployment = _choose_deployment()
        if deployment:
            _what_it_takes(request, deployment)
        if st.button(
            "Start the run",
            type="primary",
            icon=":material/rocket_launch:",
            width="stretch",
            disabled=not (source and deployment),
            key="start",
        ):
            _start(request, deployment)
        if not source:
            st.caption("It can be started as soon as a competition is given that can be solved.")


def _checked_source() -> str:
    """What a run can be started with: empty unless the preflight found nothing in the way."""
    source = ""
    with explained():
        source = choose_source()
    if not source:
        _invite()
        return ""
    try:
        found = sources.preflight(source)
    except KaggleAgentError as error:
        show_error(error)
        return ""
    if found is None:
        _wait_for(source)
        return ""
    show_preflight(found)
    if found.blockers:
        st.button("Check again", icon=":material/refresh:", on_click=sources.forget, args=(source,))
    return _named(found)


def _named(found: Preflight) -> str:
    """The competition in words that mean the same to every worker."""
    competition = found.competition
    if competition is None or found.blockers:
        return ""
    if competition.folder:
        return str(competition.folder)
    return f"https://www.kaggle.com/competitions/{competition.slug}"


@st.fragment(run_every=_LOOK_SECONDS)
def _wait_for(source: str) -> None:
    """Until the preflight is there; the rest of the page can be used meanwhile."""
    try:
        found = sources.preflight(source)
    except KaggleAgentError:
        st.rerun()
    if found is not None:
        st.rerun()
    st.markdown(f":shimmer[Looking at {plain(source, 80)} …]")
    st.skeleton(height=140)


def _invite() -> None:
    with st.container(border=True):
        st.markdown(
            "**Paste the address of a Kaggle competition**, or name a folder with a training "
            "table, a test table and a sample submission. You see at once whether it can be "
            "solved, and what that takes."
        )
        st.caption(
            "Then: the data are profiled, folds made, models trained in a sandbox, the score "
            "computed and checked, and a valid submission is ready to download."
        )
        examples = example_titles()
        if examples:
            st.markdown("**Or see one solved first**, with real data, no account and no key:")
            with st.container(horizontal=True):
                for name, title in examples.items():
                    st.button(
                        plain(name.replace("-", " ").capitalize()),
                        icon=":material/science:",
                        help=plain(title),
                        key=f"example-{name}",
                        on_click=_take_example,
                        args=(name,),
                    )


def _take_example(name: str) -> None:
    with explained():
        st.session_state["source"] = str(take_example(name, sources.home()))


def _choose_deployment() -> str:
    """Which pool executes it; empty where none can be named."""
    with explained(again=True):
        names = sources.runs().deployments()
        if len(names) > 1:
            return st.segmented_control(
                "Which workers run it", names, default=names[0], required=True, key="deployment"
            ) or names[0]  # fmt: skip
        if names:
            return names[0]
        show_no_worker("any deployment", "kaggle-agent up")
    return ""


def _what_it_takes(request: Request, deployment: str) -> None:
    asks = may_ask_claude(request.planner)
    with st.skeleton(height=120):
        status = sources.status()
    told = estimate(status, deployment, request.budget, request.max_usd if asks else 0.0)
    with st.container(border=True, key="estimate"):
        ready, cost = st.columns(2)
        now = datetime.now(UTC)
        ready.metric(
            "Ready by about",
            clock(now + timedelta(seconds=told.seconds), now)[:-3],
            help="Where the queue and the time that you give it end; often sooner.",
        )
        cost.metric("Costs at most", dollars(told.usd))
        st.caption(f"{_queue(told)} {_plan(request)}")
    if told.online is False:
        show_no_worker(f"the pool {deployment}", f"prefect worker start --pool {deployment}")


def _queue(told: Estimate) -> str:
    if told.waits:
        wait = duration(told.waits)
        return f"It waits about {wait}: {plural(told.before, 'run')} in the queue before it."
    return "It starts at once."


def _plan(request: Request) -> str:
    plan = plan_of(request.planner)
    who = "Claude plans and writes" if plan.planner == "claude" else "Rules plan"
    return plain(f"{who}, {plan.why}.")


def _start(request: Request, deployment: str) -> None:
    # A second click while the first is under way must not start a second run.
    visit = st.session_state.setdefault("visit", uuid.uuid4().hex)
    with explained(), st.spinner("Handing it in …"):
        key = f"{visit}-{request.fingerprint()[:16]}"
        row = sources.runs().start(request, deployment, idempotency_key=key)
        del st.session_state["visit"]
        st.switch_page("run_page.py", query_params={"id": row.id})


show_page()

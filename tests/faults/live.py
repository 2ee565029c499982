"""The stack of the scenarios, and the runs that are handed in to it, as a person sees them."""

import contextlib
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import psutil

from agent_core.home import Home
from agent_core.stack import running_stack
from tests.ui.up import Up, until

#: Seconds of a run: enough for its training where the machine is busy.
BUDGET = 75.0
_FOR_GOOD = ("COMPLETED", "FAILED", "CANCELLED")


@dataclass(frozen=True)
class State:
    """A state that a run was in. ``at`` is in seconds since 1970."""

    type: str
    message: str
    at: float


class LiveStack(Up):
    """Can be asked for the processes of its services, and to take runs."""

    def __init__(self, home: Home, **settings: str) -> None:
        self.temporary = home.root.with_name("temporary")
        self.temporary.mkdir()
        self.runs: list[HandedIn] = []
        self._client = httpx.Client(timeout=30, trust_env=False)
        super().__init__(home, TMPDIR=str(self.temporary), **settings)

    def stop(self) -> int:
        """As a person stops it. Returns the exit code."""
        self._client.close()
        return super().stop()

    def service(self, *words: str) -> psutil.Process:
        """The process of a service, known by words of its command line."""
        (found,) = self.services(*words)
        return found

    def services(self, *words: str) -> list[psutil.Process]:
        """As many as live of those with these words."""
        found = []
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.Error):
                if set(words) <= set(child.cmdline()):
                    found.append(child)
        return found

    def hand_in(
        self, pool: str, source: Path, job_variables: dict[str, str] | None = None, **more: Any
    ) -> "HandedIn":
        """A run in ``pool`` that solves the competition in the folder ``source``."""
        parameters = {"source": str(source), "budget": BUDGET, "planner": "rules"} | more
        made = self.ask("GET", f"/deployments/name/solve-competition/{pool}")["id"]
        asked = {"parameters": parameters, "job_variables": job_variables or {}}
        run = self.ask("POST", f"/deployments/{made}/create_flow_run", asked)
        self.runs.append(HandedIn(self, run["id"]))
        return self.runs[-1]

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Of the Prefect server's API; waits for one that is just away."""
        stack = running_stack(self.home)
        assert stack, self.said()
        url = f"{stack.prefect_api_url}{path}"
        deadline = time.monotonic() + 120
        while True:
            try:
                answer = self._client.request(method, url, json=body)
                answer.raise_for_status()
                return answer.json()
            except httpx.HTTPError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)


class HandedIn:
    """A run of a deployment."""

    def __init__(self, stack: LiveStack, run_id: str) -> None:
        self._stack = stack
        self.id = run_id
        self.folder = stack.home.runs / run_id

    def states(self) -> list[State]:
        """All of its states, in their order."""
        told = self._stack.ask("GET", f"/flow_run_states/?flow_run_id={self.id}")
        found = [
            State(
                type=str(state["type"]),
                message=state["message"] or "",
                at=datetime.fromisoformat(state["timestamp"]).timestamp(),
            )
            for state in told
        ]
        return sorted(found, key=lambda state: state.at)

    def log(self) -> str:
        """The lines that its journeys have written."""
        file = self.folder / "log.txt"
        return file.read_text() if file.exists() else ""

    def wait_for_line(self, text: str) -> None:
        """Until that text is in its log."""
        until(lambda: text in self.log(), 180, lambda: (self.log(), self.states()))

    def wait_for(self, kind: str, since: float) -> State:
        """Its first state of that type after the time ``since``. None comes after one for good."""

        def later(*kinds: str) -> list[State]:
            return [s for s in self.states() if s.type in kinds and s.at >= since]

        def shown() -> object:
            return self.states(), self.log(), self._stack.said()

        until(lambda: later(kind, *_FOR_GOOD), 300, shown)
        assert later(kind), shown()
        return later(kind)[0]

    def processes(self) -> list[psutil.Process]:
        """What executes it on this machine; the flow's own process is the last."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                ours = process.environ().get("PREFECT__FLOW_RUN_ID", "").replace("-", "")
                if ours == self.id.replace("-", "") and process.is_running():
                    found.append(process)
        return sorted(found, key=lambda process: process.create_time())

"""``solve --remote``: the same command, while the work is done elsewhere."""

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

from agent_core import errors
from agent_core.errors import KaggleAgentError
from agent_core.events import Line, RunStarted, StageProgress, StageStarted
from agent_core.run import Failure, failure_of
from agent_core.settings import Settings
from ui.answers import print_failure, print_json
from ui.display import Display, open_display
from ui.remote.client import RemoteApi
from ui.remote.stream import ServerEvent
from ui.solving import Wishes, check_output

_STOPPED = 130


def solve_remotely(wishes: Wishes, url: str, as_json: bool) -> int:
    """Have the API at ``url`` solve it, show how it goes, fetch the submission. The exit code."""
    display = open_display(sys.stderr)
    job: dict[str, Any] = {}
    try:
        check_output(wishes.output)
        settings = Settings()
        api = RemoteApi(url, settings.api_key)
        job |= api.hand_in(_wish(wishes), str(uuid4()))
        job |= watch(api, job["job_id"], display)
        display.close()
        if job["status"] != "success":
            return _print_no_answer(job, as_json)
        beside = settings.folders().remote / job["job_id"] / "submission.csv"
        return _print_solved(job, api, wishes.output or beside, as_json)
    except (KaggleAgentError, OSError) as error:
        display.close()
        return print_failure(failure_of(error), as_json, run_id=job.get("job_id"))
    except KeyboardInterrupt:
        display.close()
        print_failure(_left(job, url), as_json, run_id=job.get("job_id"))
        return _STOPPED


def _wish(wishes: Wishes) -> dict[str, Any]:
    settings = wishes.model_dump(exclude={"source", "output"})
    return {"kaggle_url": wishes.source, "settings": settings}


def watch(api: RemoteApi, job_id: str, display: Display) -> dict[str, Any]:
    """Show what happens, and return how the run stands at its end."""
    known: dict[str, Any] = {}
    for event in api.follow(job_id, lambda what: display.show(Line(text=f"{what} Asking again."))):
        content = json.loads(event.data)
        if event.kind in {"status", "end"}:
            _show_change(known, content, display)
            known = content
        else:
            _show_lines(event, content, display)
    return known


def _show_change(before: dict[str, Any], now: dict[str, Any], display: Display) -> None:
    if not before:
        display.show(RunStarted(run_id=now["job_id"], name=now["name"]))
    if now["status"] == "queued" and before.get("status") != "queued":
        display.show(Line(text=now["message"]))
    # Else the lines of the log say it.
    if display.draws_stages and now["stage"] and now["status"] == "running":
        if now["stage"] != before.get("stage"):
            display.show(StageStarted(stage=now["stage"]))
        if now["progress"] is not None:
            done = StageProgress(stage=now["stage"], message="", fraction=now["progress"])
            display.show(done)


def _show_lines(event: ServerEvent, content: dict[str, Any], display: Display) -> None:
    if event.kind == "problem":
        display.show(Line(text=content["what"]))
    for line in content.get("lines", ()):
        for text in line["text"].splitlines():
            display.show(Line(text=text))


def _print_solved(job: dict[str, Any], api: RemoteApi, to: Path, as_json: bool) -> int:
    content = api.submission(job["job_id"])
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_bytes(content)
    rows = sum(1 for _ in csv.reader(io.StringIO(content.decode("utf-8")))) - 1
    if as_json:
        print_json(_solved_json(job, api.url, to.absolute(), rows))
    else:
        print("\n".join(_solved_lines(job, api.url, to.absolute(), rows)))  # noqa: T201 - the answer
    return 0


def _solved_json(job: dict[str, Any], url: str, to: Path, rows: int) -> dict[str, Any]:
    """By the names that a local solve has for the same."""
    same = ("metric", "higher_is_better", "trials", "cost_usd", "seconds")
    return {
        "run_id": job["job_id"],
        "slug": job["name"],
        "cv_score": job["score"],
        "cv_std": job["score_std"],
        **{name: job[name] for name in same},
        "rows": rows,
        "submission": str(to),
        "remote": url,
    }


def _solved_lines(job: dict[str, Any], url: str, to: Path, rows: int) -> list[str]:
    lines = ["", f"Solved {job['name']} in {job['seconds']:.1f} s at {url}"]
    if job["score"] is not None:
        better = "higher" if job["higher_is_better"] else "lower"
        spread = "" if job["score_std"] is None else f" ± {job['score_std']:.2g}"
        score = f"{job['score']:.6g}{spread} {job['metric']} ({better} is better)"
        lines.append(f"  score       {score}")
    if job["cost_usd"]:
        lines.append(f"  cost        ${job['cost_usd']:.4f} for {job['trials']} trials")
    return [
        *lines,
        f"  submission  {to} ({rows:,} rows)",
        "",
        "Where to look next",
        f"  status      {url}/status/{job['job_id']}",
    ]


def _print_no_answer(job: dict[str, Any], as_json: bool) -> int:
    if job["status"] == "cancelled":
        failure = Failure(what="The run was stopped there.", means=job["message"])
        print_failure(failure, as_json, run_id=job["job_id"])
        return _STOPPED
    what, _, rest = job["message"].partition("\n")
    failure = Failure(what=what, means=rest, bad_input=_is_bad_input(job["failure"]))
    return print_failure(failure, as_json, run_id=job["job_id"])


def _is_bad_input(name: str) -> bool:
    """Whether the class of that name counts as input that cannot be used, as on this machine."""
    kind = getattr(errors, name, None)
    ours = isinstance(kind, type) and issubclass(kind, KaggleAgentError)
    return bool(ours and kind and failure_of(kind("")).bad_input)


def _left(job: dict[str, Any], url: str) -> Failure:
    """What Ctrl-C means: whoever looks away stops nothing."""
    if not job:
        return Failure(
            what="Stopped before an answer came.",
            means="A run may have been started all the same.",
            next=f"GET {url}/jobs lists what runs there.",
        )
    job_id = job["job_id"]
    return Failure(
        what="Nobody watches any more, but the run goes on.",
        means=f"It is run {job_id} at {url}.",
        next=f"Stop it with: curl -X POST {url}/jobs/{job_id}/cancel (with the header "
        "'Authorization: Bearer KEY', where it needs a key).",
    )

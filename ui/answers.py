"""What a command prints at its end: for people, or one JSON object for programs."""

import json
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

from agent_core.home import Home
from agent_core.prefect_file import database_url
from agent_core.receipt import receipt_sentence
from agent_core.run import Failure, Solved
from agent_core.settings import Settings
from agent_core.stack import running_stack

_BAD_INPUT = 2


def print_json(content: dict[str, Any]) -> None:
    """Exactly one object, on standard output."""
    print(json.dumps(content, ensure_ascii=False, indent=2))  # noqa: T201 - the answer


def solved_json(solved: Solved) -> dict[str, Any]:
    """The object that ``solve --json`` prints."""
    content = solved.model_dump(mode="json")
    content["seconds"] = round(solved.seconds, 3)
    for stage in content["stages"].values():
        stage["seconds"] = round(stage["seconds"], 3)
    return content


def print_failure(
    failure: Failure, as_json: bool, run_id: str | None = None, blockers: tuple[Any, ...] = ()
) -> int:
    """Print why there is no answer. Returns the exit code."""
    if as_json:
        error = failure.model_dump(include={"what", "means", "next"})
        listed = [blocker.model_dump(mode="json") for blocker in blockers]
        print_json({"error": error, "blockers": listed, "run_id": run_id})
    else:
        print(failure_text(failure, blockers), file=sys.stderr)  # noqa: T201 - the answer
    return _BAD_INPUT if failure.bad_input else 1


def failure_text(failure: Failure, blockers: tuple[Any, ...] = ()) -> str:
    """What happened, what it means, what to do next, and the same for each blocker."""
    parts = [f"Error: {failure.what}", failure.means, _next(failure.next)]
    for blocker in blockers:
        parts += [f"\n* {blocker.what}", _indented(blocker.means), _indented(_next(blocker.next))]
    return "\n".join(part for part in parts if part)


def _next(text: str) -> str:
    return f"Next: {text}" if text else ""


def _indented(text: str) -> str:
    return f"  {text}" if text else ""


def print_solved(solved: Solved, home: Home) -> None:
    """The answer for people."""
    print("\n".join(solved_lines(solved, home)))  # noqa: T201 - the answer


def solved_lines(solved: Solved, home: Home) -> list[str]:
    """Score, gates, files, and where to look next."""
    better = "higher" if solved.higher_is_better else "lower"
    cached = all(stage.cached for stage in solved.stages.values())
    dummy = "" if solved.baseline is None else f"; a dummy scores {solved.baseline:.6g}"
    lines = [
        "",
        f"Solved {solved.slug} in {solved.seconds:.1f} s"
        + (", everything from the cache" if cached else ""),
        f"  score       {solved.cv_score:.6g} ± {solved.cv_std:.2g} {solved.metric}"
        f" ({better} is better{dummy})",
    ]
    lines += _search_lines(solved)
    for gate in solved.gates:
        mark = "passed" if gate.passed else gate.severity
        lines.append(
            f"  gate        {gate.name}: {mark}" + ("" if gate.passed else f", {gate.detail}")
        )
    lines += [f"  to know     {warning}" for warning in solved.warnings]
    lines += [
        f"  submission  {solved.submission} ({solved.rows:,} rows)",
        f"  solution    {solved.solution}",
        f"  report      {solved.report}",
    ]
    if solved.receipt:
        lines.append(f"  Kaggle      {receipt_sentence(solved.receipt)}")
    if solved.tracking_problem:
        lines.append(f"  not tracked {solved.tracking_problem}")
    return [*lines, "", "Where to look next", *_places(home)]


def _search_lines(solved: Solved) -> list[str]:
    lines = [f"  planner     {solved.planner}, {solved.planner_reason}"]
    if solved.planner == "claude":
        lines.append(
            f"  winner      {solved.winner}, of {solved.trials} trials; "
            f"Claude cost ${solved.cost_usd:.4f}"
        )
        lines.append(f"  ended       {solved.stopped}")
    return lines


def _places(home: Home) -> list[str]:
    settings = Settings()
    stack = running_stack(home)
    own_tracker = settings.mlflow_tracking_uri.strip() or (stack and stack.mlflow_url)
    own_server = settings.prefect_api_url.strip() or (stack and stack.prefect_api_url)
    store = f"sqlite:///{home.mlflow / 'mlflow.db'}"
    mlflow = f"{_command('mlflow')} ui --backend-store-uri {shlex.quote(store)}"
    database = f"PREFECT_SERVER_DATABASE_CONNECTION_URL={shlex.quote(database_url(home.prefect))}"
    prefect = f"{database} {_command('prefect')} server start"
    return [
        f"  experiments {own_tracker or mlflow + '   then http://127.0.0.1:5000'}",
        f"  flow runs   {own_server or prefect + '   then http://127.0.0.1:4200'}",
    ]


def _command(name: str) -> str:
    """How to call a program that is installed beside this one."""
    beside = Path(sys.executable).parent / name
    found = shutil.which(name)
    if found and Path(found).resolve() == beside.resolve():
        return name
    return shlex.quote(str(beside))

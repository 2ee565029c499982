"""Runs that have something to submit."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from agent_core.competition import Competition
from agent_core.home import Home
from agent_core.run import Process, Request, Run, RunState, Solved, save_run

CONTENT = b"id,y\n1,0\n2,1\n"


def solved_run(home: Home, content: bytes = CONTENT, source: str = "titanic", **known) -> Run:
    """A run in ``home`` whose submission is ``content``. ``known`` are fields of its `Solved`."""
    run_id = str(uuid4())
    folder = home.runs / run_id
    folder.mkdir(parents=True)
    (folder / "submission.csv").write_bytes(content)
    now = datetime.now(UTC)
    run = Run(
        run_id=run_id,
        name="titanic",
        request=Request(source=source, competition=known.pop("competition", None)),
        state=RunState.SOLVED,
        process=Process.current(),
        started=now,
        ended=now,
        solved=solved(folder, run_id, **known),
    )
    save_run(run, folder)
    return run


def solved(folder: Path, run_id: str, **known) -> Solved:
    fields = {
        "run_id": run_id,
        "slug": "titanic",
        "task_type": "binary_classification",
        "metric": "accuracy",
        "higher_is_better": True,
        "cv_score": 0.8,
        "cv_std": 0.01,
        "baseline": 0.6,
        "gates": (),
        "warnings": (),
        "rows": 2,
        "submission": folder / "submission.csv",
        "solution": folder / "solution.py",
        "report": folder / "report.md",
        "seconds": 1.0,
        "stages": {},
        "mlflow_run_id": None,
    }
    return Solved(**fields | known)


def folder_competition(folder: Path, url: str | None) -> Competition:
    return Competition(slug="mine", title="Mine", origin="folder", url=url, folder=folder)

"""A made-up solve with real files, as the flow would hand it to the tracker."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent_core.attempt import Attempt
from agent_core.competition import Competition
from agent_core.dataset import DataFile, Dataset
from agent_core.evaluation import Evaluation, Gate, Score
from agent_core.profile import (
    Column,
    ColumnKind,
    FoldPlan,
    FoldScheme,
    MetricChoice,
    PredictionKind,
    Profile,
    SubmissionLayout,
    Table,
    TableFormat,
    Target,
    Task,
)
from agent_core.sandbox.sandbox import Outcome, OutputFile, Resources
from agent_core.solution import Solution
from agent_core.strategy import ModelFamily, Strategy
from agent_core.submission import Submission
from agent_core.trial import Trial
from agent_core.trial_tree import NodeKind
from tasks.record import FlowRun, SolveRecord, Stage

TRUTH = "101100101101"
OUTPUTS = {
    "oof.csv": "id,Survived\n" + "".join(f"{row},{row % 2}\n" for row in range(12)),
    "submission.csv": "id,Survived\n100,1\n101,1\n",
    "importance.csv": "feature,importance\nage,3.5\nfare,1.25\n",
    "notes.json": '{"weights": {"lightgbm": 1.0}}',
}
STARTED = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
FLOW = FlowRun(id="0f3a", name="shipwreck-brave-otter", url="http://127.0.0.1:4200/runs/0f3a")


DATA = {
    "train.csv": "id,age,Survived\n"
    + "".join(f"{row},{row + 20},{label}\n" for row, label in enumerate(TRUTH)),
    "test.csv": "id,age\n100,30\n101,40\n",
    "sample_submission.csv": "id,Survived\n100,0\n101,0\n",
}
HEADERS = {name: tuple(text.split("\n", 1)[0].split(",")) for name, text in DATA.items()}


def dataset(root: Path, slug: str = "shipwreck") -> Dataset:
    root.mkdir(parents=True, exist_ok=True)
    for name, text in DATA.items():
        (root / name).write_text(text)
    competition = Competition(slug=slug, title="Shipwreck", origin="folder", folder=root)
    files = tuple(
        DataFile(name=name, bytes=len(text), sha256=hashlib.sha256(text.encode()).hexdigest())
        for name, text in DATA.items()
    )
    return Dataset(competition=competition, files=files, root=root)


def profile(data: Dataset) -> Profile:
    tables = tuple(
        Table(
            name=f"{role}.csv", role=role, format=TableFormat(),
            rows=DATA[f"{role}.csv"].count("\n") - 1, columns=HEADERS[f"{role}.csv"],
        )
        for role in ("train", "test", "sample_submission")
    )  # fmt: skip
    return Profile(
        dataset=data.fingerprint(),
        slug=data.competition.slug,
        task=Task.BINARY,
        metric=MetricChoice(name="accuracy", confidence=1.0, reason="named"),
        targets=(Target(column="Survived", labels=("0", "1")),),
        tables=tables,
        columns=(Column(name="age", kind=ColumnKind.NUMERIC, role="feature", unique=9,
                        missing_train=0.0),),
        layout=SubmissionLayout(table="sample_submission.csv", id_column="id", id_from="id",
                                columns=("Survived",), kind=PredictionKind.LABEL),
        folds=FoldPlan(scheme=FoldScheme.STRATIFIED, folds=3, reason="classes"),
        rows_train=12,
        rows_test=2,
    )  # fmt: skip


def attempt(
    folder: Path,
    models: tuple[ModelFamily, ...] = ("lightgbm", "linear"),
    folds: tuple[float, ...] | None = (0.80, 0.82, 0.84),
    outcome: Outcome = Outcome.OK,
    called: str = "template",
) -> Attempt:
    """``folds`` None is a trial without an answer."""
    out = folder / "out"
    out.mkdir(parents=True)
    (folder / "log.txt").write_text("fold 0\nfold 1\n")
    (folder / "folds.csv").write_text(
        "row,fold\n" + "".join(f"{row},{row % 3}\n" for row in range(12))
    )
    for name, text in OUTPUTS.items():
        (out / name).write_text(text)
    strategy = Strategy(profile="p", planner="rules", summary="Boosted trees.", reasons=("small",),
                        models=models, seed=7)  # fmt: skip
    solution = Solution(source="print('hello')\n", strategy=strategy.fingerprint())
    crashed = outcome is not Outcome.OK
    trial = Trial(
        solution=solution.fingerprint(), outcome=outcome,
        exit_code=int(crashed), message="It crashed." if crashed else "",
        resources=Resources(seconds=12.5, cpu_seconds=20.0, peak_memory_bytes=300 * 1024**2),
        outputs=tuple(
            OutputFile(name=name, bytes=len(text), sha256=hashlib.sha256(text.encode()).hexdigest())
            for name, text in OUTPUTS.items()
        ),
        log_tail="fold 1", sandbox="process", folder=folder,
    )  # fmt: skip
    evaluation = Evaluation(
        trial=trial.fingerprint(),
        score=None if folds is None else score(folds),
        baseline=score((0.61, 0.62, 0.63)),
        gates=(Gate(name="valid", passed=folds is not None, severity="error", detail="2 | rows"),),
    )
    return Attempt(
        name=called,
        kind=NodeKind.TEMPLATE if called == "template" else NodeKind.DRAFT,
        strategy=strategy,
        solution=solution,
        trial=trial,
        evaluation=evaluation,
    )


def score(folds: tuple[float, ...]) -> Score:
    mean = sum(folds) / len(folds)
    return Score(metric="accuracy", higher_is_better=True, value=mean, std=0.0163, folds=folds)


def record(*attempts: Attempt, slug: str = "shipwreck", flow: FlowRun | None = FLOW) -> SolveRecord:
    """Solved by the first accepted attempt, if there is one."""
    winner = next((a for a in attempts if a.works), None)
    submission = None
    if winner and winner.trial and winner.evaluation:
        path = winner.trial.folder / "out" / "submission.csv"
        submission = Submission(evaluation=winner.evaluation.fingerprint(), rows=2,
                                columns=("Survived",), sha256="0" * 64, path=path)  # fmt: skip
    stages = (
        Stage(name="profile", started=STARTED, seconds=1.5, cached=True),
        Stage(name="train", started=STARTED, seconds=12.5, cached=False),
    )
    assert attempts[0].trial
    data = dataset(attempts[0].trial.folder.parent / "data", slug)
    return SolveRecord(
        dataset=data, profile=profile(data), attempts=attempts, submission=submission,
        budget=60, run_id="20260301-120000-shipwreck", started=STARTED,
        finished=STARTED + timedelta(seconds=30), stages=stages, flow_run=flow,
    )  # fmt: skip

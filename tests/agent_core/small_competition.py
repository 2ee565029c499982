"""Handmade competitions of a few rows, and trials whose outputs a test writes itself."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent_core.competition import Competition
from agent_core.dataset import DataFile, Dataset
from agent_core.evaluation import Evaluation, evaluate_trial
from agent_core.profile import (
    Caution,
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
from agent_core.trial import Trial


@dataclass
class SmallCompetition:
    """Twelve training rows t1..t12 in three folds, four test rows s1..s4."""

    profile: Profile
    dataset: Dataset
    trial: Trial

    @property
    def out(self) -> Path:
        return self.trial.folder / "out"

    def answer(self, oof: str | None = None, submission: str | None = None) -> None:
        """Write the trial's outputs."""
        for name, content in (("oof.csv", oof), ("submission.csv", submission)):
            if content is not None:
                (self.out / name).write_text(content, encoding="utf-8")

    def with_layout(self, **changes: object) -> Profile:
        """The profile with another layout."""
        layout = self.profile.layout.model_copy(update=changes)
        return self.profile.model_copy(update={"layout": layout})


def table_text(header: str, rows: list[str]) -> str:
    return "\n".join([header, *rows]) + "\n"


def small_competition(
    folder: Path,
    *,
    targets: dict[str, list[str]],
    metric: str,
    kind: PredictionKind,
    task: Task = Task.REGRESSION,
    labels: tuple[str, ...] | None = None,
    columns: tuple[str, ...] | None = None,
    sample: str | None = None,
    folds: list[int] | None = None,
    warnings: tuple[Caution, ...] = (),
    scheme: FoldScheme = FoldScheme.SHUFFLED,
    **layout: object,
) -> SmallCompetition:
    """A competition whose training table has ``targets`` (12 texts each) and one feature x."""
    data = folder / "data"
    data.mkdir(parents=True)
    names = list(targets)
    columns = columns or tuple(names)
    cells = ([values[row] for values in targets.values()] for row in range(12))
    train = [f"t{row + 1},{row * 1.5}," + ",".join(cell) for row, cell in enumerate(cells)]
    test = [f"s{row + 1},{row * 3.5}" for row in range(4)]
    first = sample or ",".join(["0"] * len(columns))
    files = {
        "train.csv": table_text("id,x," + ",".join(names), train),
        "test.csv": table_text("id,x", test),
        "sample_submission.csv": table_text(
            "id," + ",".join(columns), [f"s{row + 1},{first}" for row in range(4)]
        ),
    }
    for name, text in files.items():
        (data / name).write_text(text, encoding="utf-8")
    profile = Profile.model_validate(
        {
            "dataset": "d",
            "slug": "small",
            "task": task,
            "metric": MetricChoice(name=metric, confidence=1, reason="a test"),
            "targets": tuple(Target(column=name, labels=labels) for name in names),
            "tables": (
                _table("train.csv", "train", 12, ("id", "x", *names)),
                _table("test.csv", "test", 4, ("id", "x")),
                _table("sample_submission.csv", "sample_submission", 4, ("id", *columns)),
            ),
            "columns": (
                Column(
                    name="x", kind=ColumnKind.NUMERIC, role="feature", unique=12, missing_train=0
                ),
            ),
            "layout": SubmissionLayout.model_validate(
                {
                    "table": "sample_submission.csv",
                    "id_column": "id",
                    "id_from": "id",
                    "columns": columns,
                    "kind": kind,
                    **layout,
                }
            ),
            "folds": FoldPlan(scheme=scheme, folds=3, reason="a test"),
            "rows_train": 12,
            "rows_test": 4,
            "warnings": warnings,
        }
    )
    competition = Competition(slug="small", title="Small", origin="folder", folder=data)
    stored = tuple(DataFile(name=name, bytes=1, sha256="0") for name in files)
    dataset = Dataset(competition=competition, files=stored, root=data)
    return SmallCompetition(profile, dataset, make_trial(folder / "trial", folds))


def _table(name: str, role: str, rows: int, columns: tuple[str, ...]) -> Table:
    return Table.model_validate(
        {"name": name, "role": role, "format": TableFormat(), "rows": rows, "columns": columns}
    )


def make_trial(folder: Path, folds: list[int] | None = None) -> Trial:
    (folder / "out").mkdir(parents=True)
    numbers = folds or [row % 3 for row in range(12)]
    lines = [f"{row},{fold}" for row, fold in enumerate(numbers)]
    (folder / "folds.csv").write_text(table_text("row,fold", lines))
    files = ("oof.csv", "submission.csv")
    return Trial(
        solution="s",
        outcome=Outcome.OK,
        exit_code=0,
        message="",
        resources=Resources(seconds=1, cpu_seconds=1, peak_memory_bytes=1),
        outputs=tuple(OutputFile(name=name, bytes=1, sha256="0") for name in files),
        log_tail="",
        sandbox="process",
        folder=folder,
    )


def oof_text(columns: str, rows: list[str]) -> str:
    """An oof.csv with ids."""
    return table_text(f"id,{columns}", [f"t{n + 1},{row}" for n, row in enumerate(rows)])


def submission_text(columns: str, rows: list[str]) -> str:
    return table_text(f"id,{columns}", [f"s{n + 1},{row}" for n, row in enumerate(rows)])


def churn(folder: Path, kind: PredictionKind, metric: str, **more: object) -> SmallCompetition:
    """A competition of Yes and No."""
    return small_competition(
        folder,
        targets={"y": ["Yes", " No", "No", "Yes"] * 3},
        metric=metric,
        kind=kind,
        task=Task.BINARY,
        labels=("No", "Yes"),
        **more,  # type: ignore[arg-type]
    )


def evaluate(made: SmallCompetition) -> Evaluation:
    return evaluate_trial(made.trial, made.profile, made.dataset)


QUANTITIES = [f"{10 + 3 * row + (row % 2)}" for row in range(12)]


TEST_ROWS = ["12", "20", "30", "40"]
TRUTH = np.array([float(value) for value in QUANTITIES])


def near(values: list[str], error: float = 0.5) -> list[str]:
    """The values with a little error."""
    random = np.random.default_rng(0)
    return [f"{float(value) + random.uniform(-error, error):.3f}" for value in values]


def regression(folder: Path, metric: str = "rmse", **more: object) -> SmallCompetition:
    """A competition of one quantity, with a good answer in place."""
    made = small_competition(
        folder, targets={"y": QUANTITIES}, metric=metric, kind=PredictionKind.NUMBER, **more
    )  # type: ignore[arg-type]
    made.answer(oof_text("y", near(QUANTITIES)), submission_text("y", TEST_ROWS))
    return made

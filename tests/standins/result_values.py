"""What came of a made-up run: a small competition with a tree of trials."""

from agent_core.evaluation import Evaluation, Gate, Score
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
from agent_core.spread import Spread, Spreads
from agent_core.strategy import Strategy
from agent_core.trial_tree import TrialTree
from agent_core.verification import Verification
from tests.standins.run_rows import a_tree
from ui.readers.results import Importance, TrialResult

SUBMISSION = b"PassengerId,Survived\n" + b"".join(
    b"%d,%d\n" % (892 + row, row % 3 == 0) for row in range(60)
)
SOLUTION = b"import pandas as pd\n\nCONFIG = {'target': 'Survived'}\nprint('trained')\n"
_MOSTLY_MISSING = Caution(code="missing", message="Most of Cabin is missing.", columns=("Cabin",))


def a_profile(*names: str) -> Profile:
    """Columns of these names, or some of the shipwreck's."""
    columns = tuple(
        Column(
            name=name, kind=ColumnKind.NUMERIC, role="feature", unique=88, missing_train=part,
            missing_test=part / 2, drift=part / 4, unseen=0.0, minimum=0.4, maximum=80.0,
            mean=29.7, examples=("22", "38"),
        )
        for name, part in zip(names or ("Age", "Fare", "Cabin"), (0.2, 0.0, 0.77), strict=False)
    )  # fmt: skip
    target = Column(
        name="Survived", kind=ColumnKind.BOOLEAN, role="target", unique=2, missing_train=0.0
    )
    headers = {"train": ("PassengerId", "Survived"), "sample_submission": ("PassengerId",)}
    return Profile(
        dataset="d" * 64,
        slug="titanic",
        task=Task.BINARY,
        metric=MetricChoice(name="accuracy", confidence=1.0, reason="the competition names it"),
        targets=(Target(column="Survived", labels=("0", "1")),),
        tables=tuple(
            Table(name=f"{role}.csv", role=role, format=TableFormat(), rows=60, columns=header)  # type: ignore[arg-type]
            for role, header in headers.items()
        ),
        columns=(*columns, target),
        layout=SubmissionLayout(
            table="sample_submission.csv",
            id_column="PassengerId",
            id_from="PassengerId",
            columns=("Survived",),
            kind=PredictionKind.LABEL,
        ),
        folds=FoldPlan(scheme=FoldScheme.STRATIFIED, folds=5, reason="classes are not even"),
        rows_train=891,
        rows_test=418,
        warnings=(_MOSTLY_MISSING,),
    )


def a_score(value: float = 0.83) -> Score:
    return Score(
        metric="accuracy", higher_is_better=True, value=value, std=0.012,
        folds=(value - 0.01, value, value + 0.01, value - 0.015, value + 0.015),
    )  # fmt: skip


def an_evaluation() -> Evaluation:
    return Evaluation(
        trial="t" * 64,
        score=a_score(),
        baseline=a_score(0.62),
        gates=(
            Gate(name="valid", passed=True, severity="error", detail="418 rows, as asked for"),
            Gate(name="fold_spread", passed=False, severity="warning", detail="folds differ"),
        ),
    )


def a_trial(name: str = "template") -> TrialResult:
    return TrialResult(
        name=name,
        strategy=Strategy(
            profile="p" * 64, planner="rules", summary="Boosted trees and a linear model.",
            reasons=("The table is small.", "Classes are uneven, so folds are stratified."),
            models=("lightgbm", "linear"),
        ),
        solution=SOLUTION.decode(),
        changes="--- template\n+++ draft 1\n@@ -1 +1 @@\n-import pandas\n+import pandas as pd\n",
        log="fold 0: 0.82\nfold 1: 0.83\n",
        evaluation=an_evaluation(),
        verification=Verification(
            trial="t" * 64, passed=True, reason="", fold=2, claimed=0.83, withheld=0.825,
            allowed=0.02, seconds=9.0,
        ),
    )  # fmt: skip


def some_spreads() -> Spreads:
    return Spreads(
        targets=(Spread(column="Survived", labels=("0", "1"), series={"training": (549, 342)}),),
        predictions=(
            Spread(
                column="Survived", labels=("0", "1"),
                series={"out-of-fold": (560, 331), "submission": (40, 20)},
            ),
        ),
    )  # fmt: skip


def a_finished_tree() -> TrialTree:
    """The tree of `run_rows.a_tree` with its winner."""
    stopped = "3 ideas in a row brought no clear progress."
    return a_tree().model_copy(update={"winner": "improve 1", "stopped": stopped})


def some_importance() -> tuple[Importance, ...]:
    return (Importance(feature="Sex", importance=3.5), Importance(feature="Age", importance=1.25))

"""The fold plan: folds should relate to each other as the test rows relate to the training rows."""

from agent_core.profile import FoldPlan, FoldScheme, Task
from agent_core.profiling.grouping import Grouping
from agent_core.profiling.question import Question
from agent_core.profiling.timing import Timing

USUAL_FOLDS = 5
FEW_ROWS, MANY_ROWS, VERY_MANY_ROWS = 500, 100_000, 500_000
CLASS_TASKS = (Task.BINARY, Task.MULTICLASS, Task.ORDINAL)


def plan_folds(
    question: Question,
    rows: int,
    timing: Timing | None,
    grouping: Grouping | None,
    duplicates_together: bool,
    repeats_within: float | None = None,
) -> FoldPlan:
    """The scheme that imitates the split into training and test rows, and why."""
    folds = _count(rows)
    if timing is not None and timing.pattern == "forward":
        return FoldPlan(
            scheme=FoldScheme.TIME_FORWARD,
            folds=min(folds, USUAL_FOLDS),
            reason=f"by {timing.column} the test rows come after the training rows",
            time_column=timing.column,
            block_length=timing.length,
        )
    if timing is not None:
        return FoldPlan(
            scheme=FoldScheme.TIME_BLOCKS,
            folds=min(folds, USUAL_FOLDS),
            reason=f"by {timing.column} the test rows lie in gaps between the training rows",
            time_column=timing.column,
            block_length=timing.length,
        )
    if grouping is not None:
        return FoldPlan(
            scheme=FoldScheme.GROUPED,
            folds=max(2, min(folds, grouping.groups)),
            reason=grouping.reason,
            group_column=grouping.column,
        )
    stratified = question.task in CLASS_TASKS
    return FoldPlan(
        scheme=FoldScheme.STRATIFIED if stratified else FoldScheme.SHUFFLED,
        folds=folds,
        reason=_reason(stratified, repeats_within is not None),
        duplicates_together=duplicates_together,
        repeats_within=repeats_within,
    )


def _reason(stratified: bool, repeats: bool) -> str:
    if repeats:
        return "many training rows repeat others nearly, while test rows repeat none of them"
    return "test rows are like training rows" + (", with classes" if stratified else "")


def _count(rows: int) -> int:
    if rows < FEW_ROWS:
        return min(10, max(2, rows))
    if rows >= VERY_MANY_ROWS:
        return 3
    return 4 if rows >= MANY_ROWS else USUAL_FOLDS

"""The order in which a profile is found: tables, question, columns, folds, cautions."""

from agent_core.dataset import Dataset
from agent_core.profile import Column, Profile, Table
from agent_core.profiling.columns import describe_columns
from agent_core.profiling.grouping import find_grouping
from agent_core.profiling.loading import LoadedTable, load_tables
from agent_core.profiling.metric_choice import named_metric
from agent_core.profiling.planning import plan_folds
from agent_core.profiling.question import find_question
from agent_core.profiling.roles import Roles, find_roles
from agent_core.profiling.targets import find_targets
from agent_core.profiling.timing import find_timing
from agent_core.progress import Report


def build_profile(dataset: Dataset, metric: str | None, report: Report) -> Profile:
    """See `agent_core.profiling.profile_dataset`."""
    competition = dataset.competition
    named = named_metric(competition, metric)
    tables, failed = load_tables(dataset, report)
    report("finding the target", 0.5)
    roles = find_roles(tables, failed)
    targets = find_targets(roles, competition.description)
    texts = roles.train.frame[list(targets.columns)]
    question = find_question(roles, targets, texts, named, competition.description)
    report("looking at the columns", 0.6)
    columns = describe_columns(roles, targets.columns)
    timing = find_timing(roles, columns)
    grouping = find_grouping(roles, columns)
    folds = plan_folds(question, roles.train.rows, timing, grouping, duplicates_together=False)
    return Profile(
        dataset=dataset.fingerprint(),
        slug=competition.slug,
        task=question.task,
        metric=question.metric,
        targets=question.targets,
        tables=_tables(roles),
        columns=_with_roles(columns, folds.group_column, folds.time_column),
        layout=question.layout,
        folds=folds,
        rows_train=roles.train.rows,
        rows_test=roles.test.rows,
        warnings=question.cautions,
    )


def _with_roles(
    columns: tuple[Column, ...], group: str | None, time: str | None
) -> tuple[Column, ...]:
    """The columns with the roles that the fold plan gave to two of them."""
    given = {group: "group", time: "time"}
    return tuple(
        column.model_copy(update={"role": given[column.name]}) if column.name in given else column
        for column in columns
    )


def _tables(roles: Roles) -> tuple[Table, ...]:
    main = (
        _table(roles.train, "train"),
        _table(roles.test, "test"),
        _table(roles.sample, "sample_submission"),
    )
    return (*main, *(_table(table, "unused") for table in roles.rest))


def _table(table: LoadedTable, role: str) -> Table:
    return Table.model_validate(
        {
            "name": table.name,
            "role": role,
            "format": table.format,
            "rows": table.rows,
            "columns": tuple(table.columns),
        }
    )

"""The order in which a profile is found: tables, question, columns, folds, cautions."""

from agent_core.dataset import Dataset
from agent_core.profile import Caution, Column, FoldPlan, Join, Profile, Table
from agent_core.profiling.columns import describe_columns
from agent_core.profiling.duplicates import Duplicates, duplicate_cautions, find_duplicates
from agent_core.profiling.grouping import find_grouping
from agent_core.profiling.joining import find_joins, no_features
from agent_core.profiling.labelling import attach_labels
from agent_core.profiling.leaks import find_leaks
from agent_core.profiling.loading import LoadedTable, Unreadable, load_tables
from agent_core.profiling.metric_choice import named_metric
from agent_core.profiling.planning import plan_folds
from agent_core.profiling.question import Question, find_question
from agent_core.profiling.repeats import find_repeats, repeat_cautions
from agent_core.profiling.roles import Roles, find_roles
from agent_core.profiling.targets import find_targets
from agent_core.profiling.timing import find_timing
from agent_core.profiling.warning import general_cautions
from agent_core.progress import Report


def build_profile(dataset: Dataset, metric: str | None, report: Report) -> Profile:
    """See `agent_core.profiling.profile_dataset`."""
    competition = dataset.competition
    named = named_metric(competition, metric)
    tables, failed = load_tables(dataset, report)
    report("finding the target", 0.5)
    roles = attach_labels(find_roles(tables, failed))
    targets = find_targets(roles, competition.description)
    texts = roles.train.frame[list(targets.columns)]
    question = find_question(roles, targets, texts, named, competition.description)
    report("looking at the columns", 0.6)
    columns = describe_columns(roles, targets.columns)
    report("comparing training and test rows", 0.8)
    joins, left_out = find_joins(roles)
    if roles.test is roles.sample and not joins:
        raise no_features(roles, left_out)
    # With side tables two rows of equal values may still differ in what is joined to them.
    duplicates = None if joins else find_duplicates(roles, columns)
    folds = _folds(roles, columns, question, duplicates)
    columns = _with_roles(columns, folds)
    return Profile(
        dataset=dataset.fingerprint(),
        slug=competition.slug,
        task=question.task,
        metric=question.metric,
        targets=question.targets,
        tables=_tables(roles, joins),
        columns=columns,
        layout=question.layout,
        folds=folds,
        rows_train=roles.train.rows,
        rows_test=roles.test.rows,
        warnings=(
            *question.cautions,
            *left_out,
            *_unreadable(failed),
            *general_cautions(roles, columns, question),
            *duplicate_cautions(duplicates, folds.duplicates_together),
            *repeat_cautions(folds),
            *find_leaks(roles.train, columns, question),
        ),
    )


def _folds(
    roles: Roles, columns: tuple[Column, ...], question: Question, duplicates: Duplicates | None
) -> FoldPlan:
    timing = find_timing(roles, columns)
    grouping = find_grouping(roles, columns)
    together = duplicates is not None and duplicates.together
    bound = timing is not None or grouping is not None
    repeats = None if bound else find_repeats(roles, columns)
    return plan_folds(question, roles.train.rows, timing, grouping, together, repeats)


def _with_roles(columns: tuple[Column, ...], folds: FoldPlan) -> tuple[Column, ...]:
    """The columns with the roles that the fold plan gave to two of them."""
    given = {folds.group_column: "group", folds.time_column: "time"}
    return tuple(
        column.model_copy(update={"role": given[column.name]}) if column.name in given else column
        for column in columns
    )


def _unreadable(failed: list[Unreadable]) -> tuple[Caution, ...]:
    return tuple(
        Caution(code="file_unreadable", message=f"{file.name} could not be read: {file.reason}")
        for file in failed
    )


def _tables(roles: Roles, joins: list[tuple[LoadedTable, Join]]) -> tuple[Table, ...]:
    made = [
        _table(roles.train, "train"),
        _table(roles.test, "test"),
        _table(roles.sample, "sample_submission"),
    ]
    if roles.labels is not None:
        made.append(_table(roles.labels, "labels", roles.labels_join))
    made += [_table(table, "side", join) for table, join in joins]
    sides = [table for table, _ in joins]
    made += [_table(table, "unused") for table in roles.rest if table not in sides]
    return tuple(made)


def _table(table: LoadedTable, role: str, join: Join | None = None) -> Table:
    return Table.model_validate(
        {
            "name": table.name,
            "role": role,
            "format": table.format,
            "rows": table.rows,
            "columns": tuple(table.file_columns),
            "join": join,
        }
    )

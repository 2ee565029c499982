"""The CONFIG of a solution: what a profile and a strategy say, as plain data."""

from typing import Any

from agent_core.metrics import find_metric
from agent_core.planning.candidates import candidates_of
from agent_core.planning.objectives import finish_rule, loss_for, what_is_learned
from agent_core.profile import Column, ColumnKind, PredictionKind, Profile, Table, Target
from agent_core.strategy import Strategy

#: Kinds of columns that say something to a model.
TELLING = {
    ColumnKind.NUMERIC,
    ColumnKind.BOOLEAN,
    ColumnKind.CATEGORICAL,
    ColumnKind.HIGH_CARDINALITY,
    ColumnKind.DATE,
    ColumnKind.TEXT,
}


def configuration(profile: Profile, strategy: Strategy) -> dict[str, Any]:
    """Everything the template needs to know, in the order in which a reader wants it."""
    metric = find_metric(profile.metric.name)
    if metric is None:
        raise ValueError(f"the profile names the unknown metric {profile.metric.name!r}")
    learn = what_is_learned(profile)
    return {
        "slug": profile.slug,
        "task": profile.task.value,
        "metric": {"name": metric.name, "higher_is_better": metric.higher_is_better},
        "targets": [_target(target, learn, profile) for target in profile.targets],
        "learn": learn,
        "loss": loss_for(profile),
        "transform": strategy.transform,
        "may_switch_logarithm": any(c.get("logarithm") for c in candidates_of(profile, strategy)),
        "finish": finish_rule(profile, strategy),
        "candidates": candidates_of(profile, strategy),
        "seed": strategy.seed,
        "stratify_by": list(profile.targets[0].labels or ()),
        "time_format": _time_format(profile),
        "folds": profile.folds.model_dump(mode="json", exclude={"reason"}),
        "tables": _tables(profile),
        "side_tables": [_side_table(table) for table in profile.side_tables() if table.join],
        "layout": _layout(profile),
        "columns": [_column(column) for column in profile.columns if is_feature(column)],
    }


def is_feature(column: Column) -> bool:
    """Whether models may look at the column: it tells something and the test table has it."""
    if column.missing_test is None or column.kind not in TELLING:
        return False
    dated = column.kind is ColumnKind.DATE
    return column.role in ("feature", "time") or (column.role == "id" and dated)


def _column(column: Column) -> dict[str, Any]:
    described: dict[str, Any] = {"name": column.name, "kind": column.kind.value}
    if column.kind is ColumnKind.DATE:
        described["date_format"] = column.date_format
    return described


def _target(target: Target, learn: str, profile: Profile) -> dict[str, Any]:
    quantity = learn == "numbers" and profile.layout.kind is PredictionKind.NUMBER
    labels = None if quantity or target.labels is None else list(target.labels)
    return {"column": target.column, "labels": labels}


def _layout(profile: Profile) -> dict[str, Any]:
    layout = profile.layout
    labels = profile.targets[0].labels or ()
    order = [labels.index(label) for label in layout.column_labels or ()]
    submitted = layout.submitted_labels or labels
    several = len(profile.targets) > 1
    return {
        "id_column": layout.id_column,
        "id_from": layout.id_from,
        "kind": layout.kind.value,
        "columns": list(layout.columns),
        "order": order,
        "submitted_labels": [] if several else list(submitted),
        "integers": layout.integers,
    }


def _time_format(profile: Profile) -> str | None:
    name = profile.folds.time_column
    return next((c.date_format for c in profile.columns if c.name == name), None)


def _tables(profile: Profile) -> dict[str, Any]:
    tables: dict[str, Any] = {}
    wanted = _wanted(profile)
    for table in profile.tables:
        if table.role in ("train", "test"):
            columns = [name for name in table.columns if name in wanted]
            tables[table.role] = {**_file(table), "columns": columns}
        elif table.role == "sample_submission":
            tables[table.role] = _file(table)
        elif table.role == "labels" and table.join is not None:
            tables[table.role] = _side_table(table)
    return tables


def _wanted(profile: Profile) -> set[str]:
    """Columns of the main tables that are read: features, targets, ids and keys."""
    wanted = {column.name for column in profile.columns if is_feature(column)}
    wanted |= {target.column for target in profile.targets}
    wanted |= {profile.layout.id_from, profile.folds.group_column, profile.folds.time_column} - {
        None
    }  # type: ignore[arg-type]
    for table in profile.tables:
        if table.join is not None:
            wanted |= set(table.join.main_columns)
    return wanted


def _file(table: Table) -> dict[str, Any]:
    return {"name": table.name, "format": table.format.model_dump(mode="json")}


def _side_table(table: Table) -> dict[str, Any]:
    assert table.join is not None
    return {**_file(table), **table.join.model_dump(mode="json")}

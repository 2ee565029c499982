"""The rule-made strategy: what it chooses for which data, and that it says why."""

import pytest

from agent_core.codegen.configuration import configuration, is_feature
from agent_core.planning import plan_by_rules
from agent_core.planning.candidates import candidates_of
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


def column(name: str, kind: str = "numeric", role: str = "feature", **more: object) -> Column:
    values: dict[str, object] = {"unique": 9, "missing_train": 0.0, "missing_test": 0.0, **more}
    return Column.model_validate({"name": name, "kind": kind, "role": role, **values})


def profile(
    task: str = "regression",
    metric: str = "rmse",
    kind: str = "number",
    labels: tuple[str, ...] | None = None,
    rows: int = 1000,
    columns: tuple[Column, ...] = (column("a"), column("b")),
    **range_of_target: float,
) -> Profile:
    target = column("y", role="target", missing_test=None, **range_of_target)
    tables = tuple(
        Table(
            name=f"{role}.csv", role=role, format=TableFormat(), rows=rows, columns=("a", "b", "y")
        )  # type: ignore[arg-type]
        for role in ("train", "test", "sample_submission")
    )
    return Profile(
        dataset="d",
        slug="made-up",
        task=Task(task),
        metric=MetricChoice(name=metric, confidence=1.0, reason=""),
        targets=(Target(column="y", labels=labels),),
        tables=tables,
        columns=(*columns, target),
        layout=SubmissionLayout(
            table="sample_submission.csv",
            id_column="id",
            id_from=None,
            columns=("y",),
            kind=PredictionKind(kind),
        ),
        folds=FoldPlan(scheme=FoldScheme.SHUFFLED, folds=5, reason="rows are independent."),
        rows_train=rows,
        rows_test=rows,
    )


def test_small_spectra_begin_with_linear_and_kernel_models() -> None:
    wide = tuple(column(f"x{k}") for k in range(60))
    strategy = plan_by_rules(profile(rows=150, columns=wide))
    assert strategy.models[:2] == ("linear", "kernel")
    names = [c["name"] for c in candidates_of(profile(rows=150, columns=wide), strategy)]
    assert "Partial least squares" in names
    assert any("few rows" in reason for reason in strategy.reasons)


def test_large_tables_get_no_kernel_and_huge_ones_no_forest() -> None:
    assert "kernel" not in plan_by_rules(profile(rows=50_000)).models
    wide = tuple(column(f"x{k}") for k in range(80))
    assert "trees" not in plan_by_rules(profile(rows=1_000_000, columns=wide)).models


def test_tables_of_words_get_no_kernel() -> None:
    strategy = plan_by_rules(profile(columns=(column("t", "text"),)))
    assert "kernel" not in strategy.models
    assert any("free text" in reason for reason in strategy.reasons)


@pytest.mark.parametrize(
    ("metric", "range_of_target", "transform", "tries"),
    [
        ("rmsle", {"minimum": 0, "mean": 5, "maximum": 9}, "log1p", False),
        ("mape", {"minimum": 1, "mean": 5, "maximum": 9}, "log1p", False),
        ("mape", {"minimum": -1, "mean": 5, "maximum": 9}, "none", False),
        ("rmse", {"minimum": 0, "mean": 5, "maximum": 99}, "none", True),
        ("rmse", {"minimum": 0, "mean": 50, "maximum": 99}, "none", False),
        ("rmse", {"minimum": 4, "mean": 4, "maximum": 4}, "none", False),
        ("rmse", {}, "none", False),
    ],
)
def test_the_target_is_transformed_where_the_metric_or_its_shape_asks(
    metric: str, range_of_target: dict[str, float], transform: str, tries: bool
) -> None:
    made = profile(metric=metric, **range_of_target)
    strategy = plan_by_rules(made)
    assert (strategy.transform, strategy.try_logarithm) == (transform, tries)
    switched = [c for c in candidates_of(made, strategy) if c.get("logarithm")]
    assert bool(switched) is tries


@pytest.mark.parametrize(
    ("task", "metric", "kind", "labels", "learn", "loss", "rule"),
    [
        ("regression", "mae", "number", None, "numbers", "absolute", "quantity"),
        ("regression", "pinball_loss_0.9", "number", None, "numbers", "quantile:0.9", "quantity"),
        ("ordinal", "rmse", "number", ("1", "2", "3"), "numbers", "squared", "quantity"),
        (
            "ordinal",
            "quadratic_weighted_kappa",
            "label",
            tuple("123"),
            "numbers",
            "squared",
            "cuts",
        ),
        ("binary", "quadratic_weighted_kappa", "label", ("0", "1"), "classes", "squared", "cutoff"),
        ("ordinal", "accuracy", "label", tuple("123"), "classes", "squared", "argmax"),
        ("multiclass", "mcc", "label", tuple("123"), "classes", "squared", "weights"),
        ("binary", "log_loss", "probability", ("0", "1"), "classes", "squared", "positive"),
        ("multiclass", "map_at_3", "ranking", tuple("123"), "classes", "squared", "ranking"),
        ("multilabel", "f1", "label", ("0", "1"), "labels", "squared", "cutoff"),
        ("multilabel", "brier", "probability", ("0", "1"), "labels", "squared", "probabilities"),
    ],
)
def test_what_is_learned_and_how_it_is_finished(
    task: str,
    metric: str,
    kind: str,
    labels: tuple[str, ...] | None,
    learn: str,
    loss: str,
    rule: str,
) -> None:
    made = profile(task, metric, kind, labels)
    config = configuration(made, plan_by_rules(made))
    assert (config["learn"], config["loss"]) == (learn, loss)
    assert config["finish"]["rule"] == rule
    quantity = learn == "numbers" and kind == "number"
    assert config["targets"][0]["labels"] == (None if quantity or labels is None else [*labels])


def test_only_columns_that_the_test_table_has_are_features() -> None:
    assert is_feature(column("a"))
    assert is_feature(column("a", "date", "id"))
    assert not is_feature(column("a", "numeric", "id"))
    assert not is_feature(column("a", missing_test=None))
    assert not is_feature(column("a", "constant"))
    assert not is_feature(column("a", "id_like"))
    assert ColumnKind.TEXT == "text"

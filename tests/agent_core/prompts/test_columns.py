"""How columns and targets are told: all that matters of them, in a bounded size."""

import dataclasses
import random
from pathlib import Path

import pytest

from agent_core.profile import (
    Caution,
    Column,
    ColumnKind,
    PredictionKind,
    Target,
    Task,
)
from agent_core.prompts import shared
from agent_core.prompts.shared import competition_part
from tests.agent_core.prompts.blocks import contents, outside
from tests.agent_core.prompts.conftest import MACHINE, Known, part_of
from tests.agent_core.small_competition import regression, small_competition


def wide(count: int, name: str = "x_{}") -> tuple[Column, ...]:
    """Numeric columns with names as long as they come."""
    plain = {"kind": ColumnKind.NUMERIC, "role": "feature", "unique": 90, "missing_train": 0.1}
    numbers = {"minimum": -1.5, "maximum": 3.25, "mean": 0.1, "drift": 0.5, "missing_test": 0.2}
    texts = {"examples": ("1" * 90,) * 5}
    return tuple(
        Column.model_validate({"name": name.format(n), **plain, **numbers, **texts})
        for n in range(count)
    )


def test_alike_columns_share_a_line(penguins: Known) -> None:
    told = contents(part_of(penguins, columns=wide(784)))["columns"]
    assert told == (
        '"x_0" to "x_783" (784 columns): numeric; 90 to 90 distinct; missing up to 10.0% / 20.0%; '
        "-1.5 to 3.25; drift up to 0.50"
    )


@pytest.mark.parametrize("count", [300, 5_000])
def test_size_is_bounded_however_many_columns(penguins: Known, count: int) -> None:
    letters = random.Random(0)
    names = ["".join(letters.choices("abcdefgh ", k=60)) for _ in range(count)]
    columns = [c.model_copy(update={"name": n}) for c, n in zip(wide(count), names, strict=True)]
    target = next(c for c in penguins.profile.columns if c.role == "target")
    long = penguins.competition.model_copy(update={"description": "<p>word</p> " * 100_000})
    changed = dataclasses.replace(penguins, competition=long)
    told = part_of(
        changed,
        columns=(*columns, target),
        warnings=tuple(
            Caution(code="drift", message="m" * 5_000, columns=tuple(names)) for _ in range(50)
        ),
    )
    # Four characters a token at the least.
    rules = shared.rules_part(shared.installed_versions())
    assert len(told) + len(rules) < 4 * 12_000
    lines = contents(told)["columns"].splitlines()
    assert f"and {count + 1 - (len(lines) - 1)} more, numeric: " in lines[-1]
    assert "-1.5 to 3.25; drift up to 0.50" in lines[-1]
    assert '"Sex": TARGET' in contents(told)["columns"]
    assert "<p>" not in told


def test_quantities_are_told_by_their_quantiles(tmp_path: Path) -> None:
    made = regression(tmp_path)
    competition = made.dataset.competition
    told = competition_part(competition, made.profile, made.dataset, MACHINE)
    assert '"y": 12 whole numbers, 12 distinct, 10 to 44' in contents(told)["target"]
    assert "None." in outside(told)
    nothing = small_competition(
        tmp_path / "b", targets={"y": ["?"] * 12}, metric="rmse", kind=PredictionKind.NUMBER
    )
    told = competition_part(competition, nothing.profile, nothing.dataset, MACHINE)
    assert contents(told)["target"] == '"y": no numbers'


def test_many_targets_and_labels_are_cut(tmp_path: Path) -> None:
    targets = {f"t{n}": ["0", "1"] * 6 for n in range(25)}
    labels = tuple(str(n) for n in range(40))
    made = small_competition(
        tmp_path,
        targets=targets,
        metric="f1_macro",
        kind=PredictionKind.LABEL,
        task=Task.MULTILABEL,
        labels=labels,
    )
    told = competition_part(made.dataset.competition, made.profile, made.dataset, MACHINE)
    assert '"0" 6, "1" 6' in contents(told)["target"]
    assert "and 10 more labels" in contents(told)["target"]
    assert "and 5 more targets" in contents(told)["target"]


def test_columns_of_every_role_and_kind(penguins: Known) -> None:
    absent = Column(
        name="late",
        kind=ColumnKind.NUMERIC,
        role="feature",
        unique=3,
        missing_train=0.5,
        minimum=1,
        maximum=2,
    )
    far = Column(
        name="when",
        kind=ColumnKind.DATE,
        role="time",
        unique=3,
        missing_train=0,
        missing_test=0,
        minimum=-9e10,
        maximum=9e15,
        date_format="epoch_s",
        reason="says when",
    )
    found = contents(part_of(penguins, columns=(absent, far)))["columns"].splitlines()
    assert found[0] == ('"late": numeric; 3 distinct; missing 50.0%; not in the test table; 1 to 2')
    assert found[1].startswith('"when": TIME, date; 3 distinct; -9e+10 to 9e+15')
    target = (Target(column="y"),)
    assert (
        "labels"
        not in shared._layout(
            penguins.profile.model_copy(
                update={"targets": target, "metric": penguins.profile.metric}
            )
        ).partition("Sample")[0]
    )

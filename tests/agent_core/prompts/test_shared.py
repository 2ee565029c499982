"""What every question begins with."""

import os
import subprocess
import sys

import pytest

from agent_core.profile import (
    Caution,
    FoldPlan,
    FoldScheme,
    Join,
    MetricChoice,
    PredictionKind,
    SubmissionLayout,
    Table,
    TableFormat,
    Task,
)
from agent_core.prompts import shared, wording
from agent_core.prompts.shared import shared_parts
from tests.agent_core.prompts.blocks import contents, outside
from tests.agent_core.prompts.conftest import MACHINE, Known, part_of


def test_everything_that_matters_is_told(penguins: Known) -> None:
    rules, told = shared_parts(penguins.competition, penguins.profile, penguins.dataset, MACHINE)
    for words in ("--budget SECONDS", "oof.csv", "pandas 3.", "targets withheld", "time_forward"):
        assert words in rules
    blocks = contents(told)
    assert "Predict the Sex of each penguin" in blocks["competition"]
    assert blocks["target"] == '"Sex": 2 labels with their rows: "MALE" 120, "FEMALE" 113'
    assert '"Body Mass (g)": numeric; 82 distinct; 2700 to 6300; mean 4235.9' in blocks["columns"]
    assert '"Date Egg": date; 49 distinct; 2007-11-09 to 2009-12-01' in blocks["columns"]
    assert blocks["training rows"].splitlines()[1].startswith("P001,PAL0809,40,Chinstrap")
    assert "part of the rows that are labelled right. Higher is better." in outside(told)
    assert "use n_jobs=4" in outside(told)
    assert "8 GiB" in outside(told)


def test_same_input_gives_the_same_bytes_in_any_process(penguins: Known) -> None:
    script = (
        "import sys\nfrom agent_core.prompts.shared import rules_part, installed_versions\n"
        "sys.stdout.write(rules_part(installed_versions()))"
    )
    again = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "7"},
    )
    rules, told = shared_parts(penguins.competition, penguins.profile, penguins.dataset, MACHINE)
    assert again.stdout == rules
    assert told == part_of(penguins)


def test_no_value_of_a_test_row_is_told(penguins: Known) -> None:
    told = part_of(penguins)
    lines = (penguins.dataset.root / "test.csv").read_text(encoding="utf-8").splitlines()[1:]
    ids = {line.split(",")[0] for line in lines}
    assert len(ids) == 100
    assert not any(identity in told for identity in ids)


def test_side_tables_formats_and_labels_are_described(penguins: Known) -> None:
    join = Join(main_columns=("shop",), side_columns=("id",), many=True)
    odd = TableFormat(
        separator=";",
        encoding="cp1252",
        decimal=",",
        thousands=".",
        quoted=False,
        header=False,
        compression="zip",
        member="a.csv",
        missing=("", "NA", "-999"),
    )
    tables = (
        *penguins.profile.tables,
        Table(name="shops.csv", role="side", format=odd, rows=9, columns=("id", "town"), join=join),
        Table(
            name="labels.parquet",
            role="labels",
            format=TableFormat(kind="parquet"),
            rows=9,
            columns=("y",),
            join=Join(main_columns=(), side_columns=(), many=False),
        ),
        Table(name="notes.csv", role="unused", format=TableFormat(), rows=1, columns=("n",)),
    )
    found = shared._tables(penguins.profile.model_copy(update={"tables": tables}))
    assert (
        "pd.read_csv(..., sep=';', encoding='cp1252', decimal=',', thousands='.', quoting=3, "
        "header=None (columns are called column_0, column_1, ...), compression='zip', "
        'the file "a.csv" inside the archive, na_values=["-999"])'
    ) in found
    assert 'on "shop" = "id"; several rows a key: aggregate first' in found
    assert "Parquet, pd.read_parquet" in found
    assert "row by row" in found
    assert "notes.csv" not in found


def test_layout_tells_what_each_column_stands_for(penguins: Known) -> None:
    layout = SubmissionLayout(
        table="s.csv",
        id_column="id",
        id_from=None,
        columns=tuple(f"c{n}" for n in range(70)),
        kind=PredictionKind.CLASS_PROBABILITIES,
        column_labels=tuple(f"label {n}" for n in range(70)),
        submitted_labels=("a", "b"),
        top=3,
        integers=True,
    )
    told = shared._layout(penguins.profile.model_copy(update={"layout": layout}))
    for words in (
        "the row's number of the test table",
        '"c59" and 10 more',
        'stand for the labels: "label 0"',
        "At most 3 labels a row",
        "Whole numbers only",
    ):
        assert words in told


def test_time_and_guesses_are_told(penguins: Known) -> None:
    plan = FoldPlan(
        scheme=FoldScheme.TIME_FORWARD,
        folds=4,
        reason="later",
        time_column="Date Egg",
        block_length=864_000,
        duplicates_together=True,
    )
    guess = MetricChoice(name="accuracy", confidence=0.4, reason="usual")
    told = part_of(penguins, folds=plan, metric=guess)
    assert "stretches of 10 days at once" in contents(told)["folds"]
    assert "Identical rows lie in one fold" in contents(told)["folds"]
    assert "smaller fold number only" in outside(told)
    assert "nobody named one" in outside(told)
    number = plan.model_copy(update={"time_column": "Sample Number", "block_length": 7.0})
    assert "stretches of 7 at once" in contents(part_of(penguins, folds=number))["folds"]


def test_advice_goes_with_the_warnings(penguins: Known) -> None:
    caution = Caution(code="leak_suspect", message="x tells y", columns=("x",))
    strange = Caution(code="table_unused", message="z was not used")
    told = part_of(penguins, warnings=(caution, strange))
    assert contents(told)["warnings"] == (
        'leak_suspect: "x tells y" Columns: "x"\ntable_unused: "z was not used"'
    )
    assert "- leak_suspect: It may be known too late" in outside(told)


def test_every_code_has_words() -> None:
    assert set(wording.TASKS) == set(Task)
    assert set(wording.PREDICTIONS) == set(PredictionKind)
    assert set(wording.SCHEMES) == set(FoldScheme)


def test_unknown_metric_is_an_error(penguins: Known) -> None:
    unknown = MetricChoice(name="charm", confidence=1, reason="none")
    with pytest.raises(ValueError, match="charm"):
        part_of(penguins, metric=unknown)

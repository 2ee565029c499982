from pathlib import Path

import pandas as pd

from agent_core.profile import Profile, TableFormat
from agent_core.prompts.samples import sample_text
from tests.agent_core.prompts.blocks import contents
from tests.agent_core.small_competition import SmallCompetition, regression


def with_train(made: SmallCompetition, **changes: object) -> Profile:
    train = made.profile.table("train").model_copy(update=changes)
    others = tuple(table for table in made.profile.tables if table.role != "train")
    return made.profile.model_copy(update={"tables": (train, *others)})


def rows(made: SmallCompetition, **changes: object) -> list[str]:
    found = contents(sample_text(with_train(made, **changes), made.dataset))
    return found["training rows"].splitlines()


def test_first_rows_as_they_stand(tmp_path: Path) -> None:
    assert rows(regression(tmp_path)) == [
        "id,x,y",
        "t1,0.0,10",
        "t2,1.5,14",
        "t3,3.0,16",
        "t4,4.5,20",
    ]


def test_table_without_a_header(tmp_path: Path) -> None:
    made = regression(tmp_path)
    (made.dataset.root / "train.csv").write_text("1;2\n3;4\n", encoding="utf-8")
    plain = TableFormat(separator=";", header=False)
    assert rows(made, format=plain) == ["column_0,column_1", "1,2", "3,4"]


def test_wide_and_long_values_are_cut(tmp_path: Path) -> None:
    made = regression(tmp_path)
    header = ",".join(f"c{n}" for n in range(500))
    row = ",".join(["v" * 1_000] * 500)
    (made.dataset.root / "train.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    found = rows(made)
    assert found[-1] == "and 460 more columns"
    assert found[1].split(",")[39] == "v" * 60 + " ... (cut)"


def test_parquet_rows(tmp_path: Path) -> None:
    made = regression(tmp_path)
    frame = pd.DataFrame({"a": [1, None], "b": ["x,y", "z"]})
    frame.to_parquet(made.dataset.root / "train.parquet")
    table = {"name": "train.parquet", "format": TableFormat(kind="parquet")}
    assert rows(made, **table) == ["a,b", '1.0,"x,y"', ",z"]
    frame[:0].to_parquet(made.dataset.root / "train.parquet")
    assert rows(made, **table) == ["a,b"]

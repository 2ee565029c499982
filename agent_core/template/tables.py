"""Reading the competition's tables as the configuration describes them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from agent_core.template.converting import is_missing, parse_numbers
from agent_core.template.joins import join_side_table
from agent_core.template.reading import join_labels, read_table


@dataclass(frozen=True)
class Tables:
    """Training and test rows in the files' order, and the sample submission as text.

    Numeric features are float64, everything else is text; a missing feature is NaN, while targets
    and ids keep their text. ``columns`` describes every feature, those of side tables too.
    """

    train: pd.DataFrame
    test: pd.DataFrame
    sample: pd.DataFrame
    columns: list[dict[str, Any]]


def read_tables(config: dict[str, Any], folder: Path) -> Tables:
    """Every table, side tables joined. Raises FileNotFoundError where one is not there."""
    columns = list(config["columns"])
    train = read_main(config, "train", folder)
    test = read_main(config, "test", folder)
    for side in config["side_tables"]:
        frame = read_table(folder, side["name"], side["format"])
        frame = blank_missing(frame, list(frame.columns), side["format"])
        train, test, added = join_side_table(train, test, frame, side)
        columns += added
    train = understand(train, config["columns"], config["tables"]["train"]["format"])
    test = understand(test, config["columns"], config["tables"]["test"]["format"])
    sample = config["tables"]["sample_submission"]
    return Tables(train, test, read_table(folder, sample["name"], sample["format"]), columns)


def read_main(config: dict[str, Any], role: str, folder: Path) -> pd.DataFrame:
    """The training or the test table: numbers where no join needs the text, labels joined."""
    table = config["tables"][role]
    labels = config["tables"].get("labels") if role == "train" else None
    joins = [*config["side_tables"], *([labels] if labels else [])]
    keys = {name for join in joins for name in join["main_columns"]}
    numeric = [c["name"] for c in config["columns"] if c["kind"] == "numeric"]
    numeric = [name for name in numeric if name not in keys]
    frame = read_table(folder, table["name"], table["format"], table["columns"], numeric)
    if labels is None:
        return frame
    return join_labels(frame, read_table(folder, labels["name"], labels["format"]), labels)


def understand(
    frame: pd.DataFrame, columns: list[dict[str, Any]], table_format: dict[str, Any]
) -> pd.DataFrame:
    """Features that are still text as numbers, or as text with NaN where there is no value."""
    texts = [c for c in columns if not pd.api.types.is_float_dtype(frame[c["name"]])]
    numbers = {
        c["name"]: parse_numbers(frame[c["name"]], table_format)
        for c in texts
        if c["kind"] == "numeric"
    }
    others = [c["name"] for c in texts if c["kind"] != "numeric"]
    return blank_missing(frame.assign(**numbers), others, table_format)


def blank_missing(
    frame: pd.DataFrame, names: list[str], table_format: dict[str, Any]
) -> pd.DataFrame:
    """The frame with NaN for every text of the columns ``names`` that means "no value"."""
    return frame.assign(
        **{name: frame[name].where(~is_missing(frame[name], table_format)) for name in names}
    )

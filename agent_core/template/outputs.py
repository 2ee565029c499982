"""The files that the solution leaves, each replaced as a whole."""

import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyarrow import ArrowInvalid, Table
from pyarrow.csv import WriteOptions, write_csv

from agent_core.template.arrays import Floats, Ints
from agent_core.template.tables import Tables

#: Held while files are written, so that the end of the budget does not part a pair of them.
WRITING = threading.Lock()

#: Set as soon as there is an answer.
ANSWERED = threading.Event()


def prediction_columns(layout: dict[str, Any], final: Floats) -> pd.DataFrame:
    """Finished predictions as the columns of the submission, one row per prediction.

    NaN (a row that is never validated) becomes an empty field.
    """
    if layout["kind"] == "class_probabilities":
        values: Any = final[:, layout["order"]]
    elif layout["kind"] == "ranking":
        values = ranked_labels(final, layout["submitted_labels"])
    elif layout["kind"] == "label" and layout["submitted_labels"]:
        values = label_texts(final, layout["submitted_labels"])
    else:
        values = final.reshape(len(final), -1)
    columns = dict(zip(layout["columns"], np.asarray(values).T, strict=True))
    frame = pd.DataFrame(columns)
    whole = layout["integers"] or (layout["kind"] == "label" and not layout["submitted_labels"])
    return frame.astype("Int64") if whole else frame


def label_texts(codes: Floats, labels: list[str]) -> Any:
    """The text of each code, shape (rows, 1)."""
    texts = np.array([*labels, ""], dtype=object)
    return texts[np.where(np.isnan(codes), -1, codes).astype(int)].reshape(len(codes), 1)


def ranked_labels(codes: Floats, labels: list[str]) -> Any:
    """The texts of the codes of each row, best first, with blanks between, shape (rows, 1)."""
    rows = [" ".join(labels[int(code)] for code in row if not np.isnan(code)) for row in codes]
    return np.array(rows, dtype=object).reshape(len(codes), 1)


def rows_of_sample(layout: dict[str, Any], tables: Tables) -> Ints:
    """For each row of the sample submission the test row that it asks about.

    Raises ValueError where an id of the sample is not among those of the test table.
    """
    sample, test = tables.sample, tables.test
    if layout["id_from"] is None or layout["id_from"] not in test.columns:
        if len(sample) != len(test):
            raise ValueError(f"the sample has {len(sample)} rows, the test table {len(test)}")
        return np.arange(len(sample))
    ids = test[layout["id_from"]].astype("str").str.strip()
    places = pd.Series(np.arange(len(test)), index=ids)
    places = places[~places.index.duplicated()]
    found = places.reindex(sample[layout["id_column"]].astype("str").str.strip())
    if found.isna().any():
        missing = found.index[found.isna()][0]
        raise ValueError(f"the sample asks for {missing!r}, which is not in the test table")
    if found.duplicated().any() and len(sample) == len(test):
        return np.arange(len(sample))
    return found.to_numpy(dtype=np.int64)


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write a CSV file beside its place and rename it."""
    beside = path.with_name(path.name + ".part")
    try:
        write_plainly(frame, beside)
    except ArrowInvalid:
        frame.to_csv(beside, index=False, lineterminator="\n")
    beside.replace(path)


def write_plainly(frame: pd.DataFrame, path: Path) -> None:
    """The same file ten times as fast. Raises ArrowInvalid where something has to be quoted."""
    if len(frame.columns) == 1 and (frame.isna() | frame.isin([""])).any(axis=None):
        raise ArrowInvalid("to readers an empty line is no row")
    rows = Table.from_pandas(frame, preserve_index=False)
    with path.open("wb") as file:
        # Arrow would put the names in quotes.
        file.write(frame.iloc[:0].to_csv(index=False, lineterminator="\n").encode())
        write_csv(rows, file, WriteOptions(include_header=False, quoting_style="none"))


def write_predictions(
    layout: dict[str, Any], tables: Tables, oof: Floats, test: Floats, folder: Path
) -> None:
    """Write submission.csv and oof.csv."""
    asked = prediction_columns(layout, test[rows_of_sample(layout, tables)])
    asked.insert(0, layout["id_column"], tables.sample[layout["id_column"]].to_numpy())
    with WRITING:
        write_table(prediction_columns(layout, oof), folder / "oof.csv")
        write_table(asked, folder / "submission.csv")
        ANSWERED.set()


def write_notes(notes: dict[str, Any], importance: dict[str, float], folder: Path) -> None:
    """Write notes.json and importance.csv."""
    ranked = sorted(importance.items(), key=lambda item: -item[1])
    frame = pd.DataFrame(ranked, columns=["feature", "importance"])
    with WRITING:
        beside = folder / "notes.json.part"
        beside.write_text(json.dumps(notes, indent=1, default=str), encoding="utf-8")
        beside.replace(folder / "notes.json")
        write_table(frame, folder / "importance.csv")

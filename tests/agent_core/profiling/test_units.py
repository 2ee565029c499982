"""Columns whose numbers carry a unit."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agent_core.profile import ColumnKind
from agent_core.profiling.units import find_units
from tests.agent_core.profiling.competitions import (
    TRAIN_ROWS,
    column,
    profile_of,
    sample,
    test_rows,
    train_rows,
)


@pytest.mark.parametrize(
    ("texts", "units"),
    [
        (["98.1 m²", "7 m²", "1,204.5 m²"], ("m²",)),
        (["12kg", " 3kg ", "0.5kg"], ("kg",)),
        (["$5 per night", "$12 per night"], ("per night",)),
        (["-3 °C", "21 °C", "NA", ""], ("°C",)),
        (["12 m2", "100 m2"], ("m2",)),
        (["12 km/h"] * 9 + ["unknown", "15 km/h"], ()),  # one text in three is no number
        ([f"{n} km/h" for n in range(20)] + ["unknown"], ("km/h",)),
        (["5 kg", "500 g"], ()),
        (["1st", "2nd", "3rd"], ()),
        (["12A", "7B", "12C"], ()),
        (["1", "2", "3"], ()),
        (["1e5", "2.5e3"], ()),
        (["2020-01-01", "2021-05-03"], ()),
        (["0001.jpg", "0002.jpg"], ()),
        (["agent-1", "agent-2"], ()),
        (["", "NA"], ()),
    ],
)
def test_what_is_a_unit(texts: list[str], units: tuple[str, ...]) -> None:
    assert find_units(pd.DataFrame({"x": texts, "n": ["1"] * len(texts)})) == units


def test_such_columns_are_numbers(tmp_path: Path) -> None:
    train, test = train_rows(price=np.arange(TRAIN_ROWS) / 7), test_rows()
    for frame in (train, test):
        frame["size"] = [f"{1000 * size:,.1f} sq. ft" for size in frame["size"]]
        frame["visits"] = [f"{visits} times" for visits in frame["visits"]]
    files = {"train.csv": train, "test.csv": test, "sample_submission.csv": sample(price=0.0)}
    profile = profile_of(tmp_path, files)
    size, visits = column(profile, "size"), column(profile, "visits")
    assert (size.kind, visits.kind) == (ColumnKind.NUMERIC, ColumnKind.NUMERIC)
    assert (visits.minimum, visits.maximum) == (0, 39)
    largest = train["size"].str.removesuffix(" sq. ft").str.replace(",", "").astype(float).max()
    assert size.maximum == pytest.approx(largest)
    assert size.drift is not None
    assert size.drift < 0.3

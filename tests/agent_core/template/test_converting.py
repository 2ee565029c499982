"""Numbers, dates and codes from text."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_core.profile import TableFormat
from agent_core.template.converting import (
    epoch_seconds,
    is_missing,
    label_codes,
    parse_numbers,
    parse_timestamps,
)


def numbers(texts: list[str], **options: object) -> list[float | None]:
    table_format = TableFormat.model_validate(options).model_dump()
    found = parse_numbers(pd.Series(texts), table_format)
    return [None if np.isnan(number) else number for number in found]


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ("1.5", {}, 1.5),
        (" -2 ", {}, -2.0),
        ("+3", {}, 3.0),
        (".5", {}, 0.5),
        ("5.", {}, 5.0),
        ("1e-3", {}, 0.001),
        ("$3.50", {}, 3.5),
        ("-$ 4", {}, -4.0),
        ("12%", {}, 12.0),
        ("7 €", {}, 7.0),
        ("1,234.5", {"thousands": ","}, 1234.5),
        ("1.234,5", {"decimal": ",", "thousands": "."}, 1234.5),
        ("0,25", {"decimal": ","}, 0.25),
        ("1'000", {"thousands": "'"}, 1000.0),
        ("0.25", {"decimal": ",", "kind": "parquet"}, 0.25),
        ("", {}, None),
        ("NA", {}, None),
        ("?", {}, None),
        ("inf", {}, None),
        ("0x10", {}, None),
        ("1_000", {}, None),
        ("12 apples", {}, None),
        ("12 apples", {"units": ("kg", "apples")}, 12.0),
        ("1,5 km/h", {"decimal": ",", "units": ("km/h",)}, 1.5),
        ("$1.50 per m²", {"units": ("per m²",)}, 1.5),
        ("15kg ", {"units": ("kg",), "kind": "parquet"}, 15.0),
        ("kg", {"units": ("kg",)}, None),
        ("1 2", {}, None),
    ],
)
def test_numbers(text: str, options: dict[str, object], expected: float | None) -> None:
    assert numbers([text], **options) == [expected]
    # Beside text that is no number the slower way is taken: to the same result.
    assert numbers([text, "word"], **options) == [expected, None]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_numbers_come_back_exactly(values: list[float]) -> None:
    texts = [repr(value) for value in values]
    assert numbers(texts) == values
    assert numbers([*texts, "?"])[:-1] == values
    with_comma = [text.replace(".", ",") for text in texts]
    assert numbers(with_comma, decimal=",") == values


@pytest.mark.parametrize(
    ("text", "date_format", "expected"),
    [
        ("2020-01-02", "ISO8601", "2020-01-02"),
        (" 2020-01-02T03:04:05Z", "ISO8601", "2020-01-02 03:04:05"),
        ("2020-01-02 03:04+02:00", "ISO8601", "2020-01-02 01:04"),
        ("31/12/2020", "%d/%m/%Y", "2020-12-31"),
        ("1600000000", "epoch_s", "2020-09-13 12:26:40"),
        ("1600000000500", "epoch_ms", "2020-09-13 12:26:40.5"),
        ("12/31/2020", "%d/%m/%Y", None),
        ("", "ISO8601", None),
        ("word", "epoch_s", None),
        ("1e18", "epoch_s", None),
    ],
)
def test_dates(text: str, date_format: str, expected: str | None) -> None:
    [found] = parse_timestamps(pd.Series([text]), date_format)
    assert found is pd.NaT if expected is None else found == pd.Timestamp(expected)


def test_seconds_since_1970() -> None:
    found = epoch_seconds(parse_timestamps(pd.Series(["1970-01-02", "?"]), "ISO8601"))
    assert found[0] == 86_400
    assert np.isnan(found[1])


def test_labels_are_compared_without_the_blanks_around_them() -> None:
    assert label_codes(pd.Series([" b", "a ", "", "c"]), ["a", "b"]).tolist() == [1, 0, -1, -1]


def test_missing_texts() -> None:
    found = is_missing(pd.Series([" ", "NA", " ? ", "0", "none"]), TableFormat().model_dump())
    assert found.tolist() == [True, True, True, False, False]

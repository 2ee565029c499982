"""Plain data as source: it means the same, is readable, and is never anything but data."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_core.codegen.literal import literal

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(plain)
def test_it_means_the_same(value: object) -> None:
    assert ast.literal_eval(literal(value)) == value


@pytest.mark.parametrize(
    "text", ['"]; import os #', "'''", '"""', "\\", "\n\r\u2028", "\u202e", "{x}", "\x00", "é"]
)
def test_hostile_text_stays_text(text: str) -> None:
    source = literal({"columns": [text]})
    assert ast.literal_eval(source) == {"columns": [text]}
    assert "\n" not in source
    assert "\u202e" not in source


def test_long_values_are_laid_out_over_lines() -> None:
    source = literal({"names": [f"column {k}" for k in range(30)], "empty": [], "pair": (1, 2.5)})
    assert max(map(len, source.splitlines())) < 100
    assert source.startswith('{\n    "names": [\n        "column 0", "column 1", ')
    assert ast.literal_eval(source)["pair"] == [1, 2.5]


def test_infinity_is_written_as_a_call_and_objects_are_refused() -> None:
    assert literal(float("inf")) == 'float("inf")'
    with pytest.raises(TypeError, match="object is no plain data"):
        literal({"a": object()})

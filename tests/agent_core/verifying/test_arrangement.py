import numpy as np
import pytest

from agent_core.profile import FoldScheme
from agent_core.verifying.arrangement import counted_ids, merged_order, new_ids


@pytest.mark.parametrize(
    ("known", "made"),
    [
        (["7", "9"], ["10", "11"]),
        (["0007", "0009"], ["0010", "0011"]),
        (["P1", "P2", "P4"], ["P3", "P5"]),
        (["a", "b"], ["a1", "a2"]),
        ([], ["row 1", "row 2"]),
    ],
)
def test_new_ids_are_like_those_that_are_known(known: list[str], made: list[str]) -> None:
    assert new_ids(known, 2) == made


@pytest.mark.parametrize(
    ("known", "longer"),
    [
        (["0", "1"], ["0", "1", "2"]),
        (["1", "2"], ["1", "2", "3"]),
        (["2", "3"], None),
        (["a", "b"], None),
    ],
)
def test_ids_that_count_rows_go_on(known: list[str], longer: list[str] | None) -> None:
    assert counted_ids(known, 3) == longer


@pytest.mark.parametrize("scheme", list(FoldScheme))
def test_every_row_has_its_place_and_test_rows_keep_their_order(scheme: FoldScheme) -> None:
    order = merged_order(30, 20, scheme, None, np.random.default_rng(0))
    assert sorted(order) == list(range(50))
    assert order[order < 30].tolist() == list(range(30))
    among = order[order >= 30].tolist()
    assert (among == sorted(among)) == (scheme not in (FoldScheme.STRATIFIED, FoldScheme.SHUFFLED))


def test_test_rows_that_are_not_sorted_by_time_are_not_sorted_so() -> None:
    times = (np.array([3.0, 1.0, 2.0]), np.array([0.0, 4.0]))
    order = merged_order(3, 2, FoldScheme.TIME_BLOCKS, times, np.random.default_rng(0))
    assert order[order < 3].tolist() == [0, 1, 2]

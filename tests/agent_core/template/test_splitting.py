"""Fold numbers from a plan."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_core.profile import FoldPlan, FoldScheme
from agent_core.template.splitting import NEVER_VALIDATED, fold_numbers


def plan(scheme: FoldScheme, folds: int = 5, length: float | None = None) -> dict[str, object]:
    return FoldPlan(scheme=scheme, folds=folds, reason="", block_length=length).model_dump()


@given(
    st.lists(st.integers(-1, 4), min_size=10, max_size=200), st.integers(2, 10), st.integers(0, 9)
)
def test_classes_and_sizes_differ_by_one_row_at_most(
    labels: list[int], folds: int, seed: int
) -> None:
    codes = np.array(labels)
    found = fold_numbers(plan(FoldScheme.STRATIFIED, folds), len(codes), codes, seed=seed)
    assert np.ptp(np.bincount(found, minlength=folds)) <= 1
    for code in set(labels):
        assert np.ptp(np.bincount(found[codes == code], minlength=folds)) <= 1


@given(st.lists(st.integers(0, 30), min_size=20, max_size=200), st.integers(2, 6))
def test_groups_stay_whole_and_every_fold_gets_some(groups: list[int], folds: int) -> None:
    codes = np.arange(len(groups)) % 2
    found = fold_numbers(
        plan(FoldScheme.GROUPED, folds), len(groups), codes, groups=np.array(groups)
    )
    for group in set(groups):
        assert len(set(found[np.array(groups) == group])) == 1
    assert len(set(found)) == min(folds, len(set(groups)))


def test_groups_are_balanced_in_classes_too() -> None:
    groups = np.repeat(np.arange(40), 10)
    codes = (groups % 4 == 0).astype(np.int64)
    found = fold_numbers(plan(FoldScheme.GROUPED, 5), 400, codes, groups=groups)
    assert [codes[found == fold].mean() for fold in range(5)] == [0.25] * 5


def test_the_same_seed_gives_the_same_folds_and_another_others() -> None:
    shuffled = plan(FoldScheme.SHUFFLED)
    first, again = fold_numbers(shuffled, 100), fold_numbers(shuffled, 100)
    assert (first == again).all()
    assert (first != fold_numbers(shuffled, 100, seed=1)).any()


@given(
    st.lists(st.floats(0, 1e6), min_size=30, max_size=200), st.one_of(st.none(), st.floats(1, 1e6))
)
def test_forward_folds_only_look_back(times: list[float], length: float | None) -> None:
    moments = np.array(times)
    found = fold_numbers(plan(FoldScheme.TIME_FORWARD, 4, length), len(times), times=moments)
    for fold in sorted(set(found))[1:]:
        assert moments[found < fold].max() < moments[found == fold].min()


def test_forward_folds_have_the_length_of_the_test() -> None:
    times = np.arange(1000.0)
    found = fold_numbers(plan(FoldScheme.TIME_FORWARD, 5, 50.0), 1000, times=times)
    assert np.bincount(found[found >= 0]).tolist() == [50] * 5
    assert (found[:750] == NEVER_VALIDATED).all()


def test_forward_folds_are_of_equal_rows_where_the_test_is_too_long() -> None:
    found = fold_numbers(plan(FoldScheme.TIME_FORWARD, 4, 900.0), 1000, times=np.arange(1000.0))
    assert np.ptp(np.bincount(found + 1)) <= 2


def test_rows_without_a_time_are_never_validated() -> None:
    times = np.append(np.arange(50.0), [np.nan, np.nan])
    found = fold_numbers(plan(FoldScheme.TIME_FORWARD, 4), 52, times=times)
    assert (found[50:] == NEVER_VALIDATED).all()
    nothing = fold_numbers(plan(FoldScheme.TIME_FORWARD, 4), 2, times=np.full(2, np.nan))
    assert (nothing == NEVER_VALIDATED).all()


def test_blocks_of_time_stay_whole() -> None:
    times = np.append(np.arange(1000.0), np.nan)
    found = fold_numbers(plan(FoldScheme.TIME_BLOCKS, 5, 20.0), 1001, times=times)
    blocks = np.split(found[:1000], 50)
    assert all(len(set(block)) == 1 for block in blocks)
    assert np.bincount(found).min() >= 180


def test_blocks_keep_groups_whole() -> None:
    times, groups = np.arange(1000.0), np.repeat(np.arange(100), 10)
    found = fold_numbers(plan(FoldScheme.TIME_BLOCKS, 5, 15.0), 1000, groups=groups, times=times)
    assert all(len(set(part)) == 1 for part in np.split(found, 100))


def test_one_moment_is_one_block() -> None:
    found = fold_numbers(plan(FoldScheme.TIME_BLOCKS, 5), 10, times=np.full(10, 3.0))
    assert len(set(found)) == 1


@pytest.mark.parametrize(
    ("scheme", "needed"),
    [
        (FoldScheme.GROUPED, "groups"),
        (FoldScheme.TIME_FORWARD, "times"),
        (FoldScheme.TIME_BLOCKS, "times"),
    ],
)
def test_what_a_scheme_needs_has_to_be_given(scheme: FoldScheme, needed: str) -> None:
    with pytest.raises(ValueError, match=f"needs the {needed}"):
        fold_numbers(plan(scheme), 10)

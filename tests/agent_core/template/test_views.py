"""Features as each family sees them."""

import numpy as np
import pytest

from agent_core.template import views as views_module
from agent_core.template.features import Features
from agent_core.template.problem import Problem, make_splits
from agent_core.template.text import count_terms
from agent_core.template.views import Views

ROWS, TESTS = 60, 6


def problem(classes: int) -> Problem:
    """Codes of classes, in two folds."""
    codes = (np.arange(ROWS) % classes).astype(float)[:, None]
    folds, known = np.arange(ROWS) // 30, np.ones(ROWS, dtype=bool)
    splits = make_splits(folds, known, "shuffled")
    return Problem("classes", "squared", codes, known, classes, splits, folds, TESTS)


def test_trees_see_levels_means_of_every_class_but_one_and_topics() -> None:
    ids = (np.arange(ROWS + TESTS) % 9).astype(np.int32)
    ids[-1] = 9  # never seen in training
    texts = count_terms(["red wine", "white wine", "dark beer"] * 22)
    features = Features(ROWS, categories={"shop": ids}, texts={"said": texts})
    view = Views(features, problem(3), 0).of("trees", 0)
    assert view.names[:3] == ["shop", "shop target 0", "shop target 1"]
    assert {"said topic 0", "said topic 1"} <= set(view.names)
    assert view.matrix.shape == (ROWS + TESTS, len(view.names))
    levels = np.asarray(view.matrix)[:, 0]
    assert np.isnan(levels[-1])
    # Every third shop has rows of the last class only, the others none.
    means = np.asarray(view.matrix)[ROWS:-1, 2]
    last = ids[ROWS:-1] % 3 == 2
    assert means[last].min() > 0.4 > means[~last].max()


def test_linear_models_see_a_column_for_each_level_and_word() -> None:
    colours = (np.arange(ROWS + TESTS) % 3).astype(np.int32)
    users = (np.arange(ROWS + TESTS) % 62).astype(np.int32)
    texts = count_terms(["red wine", "white wine", "dark beer"] * 22)
    features = Features(ROWS, categories={"colour": colours, "user": users}, texts={"said": texts})
    views = Views(features, problem(2), 0)
    dense, linear = views.of("dense", 0), views.of("linear", 0)
    assert {"colour = 0", "colour = 1", "colour = 2"} <= set(dense.names)
    assert "user target 0" in dense.names
    assert not any(name.startswith("user =") for name in dense.names)
    assert linear.matrix.shape[1] > dense.matrix.shape[1]


def test_target_means_are_limited_where_columns_and_classes_are_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(views_module, "MOST_TARGET_MEANS", 4)
    ids = (np.arange(ROWS + TESTS) % 9).astype(np.int32)
    features = Features(ROWS, categories={"a": ids, "b": ids[::-1].copy()})
    names = Views(features, problem(6), 0).of("trees", 0).names
    assert [name for name in names if "target" in name] == [
        "a target 0", "a target 1", "b target 0", "b target 1",
    ]  # fmt: skip


def test_views_are_kept_while_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    features = Features(ROWS, {"size": np.arange(ROWS + TESTS, dtype=np.float32)})
    roomy = Views(features, problem(2), 0)
    assert roomy.of("trees", 0) is roomy.of("trees", 0)
    assert roomy.of("trees", 0) is not roomy.of("trees", 1)
    monkeypatch.setattr(views_module, "CACHE_BYTES", 1)
    full = Views(features, problem(2), 0)
    assert full.of("trees", 0) is not full.of("trees", 0)


def test_without_features_there_is_a_column_of_zeros() -> None:
    view = Views(Features(ROWS), problem(2), 0).of("trees", 0)
    assert view.names == ["nothing"]
    assert not np.asarray(view.matrix).any()

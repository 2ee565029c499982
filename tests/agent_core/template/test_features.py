"""Columns as models see them."""

import numpy as np
import pandas as pd
import pytest

from agent_core.template.closeness import as_points, near_groups
from agent_core.template.dates import date_categories, date_numbers
from agent_core.template.encoding import encode_target, indicator_columns, known_levels
from agent_core.template.features import Features, add_column, add_structure, as_ids, make_features
from agent_core.template.problem import Problem, make_splits
from agent_core.template.scaling import scaled_numbers
from agent_core.template.text import condense, count_terms, weigh_terms
from agent_core.template.views import Views

FIT = np.arange(6)


class TestEncoding:
    def test_a_row_never_sees_its_own_target(self) -> None:
        ids = np.arange(50) % 10
        target = np.zeros((50, 1))
        target[7] = 1000.0
        encoded = encode_target(ids, np.arange(50), target, np.random.default_rng(0))
        others = np.flatnonzero((ids == 7) & (np.arange(50) != 7))
        assert encoded[7, 0] == 0.0
        assert (encoded[others, 0] > 0).sum() >= 3

    def test_unseen_levels_get_the_overall_mean(self) -> None:
        ids = np.array([0, 0, 0, 1, 1, 1, 2, -1])
        target = np.array([[0.0], [0], [0], [6], [6], [6]])
        encoded = encode_target(ids, FIT, target, np.random.default_rng(0))
        assert encoded[6, 0] == encoded[7, 0] == 3.0
        assert known_levels(ids, FIT).tolist() == [0, 0, 0, 1, 1, 1, -1, -1]

    def test_rare_levels_share_a_column(self) -> None:
        hot = indicator_columns(np.array([0, 0, 0, 1, 2, -1, 3]), FIT, fewest=2)
        assert hot.sum(axis=1).tolist() == [1.0] * 7
        assert hot.shape[1] == 2


class TestFeatures:
    def test_numbers_sort_as_numbers_and_missing_is_minus_one(self) -> None:
        assert as_ids(pd.Series(["10", "9", None, "10"])).tolist() == [1, 0, -1, 1]
        assert as_ids(pd.Series(["b", "a", None])).tolist() == [1, 0, -1]

    def test_codes_are_taken_apart(self) -> None:
        features = Features(6)
        codes = pd.Series(["C85", "C 12", "E46", "E1", "c7", None])
        add_structure(features, "cabin", codes)
        assert features.categories["cabin letters"].tolist() == [0, 0, 1, 1, 0, -1]
        assert features.numbers["cabin number"].tolist()[:3] == [85, 12, 46]
        plain = Features(3)
        add_structure(plain, "code", pd.Series(["1", "2", "3"]))
        assert not plain.numbers

    def test_every_kind_of_column_has_its_form(self) -> None:
        said = ["good wine", "bad wine", "good beer"] * 4
        table = pd.DataFrame(
            {
                "flag": ["no", "yes", None] * 4,
                "said": said,
                "shop": [f"S{n}" for n in range(12)],
                "same": [7] * 12,
                "huge": [1e300, 2.0, 3.0] * 4,
                "whether": [True, False, True] * 4,
            }
        )
        kinds = ["boolean", "text", "categorical", "numeric", "numeric", "numeric"]
        columns = [{"name": n, "kind": k} for n, k in zip(table, kinds, strict=True)]
        features = make_features(columns, table[:9], table[9:])
        flags = features.numbers["flag"]
        assert flags[:2].tolist() == [0.0, 1.0]
        assert np.isnan(flags[2])
        assert features.texts["said"].shape[0] == 12
        assert features.numbers["said length"][:2].tolist() == [9.0, 8.0]
        assert features.categories["said"].tolist() == [2, 0, 1] * 4  # texts that recur
        assert features.categories["shop"].max() == 11
        assert features.numbers["missing values"].tolist() == [0, 0, 1] * 4
        assert np.isnan(features.numbers["huge"][0])
        assert features.numbers["whether"][:2].tolist() == [1.0, 0.0]
        # What tells no two rows apart is left out.
        assert not {"same", "shop count", "said words"} & set(features.numbers)

    def test_codes_of_very_long_tables_are_left_whole(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("agent_core.template.features.MOST_CODES", 5)
        column = [{"name": "cabin", "kind": "high_cardinality"}]
        codes = pd.DataFrame({"cabin": ["C85", "C 12", "E46", "E1"]})
        assert "cabin number" in make_features(column, codes, codes[:1]).numbers
        assert "cabin number" not in make_features(column, codes, codes[:2]).numbers

    def test_numbers_are_taken_for_names_only_where_enough_of_them_recur(self) -> None:
        for numbers in (
            pd.Series(range(600)),
            pd.Series([1.0, 2.0] * 300),
            pd.Series(range(120)).repeat(5) + 0.5,
            pd.Series([np.nan] * 600),
        ):
            features = Features(600)
            add_column(features, {"name": "n", "kind": "numeric"}, numbers)
            assert not features.names

    def test_a_day_of_the_month_that_training_never_saw_is_left_out(self) -> None:
        column = [{"name": "when", "kind": "date", "date_format": "%Y-%m-%d"}]
        train = pd.DataFrame({"when": [f"2024-0{m}-{d:02}" for m in (1, 2) for d in range(1, 20)]})
        test = pd.DataFrame({"when": [f"2024-0{m}-{d}" for m in (1, 2) for d in range(20, 28)]})
        features = make_features(column, train, test)
        assert "when elapsed" in features.numbers
        assert "when day" not in features.numbers
        assert "when month" in features.categories

    def test_numbers_that_may_be_names_get_means_of_the_target(self) -> None:
        users = np.arange(1200) * 7919 % 120
        liked = np.where(users % 2, 1.0, 5.0)  # known by name only: neighbours have nothing alike
        table = pd.DataFrame({"user": users, "size": users + 0.5, "row": np.arange(1200)})
        columns = [{"name": name, "kind": "numeric"} for name in table]
        features = make_features(columns, table[:1000], table[1000:])
        assert list(features.names) == ["user"]
        folds = np.arange(1000) // 500
        known = np.ones(1000, dtype=bool)
        splits = make_splits(folds, known, "shuffled")
        problem = Problem(
            "numbers", "squared", liked[:1000, None], known, 1, splits, folds, rows_test=200
        )
        for kind in ("trees", "dense"):
            view = Views(features, problem, 0).of(kind, 0)
            means = np.asarray(view.matrix)[:, view.names.index("user target 0")]
            assert np.corrcoef(means[1000:], liked[1000:])[0, 1] > 0.9

    def test_linear_and_kernel_models_share_what_has_no_words(self) -> None:
        task = Problem(
            "numbers", "squared", np.arange(6.0)[:, None], np.ones(6, dtype=bool), 1,
            make_splits(FIT % 2, np.ones(6, dtype=bool), "shuffled"), FIT % 2, rows_test=1,
        )  # fmt: skip
        views = Views(Features(6, {"a": np.arange(7.0)}), task, 0)
        assert views.of("linear", 0) is views.of("dense", 0)
        views = Views(
            Features(6, {"a": np.arange(7.0)}, texts={"t": count_terms(["a b"] * 7)}), task, 0
        )
        assert views.of("linear", 0).matrix.shape[1] > views.of("dense", 0).matrix.shape[1]

    def test_parts_of_a_date(self) -> None:
        stamps = pd.Series(pd.to_datetime(["2024-01-01 06:00", "2024-01-02 18:00", None]))
        numbers = date_numbers(stamps)
        assert numbers["elapsed"][:2].tolist() == [0.0, 1.5]
        assert "year" not in numbers
        assert numbers["hour sine"][:2] == pytest.approx([1.0, -1.0])
        assert date_categories(stamps)["day_of_week"].tolist()[:2] == [0, 1]


class TestCloseness:
    def test_chains_of_near_rows_are_groups(self) -> None:
        numbers = {
            "a": np.array([0.0, 0.01, 0.02, 5.0, 5.01, 9.0, 1e300]),
            "b": np.array([1.0, 1.0, 1.0, 2.0, 2.0, 3.0, np.nan]),
        }
        groups = near_groups(as_points(numbers, FIT), 0.02)
        assert len(set(groups[:3])) == len(set(groups[3:5])) == 1
        assert len(set(groups)) == 4


class TestScaling:
    def test_values_are_complete_tame_and_marked_where_missing(self) -> None:
        values = np.array([1.0, 2, 3, 4, np.nan, 1e9], dtype=np.float32)
        columns = scaled_numbers({"a": values, "gone": np.full(6, np.nan)}, np.arange(6))
        assert set(columns) == {"a", "a missing"}
        assert np.isfinite(columns["a"]).all()
        assert columns["a missing"].tolist() == [0, 0, 0, 0, 1, 0]

    def test_a_constant_stays_finite(self) -> None:
        assert scaled_numbers({"a": np.ones(6)}, FIT)["a"].tolist() == [0.0] * 6


class TestText:
    def test_terms_that_training_rows_lack_weigh_nothing(self) -> None:
        texts = ["good wine", "good beer", "bad wine"] * 20 + ["unseen words", "unseen words"]
        counts = count_terms(texts)
        weighed = weigh_terms(counts, np.arange(60))
        assert pytest.approx(1.0, rel=1e-5) == weighed[:60].multiply(weighed[:60]).sum(axis=1).A1
        assert weighed.shape[1] < counts.shape[1]
        assert condense(weighed, np.arange(60), 3, 0).shape == (62, 3)

    def test_no_words_at_all(self) -> None:
        weighed = weigh_terms(count_terms(["", "", ""]), np.arange(2))
        assert weighed.shape == (3, 0)
        assert condense(weighed, np.arange(2), 5, 0).shape == (3, 0)

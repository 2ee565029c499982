import struct
from pathlib import Path

import numpy as np
import pytest

from agent_core.evaluation import Evaluation, Score
from agent_core.profile import PredictionKind, Profile, Target
from tasks.plots import draw_plots, plots_of
from tasks.plots.canvas import label
from tasks.plots.confusion import _merge_rare, draw_confusion
from tasks.plots.folds import draw_folds
from tasks.plots.importance import draw_importance, read_importance
from tasks.plots.label_sets import draw_label_sets
from tasks.plots.probabilities import draw_confidence, draw_probabilities
from tasks.plots.quantities import draw_quantities
from tests.tasks.solve_records import attempt, dataset, profile, record

UGLY = "a $\\frac{broken} name that is much too long for any axis 日本語 \t\n|"


def size(image: bytes | None) -> tuple[int, int]:
    """Width and height in pixels; fails for anything but a PNG image."""
    assert image is not None
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", image[16:24])
    return width, height


def fold_score(*folds: float, value: float = 0.8, std: float = 0.01) -> Score:
    return Score(metric="accuracy", higher_is_better=True, value=value, std=std, folds=folds)


def profile_for(tmp_path: Path, kind: PredictionKind, *targets: Target) -> Profile:
    base = profile(dataset(tmp_path / "data"))
    layout = base.layout.model_copy(
        update={"kind": kind, "columns": tuple(target.column for target in targets)}
    )
    return base.model_copy(update={"layout": layout, "targets": targets})


NOTHING = Evaluation(trial="t", score=None, baseline=None, gates=())
CLASSES = Target(column="kind", labels=("a", "b", "c"))
NUMBER = Target(column="price")


@pytest.mark.parametrize(
    ("kind", "targets", "truth", "prediction", "names"),
    [
        (PredictionKind.NUMBER, (NUMBER,), [1.0, 2, 3], [1.5, 2, 2], {"predicted_vs_true.png"}),
        (PredictionKind.NUMBER, (NUMBER, Target(column="size")), [[1.0, 2], [3, 4]],
         [[1.0, 2], [3, 5]], {"predicted_vs_true.png"}),
        (PredictionKind.LABEL, (CLASSES,), [0.0, 1, 2], [0.0, 2, 2], {"confusion_matrix.png"}),
        (PredictionKind.LABEL, (Target(column="level"),), [0.0, 1, 2], [0.0, 2, 2],
         {"predicted_vs_true.png"}),
        (PredictionKind.LABEL, (Target(column="x", labels=("0", "1")),) * 2, [[0.0, 1], [1, 0]],
         [[0.0, 1], [1, 1]], {"labels_found.png"}),
        (PredictionKind.LABEL, (CLASSES, CLASSES), [[0.0, 2], [1, 0]], [[0.0, 1], [1, 1]],
         {"confusion_matrix_first_target.png"}),
        (PredictionKind.RANKING, (CLASSES,), [0.0, 1, 2], [[0.0, 1], [2, -1], [2, 0]],
         {"confusion_matrix.png"}),
        (PredictionKind.PROBABILITY, (CLASSES,), [0.0, 1, 1], [0.2, 0.9, 0.4],
         {"roc_and_calibration.png"}),
        (PredictionKind.PROBABILITY, (CLASSES,), [1.0, 1, 1], [0.2, 0.9, 0.4], set()),
    ],
)  # fmt: skip
def test_what_is_drawn_depends_on_what_is_predicted(
    tmp_path: Path,
    kind: PredictionKind,
    targets: tuple[Target, ...],
    truth: list[float],
    prediction: list[float],
    names: set[str],
) -> None:
    wanted = profile_for(tmp_path, kind, *targets)

    drawn = draw_plots(wanted, NOTHING, None, np.array(truth), np.array(prediction))

    assert set(drawn) == names
    for image in drawn.values():
        assert size(image) > (400, 300)


def test_class_probabilities_show_confusion_and_confidence(tmp_path: Path) -> None:
    base = profile_for(tmp_path, PredictionKind.CLASS_PROBABILITIES, CLASSES)
    # The submission has a class that training never showed.
    labels = ("a", "b", "c", "d")
    layout = base.layout.model_copy(update={"columns": labels, "column_labels": labels})
    wanted = base.model_copy(update={"layout": layout})
    chances = np.array([[0.7, 0.1, 0.1, 0.1], [0.1, 0.2, 0.2, 0.5]])

    drawn = draw_plots(wanted, NOTHING, None, np.array([0.0, 2.0]), chances)

    assert set(drawn) == {"confusion_matrix.png", "confidence.png"}


def test_a_record_is_drawn_from_its_files(tmp_path: Path) -> None:
    drawn = plots_of(record(attempt(tmp_path / "1")))

    assert set(drawn) == {"fold_scores.png", "feature_importance.png", "confusion_matrix.png"}


def test_a_trial_without_an_answer_shows_its_importance_only(tmp_path: Path) -> None:
    drawn = plots_of(record(attempt(tmp_path / "1", folds=None)))

    assert set(drawn) == {"feature_importance.png"}


def test_a_huge_training_table_is_not_read_again(tmp_path: Path) -> None:
    solve = record(attempt(tmp_path / "1"))
    files = tuple(file.model_copy(update={"bytes": 10**9}) for file in solve.dataset.files)
    huge = solve.dataset.model_copy(update={"files": files})

    drawn = plots_of(solve.model_copy(update={"dataset": huge}))

    assert set(drawn) == {"fold_scores.png", "feature_importance.png"}


def test_names_are_cut_and_never_read_as_formulas() -> None:
    assert label("age") == "age"
    assert label(" two\nlines ") == "two lines"
    assert label("") == "(empty)"
    assert label("a" * 50 + "end", 10) == "a" * 6 + "…end"
    assert label("$x$") == r"\$x\$"
    assert label("日x") == "□x"


@pytest.mark.parametrize("classes", [2, 7, 13, 30, 41])
def test_confusion_of_few_and_many_classes_with_ugly_names(classes: int) -> None:
    codes = np.arange(classes).repeat(3)

    image = draw_confusion(codes, codes[::-1], tuple(f"{UGLY}{code}" for code in range(classes)))

    width, height = size(image)
    assert max(width, height) < 2600


def test_the_rarest_of_many_classes_become_one() -> None:
    truth = np.repeat(np.arange(40), np.arange(40) + 1)  # class 39 is the commonest

    codes, guesses, names = _merge_rare(truth, truth, tuple(f"c{code}" for code in range(40)))

    assert names == (*(f"c{code}" for code in range(11, 40)), "11 others")
    assert codes[0] == 29
    assert codes[-1] == 28
    assert (codes == guesses).all()


def test_nothing_to_draw_is_no_plot() -> None:
    none = np.empty((0, 1))
    codes = np.empty(0, dtype=np.int64)
    assert draw_confusion(codes, codes, ("a",)) is None
    assert draw_confidence(none[:, 0], none) is None
    assert draw_label_sets(none, none, ("a",)) is None
    assert draw_quantities(np.full((3, 1), np.nan), np.ones((3, 1)), ("a",)) is None
    assert draw_importance({}) is None
    assert draw_folds(fold_score(), None) is None
    assert draw_folds(fold_score(float("nan")), None) is None


def test_fold_scores_with_one_fold_a_gap_and_a_far_baseline() -> None:
    far = fold_score(0.01)
    for folds in ((0.8,), (0.8, float("nan"), 0.81), (0.8, 0.8001)):
        size(draw_folds(fold_score(*folds), far))
        size(draw_folds(fold_score(*folds, std=float("nan")), None))


def test_probabilities_with_gaps_and_many_targets() -> None:
    truth = (np.arange(300) % 3 == 0).astype(float).reshape(30, 10)
    chances = np.linspace(0, 1, 300).reshape(30, 10)
    chances[0] = np.nan

    size(draw_probabilities(truth, chances, tuple(f"{UGLY}{i}" for i in range(10))))


@pytest.mark.slow
def test_quantities_many_skewed_constant_and_negative() -> None:
    steps = np.arange(1.0, 6001)[:, None]
    skewed = np.exp(steps / 500)
    for truth in (steps, skewed, -skewed, np.ones((5, 1)), np.ones((1, 1))):
        size(draw_quantities(truth, truth * 1.1, (UGLY,)))
    wide = np.hstack([steps] * 6)
    size(draw_quantities(wide, wide, tuple("abcdef")))


def test_label_sets_with_labels_nobody_has() -> None:
    truth = np.zeros((4, 35))
    truth[:2, :5] = 1
    size(draw_label_sets(truth, truth[::-1], tuple(f"label {i}" for i in range(35))))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("feature,importance\na,1\nb,2.5\n", {"a": 1.0, "b": 2.5}),
        ("importance,feature\n1,a\n1,a\n", {"a": 2.0}),
        ("feature,importance\na,nan\nb,inf\nc,-1\nd,x\n,3\ne\n", {}),
        ("name,value\na,1\n", {}),
        ("", {}),
        ('feature,importance\na,1\n"b' + "x" * 200_000, {"a": 1.0}),
    ],
)
def test_importance_takes_only_what_makes_sense(
    tmp_path: Path, text: str, found: dict[str, float]
) -> None:
    path = tmp_path / "importance.csv"
    path.write_text(text)

    assert read_importance(path) == found


def test_importance_that_is_no_text_is_read_without_harm(tmp_path: Path) -> None:
    path = tmp_path / "importance.csv"
    path.write_bytes(b"\xff\xfe\x00\x01" * 100)

    assert read_importance(path) == {}


def test_importance_of_many_features_shows_the_top(tmp_path: Path) -> None:
    many = draw_importance({f"{UGLY}{number}": number + 1.0 for number in range(300)})
    few = draw_importance({"age": 1.0})

    assert size(many)[1] > size(few)[1]

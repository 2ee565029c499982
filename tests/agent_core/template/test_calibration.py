"""Setting right how sure a model is."""

import numpy as np
import pytest

from agent_core.template.calibration import calibrated, mean_log_loss, sharpened
from agent_core.template.job import Candidate
from agent_core.template.training import Trained

ROWS = 3_000


def trained(oof: np.ndarray) -> Trained:
    return Trained(Candidate("model", "kernel"), oof, oof[:50].copy(), 0.0)


def draw(learn: str) -> tuple[np.ndarray, np.ndarray]:
    """True probabilities, and what happened."""
    rng = np.random.default_rng(0)
    if learn == "labels":
        real = rng.uniform(0.02, 0.98, (ROWS, 1))
        return real, (rng.random((ROWS, 1)) < real).astype(float)
    real = rng.dirichlet([0.4] * 4, ROWS)
    happened = (rng.random((ROWS, 1)) > real.cumsum(axis=1)).sum(axis=1)
    return real, np.minimum(happened, 3).astype(float)[:, None]


@pytest.mark.parametrize("learn", ["labels", "classes"])
@pytest.mark.parametrize("exponent", [0.35, 3.0])
def test_a_timid_and_an_oversure_model_come_close_to_the_truth(learn: str, exponent: float) -> None:
    real, truth = draw(learn)
    crooked = sharpened(real, exponent, learn)

    mended = calibrated(trained(crooked), truth, np.arange(ROWS), learn)

    best, worst = (mean_log_loss(truth, raw, learn) for raw in (real, crooked))
    reached = mean_log_loss(truth, mended.oof, learn)
    assert reached - best < 0.1 * (worst - best)
    np.testing.assert_allclose(mended.test, mended.oof[:50])


def test_a_good_model_is_left_as_it_is() -> None:
    real, truth = draw("classes")
    model = trained(real)
    assert calibrated(model, truth, np.arange(ROWS), "classes") is model


def test_the_order_of_classes_stays_and_rows_add_up_to_one() -> None:
    real, _ = draw("classes")
    powered = sharpened(real, 2.5, "classes")
    np.testing.assert_array_equal(powered.argmax(axis=1), real.argmax(axis=1))
    np.testing.assert_allclose(powered.sum(axis=1), 1.0)


def test_quantities_have_no_probabilities_to_mend() -> None:
    model = trained(np.arange(10.0)[:, None])
    assert calibrated(model, np.zeros((10, 1)), np.arange(10), "numbers") is model


def test_rows_that_are_never_validated_stay_empty() -> None:
    real, truth = draw("labels")
    timid = sharpened(real, 0.35, "labels")
    timid[:100] = np.nan
    mended = calibrated(trained(timid), truth, np.arange(100, ROWS), "labels")
    assert np.isnan(mended.oof[:100]).all()
    assert np.isfinite(mended.oof[100:]).all()

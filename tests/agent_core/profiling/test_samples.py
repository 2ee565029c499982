"""The sample competitions that lie beside a checkout of this project, where they do."""

import json
from pathlib import Path

import pytest

from agent_core.competition import Competition
from agent_core.dataset import DataFile, Dataset
from agent_core.profile import FoldScheme as Scheme
from agent_core.profile import PredictionKind as Kind
from agent_core.profile import Task
from agent_core.profiling import profile_dataset

SAMPLES = Path(__file__).parents[4] / "shared" / "competitions"
EXPECTED = {
    "adult-census-income": (Task.BINARY, "income", "f1_macro", Kind.LABEL, Scheme.STRATIFIED),
    "bike-sharing-demand": (Task.REGRESSION, "count", "rmsle", Kind.NUMBER, Scheme.TIME_BLOCKS),
    "diamond-prices": (Task.REGRESSION, "price", "rmse", Kind.NUMBER, Scheme.SHUFFLED),
    "digit-recognizer": (Task.MULTICLASS, "label", "accuracy", Kind.LABEL, Scheme.STRATIFIED),
    "house-prices-advanced-regression-techniques": (
        Task.REGRESSION,
        "SalePrice",
        "rmsle",
        Kind.NUMBER,
        Scheme.SHUFFLED,
    ),
    "meat-composition": (Task.MULTI_TARGET, "water", "mcrmse", Kind.NUMBER, Scheme.SHUFFLED),
    "red-wine-quality": (
        Task.ORDINAL,
        "quality",
        "quadratic_weighted_kappa",
        Kind.LABEL,
        Scheme.STRATIFIED,
    ),
    "tate-artwork-medium": (
        Task.MULTICLASS,
        "medium",
        "multiclass_log_loss",
        Kind.CLASS_PROBABILITIES,
        Scheme.STRATIFIED,
    ),
    "telco-customer-churn": (Task.BINARY, "churn", "roc_auc", Kind.PROBABILITY, Scheme.STRATIFIED),
    "titanic": (Task.BINARY, "Survived", "accuracy", Kind.LABEL, Scheme.STRATIFIED),
}


def dataset_in(folder: Path) -> Dataset:
    notes = json.loads((folder / "competition.json").read_text())
    competition = Competition(
        slug=folder.name,
        title=notes["title"],
        origin="folder",
        description=notes["description"],
        evaluation_metric=notes["evaluation_metric"],
    )
    files = tuple(
        DataFile(name=path.name, bytes=path.stat().st_size, sha256="0" * 64)
        for path in sorted(folder.iterdir())
    )
    return Dataset(competition=competition, files=files, root=folder)


@pytest.mark.slow
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample competitions are not beside us")
@pytest.mark.parametrize("slug", sorted(EXPECTED))
def test_the_sample_competitions_are_understood(slug: str) -> None:
    profile = profile_dataset(dataset_in(SAMPLES / slug))
    found = (
        profile.task,
        profile.targets[0].column,
        profile.metric.name,
        profile.layout.kind,
        profile.folds.scheme,
    )
    assert found == EXPECTED[slug]


@pytest.mark.slow
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample competitions are not beside us")
@pytest.mark.parametrize("slug", sorted(EXPECTED))
def test_they_are_understood_without_their_metric_too(slug: str) -> None:
    dataset = dataset_in(SAMPLES / slug)
    silent = dataset.competition.model_copy(update={"evaluation_metric": None})
    profile = profile_dataset(dataset.model_copy(update={"competition": silent}))
    assert (profile.task, profile.metric.name) == (EXPECTED[slug][0], EXPECTED[slug][2])

"""Handmade competitions: a few files in a folder, as a dataset, and their profile."""

from pathlib import Path

import numpy as np
import pandas as pd

from agent_core.competition import Competition
from agent_core.dataset import DataFile, Dataset
from agent_core.profile import Column, Profile
from agent_core.profiling import profile_dataset

TRAIN_ROWS, TEST_ROWS = 200, 80

File = pd.DataFrame | str | bytes


def features(rows: int, seed: int = 0, first_id: int = 0) -> pd.DataFrame:
    """An id, a number, a category and a count."""
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "id": np.arange(first_id, first_id + rows),
            "size": random.normal(size=rows).round(4),
            "color": random.choice(["red", "green", "blue"], rows),
            "visits": random.integers(0, 40, rows),
        }
    )


def train_rows(**targets: object) -> pd.DataFrame:
    """The usual features of 200 training rows, with target columns."""
    return features(TRAIN_ROWS, seed=1).assign(**targets)


def test_rows() -> pd.DataFrame:
    """The usual features of 80 test rows."""
    return features(TEST_ROWS, seed=2, first_id=TRAIN_ROWS)


def sample(**predictions: object) -> pd.DataFrame:
    """A sample submission for the usual test rows."""
    return test_rows()[["id"]].assign(**predictions)


def dataset_of(
    folder: Path, files: dict[str, File], metric: str | None = None, description: str = ""
) -> Dataset:
    """Write the files and describe them as a stored dataset."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, pd.DataFrame) and name.endswith(".parquet"):
            content.to_parquet(path, index=False)
        elif isinstance(content, pd.DataFrame):
            content.to_csv(path, index=False)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
    competition = Competition(
        slug="handmade",
        title="Handmade",
        origin="folder",
        description=description,
        evaluation_metric=metric,
    )
    listed = tuple(
        DataFile(name=name, bytes=(folder / name).stat().st_size, sha256="0" * 64) for name in files
    )
    return Dataset(competition=competition, files=listed, root=folder)


def usual(train: File, submission: File, **more: File) -> dict[str, File]:
    """The three usual files; further ones by the name before ".csv"."""
    files: dict[str, File] = {
        "train.csv": train,
        "test.csv": test_rows(),
        "sample_submission.csv": submission,
    }
    return files | {f"{name}.csv": content for name, content in more.items()}


def profile_of(
    folder: Path, files: dict[str, File], metric: str | None = None, description: str = ""
) -> Profile:
    """The profile of these files."""
    return profile_dataset(dataset_of(folder, files, metric, description))


def column(profile: Profile, name: str) -> Column:
    """The profile's column of that name."""
    return next(column for column in profile.columns if column.name == name)


def codes(profile: Profile) -> set[str]:
    """The codes of all cautions."""
    return {caution.code for caution in profile.warnings}


def choices(labels: list[object], rows: int = TRAIN_ROWS, seed: int = 3) -> np.ndarray:
    """Labels at random, each of which occurs."""
    random = np.random.default_rng(seed)
    drawn = random.choice(np.array(labels, dtype=object), rows)
    drawn[: len(labels)] = labels
    return drawn


test_rows.__test__ = False  # type: ignore[attr-defined]

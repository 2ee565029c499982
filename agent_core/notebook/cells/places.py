"""Finds the data, on Kaggle or in a local folder, and the folder for the answer."""

import shutil
import zipfile
from pathlib import Path


def find_data(slug: str, files: list[str]) -> Path:
    """The folder that holds ``files``: an input of this notebook, or a folder beside it."""
    inputs = Path("/kaggle/input")
    places = [inputs / "competitions" / slug, inputs / slug]
    places += sorted(path for path in inputs.rglob("*") if path.is_dir())
    places += [Path(name) for name in (".", slug, "data", f"data/{slug}", "..", f"../{slug}")]
    for place in places:
        if all((place / name).is_file() for name in files):
            return place
    for place in places:
        if all((place / name).is_file() or (place / f"{name}.zip").is_file() for name in files):
            return unpacked(place)
    raise FileNotFoundError(
        f"{', '.join(files)} are in none of the places looked at. On Kaggle, add the competition "
        f"{slug} as an input; elsewhere, put its files beside this notebook."
    )


def unpacked(place: Path) -> Path:
    """A copy of ``place`` in which every zipped file is unpacked."""
    target = Path("unpacked data")
    shutil.copytree(place, target, dirs_exist_ok=True)
    for path in sorted(target.rglob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            archive.extractall(path.parent)
    return target


def answer_folder() -> Path:
    """Where Kaggle takes submission.csv from; elsewhere, the folder of this notebook."""
    kaggle = Path("/kaggle/working")
    return kaggle if kaggle.is_dir() else Path()

"""Writes the folds that the solution was judged on, unless there is a folds.csv already."""

import base64
import zlib
from pathlib import Path

import numpy as np
import pandas as pd


def unpacked_folds(packed: str) -> pd.DataFrame:
    """One row for each training row: its position from 0, and its fold."""
    planes = np.frombuffer(zlib.decompress(base64.b85decode(packed)), np.uint8).reshape(2, -1)
    folds = np.ascontiguousarray(planes.T).view("<i2").ravel()
    return pd.DataFrame({"row": np.arange(len(folds)), "fold": folds})


def have_folds(path: Path, packed: str) -> Path:
    """``path``, which holds the folds now."""
    if not path.exists():
        unpacked_folds(packed).to_csv(path, index=False)
    return path

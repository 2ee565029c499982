"""What a date says, as numbers and as categories."""

import numpy as np
import pandas as pd

from agent_core.template.arrays import Floats

#: Cyclic parts of a date: the name and the length of the cycle.
CYCLES = (("hour", 24), ("day_of_week", 7), ("month", 12), ("day_of_year", 366))


def date_numbers(stamps: pd.Series) -> dict[str, Floats]:
    """Year, day, elapsed days and the cyclic parts; only those that vary."""
    origin = stamps.min()
    parts = {
        "year": stamps.dt.year.to_numpy(np.float32, na_value=np.nan),
        "day": stamps.dt.day.to_numpy(np.float32, na_value=np.nan),
        "elapsed": ((stamps - origin) / pd.Timedelta(days=1)).to_numpy(np.float32),
    }
    for name, length in CYCLES:
        angle = getattr(stamps.dt, name).to_numpy(np.float32, na_value=np.nan) * 2 * np.pi / length
        parts[f"{name} sine"], parts[f"{name} cosine"] = np.sin(angle), np.cos(angle)
    return {name: part for name, part in parts.items() if varies(part)}


def date_categories(stamps: pd.Series) -> dict[str, pd.Series]:
    """Hour, day of the week and month as categories; only those that vary."""
    parts = {name: getattr(stamps.dt, name) for name, _ in CYCLES[:3]}
    return {name: part for name, part in parts.items() if part.nunique() > 1}


def varies(values: Floats) -> bool:
    """Whether there are at least two different values."""
    present = values[np.isfinite(values)]
    return len(present) > 0 and bool(present.min() < present.max())

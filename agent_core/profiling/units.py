"""Units that all numbers of a column carry: 98.1 m², 120 km/h, 5 years."""

import re
from collections import Counter
from itertools import islice

import pandas as pd

from agent_core.profiling.marks import MISSING, MOST_VALUES

#: A number with its marks, then something that begins like a word.
MEASURED = re.compile(
    r"[-+$€£¥\s]*\.?(?:\d[\d.,' \u00a0\u202f]*)?\d\s*"
    r"(?P<unit>(?:[^\W\d_]|°)(?:[^0-9]{0,18}[^0-9\s])?[23]?)"
)
#: Part of a column's texts that must carry its unit; the others may say "unknown".
LEAST_SHARE = 0.9
#: So many say whether it is worth to look at all.
FIRST = 50


def find_units(frame: pd.DataFrame) -> tuple[str, ...]:
    """The units of the columns whose numbers all have the same, each once."""
    found = (_unit(frame[name].iloc[:: max(1, len(frame) // MOST_VALUES)]) for name in frame)
    return tuple(sorted({unit for unit in found if unit}))


def _unit(values: pd.Series) -> str | None:
    found = (text for text in map(str.strip, values.unique()) if text not in MISSING)
    texts = list(islice(found, FIRST))
    if len(_units(texts)) != 1:
        return None
    texts += found
    units = _units(texts)
    ((unit, count),) = units.most_common(1)
    return unit if len(units) == 1 and count >= LEAST_SHARE * len(texts) else None


def _units(texts: list[str]) -> Counter[str]:
    matched = map(MEASURED.fullmatch, texts)
    return Counter(match["unit"] for match in matched if match)

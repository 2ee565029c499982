"""The fold of every training row as a short text."""

import base64
import zlib
from pathlib import Path


def packed_folds(path: Path) -> str:
    """The column ``fold`` of a folds.csv, in the order of its column ``row``.

    `agent_core.notebook.cells.folds.unpacked_folds` reads it. A million rows of five folds drawn at
    random take half a megabyte; folds by time or of sorted rows next to nothing. Plain Python, for
    every run does this, and many need no pandas otherwise.
    """
    with path.open(encoding="utf-8") as lines:
        columns = next(lines).strip().split(",")
        row, fold = columns.index("row"), columns.index("fold")
        cells = (line.split(",") for line in lines)
        pairs = sorted((int(cell[row]), int(cell[fold])) for cell in cells)
    numbers = [number for _, number in pairs]
    # Low and high bytes apart: the high ones are all alike.
    planes = bytes(n & 0xFF for n in numbers) + bytes(n >> 8 & 0xFF for n in numbers)
    return base64.b85encode(zlib.compress(planes, 9)).decode("ascii")

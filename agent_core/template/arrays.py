"""Names for the arrays that the parts hand to each other."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Real numbers: features (rows, columns), predictions (rows, outputs), targets (rows, outputs).
Floats = NDArray[np.floating[Any]]

#: Row positions, category ids or class codes, -1 where there is none.
Ints = NDArray[np.integer[Any]]

#: One truth value per row.
Flags = NDArray[np.bool_]

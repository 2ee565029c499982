"""How values are spread over classes or over a range: counts for a picture, not the rows."""

from agent_core.value import Value


class Spread(Value):
    """Rows per class (``labels``) or per bin of a range (``edges``, one more than there are bins).

    One of the two is empty. ``series`` has the counts by what was counted ("out-of-fold",
    "submission"), each as long as there are classes or bins.
    """

    column: str
    labels: tuple[str, ...] = ()
    edges: tuple[float, ...] = ()
    series: dict[str, tuple[int, ...]]


class Spreads(Value):
    """``targets`` of the training rows; ``predictions`` out of fold and for the test rows.

    Only the first columns are there where a competition asks for many.
    """

    targets: tuple[Spread, ...] = ()
    predictions: tuple[Spread, ...] = ()

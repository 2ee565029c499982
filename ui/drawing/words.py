"""Quantities as people write them."""

from datetime import datetime

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def duration(seconds: float) -> str:
    """About how long, with two units at most.

    >>> [duration(s) for s in (0.4, 42, 61, 3700, 90000)]
    ['0.4 s', '42 s', '1 min 1 s', '1 h 1 min', '1 d 1 h']
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    for unit, name, lesser, lesser_name in (
        (_DAY, "d", _HOUR, "h"),
        (_HOUR, "h", _MINUTE, "min"),
        (_MINUTE, "min", 1, "s"),
    ):
        if whole >= unit:
            rest = whole % unit // lesser
            return f"{whole // unit} {name}" + (f" {rest} {lesser_name}" if rest else "")
    return f"{whole} s"


def ago(moment: datetime, now: datetime) -> str:
    """How long before ``now``, in one unit.

    >>> from datetime import timedelta
    >>> now = datetime(2026, 1, 1)
    >>> [ago(now - timedelta(seconds=s), now) for s in (3, 200, 8000, 200000)]
    ['just now', '3 min ago', '2 h ago', '2 d ago']
    """
    seconds = (now - moment).total_seconds()
    for unit, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= unit:
            return f"{int(seconds // unit)} {name} ago"
    return "just now"


def until(moment: datetime, now: datetime) -> str:
    """How long after ``now``, in two units at most.

    >>> until(datetime(2026, 1, 3, 5), datetime(2026, 1, 1))
    'in 2 d 5 h'
    """
    return f"in {duration(max(0.0, (moment - now).total_seconds()))}"


def dollars(amount: float) -> str:
    """US dollars; small amounts to a tenth of a cent.

    >>> dollars(0), dollars(0.0042), dollars(12.5)
    ('$0', '$0.004', '$12.50')
    """
    if amount == 0:
        return "$0"
    return f"${amount:.3f}" if amount < 0.1 else f"${amount:,.2f}"


def score(value: float | None, spread: float | None = None) -> str:
    """A score with its spread, to the digits that mean something; empty where there is none.

    >>> score(0.812345, 0.0123)
    '0.8123 ± 0.012'
    """
    if value is None:
        return ""
    return f"{value:.4g}" + (f" ± {spread:.2g}" if spread is not None else "")


def plural(count: int, one: str) -> str:
    """``count`` of them.

    >>> plural(1, "run"), plural(1200, "run")
    ('1 run', '1,200 runs')
    """
    return f"{count:,} {one}" + ("" if count == 1 else "s")

"""Names of strangers as labels of a chart's axis: short, and each its own."""

from collections import Counter
from collections.abc import Sequence

from ui.drawing.text import shortened


def axis_labels(names: Sequence[str], longest: int = 36) -> list[str]:
    """In the same order; those that would look the same are numbered, or they would share a bar.

    >>> axis_labels(["age", "a" * 50, "a" * 51], 5)
    ['age', 'aaaa… (1)', 'aaaa… (2)']
    """
    short = [shortened(name, longest) or "(empty)" for name in names]
    often, seen = Counter(short), Counter[str]()
    labels = []
    for name in short:
        seen[name] += 1
        labels.append(f"{name} ({seen[name]})" if often[name] > 1 else name)
    return labels

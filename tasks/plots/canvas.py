"""How every plot looks: figures without global state, colours, and names that always fit.

Names of columns and classes come from strangers' files. They may be long, hold dollar signs (which
matplotlib reads as formulas) or letters that its font lacks.
"""

from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Okabe and Ito's palette, told apart by people with every kind of colour vision.
BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY, GREY, BLACK = "#CC79A7", "#56B4E9", "#8A8A8A", "#1A1A1A"
SERIES = (BLUE, ORANGE, GREEN, RED, PURPLE, SKY, GREY, BLACK)

_DPI = 110


def new_figure(width: float, height: float) -> "Figure":
    """An empty figure of that size in inches, which lays itself out."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - slow to import

    return Figure(figsize=(width, height), layout="constrained", facecolor="white")


def tidy(axes: "Axes", title: str, x: str, y: str) -> None:
    """Title, axis names, a light grid, and no box around."""
    axes.set_title(title, fontsize=11, loc="left")
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(color="#E4E4E4", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def png(figure: "Figure") -> bytes:
    """The figure as a PNG image."""
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=_DPI)
    return buffer.getvalue()


def label(text: str, longest: int = 28) -> str:
    """``text`` on one line, cut in its middle to ``longest`` characters, safe to draw."""
    line = " ".join(text.split()) or "(empty)"
    if len(line) > longest:
        tail = (longest - 1) // 3
        line = f"{line[: longest - 1 - tail]}…{line[-tail:]}"
    drawable = _drawable()
    shown = (letter if ord(letter) in drawable else "□" for letter in line)
    return "".join(shown).replace("$", r"\$")


@lru_cache(maxsize=1)
def _drawable() -> frozenset[int]:
    """The code points that matplotlib's own font can show; others would only bring warnings."""
    from matplotlib.font_manager import findfont, get_font  # noqa: PLC0415

    return frozenset(get_font(findfont("DejaVu Sans")).get_charmap())

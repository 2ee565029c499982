"""Colours of charts that can be told apart on light and on dark pages, also by the colour-blind."""

BLUE = "#3d8fe0"
ORANGE = "#e08a2e"
GREEN = "#2f9e63"
RED = "#d9534f"
VIOLET = "#9a6ee8"
GREY = "#aab5c2"
#: Text and thin lines on either background.
SLATE = "#7d8a99"

"""A few facts side by side, each under its name."""

from collections.abc import Mapping

import streamlit as st

from ui.drawing.text import plain


def show_facts(facts: Mapping[str, str], narrowest: int = 150) -> None:
    """Names and values, both shown as they are; what is empty is left out.

    ``narrowest`` is the width of a column in pixels below which there are fewer of them.
    """
    grid = st.grid(min_column_width=narrowest, gap="small")
    for name, value in facts.items():
        if value:
            grid.markdown(f":small[:gray[{plain(name)}]]  \n**{plain(value)}**")

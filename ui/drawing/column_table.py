"""Columns of a competition's tables, a line each."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from agent_core.profile import Column

_HEIGHT = 420


def show_columns(columns: Sequence[Column]) -> None:
    """A table to sort and search. Its cells are drawn, so nothing in a name or a value acts."""
    part = {"min_value": 0.0, "max_value": 1.0, "format": "percent"}
    st.dataframe(
        column_frame(columns),
        hide_index=True,
        width="stretch",
        height=_HEIGHT if len(columns) > 10 else "auto",
        placeholder="",
        alt=f"{len(columns)} columns with kind, role, missing values and drift",
        column_config={
            "Missing, train": st.column_config.ProgressColumn(**part),  # type: ignore[arg-type]
            "Missing, test": st.column_config.ProgressColumn(**part),  # type: ignore[arg-type]
            "Unseen in train": st.column_config.NumberColumn(
                format="percent", help="Test rows whose value never occurs in training."
            ),
            "Drift": st.column_config.NumberColumn(
                format="%.3f", help="Kolmogorov-Smirnov statistic between the two tables."
            ),
            "Distinct": st.column_config.NumberColumn(format="localized"),
        },
    )


def column_frame(columns: Sequence[Column]) -> pd.DataFrame:
    """What is known of each."""
    return pd.DataFrame(
        [
            {
                "Column": column.name,
                "Kind": column.kind.value.replace("_", " "),
                "Role": column.role,
                "Distinct": column.unique,
                "Missing, train": column.missing_train,
                "Missing, test": column.missing_test,
                "Unseen in train": column.unseen,
                "Drift": column.drift,
                "Minimum": column.minimum,
                "Mean": column.mean,
                "Maximum": column.maximum,
                "Examples": ", ".join(column.examples),
                "Why": column.reason,
            }
            for column in columns
        ]
    )

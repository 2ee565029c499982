"""The page "New run"."""

import streamlit as st

st.title("New run", anchor=False)

"""The page "Runs"."""

import streamlit as st

st.title("Runs", anchor=False)

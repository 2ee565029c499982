"""The page "System"."""

import streamlit as st

st.title("System", anchor=False)

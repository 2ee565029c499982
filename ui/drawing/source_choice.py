"""Which competition: an address, a slug or a folder as text, or files to upload."""

import streamlit as st

from ui import sources
from ui.new_runs.uploads import MOST_BYTES, Upload, keep_upload

_TYPED, _UPLOADED = "Address or folder", "Upload files"
_LONGEST = 1000
_EXAMPLE = "https://www.kaggle.com/competitions/titanic"


def choose_source() -> str:
    """What was given, empty where nothing was. Raises as `keep_upload` does."""
    how = st.segmented_control(
        "Where the competition is",
        [_TYPED, _UPLOADED],
        default=_TYPED,
        required=True,
        label_visibility="collapsed",
        key="how",
    )
    return _uploaded() if how == _UPLOADED else _typed()


def _typed() -> str:
    text = st.text_input(
        "Competition",
        placeholder=_EXAMPLE,
        key="source",
        bind="query-params",
        persist_state="session",
        icon=":material/link:",
        help="The address of a Kaggle competition, its slug, or a folder on the machine of the "
        "app. It is checked as soon as you press Enter.",
    )
    return (text or "").strip()[:_LONGEST]


def _uploaded() -> str:
    name = st.text_input("A name for it", value="my-competition", key="upload_name")
    files = st.file_uploader(
        "Training table, test table and sample submission",
        accept_multiple_files=True,
        key="upload",
        help="CSV, TSV or Parquet, or a zip archive of them. A competition.json with title, "
        f"description and evaluation_metric helps. At most {MOST_BYTES >> 20:,} MB in all.",
    )
    if not files:
        return ""
    kept = (name, tuple(file.file_id for file in files))
    if st.session_state.get("kept_upload", (None, ""))[0] != kept:
        uploads = [Upload(file.name, file.getvalue()) for file in files]
        folder = keep_upload(uploads, name or "my-competition", sources.home())
        st.session_state["kept_upload"] = (kept, str(folder))
    return str(st.session_state["kept_upload"][1])

"""Serves the app: ``python -m ui.app_server``, with the options of ``streamlit run``.

What pages need is imported while nobody looks yet; the first visitor would wait seconds for it.
"""

import sys
import threading
from importlib import import_module
from pathlib import Path

from streamlit.web.cli import main

_SLOW = ("ui.readers.prefect.runs", "altair", "agent_core.intake.preflight")


def warm_up() -> None:
    """Import what is slow, beside whatever else goes on."""
    for name in _SLOW:
        import_module(name)


if __name__ == "__main__":
    threading.Thread(target=warm_up, daemon=True).start()
    main(["run", str(Path(__file__).parent / "app.py"), *sys.argv[1:]])

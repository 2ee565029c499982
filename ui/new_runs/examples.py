"""The bundled competitions, for somebody who wants to see a run before they give their own data."""

import json
from pathlib import Path

from agent_core.home import Home
from ui.new_runs.uploads import Upload, keep_upload

#: Of a checkout; an installed package has none.
FOLDER = Path(__file__).resolve().parents[2] / "examples"


def example_titles(folder: Path = FOLDER) -> dict[str, str]:
    """What each is called, by its name; empty where there are none."""
    about = sorted(folder.glob("*/competition.json"))
    return {path.parent.name: json.loads(path.read_text("utf-8"))["title"] for path in about}


def take_example(name: str, home: Home, folder: Path = FOLDER) -> Path:
    """Its folder in the home, where every worker finds it."""
    files = sorted(path for path in (folder / name).iterdir() if path.is_file())
    return keep_upload([Upload(path.name, path.read_bytes()) for path in files], name, home)

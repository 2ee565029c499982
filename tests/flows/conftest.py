"""What tests of flows have in common."""

from pathlib import Path

import pytest

from agent_core.home import Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty home, with a blank and an accent in its path as people have them."""
    home = Home(root=tmp_path / "my hôme")
    monkeypatch.setenv("KAGGLE_AGENT_HOME", str(home.root))
    return home

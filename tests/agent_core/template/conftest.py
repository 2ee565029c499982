"""What tests of the template need."""

from pathlib import Path

import pytest

from agent_core.template import main, search


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The template may not end this process, and needs not try for long."""
    monkeypatch.setattr(main, "guard_budget", lambda *_: None)
    monkeypatch.setattr(search, "HOPELESS_ATTEMPTS", 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a competition is written to."""
    return tmp_path / "competition"

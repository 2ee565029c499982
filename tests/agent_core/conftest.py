"""What several tests of the core need."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_core.home import Home
from agent_core.storage.shelf import remove_tree
from tests.standins.kaggle import KaggleStandIn, pointed_at


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """An empty home folder; what is stored there read-only is removed at the end."""
    folder = tmp_path / "home"
    yield Home(root=folder)
    remove_tree(folder)


@pytest.fixture
def kaggle() -> Iterator[KaggleStandIn]:
    """A Kaggle of our own that the client in this process talks to, with valid credentials."""
    with KaggleStandIn() as standin, pointed_at(standin):
        yield standin

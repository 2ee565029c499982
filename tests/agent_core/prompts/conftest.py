"""One bundled competition as it is known before a model is asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent_core.competition import Competition
from agent_core.dataset import Dataset
from agent_core.home import Home
from agent_core.intake.source import open_competition
from agent_core.profile import Profile
from agent_core.profiling import profile_dataset
from agent_core.prompts.shared import competition_part
from agent_core.prompts.values import Machine
from agent_core.storage.shelf import remove_tree
from agent_core.storage.store import store_dataset

EXAMPLES = Path(__file__).parents[3] / "examples"
MACHINE = Machine(processors=4, memory_bytes=8 * 1024**3, seconds=300)


@dataclass(frozen=True)
class Known:
    competition: Competition
    dataset: Dataset
    profile: Profile


def known(folder: Path, home: Home) -> Known:
    """The competition in ``folder`` with its data and profile."""
    competition = open_competition(str(folder), home)
    dataset = store_dataset(competition, home, lambda what, part: None)
    return Known(competition, dataset, profile_dataset(dataset, None, lambda what, part: None))


def part_of(found: Known, **changes: object) -> str:
    """The second part with fields of the profile replaced."""
    profile = found.profile.model_copy(update=changes)
    return competition_part(found.competition, profile, found.dataset, MACHINE)


@pytest.fixture(scope="module")
def penguins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Known]:
    home = Home(root=tmp_path_factory.mktemp("MarkedHomeFolder") / "state")
    yield known(EXAMPLES / "palmer-penguins", home)
    remove_tree(home.root)

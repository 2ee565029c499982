"""A client that waits for nothing long."""

import pytest

from agent_core.kaggle.client import KaggleClient
from tests.agent_core.kaggle.refused import QUICK
from tests.standins.kaggle import KaggleStandIn


@pytest.fixture
def client(kaggle: KaggleStandIn) -> KaggleClient:
    return KaggleClient(QUICK)

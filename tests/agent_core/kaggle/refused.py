"""Calls that Kaggle refuses, and what each refusal has to keep to."""

import pytest

from agent_core.errors import KaggleError
from agent_core.kaggle.client import KaggleClient
from agent_core.kaggle.patience import Patience
from tests.standins.kaggle import KEY

QUICK = Patience(tries=3, first_wait=0.01, longest_wait=0.02, total_wait=2, read_timeout=1)


def failure(client: KaggleClient, method: str = "details") -> KaggleError:
    """The error of a call. Neither the key nor the client's own error goes with it."""
    with pytest.raises(KaggleError) as caught:
        getattr(client, method)("titanic")
    error = caught.value
    assert KEY not in str(error)
    assert error.__cause__ is None
    assert error.__context__ is None or error.__suppress_context__
    return error

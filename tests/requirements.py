"""What some tests need of the machine, and that CI must have it."""

import os

import pytest


def require(condition: bool, reason: str) -> None:
    """Skip the calling test unless ``condition`` holds; fail instead where ``CI`` is set."""
    if condition:
        return
    if os.environ.get("CI"):
        pytest.fail(f"CI must be able to run this test: {reason}")
    pytest.skip(reason)

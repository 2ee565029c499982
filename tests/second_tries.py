"""Shows how tests failed that passed when they were tried again, as CI has it done once.

This machine's neighbours can slow a real server or browser down beyond any patience; a fault of
ours comes back. Either way it shall be seen.
"""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The first failure of each, in full, above the summary."""
    tried_again: list[pytest.TestReport] = terminalreporter.stats.get("rerun", [])
    if tried_again:
        terminalreporter.section("failed at first and were tried again")
    for report in tried_again:
        terminalreporter.section(report.nodeid, sep="_")
        terminalreporter.write_line(report.longreprtext)

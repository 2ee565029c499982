"""Writes a receipt to MLflow in a process of its own: ``python -m tasks.receipt_tracking RUN``.

For submissions that are made after a run, by whoever has no MLflow in hand. What is wrong with the
store, if anything, is printed on standard output.
"""

import os
import sys

from agent_core.receipt import receipt_of
from agent_core.run import load_run
from agent_core.settings import Settings
from tasks.tracking.receipts import track_receipt


def main(run_id: str) -> None:
    """For the run with that id in the home of the environment."""
    home = Settings().folders()
    folder = home.runs / run_id
    solved, receipt = load_run(folder).solved, receipt_of(folder)
    assert solved is not None
    assert receipt is not None
    if solved.mlflow_run_id is None:
        problem = "The run itself is not in MLflow."
    else:
        problem = track_receipt(receipt, solved.mlflow_run_id, home)
    sys.stdout.write(problem)
    sys.stdout.flush()
    # Threads of libraries may still wait for a server that is not there.
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])

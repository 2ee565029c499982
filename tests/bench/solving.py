"""What the flow costs over its bare solution.

Solves a bundled example three times in a home of its own: once to set the stores up, once with
another seed so that all from the strategy on is done anew, once again for the cache. Then runs that
solution.py bare, with the same seconds. All in one run, since machines differ and are shared.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

EXAMPLE = Path(__file__).parents[2] / "examples" / "election-study-1996"
BUDGET = 30


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        first, _ = _solve(home, seed=0)
        whole, solved = _solve(home, seed=1)
        again, _ = _solve(home, seed=1)
        bare = _bare(Path(solved["solution"]))
    _show(first, whole, again, bare, solved["stages"])


def _solve(home: Path, seed: int) -> tuple[float, dict[str, Any]]:
    program = str(Path(sys.executable).parent / "kaggle-agent")
    command = [program, "solve", str(EXAMPLE), "--budget", str(BUDGET)]
    command += ["--seed", str(seed), "--json"]
    begun = time.monotonic()
    done = subprocess.run(
        command,
        env=os.environ | {"KAGGLE_AGENT_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return time.monotonic() - begun, json.loads(done.stdout)


def _bare(solution: Path) -> float:
    from flows.time_plan import training_seconds

    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, str(solution), "--data", str(EXAMPLE), "--out", out]
        command += ["--budget", str(training_seconds(BUDGET))]
        begun = time.monotonic()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        return time.monotonic() - begun


def _show(
    first: float, whole: float, again: float, bare: float, stages: dict[str, dict[str, Any]]
) -> None:
    training = stages["train"]["seconds"]
    others = {name: stage["seconds"] for name, stage in stages.items() if name != "train"}
    print(f"first solve on a new home      {first:6.1f} s")
    print(f"solve with another seed        {whole:6.1f} s")
    print(f"  bare solution.py             {bare:6.1f} s")
    print(f"  overhead of the flow         {whole - bare:6.1f} s, of which")
    print(f"    sandbox around training    {training - bare:6.1f} s")
    for name, seconds in others.items():
        print(f"    {name:<26} {seconds:6.1f} s")
    print(f"    start and end of Prefect   {whole - training - sum(others.values()):6.1f} s")
    print(f"same command, all cached       {again:6.1f} s")

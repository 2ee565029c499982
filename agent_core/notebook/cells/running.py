"""Runs a script as it was run when it was judged: in a process of its own."""

import subprocess
import sys
from pathlib import Path


def run_script(script: str, data: Path, folds: Path, out: Path, budget: float) -> None:
    """Show what it prints while it runs. Raises if it fails, or leaves no answer."""
    out.mkdir(parents=True, exist_ok=True)
    options = {"--data": data, "--folds": folds, "--out": out, "--budget": budget}
    command = [sys.executable, script, *(str(part) for pair in options.items() for part in pair)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    ) as process:
        for line in process.stdout or ():
            print(line, end="")  # noqa: T201
    if process.returncode or not (out / "submission.csv").is_file():
        raise RuntimeError(f"{script} ended with code {process.returncode} and left no answer.")

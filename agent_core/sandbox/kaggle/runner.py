"""What a kernel on Kaggle does: find the inputs, run the solution in its time, leave a receipt.

It stands at the top of the one file that is pushed (`script.py` writes it), below it what is
particular to the job, and the solution as a text. So it needs nothing but the standard library.

The solution is called by its contract in a process of its own. Whatever becomes of it, the receipt
says how it ended, what it used, and which files with which content it left: by that the host knows
an output file from an error page.
"""

import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

RECEIPT = "kaggle-agent-receipt.json"
#: Below it are input/ and working/. Another one is for trying a kernel outside Kaggle.
ROOT = Path(os.environ.get("KAGGLE_AGENT_KERNEL_ROOT", "/kaggle"))
#: Kaggle has moved its inputs about: input/<name>, input/competitions/<name>,
#: input/datasets/<owner>/<name>.
DEEPEST = 3
NO_INPUTS = 3


class InputsMissing(Exception):
    """Kaggle did not mount what the kernel was to read."""


def run_kernel(job: dict[str, Any], solution: str) -> int:
    """Run ``solution``; returns the kernel's exit code, by which Kaggle shows it as failed.

    ``job``: the slugs ``competition`` (or None) and ``dataset``, the names of ``files`` that the
    data have, the ``budget`` that the solution is told and the ``limit`` after which it is
    stopped, both in seconds.
    """
    out = ROOT / "working"
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        try:
            data, folds = find_inputs(job, scratch)
        except InputsMissing as missing:
            sys.stderr.write(f"{missing}\n")
            write_receipt(out, {"missing": str(missing)})
            return NO_INPUTS
        script = scratch / "solution.py"
        script.write_text(solution, encoding="utf-8")
        options = {"data": data, "folds": folds, "out": out, "budget": job["budget"]}
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        ended = execute([sys.executable, "-u", str(script), *words], job["limit"])
    write_receipt(out, ended)
    return 0 if ended["timed_out"] else exit_code(ended["exit_code"])


def execute(command: list[str], limit: float) -> dict[str, Any]:
    """Run ``command`` for at most ``limit`` seconds, and say what it used."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        code: int | None = process.wait(limit)
    except subprocess.TimeoutExpired:
        code = None
    seconds = time.monotonic() - began
    end_group(process.pid)
    process.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "exit_code": code,
        "timed_out": code is None,
        "seconds": seconds,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_memory_bytes": used.ru_maxrss * 1024,
    }


def end_group(leader: int) -> None:
    """Kill all that it has started, however it ended."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return  # all of it has ended


def exit_code(code: int) -> int:
    """As a shell has it: a signal's number is added to 128."""
    return 128 - code if code < 0 else code


def find_inputs(job: dict[str, Any], scratch: Path) -> tuple[Path, Path]:
    """The folder with the data and the file with the folds."""
    given = find_folder(ROOT / "input", job["dataset"])
    folds = next(iter(sorted(given.rglob("folds.csv"))), None)
    if folds is None:
        raise InputsMissing(f"FileNotFoundError: no folds.csv in the data set {job['dataset']}")
    source = find_folder(ROOT / "input", job["competition"]) if job["competition"] else given
    # Kaggle unpacks an archive of a data set into a folder of its name.
    for folder in (source, source / "data"):
        if all((folder / name).is_file() for name in job["files"]):
            return folder, folds
    return unpacked(source, job["files"], scratch / "data"), folds


def find_folder(inputs: Path, name: str) -> Path:
    """The folder of that name, the highest one."""
    level = [inputs]
    for _ in range(DEEPEST):
        level = [path for folder in level for path in sorted(folder.glob("*")) if path.is_dir()]
        for path in level:
            if path.name == name:
                return path
    raise InputsMissing(
        f"FileNotFoundError: Kaggle gave the kernel no input called {name}. Were the competition's "
        "rules accepted, and is the data set ready?"
    )


def unpacked(source: Path, names: list[str], target: Path) -> Path:
    """The files ``names`` in the folder ``target``: linked, or from archives in ``source``."""
    archives = [path for path in sorted(source.rglob("*")) if zipfile.is_zipfile(path)]
    for name in names:
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if (source / name).is_file():
            place.symlink_to(source / name)
        elif not any(extract(archive, name, place) for archive in archives):
            raise InputsMissing(f"FileNotFoundError: {name} is not in {source}, nor in an archive")
    return target


def extract(archive: Path, name: str, place: Path) -> bool:
    """Write the member ``name`` of ``archive``, by its whole path or else its last part."""
    with zipfile.ZipFile(archive) as opened:
        members = opened.namelist()
        last = name.rpartition("/")[2]
        found = [member for member in members if member == name] or [
            member for member in members if member.rpartition("/")[2] == last
        ]
        if not found:
            return False
        with opened.open(found[0]) as content, place.open("wb") as file:
            while block := content.read(1 << 20):
                file.write(block)
    return True


def write_receipt(out: Path, ended: dict[str, Any]) -> None:
    """Beside the outputs, which it lists by size and hash."""
    out.chmod(0o755)  # the solution may have closed it
    files = {path.name: described(path) for path in sorted(out.iterdir()) if is_plain(path)}
    (out / RECEIPT).write_text(json.dumps(ended | {"files": files}), encoding="utf-8")


def is_plain(path: Path) -> bool:
    """Whether Kaggle will keep it as a file."""
    return path.is_file() and not path.is_symlink() and path.name != RECEIPT


def described(path: Path) -> dict[str, Any]:
    """Size and hash."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return {"bytes": path.stat().st_size, "sha256": digest.hexdigest()}

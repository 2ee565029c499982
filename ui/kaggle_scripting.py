"""What the commands ``kernel`` and ``dataset`` do. Each returns its exit code."""

import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from agent_core.errors import BadSource, KaggleAgentError, KernelNotFinished
from agent_core.kaggle.connection import Connection
from agent_core.kaggle.datasets import DataSet, Datasets
from agent_core.kaggle.kernel_log import LogEntry, log_text
from agent_core.kaggle.kernel_saving import save_output
from agent_core.kaggle.kernels import (
    Kernels,
    KernelSource,
    KernelState,
    KernelStatus,
    kernel_page,
)
from agent_core.run import failure_of
from agent_core.sandbox.logs import harmless
from agent_core.value import Value
from ui.answers import print_failure, print_json

#: Kaggle's own bounds.
_SHORTEST_SLUG, _LONGEST_SLUG = 5, 50


class KernelWishes(Value):
    """The options of ``kernel push`` as given. ``run_limit`` in seconds."""

    script: Path
    name: str
    competitions: tuple[str, ...]
    datasets: tuple[str, ...]
    gpu: bool
    internet: bool
    run_limit: float | None


def push_kernel(wishes: KernelWishes, as_json: bool) -> int:
    """Push, and print the kernel's page."""

    def push(connection: Connection) -> int:
        ref = _ref(wishes.name, connection)
        source = KernelSource(
            ref=ref,
            title=ref.rpartition("/")[2].replace("-", " "),
            text=_text(wishes.script),
            competitions=wishes.competitions,
            datasets=tuple(_ref(name, connection) for name in wishes.datasets),
            gpu=wishes.gpu,
            internet=wishes.internet,
            limit=timedelta(seconds=wishes.run_limit) if wishes.run_limit else None,
        )
        pushed = Kernels(connection).push(source)
        content = {"ref": ref, "url": pushed.url, "version": pushed.version}
        _print(content, f"{ref} version {pushed.version} was pushed: {pushed.url}", as_json)
        return 0

    return _reporting(push, as_json)


def show_kernel(ref: str, as_json: bool) -> int:
    """Print how its last run stands."""

    def show(connection: Connection) -> int:
        known = _ref(ref, connection)
        _print_status(known, Kernels(connection).status(known), as_json)
        return 0

    return _reporting(show, as_json)


def watch_kernel(ref: str, interval: float, limit: float, as_json: bool) -> int:
    """Print its log as it grows, and in the end how it went. 1 unless it ended well."""

    def watch(connection: Connection) -> int:
        known = _ref(ref, connection)
        status = _until_ended(Kernels(connection), known, interval, limit)
        _print_status(known, status, as_json)
        return 0 if status.state is KernelState.COMPLETE else 1

    return _reporting(watch, as_json)


def fetch_output(ref: str, to: Path, most: int, as_json: bool) -> int:
    """Have its outputs and its log in the folder ``to``."""

    def fetch(connection: Connection) -> int:
        known = _ref(ref, connection)
        patience = connection.patience
        saved = save_output(Kernels(connection), known, to, most, patience, connection.report)
        lines = [f"{file.name}  {file.bytes:,} bytes" for file in saved.files]
        shown = "\n".join([*lines, f"{saved.log.name}  its log", f"in {to.absolute()}"])
        _print(saved.model_dump(mode="json"), shown, as_json)
        return 0

    return _reporting(fetch, as_json)


def create_dataset(name: str, title: str | None, files: Sequence[Path], as_json: bool) -> int:
    """Make it, and print its page."""

    def create(connection: Connection) -> int:
        ref = _ref(name, connection)
        words = title or ref.rpartition("/")[2].replace("-", " ")
        return _print_dataset(Datasets(connection).create(ref, words, files), as_json)

    return _reporting(create, as_json)


def update_dataset(name: str, notes: str, files: Sequence[Path], as_json: bool) -> int:
    """Make a new version, and print its page."""

    def update(connection: Connection) -> int:
        made = Datasets(connection).update(_ref(name, connection), files, notes)
        return _print_dataset(made, as_json)

    return _reporting(update, as_json)


def _until_ended(kernels: Kernels, ref: str, interval: float, limit: float) -> KernelStatus:
    deadline = time.monotonic() + limit
    seen = 0
    while True:
        status = kernels.status(ref)
        log = kernels.output(ref).log
        _show_log(log[seen:])
        seen = max(seen, len(log))
        if status.state.ended:
            return status
        left = deadline - time.monotonic()
        if left <= 0:
            raise KernelNotFinished(
                f"{ref} is still {status.state.value} after {limit:.0f} s.",
                means="It goes on there.",
                next=f"Watch it again, with a longer --limit; or see {kernel_page(ref)}.",
            )
        time.sleep(min(interval, left))


def _show_log(entries: tuple[LogEntry, ...]) -> None:
    sys.stderr.write(harmless(log_text(entries)))
    sys.stderr.flush()


def _ref(name: str, connection: Connection) -> str:
    """ "owner/slug" for that, or for a slug of the account's own."""
    ref = name if "/" in name else f"{connection.user}/{name}"
    slug = ref.rpartition("/")[2]
    if ref.count("/") != 1 or not _SHORTEST_SLUG <= len(slug) <= _LONGEST_SLUG:
        raise BadSource(
            f"{name} names no kernel or data set.",
            means="It is owner/slug, and the slug has 5 to 50 letters.",
            next="Take it from the address on Kaggle.",
        )
    return ref


def _text(script: Path) -> str:
    try:
        return script.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadSource(
            f"{script} is not written in UTF-8.",
            means="Kaggle takes nothing else.",
            next="Save it in UTF-8.",
        ) from error


def _print_status(ref: str, status: KernelStatus, as_json: bool) -> None:
    failure = status.failure
    url = kernel_page(ref)
    content = {"ref": ref, "state": status.state.value, "failure": failure, "url": url}
    shown = f"{ref} is {status.state.value}" + (f": {failure}" if failure else "") + f"\n{url}"
    _print(content, shown, as_json)


def _print_dataset(made: DataSet, as_json: bool) -> int:
    _print({"ref": made.ref, "url": made.url, "status": "ready"}, f"{made.url} is ready", as_json)
    return 0


def _print(content: dict[str, Any], shown: str, as_json: bool) -> None:
    if as_json:
        print_json(content)
    else:
        print(shown)  # noqa: T201 - the answer


def _reporting(act: Callable[[Connection], int], as_json: bool) -> int:
    def report(message: str, fraction: float | None = None) -> None:
        print(message, file=sys.stderr)  # noqa: T201 - what goes on

    try:
        return act(Connection(report=report))
    except (KaggleAgentError, OSError) as error:
        return print_failure(failure_of(error), as_json)

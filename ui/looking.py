"""The commands that only look: ``preflight``, ``profile`` and ``runs``."""
# ruff: noqa: PLC0415 - profiling and tables take a while to import

import sys
from collections.abc import Callable

from agent_core.errors import KaggleAgentError
from agent_core.events import StageProgress
from agent_core.home import Home
from agent_core.intake.checks import check_metric, check_preflight
from agent_core.profile import Profile
from agent_core.progress import Report
from agent_core.run import failure_of
from agent_core.settings import Settings
from ui.answers import failure_text, print_failure, print_json
from ui.display import open_display

_BAD_INPUT = 2


def show_preflight(source: str, as_json: bool) -> int:
    """Print the competition and every blocker. Exit code 2 if there is one."""
    return _reporting(as_json, lambda home: _preflight(source, home, as_json))


def _preflight(source: str, home: Home, as_json: bool) -> int:
    from agent_core.intake.preflight import preflight

    found = preflight(source, home)
    ready = found.competition is not None and not found.blockers
    if as_json:
        print_json({"ready": ready, **found.model_dump(mode="json")})
    elif ready and found.competition:
        metric = found.competition.evaluation_metric or "not named"
        size = sum(file.bytes for file in found.competition.files)
        print(f"{found.competition.title} ({found.competition.slug}) can be solved.")  # noqa: T201
        print(f"  metric  {metric}\n  files   {len(found.competition.files)}, {_size(size)}")  # noqa: T201
    else:
        from agent_core.run import Failure

        failure = Failure(what=f"{source} cannot be solved as things stand.")
        print(failure_text(failure, found.blockers), file=sys.stderr)  # noqa: T201
    return 0 if ready else _BAD_INPUT


def show_profile(source: str, metric: str | None, as_json: bool) -> int:
    """Print what is found out about the data."""
    return _reporting(as_json, lambda home: _profile(source, metric, home, as_json))


def _profile(source: str, metric: str | None, home: Home, as_json: bool) -> int:
    check_metric(metric)
    competition = check_preflight(source, home)
    from agent_core.profiling import profile_dataset
    from agent_core.storage.store import store_dataset

    display = open_display(sys.stderr)
    try:
        dataset = store_dataset(competition, home, _report(display.show, "download"))
        profile = profile_dataset(dataset, metric, _report(display.show, "profile"))
    finally:
        display.close()
    if as_json:
        print_json(profile.model_dump(mode="json"))
    else:
        _print_profile(profile)
    return 0


def _report(show: Callable[[StageProgress], None], stage: str) -> Report:
    def report(message: str, fraction: float | None = None) -> None:
        show(StageProgress(stage=stage, message=message, fraction=fraction))

    return report


def _print_profile(profile: Profile) -> None:
    from ui.tables import print_profile

    print_profile(profile)


def show_runs(as_json: bool) -> int:
    """Print all runs, newest first."""
    from ui.run_list import show_runs as show

    return _reporting(as_json, lambda home: show(home, Settings(), as_json))


def _reporting(as_json: bool, command: Callable[[Home], int]) -> int:
    """Run ``command`` and print what stops it."""
    try:
        return command(Settings().folders())
    except (KaggleAgentError, OSError) as error:
        return print_failure(failure_of(error), as_json, blockers=getattr(error, "blockers", ()))


def _size(count: float) -> str:
    for unit in ("bytes", "KB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"

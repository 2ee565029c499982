"""The command ``up``: the whole stack on one machine, for as long as the command runs."""

import fcntl
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent_core.errors import KaggleAgentError, SurroundingsFailed
from agent_core.home import Home
from agent_core.run import Process, failure_of
from agent_core.settings import Settings, environment
from agent_core.stack import Stack, forget_stack, running_stack, save_stack, stack_folder
from ui.answers import print_failure
from ui.free_port import LOCAL
from ui.stack_containers import has_image
from ui.stack_services import Service, mlflow_url, prefect_api_url, waves
from ui.stack_supervisor import Supervisor, stack_environment

_LOOK_SECONDS = 1.0
_STOPPED = 130


def run_stack() -> int:
    """Start everything, say where it is, and keep it running until told to stop."""
    # A shell's background jobs are born deaf to Ctrl-C, and so would be the workers, which need it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    settings = Settings()
    home = settings.folders()
    try:
        with _alone(home):
            return _run(settings, home)
    except (KaggleAgentError, OSError) as error:
        return print_failure(failure_of(error), as_json=False)


def _run(settings: Settings, home: Home) -> int:
    pools = ("process", "docker") if has_image(settings.pool_image) else ("process",)
    planned = waves(settings, pools)
    for service in (service for wave in planned for service in wave):
        check_port(service)
    with Supervisor(_environment(settings, home), stack_folder(home)) as supervisor:
        try:
            _start(supervisor, planned)
            _announce(settings, home, planned, pools)
            _keep(supervisor)
        except KeyboardInterrupt:
            _say("stopping", "everything, in order ...")
        finally:
            forget_stack(home)
    _say("stopped", "Nothing is left running; runs that were not finished go on when run again.")
    return _STOPPED


def _environment(settings: Settings, home: Home) -> dict[str, str]:
    """Of every service. Containers get the secrets of this folder, unless others are named."""
    secrets = settings.pool_secrets or Path(".env")
    return stack_environment(
        environment(),
        KAGGLE_AGENT_POOL_SECRETS=str(secrets.resolve()) if secrets.is_file() else "",
        KAGGLE_AGENT_HOME=str(home.root),
        PREFECT_HOME=str(stack_folder(home) / "prefect"),
        PREFECT_API_URL=prefect_api_url(settings),
        MLFLOW_TRACKING_URI=mlflow_url(settings),
    )


def _start(supervisor: Supervisor, planned: tuple[tuple[Service, ...], ...]) -> None:
    for wave in planned:
        for started in [supervisor.start(service) for service in wave]:
            seconds = supervisor.wait_for(started)
            what = "done" if started.service.step else "ready"
            _say(started.service.name, f"{what} in {seconds:.1f} s")


def _announce(
    settings: Settings, home: Home, planned: tuple[tuple[Service, ...], ...], pools: tuple[str, ...]
) -> None:
    """Tell other commands of this home where the servers are, then the person."""
    stack = Stack(
        process=Process.current(),
        prefect_api_url=prefect_api_url(settings),
        mlflow_url=mlflow_url(settings),
        health={s.name: s.health for wave in planned for s in wave if s.health},
    )
    save_stack(stack, home)
    print("\nEverything is up. Ctrl-C stops all of it.", flush=True)  # noqa: T201 - the answer
    for service in (service for wave in planned for service in wave):
        if service.address:
            _say(service.name, service.address)
    if "docker" not in pools:
        _say("no docker pool", f"no engine answers, or it has no image {settings.pool_image}: "
             "make image")  # fmt: skip
    _say("home", str(home.root))


def _keep(supervisor: Supervisor) -> None:
    while True:
        for service in supervisor.revive():
            _say(service.name, "died, and was started again")
        time.sleep(_LOOK_SECONDS)


def check_port(service: Service) -> None:
    """Raise SurroundingsFailed if somebody else listens where ``service`` wants to."""
    if service.port is None:
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCAL, service.port))
        except OSError as error:
            raise SurroundingsFailed(
                f"Port {service.port} on {LOCAL} is taken ({error.strerror}).",
                means=f"{service.name} could not listen there. Nothing was started.",
                next=f"End what uses it (ss -ltnp 'sport = :{service.port}' says what), or choose "
                f"another: {service.setting}={service.port + 1} kaggle-agent up",
            ) from error


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    """Hold the home's lock: freed by the kernel however this process ends."""
    folder = stack_folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _already_up(home, Path(lock.name)) from None
        yield


def _already_up(home: Home, lock: Path) -> SurroundingsFailed:
    stack = running_stack(home)
    where = f" Prefect: {stack.prefect_api_url}, MLflow: {stack.mlflow_url}." if stack else ""
    return SurroundingsFailed(
        f"A stack is up already for {home.root}.{where}",
        means="There is one for each home folder.",
        next=f"Use it, or stop it with Ctrl-C where it was started ({lock} is held by it).",
    )


def _say(name: str, text: str) -> None:
    print(f"  {name:<16} {text}", flush=True)  # noqa: T201 - the status lines

"""The sandbox in which each script has a container of its own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from agent_core.engine import Attachment, Engine
from agent_core.sandbox.container.image import image_tag
from agent_core.sandbox.container.orphans import WARDEN, labels_of, sweep
from agent_core.sandbox.container.outputs import ContainerFolder
from agent_core.sandbox.container.places import HostPaths
from agent_core.sandbox.container.plan import Plan, protections, script_plan, warden_plan
from agent_core.sandbox.container.prints import Prints
from agent_core.sandbox.container.reports import Reports
from agent_core.sandbox.container.run import ContainerRun
from agent_core.sandbox.logs import Log
from agent_core.sandbox.process import disk_full
from agent_core.sandbox.sandbox import Execution, Job, Limits
from agent_core.sandbox.staging import check_readable
from agent_core.settings import Settings

OnLine = Callable[[str], None]


class DockerSandbox:
    """Needs an engine on this machine and the image (`agent_core.sandbox.container.image`).

    ``runtime`` is the engine's name for another way to start containers, such as gVisor's "runsc".
    """

    name = "docker"

    def __init__(self, runtime: str | None = None) -> None:
        self._runtime = runtime

    def run(self, job: Job, limits: Limits, log: Path, on_line: OnLine | None = None) -> Execution:
        """See `Sandbox.run`."""
        check_readable(job, by_nobody=True)
        with disk_full(), Engine.connect() as engine, log.open("wb") as file:
            sweep(engine)
            return self._run(engine, job, limits, file, on_line)

    def _run(
        self, engine: Engine, job: Job, limits: Limits, log: BinaryIO, on_line: OnLine | None
    ) -> Execution:
        labels = labels_of(Settings().folders())
        paths = HostPaths.here(engine)
        with ExitStack() as stack:
            warden = stack.enter_context(_container(engine, warden_plan(limits, labels)))
            reports = Reports(stack.enter_context(_started(engine, warden)), limits)
            reports.start()
            plan = script_plan(job, limits, warden, paths, labels | {WARDEN: warden}, self._runtime)
            with _container(engine, plan) as script:
                prints = Prints(engine.attach(script), limits.log_bytes + 1)
                prints.start()
                engine.start(script)
                output = Log(prints.read, log, limits, on_line)
                run = ContainerRun(engine, script, prints, reports, output, limits)
                run.wait()
            # Only now: with its container the last process of the script is gone.
            folder = ContainerFolder(engine, warden)
            return run.result(folder, job.out, protections(self._runtime))


@contextmanager
def _container(engine: Engine, plan: Plan) -> Iterator[str]:
    """A new container, gone afterwards whatever happens."""
    container = engine.create(image_tag(), plan.command, plan.host, **plan.config)
    try:
        yield container
    finally:
        engine.remove(container)


@contextmanager
def _started(engine: Engine, warden: str) -> Iterator[Attachment]:
    """The connection that the running warden lives by."""
    attachment = engine.attach(warden, with_input=True)
    try:
        engine.start(warden)
        yield attachment
    finally:
        attachment.end()

"""Which sandbox a run takes."""

from agent_core.engine import Engine
from agent_core.errors import SurroundingsFailed
from agent_core.sandbox.container.image import image_tag
from agent_core.sandbox.container.places import HostPaths
from agent_core.sandbox.sandbox import Sandbox
from agent_core.settings import Settings
from agent_core.value import Value

BUILD = "kaggle-agent sandbox build"


class Choice(Value):
    """The ``name`` of a sandbox that can be used here, and ``why`` it was taken."""

    name: str
    why: str


def choose_sandbox(name: str) -> Choice:
    """What "auto", "process" or "docker" means on this machine now. Takes two seconds at most.

    Raises `SurroundingsFailed` where "docker" is wanted and cannot be used. No image is built here.
    """
    if name == "process":
        return Choice(name=name, why="as asked for")
    try:
        version = _check_engine()
    except SurroundingsFailed as error:
        if name == "docker":
            raise
        return Choice(name="process", why=f"since docker cannot be used: {error.what}")
    return Choice(name="docker", why=f"since Docker {version} answers and has the image")


def open_sandbox(name: str) -> Sandbox:
    """The sandbox of that name; "auto" is chosen as `choose_sandbox` does."""
    if choose_sandbox(name).name == "process":
        from agent_core.sandbox.process import ProcessSandbox  # noqa: PLC0415 - only one is needed

        return ProcessSandbox()
    from agent_core.sandbox.container.sandbox import DockerSandbox  # noqa: PLC0415

    return DockerSandbox(Settings().sandbox_runtime or None)


def _check_engine() -> str:
    """The version of an engine that can run scripts. Else raises `SurroundingsFailed`."""
    tag, settings = image_tag(), Settings()
    with Engine.connect() as engine:
        if not engine.has_image(tag):
            raise SurroundingsFailed(
                f"Docker answers but has no image for scripts yet (`{BUILD}` makes it).",
                means=f"It is called {tag}; its name changes with what goes into it.",
                next=f"Run: {BUILD}",
            )
        runtime, known = settings.sandbox_runtime, engine.runtimes()
        if runtime and runtime not in known:
            raise SurroundingsFailed(
                f"The Docker engine knows no runtime {runtime}.",
                means=f"It has {', '.join(known)}; KAGGLE_AGENT_SANDBOX_RUNTIME asks for another.",
                next="Add it to the engine's daemon.json, or unset the variable.",
            )
        HostPaths.here(engine).of(settings.folders().root)
        return engine.version

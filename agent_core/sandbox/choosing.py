"""Which sandbox a run takes."""

from agent_core.competition import Competition
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
    """What "auto" or another name means on this machine now. Takes two seconds at most.

    Raises `SurroundingsFailed` where "docker" is wanted and cannot be used, and `NotAuthenticated`
    where "kaggle" is and there are no credentials. No image is built here. Kaggle's machines are
    never taken but by name.
    """
    if name == "kaggle":
        from agent_core.kaggle.connection import Connection  # noqa: PLC0415 - slow, and rare

        Connection().open()
    if name in {"process", "kaggle"}:
        return Choice(name=name, why="as asked for")
    try:
        version = _check_engine()
    except SurroundingsFailed as error:
        if name == "docker":
            raise
        return Choice(name="process", why=f"since docker cannot be used: {error.what}")
    return Choice(name="docker", why=f"since Docker {version} answers and has the image")


def check_place(sandbox: str, competition: Competition) -> None:
    """Raise `BadSource` where the data of ``competition`` are not to be had in that sandbox."""
    if sandbox != "kaggle" or competition.origin == "kaggle" or Settings().kernel_may_upload:
        return
    from agent_core.sandbox.kaggle.inputs import not_there  # noqa: PLC0415 - only one is needed

    raise not_there(competition.slug)


def open_sandbox(name: str) -> Sandbox:
    """The sandbox of this machine of that name; "auto" is chosen as `choose_sandbox` does."""
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

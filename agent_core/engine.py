"""The Docker engine: the only module that imports its client.

Every method raises `SurroundingsFailed` where the engine does not answer or refuses, and `Vanished`
where a container is gone.
"""

import os
import socket
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

from agent_core.chunks import Chunks
from agent_core.errors import SurroundingsFailed

if TYPE_CHECKING:
    from docker import APIClient

#: Seconds that any one answer may take, and that an engine has to show that it is there.
ANSWER_SECONDS, HELLO_SECONDS = 60, 2
SOCKET = "unix:///var/run/docker.sock"


class Vanished(SurroundingsFailed):
    """A container that should be there is gone: somebody else has removed it."""


@dataclass(frozen=True)
class State:
    """``exit_code`` counts once it is not ``running`` any more; 128 + n for signal n."""

    running: bool
    exit_code: int
    out_of_memory: bool


@dataclass(frozen=True)
class Container:
    """One line of the engine's list. ``created`` is in seconds since 1970."""

    id: str
    labels: dict[str, str]
    running: bool
    created: float


class Attachment:
    """A connection to a container's streams."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def blocks(self) -> Iterator[bytes]:
        """What it prints, until it ends or `end` is called."""
        from docker.utils import socket as framing  # noqa: PLC0415 - see `Engine.connect`

        frames: Any = framing.frames_iter
        # The client keeps the answer that owns the connection as an attribute of it.
        with closing(self._connection._response):
            for _, block in frames(self._connection, tty=False):
                yield block

    def end(self) -> None:
        """Inside, this is the end of the container's input."""
        with suppress(OSError, ValueError):  # it has ended from the other side
            connection = socket.socket(fileno=os.dup(self._connection.fileno()))
            with connection:
                connection.shutdown(socket.SHUT_RDWR)


class Engine:
    """A connection to the engine that the environment names (DOCKER_HOST, or the usual socket)."""

    def __init__(self, client: "APIClient") -> None:
        self._client = client

    @classmethod
    def connect(cls, seconds: int = HELLO_SECONDS) -> Self:
        """The engine, if it answers within ``seconds``. Else raises `SurroundingsFailed`."""
        address = os.environ.get("DOCKER_HOST") or SOCKET
        if address.startswith("unix://") and not Path(address.removeprefix("unix://")).exists():
            raise _no_engine(f"there is no {address}")
        # Importing the client takes a third of a second, and most commands need no engine.
        from docker import APIClient  # noqa: PLC0415
        from docker.utils import kwargs_from_env  # noqa: PLC0415

        with _explained():
            client = APIClient(version="auto", timeout=seconds, **kwargs_from_env())
        client.timeout = ANSWER_SECONDS
        return cls(client)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    @property
    def version(self) -> str:
        """Of the engine."""
        with _explained():
            return str(self._client.version()["Version"])

    def runtimes(self) -> list[str]:
        """The names of the programs that this engine can start containers with."""
        with _explained():
            return sorted(self._client.info()["Runtimes"])

    def has_image(self, tag: str) -> bool:
        """Whether the image is there, without asking any registry."""
        with _explained():
            return bool(self._client.images(name=tag))

    def build(
        self, context: IO[bytes], tag: str, arguments: dict[str, str], labels: dict[str, str]
    ) -> Iterator[str]:
        """Build the tar ``context`` as ``tag``; yields the builder's lines. Raises if it fails."""
        with _explained():
            answers = self._client.build(
                fileobj=context,
                custom_context=True,
                tag=tag,
                buildargs=arguments,
                labels=labels,
                rm=True,
                forcerm=True,
                decode=True,
                timeout=None,
            )
            for answer in answers:
                if "error" in answer:
                    raise SurroundingsFailed(
                        f"The image {tag} could not be built: {answer['error'].strip()}",
                        means="Its lines above say at which step.",
                        next="A build needs the package registries: check the network, and give "
                        "--index-url and --ca-file where yours needs them.",
                    )
                yield from answer.get("stream", "").splitlines()

    def create(self, image: str, command: list[str], host: dict[str, Any], **config: Any) -> str:
        """A new container's id. ``host``, ``config``: as docker-py names them."""
        with _explained():
            made = self._client.create_container(
                image,
                command,
                host_config=self._client.create_host_config(**host),
                # Else the person's proxies, with their passwords, go into every container.
                use_config_proxy=False,
                **config,
            )
        return str(made["Id"])

    def start(self, container: str) -> None:
        """Start a container that was created."""
        with _explained():
            self._client.start(container)

    def attach(self, container: str, with_input: bool = False) -> Attachment:
        """Connect to its streams. Before the start, or what it prints first is lost."""
        params = {"stdout": 1, "stderr": 1, "stream": 1} | ({"stdin": 1} if with_input else {})
        with _explained():
            return Attachment(self._client.attach_socket(container, params=params))

    def state(self, container: str) -> State:
        """How it is now."""
        with _explained():
            found = self._client.inspect_container(container)["State"]
        return State(found["Running"], found["ExitCode"], found["OOMKilled"])

    def kill(self, container: str) -> None:
        """Kill it, if it runs."""
        with _tolerating(409):
            self._client.kill(container)

    def remove(self, container: str) -> None:
        """Kill and remove it with its volumes, unless it is gone or about to be."""
        with _tolerating(404, 409):
            self._client.remove_container(container, v=True, force=True)

    def execute(self, container: str, command: list[str], user: str) -> bytes:
        """Run ``command`` in the running container; what it prints."""
        with _explained():
            made = self._client.exec_create(container, command, user=user, stderr=False)["Id"]
            printed: bytes = self._client.exec_start(made)
            code = self._client.exec_inspect(made)["ExitCode"]
        if code:
            raise SurroundingsFailed(
                f"A command of ours in container {container[:12]} ended with exit code {code}.",
                means="What lies in the container cannot be looked at.",
                next="Build the sandbox's image again: kaggle-agent sandbox build",
            )
        return printed

    @contextmanager
    def file(self, container: str, path: str) -> Iterator[IO[bytes]]:
        """The content of the regular file ``path`` in the container."""
        with _explained():
            stream, _ = self._client.get_archive(container, path)
            with (
                closing(Chunks(stream)) as chunks,
                tarfile.open(fileobj=chunks, mode="r|") as archive,
            ):
                member = archive.next()
                content = archive.extractfile(member) if member and member.isreg() else None
                if content is None:
                    raise Vanished(f"{path} is no regular file in container {container[:12]}.")
                yield content

    def containers(self, label: str) -> list[Container]:
        """All containers that carry ``label``, running or not."""
        with _explained():
            found = self._client.containers(all=True, filters={"label": label})
        return [
            Container(c["Id"], c["Labels"], c["State"] == "running", c["Created"]) for c in found
        ]

    def mounts(self, container: str) -> dict[str, str] | None:
        """What is mounted where: path inside → path on the engine's machine. None: not there."""
        try:
            with _explained():
                found = self._client.inspect_container(container)["Mounts"]
        except Vanished:
            return None
        return {mount["Destination"]: mount["Source"] for mount in found if mount.get("Source")}

    def unused_volumes(self, label: str) -> list[str]:
        """The names of the volumes with ``label`` that no container has."""
        with _explained():
            found = self._client.volumes(filters={"label": label, "dangling": True})
        return [volume["Name"] for volume in found["Volumes"] or ()]

    def remove_volume(self, name: str) -> None:
        """Remove it, unless it is gone or has come into use."""
        with _tolerating(404, 409):
            self._client.remove_volume(name)


@contextmanager
def _tolerating(*codes: int) -> Iterator[None]:
    """`_explained`, but for answers with these codes, which say that there is nothing to do."""
    from docker.errors import APIError  # noqa: PLC0415

    with _explained():
        try:
            yield
        except APIError as error:
            if error.status_code not in codes:
                raise


@contextmanager
def _explained() -> Iterator[None]:
    """The client's exceptions as ours."""
    from docker.errors import APIError, DockerException, NotFound  # noqa: PLC0415
    from requests.exceptions import RequestException  # noqa: PLC0415
    from urllib3.exceptions import HTTPError  # noqa: PLC0415

    try:
        yield
    except NotFound as error:
        raise Vanished(
            f"The Docker engine does not know it any more: {error.explanation}.",
            means="Somebody has removed it while it was in use.",
            next="Run the same command again.",
        ) from error
    except APIError as error:
        raise SurroundingsFailed(
            f"The Docker engine refused: {error.explanation or error}.",
            means="Containers cannot be used as they are set up.",
            next="Correct what it names, or take --sandbox process.",
        ) from error
    except (DockerException, RequestException, HTTPError) as error:
        raise _no_engine(str(error)) from error


def _no_engine(reason: str) -> SurroundingsFailed:
    return SurroundingsFailed(
        "No Docker engine answers.",
        means=f"No container can be started or reached ({reason}).",
        next="Start the engine (DOCKER_HOST names another than this machine's own), or take "
        "--sandbox process.",
    )

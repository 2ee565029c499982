"""The stand-in itself: one competition, one account, and the services around them."""

import base64
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

import pytest

from tests.standins.kaggle.competitions import Competitions
from tests.standins.kaggle.datasets import Datasets
from tests.standins.kaggle.faults import Fault, Faults
from tests.standins.kaggle.http import Answer, Call, Handler, Server, refused
from tests.standins.kaggle.kernels import Kernels
from tests.standins.kaggle.leaderboard import Leaderboard
from tests.standins.kaggle.storage import Uploads, zipped
from tests.standins.kaggle.submissions import Submissions

USER, KEY, TOKEN = "ada", "0123456789abcdef", "KGAT_a_valid_token"
RULES = "You must accept this competition's rules before you'll be able to download files."
BLOCKED = "http://127.0.0.1:9"


class KaggleStandIn:
    """One competition called ``slug`` with ``files``, served until the ``with`` block ends."""

    def __init__(self, slug: str = "titanic", files: dict[str, bytes] | None = None) -> None:
        self.slug = slug
        self.files = {"train.csv": b"id,y\n1,0\n"} if files is None else files
        #: The bytes of the archive of all files; None: made from `files`.
        self.archive: bytes | None = None
        #: What each file is served as, where that is not the listed content.
        self.served: dict[str, bytes] = {}
        self.details: dict[str, Any] = {
            "id": 1,
            "ref": f"https://www.kaggle.com/competitions/{slug}",
            "title": "Titanic",
            "description": "Who survived?",
            "deadline": "2030-01-01T00:00:00.0000000Z",
            "reward": "Knowledge",
            "evaluationMetric": "Categorization Accuracy",
            "maxDailySubmissions": 5,
            "userHasEntered": True,
        }
        self.pages: Any = [{"name": "evaluation", "content": "Accuracy counts."}]
        self.listing: list[dict[str, Any]] | None = None
        self.page_size = 20
        self.tokens = {TOKEN}
        self.requests: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self._faults = Faults()
        self.uploads = Uploads(self)
        self.submissions = Submissions(self)
        self.leaderboard = Leaderboard(self)
        self.datasets = Datasets(self)
        self.kernels = Kernels(self)
        #: Asked in this order for the method that a request names.
        self.services: list[object] = [
            Competitions(self),
            self.submissions,
            self.leaderboard,
            self.datasets,
            self.kernels,
        ]

    @property
    def address(self) -> str:
        return f"https://www.kaggle.com/competitions/{self.slug}"

    @property
    def calls(self) -> Counter[str]:
        """How often each API method, "storage" and "upload" were asked."""
        return self._faults.calls

    @property
    def faults(self) -> list[Fault]:
        """What is scripted to go wrong."""
        return self._faults.scripted

    @property
    def env(self) -> dict[str, str]:
        """What to add to a process's environment so that all its Kaggle calls come here."""
        return {
            "KAGGLE_API_ENVIRONMENT": "LOCALHOST",
            "HTTP_PROXY": self.url,
            "http_proxy": self.url,
            "HTTPS_PROXY": BLOCKED,
            "https_proxy": BLOCKED,
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
            "HOME": self._home.name,
            "KAGGLE_CONFIG_DIR": self._home.name,
            "KAGGLE_USERNAME": USER,
            "KAGGLE_KEY": KEY,
            "KAGGLE_AGENT_KAGGLE_READ_TIMEOUT": "5",
            "KAGGLE_AGENT_KAGGLE_FIRST_WAIT": "0.05",
            "KAGGLE_AGENT_KAGGLE_LONGEST_WAIT": "0.2",
            "KAGGLE_AGENT_KAGGLE_TOTAL_WAIT": "3",
            "KAGGLE_AGENT_SUBMIT_INTERVAL": "0.05",
            "KAGGLE_AGENT_SUBMIT_LIMIT": "20",
            "KAGGLE_AGENT_SUBMIT_SETTLE": "0.5",
        }

    def __enter__(self) -> "KaggleStandIn":
        self._server = Server(("127.0.0.1", 0), type("Bound", (Handler,), {"of": self}))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._home = tempfile.TemporaryDirectory(prefix="kaggle-home-")
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self.kernels.close()
        self._home.cleanup()

    def fail(self, where: str, **how: Any) -> Fault:
        """Script a `Fault`; returns it, so that it can be taken out of `faults` again."""
        fault = Fault(where, **how)
        self.faults.append(fault)
        return fault

    def faults_now(self, where: str) -> Fault:
        """The fault for a request at ``where`` that is being answered now."""
        return self._faults.now(where)

    def answer(self, method: str, call: Call) -> Answer:
        """What Kaggle says to ``call`` where nothing goes wrong."""
        if method == "IntrospectToken":
            good = call.asked.get("token") in self.tokens
            return Answer({"active": good, "username": USER if good else ""})
        if not self._authorized(call):
            return refused(401, "Unauthenticated")
        if call.asked.get("competitionName", self.slug) != self.slug:
            error = {"code": 404, "message": "Not found", "status": "NOT_FOUND"}
            return Answer({"error": error}, 404)
        service = next(service for service in self.services if hasattr(service, method))
        answer = getattr(service, method)(call)
        assert isinstance(answer, Answer)
        return answer

    def stored(self, path: str) -> bytes | None:
        """The bytes that lie under a storage path."""
        name = unquote(path.removeprefix("/storage/"))
        if name == "all.zip":
            return zipped(self.files) if self.archive is None else self.archive
        if name.startswith("kernel/"):
            return self.kernels.stored(name.removeprefix("kernel/"))
        name = name.removeprefix("file/")
        return self.served.get(name, self.files.get(name))

    def _authorized(self, call: Call) -> bool:
        key = base64.b64encode(f"{USER}:{KEY}".encode()).decode()
        good = {f"Basic {key}"} | {f"Bearer {token}" for token in self.tokens}
        return call.headers.get("Authorization") in good


@contextmanager
def pointed_at(kaggle: KaggleStandIn) -> Iterator[None]:
    """Point the kaggle client within this process at ``kaggle``, with its user and key."""
    from kagglesdk.kaggle_env import KaggleEnv, _env_to_endpoint

    with pytest.MonkeyPatch.context() as patch:
        for name in ("HTTP_PROXY", "http_proxy", "KAGGLE_API_TOKEN", "KAGGLE_TOKEN", "VERBOSE"):
            patch.delenv(name, raising=False)
        for name, value in kaggle.env.items():
            if name.upper() != "HTTP_PROXY":
                patch.setenv(name, value)
        patch.setitem(_env_to_endpoint, KaggleEnv.LOCAL, kaggle.url)
        yield

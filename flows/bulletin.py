"""What a run says of itself while it goes, where the ways in read it: on Prefect's server.

Its `Standing` as labels of the flow run, so that it comes with every list of runs; and the tree of
its trials as an artifact. Only what is new is sent, a few times a minute, by a thread of its own:
a run waits for none of it, and a server that does not take it is no reason to fail.
"""

import threading
from contextvars import copy_context
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import PREFECT_CLIENT_MAX_RETRIES, temporary_settings

from agent_core.events import Event, Line, StageProgress, StageStarted
from agent_core.standing import TREE_ARTIFACT, Label, Standing
from agent_core.trial_tree import TrialTree
from tasks.progress import tell

#: Between two updates, and how long the end of a run waits for the last one.
_PAUSE_SECONDS, _LAST_SECONDS = 2.0, 5.0
#: Smaller steps of progress are no news.
_STEP = 0.01


class Bulletin:
    """Of the flow run ``run_id``. Used as a context. Safe to tell from several threads."""

    def __init__(self, run_id: UUID, pause: float = _PAUSE_SECONDS) -> None:
        self._run_id = run_id
        self._pause = pause
        self._standing = Standing()
        self._tree: TrialTree | None = None
        self._sent: dict[str, Label] = {}
        self._sent_tree: TrialTree | None = None
        self._artifact: UUID | None = None
        self._news, self._over = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._troubled = False

    def __enter__(self) -> Self:
        # Whatever an earlier take of the run has said is over.
        self._news.set()
        # Prefect's settings are in the context, which a thread does not get by itself.
        work = copy_context().run
        self._thread = threading.Thread(target=work, args=(self._work,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._news.set()
        self._thread.join(_LAST_SECONDS)

    def __call__(self, event: Event) -> None:
        """Hear of the stages."""
        match event:
            case StageStarted():
                self.say(stage=event.stage, progress=None)
            case StageProgress(fraction=float(fraction)) if self._is_new(event.stage, fraction):
                self.say(progress=fraction)

    def say(self, **known: Any) -> None:
        """Change what is known of the run: fields of `Standing`."""
        with self._lock:
            self._standing = self._standing.model_copy(update=known)
        self._news.set()

    def show(self, tree: TrialTree) -> None:
        """Keep the tree as it is now."""
        with self._lock:
            self._tree = tree
        self._news.set()

    def _is_new(self, stage: str, fraction: float) -> bool:
        """A stage reports by its kind ("train"); it began by its name ("train draft 1")."""
        now = self._standing
        current = now.stage == stage or now.stage.startswith(f"{stage} ")
        return current and abs(fraction - (now.progress or 0.0)) >= _STEP

    def _work(self) -> None:
        # What is not taken is sent again with what comes next, so nobody need wait for it here.
        settings = {PREFECT_CLIENT_MAX_RETRIES: 0}
        with temporary_settings(settings), get_client(sync_client=True) as client:
            while not self._over.is_set():
                self._news.wait()
                self._news.clear()
                self._send(client)
                self._over.wait(self._pause)
            self._send(client)

    def _send(self, client: SyncPrefectClient) -> None:
        with self._lock:
            labels, tree = self._standing.labels(), self._tree
        new = {name: label for name, label in labels.items() if self._sent.get(name) != label}
        try:
            if new:
                client.update_flow_run_labels(self._run_id, new)
                self._sent = labels
            if tree is not None and tree is not self._sent_tree:
                self._keep(client, tree)
                self._sent_tree = tree
        except (httpx.HTTPError, PrefectHTTPStatusError, OSError) as error:
            if not self._troubled:
                self._troubled = True
                tell(Line(text=f"how the run stands could not be told to Prefect ({error})"))

    def _keep(self, client: SyncPrefectClient, tree: TrialTree) -> None:
        data = tree.model_dump(mode="json")
        if self._artifact is None:
            new = ArtifactCreate(
                key=TREE_ARTIFACT, type="json", data=data, flow_run_id=self._run_id
            )
            self._artifact = client.create_artifact(new).id
        else:
            client.update_artifact(self._artifact, ArtifactUpdate(data=data))

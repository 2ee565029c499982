"""Private data sets: how files of ours come to a kernel."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import requests

from agent_core.errors import Conflict, Forbidden, KaggleError, KaggleUnavailable, NotFound
from agent_core.kaggle.bounded_http import bound
from agent_core.kaggle.connection import Connection
from agent_core.kaggle.errors import kaggle_error, refusal
from agent_core.value import Value

DATASETS, BLOBS = "datasets.DatasetApiService", "blobs.BlobApiService"
_LICENCE = "other"
#: Seconds between looks at a data set that Kaggle is still working on, and for all of them.
LOOK, LONGEST = 5.0, 900.0
_READY, _FAILED = "ready", {"failed", "deleted"}


class DataSet(Value):
    """``ref`` is "owner/slug", ``url`` its page."""

    ref: str
    url: str


class Datasets:
    """The data sets of the account. Every method raises `KaggleError` and nothing else."""

    def __init__(
        self,
        connection: Connection,
        sleep: Callable[[float], None] = time.sleep,
        look: float = LOOK,
    ) -> None:
        self._connection = connection
        self._sleep = sleep
        self._look = look

    def status(self, ref: str) -> str | None:
        """Kaggle's word in lower case ("ready", "failed", ...); None if there is none such."""
        try:
            answer = self._connection.ask(DATASETS, "GetDatasetStatus", ref, **_named(ref))
        except (NotFound, Forbidden):
            return None
        return str(answer.get("status") or "not_yet_persisted").lower()

    def create(self, ref: str, title: str, files: Sequence[Path]) -> DataSet:
        """A new private data set with ``files``, ready for use."""
        tokens = [self._upload(path) for path in files]
        owner, _, slug = ref.partition("/")
        self._save(
            ref,
            "CreateDataset",
            owner_slug=owner,
            slug=slug,
            title=title,
            license_name=_LICENCE,
            is_private=True,
            files=tokens,
        )
        return self.wait_until_ready(ref)

    def update(self, ref: str, files: Sequence[Path], notes: str) -> DataSet:
        """A new version that holds ``files`` and nothing else, ready for use."""
        tokens = [self._upload(path) for path in files]
        body = {"versionNotes": notes, "files": tokens}
        self._save(ref, "CreateDatasetVersion", **_named(ref), body=body)
        return self.wait_until_ready(ref)

    def wait_until_ready(self, ref: str) -> DataSet:
        """Block until Kaggle has arranged its files. Raises `KaggleError` where it cannot."""
        deadline = time.monotonic() + LONGEST
        while (status := self.status(ref)) != _READY:
            if status in _FAILED:
                raise KaggleError(
                    f"Kaggle could not make the data set {ref} ({status}).",
                    means="No kernel can read it.",
                    next=f"See {dataset_page(ref)}; delete it there, and run again.",
                )
            if time.monotonic() > deadline:
                raise KaggleUnavailable(
                    f"Kaggle has not finished the data set {ref} in {LONGEST:.0f} s "
                    f"({status or 'it is not there yet'}).",
                    next="Run again later: it is not uploaded a second time.",
                )
            self._sleep(self._look)
        return DataSet(ref=ref, url=dataset_page(ref))

    def _save(self, ref: str, method: str, **fields: Any) -> None:
        """One call that must not be made twice: where its answer is lost, it is looked for."""
        try:
            answer = self._connection.ask_once(DATASETS, method, ref, **fields)
        except Conflict:
            return  # an earlier try has made it
        except KaggleUnavailable:
            if method == "CreateDataset" and self.status(ref) is not None:
                return
            raise
        error = answer.get("error")
        if str(answer.get("status", "ok")).lower() == "error" or error:
            raise KaggleError(
                f'Kaggle did not take the data set {ref}. It says: "{str(error)[:300]}"',
                next=f"See {dataset_page(ref)}.",
            )

    def _upload(self, path: Path) -> dict[str, str]:
        """Send the bytes; returns what stands for them in the next call."""
        patience = self._connection.patience
        return patience.run(lambda: self._attempt(path), self._connection.report)

    def _attempt(self, path: Path) -> dict[str, str]:
        size = path.stat().st_size
        started = self._connection.ask_once(
            BLOBS,
            "StartBlobUpload",
            path.name,
            type="DATASET",
            name=path.name,
            content_length=size,
            last_modified_epoch_seconds=int(path.stat().st_mtime),
        )
        token, url = started.get("token"), started.get("createUrl")
        if not (isinstance(token, str) and isinstance(url, str) and url):
            raise KaggleUnavailable(f"Kaggle does not say where {path.name} is to be uploaded.")
        self._put(url, path)
        return {"token": token}

    def _put(self, url: str, path: Path) -> None:
        with requests.Session() as session, path.open("rb") as file:
            bound(session, self._connection.patience)
            try:
                response = session.put(url, data=file, auth=lambda request: request)
            except requests.RequestException as error:
                raise kaggle_error(error, None, path.name) from None
        if response.status_code not in {requests.codes.ok, requests.codes.created}:
            raise _not_taken(response, path.name)


def _not_taken(response: requests.Response, name: str) -> KaggleUnavailable:
    """After most refusals another try helps: it begins with a fresh address."""
    refused = refusal(response, name)
    if isinstance(refused, KaggleUnavailable):
        return refused
    return KaggleUnavailable(
        f"Kaggle's file store did not take {name} ({response.status_code}).",
        next="Run again later.",
    )


def dataset_page(ref: str) -> str:
    """Where a person sees it."""
    return f"https://www.kaggle.com/datasets/{ref}"


def _named(ref: str) -> dict[str, str]:
    owner, _, slug = ref.partition("/")
    return {"owner_slug": owner, "dataset_slug": slug}

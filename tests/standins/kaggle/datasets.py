"""The services that keep data sets, and take the bytes of their files."""

from typing import TYPE_CHECKING, Any

from tests.standins.kaggle.http import Answer, Call, refused

if TYPE_CHECKING:
    from tests.standins.kaggle.standin import KaggleStandIn


class Datasets:
    """Every data set by its "owner/slug"; `saved` is the log of what was created and versioned."""

    def __init__(self, kaggle: "KaggleStandIn") -> None:
        self._kaggle = kaggle
        self.files: dict[str, dict[str, bytes]] = {}
        self.saved: list[tuple[str, str]] = []
        self.private: set[str] = set()
        #: For how many looks a new one is not ready.
        self.settling = 1
        self._looks: dict[str, int] = {}

    def StartBlobUpload(self, call: Call) -> Answer:  # noqa: N802
        assert call.asked["type"] == "DATASET"
        return Answer(self._kaggle.uploads.start(call.asked["name"]))

    def GetDatasetStatus(self, call: Call) -> Answer:  # noqa: N802
        ref = f"{call.asked['ownerSlug']}/{call.asked['datasetSlug']}"
        if ref not in self.files:
            return refused(403, "Permission 'datasets.get' was denied")
        self._looks[ref] += 1
        ready = self._looks[ref] > self.settling
        return Answer({"status": "READY" if ready else "BLOBS_RECEIVED"})

    def CreateDataset(self, call: Call) -> Answer:  # noqa: N802
        ref = f"{call.asked['ownerSlug']}/{call.asked['slug']}"
        if ref in self.files:
            return Answer({"status": "error", "error": "The slug is in use", "url": "", "ref": ""})
        if call.asked.get("isPrivate"):
            self.private.add(ref)
        return self._save("create", ref, call.asked["files"])

    def CreateDatasetVersion(self, call: Call) -> Answer:  # noqa: N802
        ref = f"{call.asked['ownerSlug']}/{call.asked['datasetSlug']}"
        if ref not in self.files:
            return refused(404, "Dataset not found")
        return self._save("version", ref, call.asked["body"]["files"])

    def _save(self, how: str, ref: str, files: list[dict[str, Any]]) -> Answer:
        uploads = self._kaggle.uploads.files
        self.files[ref] = dict(uploads[file["token"]] for file in files)
        self.saved.append((how, ref))
        self._looks[ref] = 0
        return Answer({"status": "ok", "ref": ref, "url": f"https://www.kaggle.com/datasets/{ref}"})

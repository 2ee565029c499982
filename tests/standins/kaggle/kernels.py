"""The service that runs kernels: what is pushed is really executed, in a folder like /kaggle."""

import json
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.standins.kaggle.http import Answer, Call, refused
from tests.standins.kaggle.kernel_run import KernelRun

if TYPE_CHECKING:
    from tests.standins.kaggle.standin import KaggleStandIn

BUSY = "Maximum batch GPU session count of 2 reached."


@dataclass
class Play:
    """What becomes of the next kernel instead of being executed.

    ``state`` for ever where that is no end. ``log`` is what it seems to have printed, ``failure``
    Kaggle's own word, ``files`` what it has left.
    """

    state: str
    log: str = ""
    failure: str = ""
    files: dict[str, bytes] = field(default_factory=dict)


class Kernels:
    """Holds every kernel by its "owner/slug"; `pushed` is the log of all pushes."""

    def __init__(self, kaggle: "KaggleStandIn") -> None:
        self._kaggle = kaggle
        self.runs: dict[str, KernelRun | Play] = {}
        self.pushed: list[dict[str, Any]] = []
        #: The next kernels are played, one each; those after them are executed.
        self.plays: list[Play] = []
        #: How many more pushes are refused since too many kernels run.
        self.busy = 0
        #: Where inputs are mounted: Kaggle's older way, or its newer one.
        self.newer_mounts = False

    def SaveKernel(self, call: Call) -> Answer:  # noqa: N802
        ref = call.asked["slug"]
        if self.busy > 0:
            self.busy -= 1
            return Answer({"error": BUSY, "ref": "", "url": ""})
        self.pushed.append(call.asked)
        self.runs[ref] = self.plays.pop(0) if self.plays else self._started(call.asked)
        version = sum(asked["slug"] == ref for asked in self.pushed)
        known = [
            name for name in call.asked.get("competitionDataSources", []) if self._is_ours(name)
        ]
        strange = set(call.asked.get("competitionDataSources", [])) - set(known)
        return Answer(
            {
                "ref": f"/code/{ref}",
                "url": f"https://www.kaggle.com/code/{ref}",
                "versionNumber": version,
                "error": "",
                "invalidCompetitionSources": sorted(strange),
            }
        )

    def GetKernelSessionStatus(self, call: Call) -> Answer:  # noqa: N802
        run = self._found(call)
        if run is None:
            return refused(404, "Kernel not found")
        return Answer({"status": run.state, "failureMessage": run.failure})

    def ListKernelSessionOutput(self, call: Call) -> Answer:  # noqa: N802
        run = self._found(call)
        if run is None:
            return refused(404, "Kernel not found")
        place = f"http://{call.host}/storage/kernel/{call.asked['kernelSlug']}"
        names = sorted(run.files)
        start = int(call.asked.get("pageToken") or 0)
        end = start + call.asked.get("pageSize", 20)
        files = [
            {"fileName": name, "url": f"{place}/{quote(name)}?signature=s3cr3t"}
            for name in names[start:end]
        ]
        more = str(end) if end < len(names) else ""
        return Answer({"files": files, "log": self._log(run), "nextPageToken": more})

    def stored(self, name: str) -> bytes | None:
        """The output ``slug/name``."""
        slug, _, file = name.partition("/")
        found = [run for ref, run in self.runs.items() if ref.endswith(f"/{slug}")]
        return found[0].files.get(file) if found else None

    def execute(self, ref: str) -> None:
        """What was played so far is executed now, as it was pushed."""
        asked = next(asked for asked in self.pushed if asked["slug"] == ref)
        self.runs[ref] = self._started(asked)

    def close(self) -> None:
        """End what still runs."""
        for run in self.runs.values():
            if isinstance(run, KernelRun):
                run.close()

    def _found(self, call: Call) -> KernelRun | Play | None:
        return self.runs.get(f"{call.asked['userName']}/{call.asked['kernelSlug']}")

    @staticmethod
    def _log(run: KernelRun | Play) -> str:
        if isinstance(run, KernelRun):
            return json.dumps(run.log)
        lines = run.log.splitlines(keepends=True)
        return json.dumps([{"stream_name": "stdout", "time": 1.0, "data": line} for line in lines])

    def _is_ours(self, name: str) -> bool:
        return name == self._kaggle.slug

    def _started(self, asked: dict[str, Any]) -> KernelRun:
        root = tempfile.TemporaryDirectory(prefix="kaggle-kernel-")
        inputs = Path(root.name, "input")
        for name in filter(self._is_ours, asked.get("competitionDataSources", [])):
            place = f"competitions/{name}" if self.newer_mounts else name
            _write(inputs / place, self._kaggle.files)
        for ref in asked.get("datasetDataSources", []):
            place = f"datasets/{ref}" if self.newer_mounts else ref.partition("/")[2]
            _write(inputs / place, self._kaggle.datasets.files[ref])
        return KernelRun(root, asked["text"])


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

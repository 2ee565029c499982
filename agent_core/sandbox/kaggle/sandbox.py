"""The sandbox that is a machine of Kaggle's: a solution runs there as a private script kernel.

What it may do there is Kaggle's business, as for every kernel: it sees the inputs that it is given
and nothing of this machine. What comes back is held to the same limits as elsewhere.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from agent_core.errors import BadSource
from agent_core.kaggle.connection import Connection
from agent_core.kaggle.datasets import Datasets
from agent_core.kaggle.kernels import Kernels, KernelSource
from agent_core.progress import Report, silent
from agent_core.sandbox.kaggle.inputs import Inputs, inputs_of, provide
from agent_core.sandbox.kaggle.prints import KernelPrints
from agent_core.sandbox.kaggle.record import Notebook
from agent_core.sandbox.kaggle.script import KernelJob, kernel_text
from agent_core.sandbox.kaggle.taking import Taking
from agent_core.sandbox.kaggle.terms import Pause, Place, Terms
from agent_core.sandbox.kaggle.watch import KernelWatch
from agent_core.sandbox.sandbox import Execution, Job, Limits
from agent_core.value import fingerprint

#: Beside the script's own time: mounting, starting, unpacking.
_START = timedelta(minutes=10)
_NAME_DIGITS = 12
_SLUG_LETTERS = 20


class KaggleSandbox:
    """Runs the scripts of the run that ``place`` describes.

    Between two looks at a kernel ``pause`` is called. It may raise its argument: when the same job
    is run again, whenever and wherever that is, it goes on with the same kernel.
    """

    name = "kaggle"

    def __init__(
        self,
        place: Place,
        terms: Terms,
        pause: Pause,
        report: Report = silent,
        connection: Connection | None = None,
    ) -> None:
        self._place = place
        self._terms = terms
        self._pause = pause
        self._report = report
        self._connection = connection or Connection(report=report)

    def run(
        self, job: Job, limits: Limits, log: Path, on_line: Callable[[str], None] | None = None
    ) -> Execution:
        """See `Sandbox.run`. Also raises `KaggleError`, and what ``pause`` raises."""
        self._check_time(limits)
        kernels = Kernels(self._connection)
        place, terms = self._place, self._terms
        inputs = inputs_of(job, place, self._connection.user, terms.may_upload)
        source = self._source(job, limits, inputs)
        watch = KernelWatch(
            kernels,
            source,
            Notebook(place.records, source.ref),
            terms,
            self._pause,
            self._report,
        )
        if not watch.is_there():
            provide(job, inputs, Datasets(self._connection))
        watch.start()
        taking = Taking(kernels, source.ref, self._connection.patience, self._report)
        with log.open("wb") as file:
            prints = KernelPrints(file, limits, on_line)
            status = watch.follow(prints)
            return taking.execution(status, prints, job.out, limits, self._protections())

    def _source(self, job: Job, limits: Limits, inputs: Inputs) -> KernelSource:
        told = KernelJob(
            competition=inputs.competition,
            dataset=inputs.dataset.rpartition("/")[2],
            files=inputs.files,
            budget=job.budget,
            limit=limits.seconds,
        )
        text = kernel_text(told, job.script.read_text(encoding="utf-8"))
        key = fingerprint([text, self._terms.gpu, self._terms.internet, self._place.attempt])
        words = re.sub(r"[^a-z0-9]+", "-", self._place.slug.lower()).strip("-")[:_SLUG_LETTERS]
        slug = "-".join(filter(None, ("kaggle-agent", words.strip("-"), key[:_NAME_DIGITS])))
        return KernelSource(
            ref=f"{self._connection.user}/{slug}",
            title=slug.replace("-", " "),
            text=text,
            competitions=(inputs.competition,) if inputs.competition else (),
            datasets=(inputs.dataset,),
            gpu=self._terms.gpu,
            internet=self._terms.internet,
            limit=timedelta(seconds=limits.seconds) + _START,
        )

    def _check_time(self, limits: Limits) -> None:
        limit = self._terms.limit.total_seconds()
        if limits.seconds >= limit:
            raise BadSource(
                f"A training of up to {limits.seconds:.0f} s does not fit into the {limit:.0f} s "
                "that a kernel on Kaggle is waited for.",
                next="Give a smaller --budget, or a larger KAGGLE_AGENT_KERNEL_LIMIT (seconds).",
            )

    def _protections(self) -> tuple[str, ...]:
        internet = "internet allowed" if self._terms.internet else "no internet"
        return ("a machine of Kaggle's", "time limit", internet)

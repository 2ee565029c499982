"""Where all state lies: one folder, so that it can be looked at, moved and deleted as one."""

from pathlib import Path

from agent_core.value import Value


class Home(Value):
    """The folders below ``root``. None exists before it is needed.

    datasets    unpacked competition data, ``<slug>/<content hash>/``, read-only
    downloads   unfinished downloads and their locks
    trials      one folder per execution of a solution
    uploads     files handed in by a person, ``<content hash>/<name>/``
    submissions receipts of what was submitted, ``<slug>/<content hash>.json``
    runs        one folder per run, with its outcome and what it hands over
    remote      submissions of runs on other machines, fetched by ``solve --remote``
    results     what finished stages returned, by cache key
    kernels     notes of what was pushed to Kaggle
    prefect     the embedded Prefect server's database
    mlflow      the embedded MLflow store and its artifacts
    """

    root: Path

    @property
    def datasets(self) -> Path:  # noqa: D102 - the class says what each is
        return self.root / "datasets"

    @property
    def downloads(self) -> Path:  # noqa: D102
        return self.root / "downloads"

    @property
    def trials(self) -> Path:  # noqa: D102
        return self.root / "trials"

    @property
    def uploads(self) -> Path:  # noqa: D102
        return self.root / "uploads"

    @property
    def runs(self) -> Path:  # noqa: D102
        return self.root / "runs"

    @property
    def submissions(self) -> Path:  # noqa: D102
        return self.root / "submissions"

    @property
    def remote(self) -> Path:  # noqa: D102
        return self.root / "remote"

    @property
    def results(self) -> Path:  # noqa: D102
        return self.root / "results"

    @property
    def kernels(self) -> Path:  # noqa: D102
        return self.root / "kernels"

    @property
    def prefect(self) -> Path:  # noqa: D102
        return self.root / "prefect"

    @property
    def mlflow(self) -> Path:  # noqa: D102
        return self.root / "mlflow"

"""What can be set from outside: environment variables, or a ``.env`` file beside the work."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import platformdirs
from dotenv import dotenv_values
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from agent_core.conversation import Effort, ModelChoice, Purpose
from agent_core.home import Home

if TYPE_CHECKING:
    from agent_core.kaggle.patience import Patience

EffortSetting = Effort | Literal["default"]

_FILE = ".env"
#: What of the file is handed on to other processes: ours, and what the clients read themselves.
_OURS = ("KAGGLE_", "ANTHROPIC_", "MLFLOW_TRACKING_", "PREFECT_API_", "AWS_")


class Settings(BaseSettings):
    """``KAGGLE_AGENT_HOME`` and its like.

    ``model_*`` is the Claude model for each purpose, ``effort_*`` how hard it thinks ("default"
    leaves that to the model, as older ones demand), ``max_tokens_*`` the room for its thinking and
    answer, which is also what each call reserves of the dollar limit. One model plans, writes and
    improves, because a prompt cache serves one model only.

    ``kaggle_*`` is how long Kaggle is waited for (`agent_core.kaggle.patience`), in seconds.

    ``pool_*`` is what a container of the Docker pool gets: image, memory (as Docker writes it),
    processors, processes; a folder of competitions that it may read; a file of secrets, written
    like ``.env``; a volume that is the home (empty: the home folder itself); and a network of the
    engine (empty: where Prefect is found).

    ``runs_at_once`` competitions are solved at the same time by a pool, and of these
    ``trainings_at_once`` train; runs under one ``trainings_limit`` share that number, so several
    machines each want a name of their own.

    ``sandbox_runtime`` is how the Docker sandbox starts scripts, by the engine's name: "runsc" for
    gVisor (empty: as the engine always does).
    """

    model_config = SettingsConfigDict(
        env_prefix="KAGGLE_AGENT_", env_file=_FILE, env_ignore_empty=True, extra="ignore"
    )

    #: Seconds for which the embedded Prefect server outlives its last user: the next run starts
    #: that much quicker. It writes the last states a moment after it was told, so not under 2.
    prefect_linger: float = Field(default=60.0, ge=2.0)
    home: Path = Path(platformdirs.user_data_dir("kaggle-agent", appauthor=False))

    model_plan: str = "claude-sonnet-5-5"
    model_draft: str = "claude-sonnet-5-5"
    model_improve: str = "claude-sonnet-5-5"
    model_repair: str = "claude-haiku-5-5"
    effort_plan: EffortSetting = "medium"
    effort_draft: EffortSetting = "medium"
    effort_improve: EffortSetting = "medium"
    effort_repair: EffortSetting = "medium"
    max_tokens_plan: int = 8_000
    max_tokens_draft: int = 20_000
    max_tokens_improve: int = 20_000
    max_tokens_repair: int = 24_000

    #: The two that Prefect and MLflow read themselves. Empty: an embedded server and store.
    prefect_api_url: str = Field(default="", validation_alias="PREFECT_API_URL")
    mlflow_tracking_uri: str = Field(default="", validation_alias="MLFLOW_TRACKING_URI")
    #: Where a browser finds MLflow's pages, if not at the same address.
    mlflow_pages: str = ""

    kaggle_connect_timeout: float = 10.0
    kaggle_read_timeout: float = 60.0
    kaggle_tries: int = 6
    kaggle_first_wait: float = 1.0
    kaggle_longest_wait: float = 60.0
    kaggle_total_wait: float = 300.0

    #: Seconds: the pauses between looks for the score of a submission, how long that is waited
    #: for, and how far Kaggle's list of submissions may lag behind.
    submit_interval: float = Field(default=10.0, gt=0)
    submit_limit: float = Field(default=900.0, ge=0)
    submit_settle: float = Field(default=20.0, ge=0)

    #: The stack's Prefect server keeps its runs there. Empty: SQLite in the home. A variable of
    #: Prefect's own, for an address may hold a password, and ours are seen in Prefect's pages.
    prefect_database: str = Field(
        default="", validation_alias="PREFECT_SERVER_DATABASE_CONNECTION_URL"
    )
    prefect_port: int = 4200
    mlflow_port: int = 5000
    app_port: int = 8501
    runs_at_once: int = Field(default=4, ge=1)
    trainings_at_once: int = Field(default=max(1, (os.cpu_count() or 1) // 4), ge=1)
    trainings_limit: str = "trainings"
    pool_data: Path | None = None
    pool_secrets: Path | None = None
    pool_home: str = ""
    pool_network: str = ""
    pool_image: str = "kaggle-agent"
    pool_memory: str = "8g"
    pool_cpus: float = Field(default=float(os.cpu_count() or 1), gt=0)
    pool_processes: int = Field(default=1024, ge=64)

    sandbox_runtime: str = ""

    #: Training on Kaggle (``--sandbox kaggle``): whether its kernels get a GPU, and the internet;
    #: whether data of this machine may be sent there, as a private data set; and, in seconds, the
    #: pause between two looks at a kernel and how long one is waited for, queue and all.
    kernel_gpu: bool = False
    kernel_internet: bool = False
    kernel_may_upload: bool = False
    kernel_interval: float = Field(default=60.0, gt=0)
    kernel_limit: float = Field(default=3 * 3600.0, gt=0)

    #: Where machines share what their runs have made: a folder or a bucket as fsspec names it
    #: (s3://bucket/folder). Empty: nothing is shared.
    storage: str = ""

    #: Where the HTTP API listens. Beyond this machine it needs keys (``kaggle-agent api-key``).
    api_host: str = "127.0.0.1"
    api_port: int = Field(default=8000, ge=0, le=65535)
    #: How many runs a client may hand in within a minute, and how many may wait altogether.
    api_posts_per_minute: int = Field(default=10, ge=1)
    api_queue_limit: int = Field(default=200, ge=1)
    #: The deployment of its runs. Empty: docker where a worker of that pool is there, else process.
    api_deployment: str = ""
    #: A folder of competitions that its clients may name. None: they name those of Kaggle only.
    api_data: Path | None = None
    #: What ``--remote`` shows to the API that it asks. Secret.
    api_key: str = ""

    #: Seconds without a heartbeat, of which there is one every 30 s, after which a deployed run
    #: counts as crashed.
    keeper_silence: float = Field(default=100.0, gt=30.0)

    #: Days after the last use for which data, trials and results of stages are kept, and for which
    #: the folders of runs are, with their submissions.
    keep_days: float = Field(default=30.0, gt=0)
    keep_runs_days: float = Field(default=365.0, gt=0)

    def patience(self) -> "Patience":
        """How long Kaggle is waited for."""
        from agent_core.kaggle.patience import Patience  # noqa: PLC0415 - nobody else needs it

        return Patience(
            connect_timeout=self.kaggle_connect_timeout,
            read_timeout=self.kaggle_read_timeout,
            tries=self.kaggle_tries,
            first_wait=self.kaggle_first_wait,
            longest_wait=self.kaggle_longest_wait,
            total_wait=self.kaggle_total_wait,
        )

    #: Seconds: the longest silence in an answer, and the waits between ``claude_tries`` of one
    #: call. Without a deadline, the waits add up to ``claude_total_wait`` at the most.
    claude_read_timeout: float = 180.0
    claude_tries: int = 6
    claude_first_wait: float = 1.0
    claude_longest_wait: float = 60.0
    claude_total_wait: float = 300.0

    def choice_for(self, purpose: Purpose) -> ModelChoice:
        """Who answers questions of that purpose, and with how much room."""
        effort = getattr(self, f"effort_{purpose}")
        return ModelChoice(
            model=getattr(self, f"model_{purpose}"),
            effort=None if effort == "default" else effort,
            max_tokens=getattr(self, f"max_tokens_{purpose}"),
        )

    def folders(self) -> Home:
        """The home folder's layout, with an absolute root."""
        return Home(root=self.home.expanduser().resolve())


def environment() -> dict[str, str]:
    """For a process of ours that starts in another folder: this environment and the file's lines.

    As everywhere, a variable that is set wins over the file.
    """
    lines = dotenv_values(_FILE).items()
    return {k: v for k, v in lines if v is not None and k.startswith(_OURS)} | dict(os.environ)

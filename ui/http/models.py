"""What goes over the wire: requests, answers, and what every refusal says."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator

from agent_core.metrics import METRICS
from agent_core.run import Request
from ui.readers.runs import JobState, LogLine, RunRow

#: A week, as on the command line.
_LONGEST = 7 * 24 * 3600.0
_DEFAULT = Request(source="")


_METRICS: list[JsonValue] = [*sorted(METRICS)]
_SLUG = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,98}[A-Za-z0-9])?"
#: What is shown of the addresses that are taken. What is taken in fact: `ui.http.sources`.
_ADDRESS = (
    rf"^(?:{_SLUG}|(?:https?://)?(?:www\.)?kaggle\.com/(?:c|competitions)/{_SLUG}(?:/[!-~]*)?)$"
)


class RunSettings(BaseModel):
    """How to solve it. Whatever is left out is as on the command line."""

    model_config = ConfigDict(extra="forbid")

    budget: float = Field(
        default=_DEFAULT.budget,
        ge=5,
        le=_LONGEST,
        allow_inf_nan=False,
        description="Seconds of wall time for the whole run.",
    )
    metric: Annotated[str, Field(max_length=100)] | None = Field(
        default=None,
        description="The competition's metric, where it names none.",
        json_schema_extra={"anyOf": [{"enum": _METRICS}, {"type": "null"}]},
    )
    planner: Literal["auto", "claude", "rules"] = Field(
        default="auto", description="Who plans and writes: auto is claude where there is a key."
    )
    sandbox: Literal["auto", "docker", "process", "kaggle"] = Field(
        default="auto", description="Where generated scripts run: auto is docker where it can be."
    )
    seed: int = Field(default=0, ge=0, le=2**32 - 1, description="Of everything that is random.")
    max_usd: float = Field(
        default=_DEFAULT.max_usd,
        ge=0,
        le=1000,
        allow_inf_nan=False,
        description="The most that Claude may cost, in US dollars.",
    )
    max_trials: int = Field(
        default=_DEFAULT.max_trials,
        ge=1,
        le=1000,
        description="The most scripts of Claude's that are tried.",
    )
    drafts: int = Field(
        default=_DEFAULT.drafts,
        ge=1,
        le=20,
        description="Different scripts of Claude's to begin with.",
    )
    submit_to_kaggle: bool = Field(
        default=False,
        strict=True,
        description="Whether the submission is sent to Kaggle, and its score told.",
    )  # fmt: skip

    @field_validator("budget", "seed", "max_usd", "max_trials", "drafts", mode="before")
    @classmethod
    def _number(cls, given: object) -> object:
        """JSON's idea of a number: 3.0 is an integer, but neither true nor "3" is anything."""
        if isinstance(given, bool) or not isinstance(given, int | float):
            raise ValueError("it has to be a number")
        return given


class RunWish(BaseModel):
    """A competition, and how to solve it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "kaggle_url": "https://www.kaggle.com/competitions/titanic",
                "settings": {"budget": 600, "planner": "auto", "max_usd": 1.0},
            }
        },
    )

    kaggle_url: str = Field(
        min_length=1, max_length=2000,
        description="The competition's address on Kaggle, or its slug. Where the operator has set "
        "a folder of competitions, also the path of a folder in that, absolute or with `./`.",
        json_schema_extra={"pattern": _ADDRESS},
    )  # fmt: skip
    settings: RunSettings = Field(default_factory=RunSettings)


class Job(BaseModel):
    """A run. Its ``job_id`` is the id of its flow run in Prefect."""

    job_id: UUID
    status: JobState
    created_at: datetime
    message: str = Field(description="Where it is, or what came of it, for people.")


class JobDetails(Job):
    """All that is known of a run. What it has not come to yet is null."""

    name: str = Field(description="The competition's slug.")
    source: str
    deployment: str
    failure: str = Field(description="The class of what went wrong, for programs; else empty.")
    stage: str = Field(description="What it does now.")
    progress: float | None = Field(description="How far it is in that, from 0 to 1.")
    metric: str
    higher_is_better: bool | None
    score: float | None = Field(description="The best cross-validated score so far.")
    score_std: float | None = Field(description="Its spread over the folds.")
    trials: int | None
    cost_usd: float | None
    started_at: datetime | None
    ended_at: datetime | None
    seconds: float


class Jobs(BaseModel):
    """Some of ``total`` runs, newest first."""

    jobs: list[JobDetails]
    total: int
    limit: int
    offset: int


class Log(BaseModel):
    """Lines in order. ``cursor`` asks for those after them; it says nothing else."""

    lines: list[LogLine]
    cursor: str


class Problem(BaseModel):
    """Why a request was refused."""

    what: str = Field(description="What happened.")
    means: str = Field(default="", description="What that means.")
    next: str = Field(default="", description="What to do.")


class ServiceHealth(BaseModel):
    """One service that runs need. ``says`` is empty as long as it is ``up``."""

    up: bool
    says: str = ""


class Health(BaseModel):
    """Whether runs can be handed in and executed. ``queued`` runs wait; null if nobody knows."""

    up: bool
    services: dict[str, ServiceHealth] = Field(
        description="prefect, database, mlflow, workers: each asked just now."
    )
    queued: int | None


_WAITS = {
    JobState.QUEUED: "Waits for a place.",
    JobState.RUNNING: "Is at work.",
    JobState.CANCELLED: "Was stopped.",
}


def job_of(row: RunRow) -> Job:
    """What the answer to a new run says."""
    message = row.message or _WAITS.get(row.state, "")
    return Job(job_id=UUID(row.id), status=row.state, created_at=row.created, message=message)


def details_of(row: RunRow) -> JobDetails:
    """Everything."""
    known = row.model_dump(include=JobDetails.model_fields.keys() & RunRow.model_fields.keys())
    return JobDetails(**(known | dict(job_of(row))), started_at=row.started, ended_at=row.ended)

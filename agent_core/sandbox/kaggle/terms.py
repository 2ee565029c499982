"""What a kernel of a run may have, how long it is waited for, and how waiting is done."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from agent_core.errors import Waiting
from agent_core.settings import Settings
from agent_core.value import Value

#: Called between two looks. It sleeps, or raises the `Waiting` it is given to end this process.
Pause = Callable[[Waiting], None]


class Terms(Value):
    """``interval`` between two looks; a kernel is waited for up to ``limit``, queue and all.

    ``may_upload``: data that are on this machine only may be sent to Kaggle, as a private data set.
    """

    gpu: bool = False
    internet: bool = False
    may_upload: bool = False
    interval: timedelta = timedelta(minutes=1)
    limit: timedelta = timedelta(hours=3)

    @classmethod
    def of(cls, settings: Settings) -> "Terms":
        """As a person has set them."""
        return cls(
            gpu=settings.kernel_gpu,
            internet=settings.kernel_internet,
            may_upload=settings.kernel_may_upload,
            interval=timedelta(seconds=settings.kernel_interval),
            limit=timedelta(seconds=settings.kernel_limit),
        )


class Place(Value):
    """What a sandbox has to know of the run it serves.

    ``slug`` names the competition, ``on_kaggle`` says whether it is one there. Then Kaggle mounts
    what lies in ``root`` here. ``records`` is the folder where it is noted what was pushed, and
    ``attempt`` tells deliberate repeats of one kernel apart.
    """

    slug: str
    on_kaggle: bool
    root: Path
    records: Path
    attempt: int = 1

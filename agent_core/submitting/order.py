"""What is to be submitted: a file, for whom, and what is known of it."""

from pathlib import Path
from urllib.parse import urlsplit

from agent_core.competition import Competition
from agent_core.errors import BadSource, NoSuchResult
from agent_core.intake.local_folder import open_folder
from agent_core.intake.source import parse_source
from agent_core.run import Run, Solved
from agent_core.storage.hashing import sha256_of
from agent_core.value import Value

#: Kaggle shows so much of a description at the most.
_LONGEST_MESSAGE = 150
#: Of the content's hash, in the description: enough to tell submissions of one account apart.
_MARK = 16


class Order(Value):
    """``slug`` is the competition on Kaggle, ``message`` what the person wants to be told there."""

    slug: str
    run_id: str
    path: Path
    sha256: str
    metric: str
    higher_is_better: bool
    cv_score: float
    cv_std: float
    message: str = ""

    @property
    def mark(self) -> str:
        """What tells this file from others in Kaggle's list, whichever machine sent it."""
        return f"[sha256 {self.sha256[:_MARK]}]"

    @property
    def description(self) -> str:
        """What Kaggle shows beside the submission."""
        message = " ".join(self.message.split())[:_LONGEST_MESSAGE] or "Kaggle Agent"
        return f"{message}, CV {self.cv_score:.6g} ± {self.cv_std:.2g} {self.metric} {self.mark}"


def order_of(solved: Solved, slug: str, message: str = "") -> Order:
    """The submission of a run for the competition ``slug``.

    Raises NoSuchResult where the file is not there, or empty.
    """
    path = solved.submission
    if not path.is_file() or not path.stat().st_size:
        raise NoSuchResult(
            f"{path} is not there, or empty.",
            means="There is nothing that could be submitted.",
            next="Run the competition again: what is cached is taken, and the file is made anew.",
        )
    return Order(
        slug=slug,
        run_id=solved.run_id,
        path=path,
        sha256=sha256_of(path),
        metric=solved.metric,
        higher_is_better=solved.higher_is_better,
        cv_score=solved.cv_score,
        cv_std=solved.cv_std,
        message=message,
    )


def slug_of(run: Run) -> str:
    """The competition on Kaggle that a run has solved, as `slug_for`."""
    source = parse_source(run.request.source)
    if source.slug:
        return source.slug
    assert source.folder is not None
    return slug_for(run.request.competition or open_folder(source.folder))


def slug_for(competition: Competition) -> str:
    """Where its submissions belong on Kaggle.

    Raises BadSource for a folder that does not say where it comes from.
    """
    found = kaggle_slug(competition.url)
    if found is None:
        raise BadSource(
            f"{competition.folder} is a folder, not a competition on Kaggle.",
            means="It is not known where its submission belongs.",
            next='Write the address as "url" into its competition.json, or name the competition: '
            "kaggle-agent submit RUN --competition SLUG.",
        )
    return found


def kaggle_slug(url: str | None) -> str | None:
    """The competition that an address names, None where it is none of Kaggle's."""
    if not url or not urlsplit(url).hostname:
        return None
    try:
        return parse_source(url).slug
    except BadSource:
        return None

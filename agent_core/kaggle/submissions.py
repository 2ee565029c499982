"""Submissions on Kaggle: what is left to hand in, what was handed in, handing in a file."""

from collections.abc import Iterator
from pathlib import Path

import requests

from agent_core.errors import KaggleUnavailable
from agent_core.kaggle import answers
from agent_core.kaggle.answers import HandedIn, Limits
from agent_core.kaggle.bounded_http import bound
from agent_core.kaggle.connection import COMPETITIONS, Connection
from agent_core.kaggle.patience import retry_after

_PAGE = 100
_MOST_PAGES = 50
_TAKEN = {200, 201}


class SubmissionService:
    """One account's submissions to one competition. Raises `KaggleError` and nothing else."""

    def __init__(self, slug: str, connection: Connection) -> None:
        self.slug = slug
        self.patience = connection.patience
        self._connection = connection

    def details(self) -> answers.Details:
        """What the competition is, with its rules for submissions."""
        answer = self._connection.ask(
            COMPETITIONS, "GetCompetition", self.slug, competition_name=self.slug
        )
        return answers.details(self.slug, answer)

    def check_rules(self) -> None:
        """Raise `RulesNotAccepted` or another `KaggleError` unless this account may take part.

        Asks for the address of the data, which Kaggle gives to nobody else.
        """
        connection = self._connection
        self.patience.run(
            lambda: connection.redirect(
                COMPETITIONS, "DownloadDataFiles", self.slug, competition_name=self.slug
            ),
            connection.report,
        )

    def limits(self) -> Limits:
        """How many submissions were made, and are left."""
        answer = self._connection.ask(
            COMPETITIONS, "GetSubmissionLimits", self.slug, competition_name=self.slug
        )
        return answers.limits(answer)

    def handed_in(self) -> Iterator[HandedIn]:
        """Every submission that Kaggle lists, in its order. One try for each page, when needed."""
        seen: set[int] = set()
        for page in range(1, _MOST_PAGES + 1):
            answer = self._connection.ask_once(
                COMPETITIONS,
                "ListSubmissions",
                self.slug,
                competition_name=self.slug,
                page=page,
                page_size=_PAGE,
            )
            new = [one for one in answers.submissions(answer) if one.ref not in seen]
            # A service that gives no more, or the same page for ever, has said all.
            if not new:
                return
            yield from new
            seen |= {one.ref for one in new}

    def upload(self, path: Path) -> str:
        """Have the bytes at Kaggle; returns the token that stands for them. One try."""
        stat = path.stat()
        answer = self._connection.ask_once(
            COMPETITIONS,
            "StartSubmissionUpload",
            self.slug,
            competition_name=self.slug,
            content_length=stat.st_size,
            last_modified_epoch_seconds=int(stat.st_mtime),
            file_name=path.name,
        )
        token, place = answers.upload_place(answer)
        if not token or not place.startswith(("https://", "http://")):
            raise KaggleUnavailable(
                "Kaggle named no place for the upload.",
                next="Run it again later. Nothing was submitted.",
            )
        _put(path, place, self._connection)
        return token

    def create(self, token: str, description: str) -> int:
        """Make a submission of what was uploaded; returns its reference, 0 if there is none.

        One try. Where it raises `KaggleUnavailable` the submission may have been made.
        """
        answer = self._connection.ask_once(
            COMPETITIONS,
            "CreateSubmission",
            self.slug,
            competition_name=self.slug,
            blob_file_tokens=token,
            submission_description=description,
        )
        return answers.reference(answer)


def _put(path: Path, place: str, connection: Connection) -> None:
    """Send the file to the signed address ``place``, without our credentials."""
    with requests.Session() as session, path.open("rb") as stream:
        bound(session, connection.patience)
        try:
            answer = session.put(
                place,
                data=stream,
                # It adds nothing, and keeps requests from looking into ~/.netrc.
                auth=lambda request: request,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise _broken(path, type(error).__name__) from None
    if answer.status_code not in _TAKEN:
        failed = _broken(path, str(answer.status_code))
        failed.retry_after = retry_after(answer.headers.get("Retry-After"))
        raise failed


def _broken(path: Path, why: str) -> KaggleUnavailable:
    return KaggleUnavailable(
        f"The upload of {path.name} to Kaggle's file store failed ({why}).",
        means="Nothing was submitted.",
        next="Run it again later; check the network and the proxy settings if it stays so.",
    )

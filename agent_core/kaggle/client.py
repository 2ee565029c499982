"""What Kaggle says of a competition, and its data.

`agent_core.kaggle.connection` makes the calls, `agent_core.kaggle.download` fetches the bytes.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from agent_core.competition import SourceFile
from agent_core.kaggle import answers
from agent_core.kaggle.answers import Details
from agent_core.kaggle.connection import COMPETITIONS, Connection
from agent_core.kaggle.download import Address, download
from agent_core.kaggle.patience import Patience
from agent_core.progress import Report, silent

#: A competition with more files than this is no tabular one; the rest of the list is not asked for.
MOST_FILES = 10_000
_PAGE = 200


class KaggleClient:
    """Competitions on Kaggle, as the account sees them.

    Every method raises `KaggleError` and nothing else when Kaggle refuses or does not answer.
    Not for use by several threads at once.
    """

    def __init__(self, patience: Patience | None = None, report: Report = silent) -> None:
        self._connection = Connection(patience, report)

    def check_credentials(self) -> None:
        """Raise `NotAuthenticated` if there are none, or if Kaggle rejects a token."""
        self._connection.open()

    def details(self, slug: str) -> Details:
        """What the competition is."""
        return answers.details(slug, self._ask("GetCompetition", slug))

    def pages(self, slug: str) -> dict[str, str]:
        """The competition's published pages, such as "evaluation", as HTML or Markdown."""
        return answers.pages(self._ask("ListCompetitionPages", slug))

    def files(self, slug: str) -> tuple[SourceFile, ...]:
        """Every file that the competition offers, up to `MOST_FILES`."""
        found: list[SourceFile] = []
        token, seen = "", set[str]()
        while token not in seen and len(found) < MOST_FILES:
            seen.add(token)
            answer = self._ask("ListDataFiles", slug, page_size=_PAGE, page_token=token)
            found += answers.files(answer)
            token = answers.next_page(answer)
            if not token:
                break
        return tuple({file.name: file for file in found}.values())

    def check_access(self, slug: str, file: str | None = None) -> None:
        """Raise `RulesNotAccepted` or another `KaggleError` unless the data may be downloaded.

        Asks for the address of the data and does not follow it.
        """
        connection = self._connection
        connection.patience.run(lambda: self._address(slug, file), connection.report)

    def download(self, slug: str, file: str | None, target: Path, report: Report = silent) -> None:
        """Fetch one file, or all as one zip archive (``file`` None), to ``target``.

        What an earlier call left beside ``target`` is continued. Kaggle may serve a file zipped
        without saying so.
        """
        patience = self._connection.patience
        download(lambda: self._address(slug, file), target, slug, patience, report)

    def _ask(self, method: str, slug: str, **fields: Any) -> dict[str, Any]:
        return self._connection.ask(COMPETITIONS, method, slug, competition_name=slug, **fields)

    def _address(self, slug: str, file: str | None) -> Address:
        """Where the data are served now. One try."""
        method = "DownloadDataFiles" if file is None else "DownloadDataFile"
        fields = {} if file is None else {"file_name": file}
        redirect = self._connection.redirect(
            COMPETITIONS, method, slug, competition_name=slug, **fields
        )
        url = urljoin(redirect.url, redirect.headers["Location"])
        session: Any = self._connection.session
        elsewhere = session.should_strip_auth(redirect.request.url, url)
        return Address(url=url, auth=None if elsewhere else session.auth)

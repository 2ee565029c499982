"""What was sent: a receipt for each competition and content in the home, one sender at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent_core.home import Home
from agent_core.progress import Report
from agent_core.receipt import Receipt, read_receipt, receipt_file, write_receipt
from agent_core.storage.locking import holding
from agent_core.submitting.order import Order


class Records:
    """Those of one order: kept by the file's content, and once more in the folder of its run."""

    def __init__(self, order: Order, home: Home) -> None:
        self._folder = home.submissions / order.slug
        self._path = self._folder / f"{order.sha256}.json"
        self._copy: Path = receipt_file(home.runs / order.run_id)

    @contextmanager
    def alone(self, report: Report) -> Iterator[None]:
        """Within, no other process of this home sends anything to the competition."""
        waiting = "another run is submitting to this competition"
        with holding(self._folder / "lock", waiting, report):
            yield

    def earlier(self) -> Receipt | None:
        """What is known of a file with this content."""
        return read_receipt(self._path)

    def keep(self, receipt: Receipt) -> Receipt:
        """Write it down."""
        write_receipt(receipt, self._path)
        write_receipt(receipt, self._copy)
        return receipt

    def forget(self) -> None:
        """Nothing was sent after all."""
        self._copy.unlink(missing_ok=True)
        self._path.unlink(missing_ok=True)

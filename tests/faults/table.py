"""What the scenarios have shown, as the lines of a table in docs/operations.md."""

from dataclasses import dataclass, field

from tests.faults.live import State

HEADER = (
    "| what is killed | what the user sees | after | what is lost |",
    "| --- | --- | --- | --- |",
)


@dataclass
class Table:
    """One line for each scenario."""

    lines: list[str] = field(default_factory=list)

    def add(self, killed: str, seen: str, seconds: float) -> None:
        """``seen`` is what the user sees, ``seconds`` after the fault."""
        self.lines.append(f"| {killed} | {' '.join(seen.split())} | {seconds:.0f} s | nothing |")

    def crashed(self, killed: str, at: float, crashed: State, taken_up: State) -> None:
        """A run that was killed at the time ``at`` and taken up again."""
        first, _, _ = crashed.message.partition(".")
        later = taken_up.at - crashed.at
        seen = f"CRASHED: {first}; taken up again {later:.0f} s later, COMPLETED"
        self.add(killed, seen, crashed.at - at)


TABLE = Table()

"""What the scenarios have shown, as the lines of a table in docs/operations.md."""

from dataclasses import dataclass, field

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


TABLE = Table()

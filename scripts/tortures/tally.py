"""What is counted of a torture."""

from __future__ import annotations

from dataclasses import dataclass, field

SHOWN = 5  # examples of each fault


@dataclass
class Tally:
    """How often rag was tortured in one way, and what went wrong.

    lost: what was indexed is gone, or cannot be mended; wrong: another answer, exit code or
    message than promised; crashed: a traceback, a signal, a hang; let_through: what articles must
    not do to a terminal, a shell or the files of whoever reads them.
    """

    name: str
    tried: int = 0
    lost: int = 0
    wrong: int = 0
    crashed: int = 0
    let_through: int = 0
    notes: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, fault: str, example: object) -> None:
        """Count a fault, and keep the first examples."""
        setattr(self, fault, getattr(self, fault) + 1)
        kept = self.examples.setdefault(fault, [])
        if len(kept) < SHOWN:
            kept.append(" ".join(str(example).split())[:700])

    def note(self, what: str, count: int = 1) -> None:
        """Count what is no fault, but worth knowing."""
        self.notes[what] = self.notes.get(what, 0) + count

    def merge(self, other: Tally) -> None:
        """Add what was counted elsewhere."""
        self.tried += other.tried
        for fault in FAULTS:
            setattr(self, fault, getattr(self, fault) + getattr(other, fault))
        for what, count in other.notes.items():
            self.note(what, count)
        for fault, examples in other.examples.items():
            kept = self.examples.setdefault(fault, [])
            kept.extend(examples[: SHOWN - len(kept)])

    @property
    def failed(self) -> bool:
        """Whether anything went wrong, or nothing was tried."""
        return not self.tried or any(getattr(self, fault) for fault in FAULTS)

    def __str__(self) -> str:
        """Return the one line."""
        counts = f"{self.tried:,} tried, {self.lost} lost, {self.wrong} wrong"
        return f"{self.name}: {counts}, {self.crashed} crashed, {self.let_through} let through"


FAULTS = ("lost", "wrong", "crashed", "let_through")

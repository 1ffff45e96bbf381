"""Sentences that a language model wrote, each held against the passages that it cites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# The sources say so; nothing in them shows it; they do not, or say otherwise.
Mark = Literal["✓", "~", "✗"]
SUPPORTED: Mark = "✓"
UNCLEAR: Mark = "~"
STRUCK: Mark = "✗"


@dataclass(frozen=True)
class WrittenSentence:
    """A sentence of a language model, the citations that it names, and what became of it."""

    text: str
    citations: tuple[int, ...]
    mark: Mark

    @property
    def is_struck(self) -> bool:
        """Return whether it is left out of the answer."""
        return self.mark == STRUCK

    def to_object(self) -> dict[str, object]:
        """Return it as ``--json`` prints it."""
        return {
            "text": self.text,
            "citations": list(self.citations),
            "mark": self.mark,
        }

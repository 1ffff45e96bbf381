"""What is counted of the articles as a whole, for a question about them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping


@dataclass(frozen=True)
class CollectionCount:
    """How many articles contain a topic, or how many there are; by whom, and of which days."""

    kind: str  # "count", "articles", "publishers", "latest", "since", "overview", "extent"
    topic: str  # "" where all articles are counted
    count: int
    publishers: Mapping[str, int]  # the most frequent first
    first: datetime.date | None
    last: datetime.date | None
    statement: str  # the same in words of the question's language
    nearest: str = ""  # the topic as the articles spell it, where none has it as it was typed

    def with_statement(self, statement: str) -> CollectionCount:
        """Return the same count, worded."""
        return replace(self, statement=statement)

    def to_object(self) -> dict[str, object]:
        """Return the field ``collection`` of ``rag ask --json``."""
        return {
            "kind": self.kind,
            "topic": self.topic,
            "count": self.count,
            "publishers": dict(self.publishers),
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
            "nearest": self.nearest,
        }

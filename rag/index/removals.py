"""What a generation has removed of its segments, with what that takes from their sums.

A segment never changes: whatever is gone of it is named by the generations after it, in
``removals.json``, by the name of the segment.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rag.index.checked_files import report_damage, require
from rag.index.vocabulary import Counts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

REMOVALS = "removals.json"


@dataclass(frozen=True)
class Removal:
    """What is gone of a segment: rows, and the sums over their passages."""

    articles: list[int] = field(default_factory=list)
    passages: list[int] = field(default_factory=list)
    tokens: int = 0
    token_frequency: Counter[int] = field(default_factory=Counter)  # passages, by the token's id
    words: Counts = field(default_factory=Counter)  # passages, by language and word as written

    def joined_with(self, other: Removal) -> Removal:
        """Return what is gone by this removal and by another one."""
        return Removal(
            [*self.articles, *other.articles],
            [*self.passages, *other.passages],
            self.tokens + other.tokens,
            self.token_frequency + other.token_frequency,
            self.words + other.words,
        )


NOTHING_REMOVED = Removal()


def encode_removals(removals: Mapping[str, Removal]) -> bytes:
    """Return the removals of segments as they are stored."""
    return json.dumps({name: _encode(removal) for name, removal in removals.items()}).encode(
        "ascii"
    )


def _encode(removal: Removal) -> dict[str, Any]:
    return {
        "articles": removal.articles,
        "passages": removal.passages,
        "tokens": removal.tokens,
        "token_frequency": sorted(removal.token_frequency.items()),
        "words": [[*word, passages] for word, passages in sorted(removal.words.items())],
    }


@report_damage
def read_removals(path: Path) -> dict[str, Removal]:
    """Return what ``encode_removals`` wrote; the file has to be checked before."""
    entries = json.loads(path.read_bytes())
    return {str(name): _decode(entry) for name, entry in entries.items()}


def _decode(entry: Mapping[str, Any]) -> Removal:
    words = Counts()
    for language, surface, passages in entry["words"]:
        words[str(language), str(surface)] = _require_count(passages)
    frequency = Counter(
        {_require_count(token): _require_count(count) for token, count in entry["token_frequency"]}
    )
    return Removal(
        list(map(_require_count, entry["articles"])),
        list(map(_require_count, entry["passages"])),
        _require_count(entry["tokens"]),
        frequency,
        words,
    )


def _require_count(value: object) -> int:
    require(isinstance(value, int) and value >= 0, "a removal of no row")
    return int(value)  # type: ignore[call-overload,no-any-return]

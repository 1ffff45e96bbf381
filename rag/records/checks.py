"""What ``rag check`` says of a draft: its quotations and claims, each with where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rag.records.values import Citation, Coverage

ItemKind = Literal["quotation", "claim"]
ItemStatus = Literal["exact", "near", "not_found", "supported", "differs", "nothing_found"]
# In the order in which a page counts them.
QUOTATION_STATUSES: tuple[ItemStatus, ...] = ("exact", "near", "not_found")
CLAIM_STATUSES: tuple[ItemStatus, ...] = ("supported", "differs", "nothing_found")
FAULTS: frozenset[ItemStatus] = frozenset(("near", "not_found", "differs"))


class Change(NamedTuple):
    """A stretch of a quotation: as in the source, only in the source, or only in the draft."""

    kind: Literal["same", "removed", "added", "gap"]
    text: str


class DifferingFact(NamedTuple):
    """What a draft says, and what the source says in its place."""

    draft: str
    source: str


@dataclass(frozen=True)
class CheckedItem:
    """A quotation or a claim of a draft, and what the articles say of it."""

    kind: ItemKind
    text: str  # as a person sees it
    start: int  # in the draft's text
    end: int
    line: int
    status: ItemStatus
    citation: Citation | None = None
    changes: tuple[Change, ...] = ()  # of a quotation that is near
    facts: tuple[DifferingFact, ...] = ()  # of a claim that differs
    missing: tuple[str, ...] = ()  # figures, days and names that no passage read has
    doubt: str = ""  # why a passage that has all of it does not support it
    doubted: Citation | None = None  # where that passage says it

    @property
    def is_fault(self) -> bool:
        """Return whether ``--strict`` refuses it."""
        return self.status in FAULTS


@dataclass(frozen=True)
class DraftCheck:
    """All that was checked of a draft, in the order of its text."""

    path: str
    language: str
    items: tuple[CheckedItem, ...]
    short_quotations: int  # too short to be looked up
    coverage: Coverage
    generation: str
    model: str
    fingerprint: str
    timing_ms: Mapping[str, float]
    warnings: tuple[str, ...] = ()

    @property
    def faults(self) -> tuple[CheckedItem, ...]:
        """Return what ``--strict`` refuses."""
        return tuple(item for item in self.items if item.is_fault)

    def count(self, status: ItemStatus) -> int:
        """Return how many items have a status."""
        return sum(item.status == status for item in self.items)

    def to_dict(self) -> dict[str, object]:
        """Return the check as ``rag check --json`` prints it."""
        from rag.records.check_objects import make_check_object

        return make_check_object(self)

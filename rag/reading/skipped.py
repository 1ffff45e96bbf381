"""Files that were passed over: each with its reason, all of them counted by kind."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from rag.reading.formats import NOT_READ

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_KINDS = 40  # counted by themselves, the others together; chosen by hand
OTHERS = "of other kinds"
# A suffix that a person would call one: others are part of a name.
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,10}")
# Where a reason begins to speak of this one file, or of the way out.
_DETAIL = re.compile(r"[:;]")


class SkippedFile(NamedTuple):
    """A file or folder that was passed over, and why."""

    path: str
    reason: str

    @property
    def kind(self) -> str:
        """Return what it has in common with others: ".jpg not read", ".pdf scanned"."""
        suffix = PurePosixPath(self.path).suffix
        label = suffix.lower() if _SUFFIX.fullmatch(suffix) else ""
        reason = _DETAIL.split(self.reason, maxsplit=1)[0]
        if self.reason == NOT_READ:
            reason = "not read"
            label = label or "without a suffix,"
        return f"{label} {reason}".strip()


def count_kinds(skipped: Iterable[SkippedFile]) -> dict[str, int]:
    """Return how many files of each kind were passed over, the most frequent first."""
    counts = Counter(file.kind for file in skipped)
    ordered = sorted(counts.items(), key=_get_rank)
    kinds = dict(ordered[:MAX_KINDS])
    others = sum(count for _, count in ordered[MAX_KINDS:])
    if others:
        kinds[OTHERS] = others
    return kinds


def _get_rank(item: tuple[str, int]) -> tuple[int, str]:
    kind, count = item
    return -count, kind

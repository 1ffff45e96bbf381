"""Values for one thing in which sources differ, or that a newer one replaces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

ConflictKind = Literal["differ", "earlier"]


class Figure(NamedTuple):
    """A value as a source writes it, and the number of the citation that holds it."""

    value: str
    citation: int


@dataclass(frozen=True)
class Conflict:
    """Different figures, days or names for one thing, the newest first.

    The kind is "earlier" where the newest tells what has become of the others.
    """

    figures: tuple[Figure, ...]
    kind: ConflictKind = "differ"

"""The filters of a question beside what the index has.

A publisher may be named by a part of its name; a filter that no article passes is said to be the
reason that nothing is found, with where it comes from.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rag.pipeline import Rag
    from rag.records import Answer
    from rag.settings import Settings


class ChosenFilters(NamedTuple):
    """The settings with the publishers as the index calls them, and what is to be said of it."""

    settings: Settings
    remarks: tuple[str, ...] = ()

    def remark(self, answer: Answer) -> Answer:
        """Return an answer with the remarks before its warnings."""
        return replace(answer, warnings=(*self.remarks, *answer.warnings))


def choose_filters(settings: Settings, rag: Rag) -> ChosenFilters:
    """Return the filters as the index knows them.

    Raises:
        UsageError: several publishers may be meant.
    """
    if settings.as_of is None and not any(settings.filters):
        return ChosenFilters(settings)
    # Only where a filter is set.
    from rag.index.name_matches import choose_publishers, find_unknown_names
    from rag.pipeline import explain_emptiness

    manifest = rag.generation.manifest
    origin = settings.origin("publisher")
    publishers = choose_publishers(settings.publisher, manifest["publishers"], origin=origin)
    remarks = list(publishers.remarks)
    settings = replace(settings, publisher=publishers.names)
    if not find_unknown_names(settings.filters, manifest):  # which every answer warns of
        remarks += explain_emptiness(settings, rag.generation)
    return ChosenFilters(settings, tuple(remarks))

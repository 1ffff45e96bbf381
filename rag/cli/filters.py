"""The filters of a question beside what the index has.

A publisher may be named by a part of its name; a filter that no article passes is said to be the
reason that nothing is found, with where it comes from.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection

    from rag.index.opened import OpenedIndex
    from rag.pipeline import Rag
    from rag.records import Answer, Filters
    from rag.settings import Settings

# The settings that choose among the articles, and what an article without them has.
EVERYTHING: dict[str, object] = {
    "since": None,
    "until": None,
    "as_of": None,
    "publisher": (),
    "lang": (),
}


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
    active = [name for name, nothing in EVERYTHING.items() if getattr(settings, name) != nothing]
    if not active:
        return ChosenFilters(settings)
    # Only where a filter is set.
    from rag.index.name_matches import choose_publishers, find_unknown_names

    manifest = rag.generation.manifest
    origin = settings.origin("publisher")
    publishers = choose_publishers(settings.publisher, manifest["publishers"], origin=origin)
    remarks = list(publishers.remarks)
    settings = replace(settings, publisher=publishers.names)
    if not find_unknown_names(settings.filters, manifest):  # which every answer warns of
        remarks += _explain_emptiness(settings, rag.generation, active)
    return ChosenFilters(settings, tuple(remarks))


def _explain_emptiness(
    settings: Settings, generation: OpenedIndex, active: Collection[str]
) -> list[str]:
    """Return which filters leave no article, and how many there are without each."""
    if generation.coverage(_make_filters(settings)).articles:
        return []
    remarks = []
    for name in active:
        without = generation.coverage(_make_filters(settings, dropped=(name,)))
        if without.articles:
            days = _describe_days(without.first, without.last)
            filter_words = _describe_filter(settings, name)
            remarks.append(
                f"{filter_words} leaves no article of the {without.articles} without it{days}"
            )
    if remarks:
        return remarks
    # Two filters, each of which leaves nothing.
    everything = generation.coverage(_make_filters(settings, dropped=active))
    filter_words = " and ".join(_describe_filter(settings, name) for name in active)
    return [f"{filter_words} leave no article of the {everything.articles} without them"]


def _make_filters(settings: Settings, dropped: Collection[str] = ()) -> Filters:
    """Return the filters without some of the settings that they are made of."""
    from rag.records import Filters  # not on the way to --help

    values = {name: getattr(settings, name) for name in EVERYTHING if name not in dropped}
    last_days = [values[name] for name in ("until", "as_of") if values.get(name)]
    return Filters(
        values.get("since"),
        min(last_days, default=None),
        values.get("publisher", ()),
        values.get("lang", ()),
    )


def _describe_filter(settings: Settings, name: str) -> str:
    """Return a filter with where it comes from: "--since 2030-01-01"."""
    from rag.settings import format_value

    value = format_value(getattr(settings, name))
    return f"{settings.origin(name)} {value}"


def _describe_days(first: datetime.date | None, last: datetime.date | None) -> str:
    if first is None or last is None:
        return ""
    return f", from {first} to {last}"

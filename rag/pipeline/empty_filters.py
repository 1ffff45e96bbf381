"""Filters that no article passes: which of them is the reason, and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection

    from rag.index.opened import OpenedIndex
    from rag.records import Filters
    from rag.settings import Settings

# The settings that choose among the articles, and what an article without them has.
EVERYTHING: dict[str, object] = {
    "since": None,
    "until": None,
    "as_of": None,
    "publisher": (),
    "lang": (),
}


def _list_active(settings: Settings) -> list[str]:
    """Return the names of the filters that are set."""
    return [name for name, nothing in EVERYTHING.items() if getattr(settings, name) != nothing]


def explain_emptiness(settings: Settings, generation: OpenedIndex) -> list[str]:
    """Return which filters leave no article, and how many there are without each."""
    active = _list_active(settings)
    if not active or generation.coverage(_make_filters(settings)).articles:
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
    filter_words = ", ".join(_describe_filter(settings, name) for name in active)
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

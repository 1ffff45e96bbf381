"""A name as someone types it beside the names of an index: the same, a part of it, or near it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

# difflib's ratios, chosen by hand: from the first a misspelt name is surely this one.
SURE_SIMILARITY = 0.85
MAX_NEAREST = 3


class NameMatch(NamedTuple):
    """What a typed name may mean."""

    meant: tuple[str, ...]  # the name itself, those that hold it, or the one that is spelled so
    nearest: tuple[str, ...]  # where nothing is meant


def match_name(typed: str, known: Iterable[str]) -> NameMatch:
    """Return which of the known names a typed one may mean, whatever its case and accents."""
    name_by_key = {fold(name): name for name in known}
    key = fold(typed)
    if key in name_by_key:
        return NameMatch((name_by_key[key],), ())
    holding = [name for known_key, name in name_by_key.items() if key and key in known_key]
    if holding:
        return NameMatch(tuple(holding), ())
    ranked = sorted(name_by_key, key=lambda known_key: -_compare(key, known_key))
    sure = [each for each in ranked if _compare(key, each) >= SURE_SIMILARITY]
    if len(sure) == 1:
        return NameMatch((name_by_key[sure[0]],), ())
    nearest = [name_by_key[each] for each in ranked[:MAX_NEAREST]]
    return NameMatch((), tuple(nearest))


def _compare(key: str, known_key: str) -> float:
    """Return how alike two keys are: at best with a name, or with the word of it that is nearest.

    "oest" is near "Ouest-France".
    """
    import difflib  # seldom needed, and slow to import

    words = known_key.replace("-", " ").split()
    ratios = [difflib.SequenceMatcher(None, key, text).ratio() for text in (known_key, *words)]
    return max(ratios)

"""A name as someone types it beside the names of an index: the same, a part of it, or near it.

And what is said of one that is none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from rag.errors import UsageError
from rag.text import fold, load_section

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from rag.records import Filters

# difflib's ratios, chosen by hand: from the first a misspelt name is surely this one.
SURE_SIMILARITY = 0.85
NEAR_SIMILARITY = 0.5  # from here on it may be meant
MAX_NEAREST = 3
MAX_LISTED = 8  # names in a message; chosen by hand: two lines


class NameMatch(NamedTuple):
    """What a typed name may mean."""

    meant: tuple[str, ...]  # the name itself, those that hold it, or the one that is spelled so
    nearest: tuple[str, ...]  # where nothing is meant


def match_name(typed: str, known: Iterable[str]) -> NameMatch:
    """Return which of the known names a typed one may mean, whatever its case and accents."""
    name_by_key = {fold(name): name for name in known}
    key = fold(typed)
    if key in name_by_key:
        name = name_by_key[key]
        return NameMatch((name,), ())
    holding = [name for known_key, name in name_by_key.items() if key and key in known_key]
    if holding:
        return NameMatch(tuple(holding), ())
    similarities = {each: _compare(key, each) for each in name_by_key}
    ranked = sorted(similarities, key=similarities.__getitem__, reverse=True)
    sure = [each for each in ranked if similarities[each] >= SURE_SIMILARITY]
    if len(sure) == 1:
        name = name_by_key[sure[0]]
        return NameMatch((name,), ())
    near = [each for each in ranked if similarities[each] >= NEAR_SIMILARITY]
    nearest = [name_by_key[each] for each in near[:MAX_NEAREST]]
    return NameMatch((), tuple(nearest))


def _compare(key: str, known_key: str) -> float:
    """Return how alike two keys are: at best with a name, or with the word of it that is nearest.

    "oest" is near "Ouest-France".
    """
    import difflib  # seldom needed, and slow to import

    words = known_key.replace("-", " ").split()
    ratios = [difflib.SequenceMatcher(None, key, text).ratio() for text in (known_key, *words)]
    return max(ratios)


class ChosenPublishers(NamedTuple):
    """The publishers of a filter as the index calls them, and what is to be said of it."""

    names: tuple[str, ...]
    remarks: tuple[str, ...]


def choose_publishers(
    typed_names: Iterable[str], known: Collection[str], *, origin: str
) -> ChosenPublishers:
    """Return the publishers that are meant; a name that means none stays as it is.

    ``origin``: where the names come from, as "--publisher".

    Raises:
        UsageError: several may be meant.
    """
    names = []
    remarks = []
    for typed in typed_names:
        meant = match_name(typed, known).meant
        if len(meant) > 1:
            raise UsageError(
                f"{origin}: {len(meant)} publishers have {typed} in their names",
                hint=f"name one of them: {list_names(meant)}",
            )
        name = meant[0] if meant else typed
        names.append(name)
        if typed.casefold() != name.casefold():
            remarks.append(f"{origin} {typed} is taken for {name}")
    return ChosenPublishers(tuple(names), tuple(remarks))


def find_unknown_names(filters: Filters, manifest: Mapping[str, object]) -> tuple[str, ...]:
    """Return a warning for each publisher and language of the filters that no article has.

    It names the publishers that may be meant, and the languages that there are.
    """
    publishers = cast("Mapping[str, int]", manifest["publishers"])
    languages = cast("Mapping[str, int]", manifest["languages"])
    return (
        *_warn_of_unknown_publishers(filters.publishers, publishers),
        *_warn_of_unknown_languages(filters.languages, languages),
    )


def _warn_of_unknown_publishers(requested: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    """Yield a warning for each name that is no publisher's, whatever its case and accents."""
    known_keys = {fold(name) for name in known}
    for name in requested:
        if fold(name) in known_keys:
            continue
        match = match_name(name, known)
        similar = list_names(match.meant or match.nearest)
        hint = "no article names one"
        if similar:
            hint = f"the nearest: {similar}; rag status lists them"
        elif known_keys:
            hint = f"there are articles by {list_names(list(known))}"
        yield f"no article is by {name}; {hint}"


def _warn_of_unknown_languages(requested: Iterable[str], known: Collection[str]) -> Iterator[str]:
    """Yield a warning for each language that no article is in."""
    for code in requested:
        if fold(code) in known:
            continue
        english_names = load_section("en", "language_names").get(code, ())
        language = f"{english_names[0]} ({code})" if english_names else code
        yield f"no article is in {language}; the index has articles in {list_names(known)}"


def list_names(names: Collection[str]) -> str:
    """Return the first names, and how many more there are."""
    listed = ", ".join(list(names)[:MAX_LISTED])
    more = len(names) - MAX_LISTED
    return f"{listed} and {more} more" if more > 0 else listed

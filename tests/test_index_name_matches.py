"""Names as people type them: what is said of one that no article has."""

from __future__ import annotations

import pytest

from rag.index.name_matches import find_unknown_names
from rag.records import Filters

NEAREST = "the nearest: Le Monde; rag status lists them"
NAMES = {
    "publishers": dict.fromkeys(["Le Monde", "ÉCHO", "C", "D", "E", "F"], 1),
    "languages": {"fr": 1},
}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), ()),
        (Filters(publishers=("le monde", "echo"), languages=("FR",)), ()),
        (Filters(publishers=("La Monde",)), (f"no article is by La Monde; {NEAREST}",)),
        (Filters(publishers=("mond",)), (f"no article is by mond; {NEAREST}",)),
        (
            Filters(publishers=("zzz",), languages=("xx",)),
            (
                "no article is by zzz; there are articles by Le Monde, ÉCHO, C, D, E, F",
                "no article is in xx; the index has articles in fr",
            ),
        ),
        (
            Filters(languages=("it",)),
            ("no article is in Italian (it); the index has articles in fr",),
        ),
    ],
)
def test_names_that_no_article_has(filters: Filters, expected: tuple[str, ...]) -> None:
    """Catches names compared with their case, all suggested, any name for the nearest, a language called publisher."""
    assert find_unknown_names(filters, NAMES) == expected


def test_an_index_without_publishers_suggests_none() -> None:
    """Catches "the nearest:" with nothing behind it."""
    names: dict[str, object] = {"publishers": {}, "languages": {}}
    assert find_unknown_names(Filters(publishers=("x",)), names) == (
        "no article is by x; no article names one",
    )

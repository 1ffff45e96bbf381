"""The two arrays of a vocabulary, number by number, and what is found in them."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.index.terms import TermDoc
from rag.index.vocabulary import (
    HELD,
    Counts,
    Form,
    Vocabulary,
    build_vocabulary,
    count_words,
    list_surfaces,
)
from rag.text.words import find_words

if TYPE_CHECKING:
    from pathlib import Path

FORMS = [Form("fr", "Été", 7), Form("und", "bac", 70_000), Form("en", "cab", 2)]


def test_the_arrays_of_a_vocabulary(tmp_path: Path) -> None:
    """Catches another hash, order, bit or offset: an index written before could not be read."""
    Vocabulary.of(FORMS).save(tmp_path)
    rows = np.load(tmp_path / "vocabulary.npy")
    forms = np.load(tmp_path / "forms.npy")
    hashes = {"ete": 0xC7D6F9FC, "bac": 0x1C4FAC58, "cab": 0x6A8AF6F9}
    assert hashes == {term: zlib.crc32(term.encode()) for term in hashes}
    # In the order of their hashes: bac, cab, ete.
    assert (rows.dtype, forms.dtype) == (np.uint32, np.uint8)
    assert rows.tolist() == [
        [0x1C4FAC58, 0x6A8AF6F9, 0xC7D6F9FC],
        [2 + 4 + 8, 2 + 4 + 8, 2**5 + 2**20],  # letters 1 to 3; 5 (e) and 20 (t)
        [ord("b"), ord("c"), ord("e")],
        [3, 3, 3],
        [
            int.from_bytes(b"und", "big"),
            int.from_bytes(b"en", "big"),
            int.from_bytes(b"fr", "big"),
        ],
        [70_000, 2, 7],
        [3, 6, 11],  # "Été" has five bytes
    ]
    assert forms.tobytes().decode() == "baccabÉté"


def test_an_empty_vocabulary() -> None:
    """Catches NumPy's refusal to take the letters of no word."""
    empty = build_vocabulary(Counts())
    assert empty.forms("a") == empty.near("abcdef", 2) == []


@pytest.mark.parametrize(
    ("term", "edits", "expected"),
    [
        ("cab", 0, ["cab"]),  # not bac, which has the same letters
        ("cabs", 1, ["cab"]),
        ("cabss", 1, []),
        ("cabss", 2, ["cab"]),
        ("acb", 1, ["cab"]),  # neighbours changed over, the first letter too
        ("xbac", 1, ["bac"]),
        ("xbacx", 2, []),  # of two edits none changes the first letter
        ("bacxx", 2, ["bac"]),
    ],
)
def test_near_words_are_within_the_edits(term: str, edits: int, expected: list[str]) -> None:
    """Catches one edit too many or too few, and a first letter that two edits change."""
    assert [form.written for form in Vocabulary.of(FORMS).near(term, edits)] == expected


def test_words_of_three_letters_are_kept_without_their_elisions() -> None:
    """Catches words of two letters, "l'usine" as a word, and a form that lost its accents."""
    text = "L'École de Lyon, un bus: ça va? ABC's 14 000"
    assert HELD == 3
    assert list(list_surfaces(text, find_words(text))) == ["École", "Lyon", "bus", "ABC", "14000"]


def test_the_most_frequent_spelling_names_a_word() -> None:
    """Catches sums that are lost, the first spelling that wins, and languages thrown together."""
    counts = Counts()
    surfaces = [["Paris", "paris"], ["PARIS"], ["Paris"], ["usine", "usine"]]
    rows = [TermDoc(n, [], [], [], "fr", None, 0, words) for n, words in enumerate(surfaces)]
    rows.append(TermDoc(4, [], [], [], "en", None, 0, ["paris"]))
    assert list(count_words(rows, counts)) == rows
    assert counts == {
        ("fr", "Paris"): 2,
        ("fr", "paris"): 1,
        ("fr", "PARIS"): 1,
        ("fr", "usine"): 1,
        ("en", "paris"): 1,
    }
    vocabulary = build_vocabulary(counts)
    assert vocabulary.forms("paris") == [Form("fr", "Paris", 4), Form("en", "paris", 1)]
    assert vocabulary.forms("usine") == [Form("fr", "usine", 1)]

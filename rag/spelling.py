"""A question in the spelling of the articles: accents put back, elisions cut off, misspelt words read as words that are near.

The index keeps its vocabulary: every word as it is mostly written, and in how many passages it stands. A word of the
question that neither the index nor the lexicon knows is read as the likeliest word one edit away, or two where both words
are long: a letter more, less, other, or two neighbours changed over (Damerau 1964). Nothing that the index holds is ever
read as something else, and a name only as another name.

A vocabulary is two arrays, ``vocabulary`` and ``forms``: a row per word, ascending by the CRC-32 of the folded word, with
the letters it is made of as bits; and the bytes of all words. One edit changes two of these bits at most, which rules out
almost every word before any distance is computed.
"""

from __future__ import annotations

import functools
import math
import zlib
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.lexicon import HUB
from rag.text import ELISIONS, fold, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.lexical import TermDoc
    from rag.lexicon import Lexicon
    from rag.text import Word

SHORTEST, LONG = 4, 7  # letters of a word that one edit may change; of both words where it may be two
HELD = 3  # letters of a word that the vocabulary holds
ELIDING = frozenset({"ca", "fr", "it"})  # languages that drop a vowel for an apostrophe
INITIAL = 3.0  # nats: how much less likely a word with another first letter is
_ROW = np.dtype([("hash", "<u4"), ("letters", "<u4"), ("passages", "<u4"), ("end", "<u4"), ("length", "<u2"), ("language", "S8")])


class Form(NamedTuple):
    """A word of a language as it is mostly written, and in how many passages it stands."""

    language: str
    written: str
    passages: int


class Reading(NamedTuple):
    """A question as it is read, and which of its words were misspelt: as read, as asked."""

    text: str
    misspelt: Mapping[str, str]


class Vocabulary:
    """The words of an index, or of a language of the lexicon; see above."""

    def __init__(self, rows: NDArray[np.void], forms: NDArray[np.uint8]) -> None:
        self._rows, self._forms = rows, forms

    @classmethod
    def of(cls, found: Sequence[Form]) -> Vocabulary:
        """The vocabulary of these words."""
        terms = fold("\n".join(form.written for form in found)).split("\n") if found else []
        hashes = np.array([zlib.crc32(_bytes(term)) for term in terms], np.uint32)
        order = np.argsort(hashes, kind="stable")
        written = [_bytes(found[place].written) for place in order.tolist()]
        rows = np.zeros(len(found), _ROW)
        rows["hash"] = hashes[order]
        rows["letters"], rows["length"] = (column[order] for column in _letters(terms))
        rows["passages"] = [found[place].passages for place in order.tolist()]
        rows["language"] = [_bytes(found[place].language) for place in order.tolist()]
        rows["end"] = np.cumsum([len(word) for word in written])
        return cls(rows, np.frombuffer(b"".join(written), np.uint8))

    def save(self, folder: Path) -> None:
        """Write the two arrays into a folder."""
        np.save(folder / "vocabulary.npy", self._rows, allow_pickle=False)
        np.save(folder / "forms.npy", self._forms, allow_pickle=False)

    def forms(self, term: str) -> list[Form]:
        """How a folded word is written, in any language, the most frequent first."""
        hashes = self._rows["hash"]
        wanted = hashes.dtype.type(zlib.crc32(_bytes(term)))
        first, last = (int(hashes.searchsorted(wanted, side)) for side in ("left", "right"))
        found = [self._form(row) for row in range(first, last)]
        return sorted((form for form in found if fold(form.written) == term), key=lambda form: -form.passages)

    def near(self, term: str, edits: int) -> list[Form]:
        """The words that are so many edits or fewer away from a folded word."""
        from rapidfuzz.distance import OSA

        letters, length = _letters([term])
        differing = self._rows["letters"] ^ letters
        for _ in range(2 * edits):
            differing &= differing - (differing > 0)  # without its lowest bit
        lengths = self._rows["length"].astype(np.int32)
        rows = np.flatnonzero((differing == 0) & (np.abs(lengths - length) <= edits))
        found = map(self._form, rows.tolist())
        return [form for form in found if OSA.distance(term, fold(form.written), score_cutoff=edits) <= edits]

    def _form(self, row: int) -> Form:
        _, _, passages, end, _, language = self._rows[row].tolist()
        start = int(self._rows["end"][row - 1]) if row else 0
        return Form(language.decode("ascii"), bytes(self._forms[start:end]).decode("utf-8", "replace"), passages)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _letters(terms: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Which of 32 kinds of letters each term holds, as bits, and how many letters it has."""
    codes = np.frombuffer("".join(f"{term}\n" for term in terms).encode("utf-32-le", "replace"), np.uint32)
    ends = np.flatnonzero(codes == ord("\n"))
    starts = np.append(0, ends + 1)[:-1]
    bits = np.where(codes == ord("\n"), 0, np.uint32(1) << (codes & 31)).astype(np.uint32)
    return (np.bitwise_or.reduceat(bits, starts) if len(starts) else bits), ends - starts


def surfaces(text: str) -> Iterator[str]:
    """The words of a text as they are written there."""
    for word in words(text):
        surface = text[word.start : word.end]
        if len(word.term) >= HELD:
            yield surface if fold(surface) == word.term else word.form


def counted(rows: Iterable[TermDoc], counts: Counter[tuple[str, str]]) -> Iterator[TermDoc]:
    """The rows, as they are; meanwhile ``counts`` learns in how many of them each word of each language stands."""
    for row in rows:
        counts.update((row.language, surface) for surface in set(row.surfaces))
        yield row


def vocabulary(counts: Mapping[tuple[str, str], int]) -> Vocabulary:
    """Every word once, however it is capitalised, as it is written most often."""
    best: dict[tuple[str, str], Form] = {}
    for (language, surface), passages in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        key = (language, surface.lower())
        before = best.get(key, Form(language, surface, 0))
        best[key] = before._replace(passages=before.passages + passages)
    return Vocabulary.of(list(best.values()))


def read(question: str, *, language: str, vocabulary: Vocabulary, lexicon: Lexicon) -> Reading:
    """A question in the spelling of the articles; what they hold, and what the lexicon knows, stays as it is."""
    text = question.lower() if question.isupper() else question
    speller = _Speller(language, vocabulary, lexicon)
    misspelt = {}
    for word in reversed(words(text)):
        asked = text[word.start : word.end]
        name = language != "de" and word.start > 0 and asked[:1].isupper()  # German writes every noun so
        found, same = speller.read(word, name=name)
        if found:
            written = found if not asked[:1].isupper() or found[:1].isupper() else found.capitalize()
            text = text[: word.start] + written + text[word.end :]
            if not same:
                misspelt[written] = asked
    return Reading(text, dict(reversed(misspelt.items())))


class _Speller:
    """How the words of one question are read."""

    def __init__(self, language: str, vocabulary: Vocabulary, lexicon: Lexicon) -> None:
        self._language, self._vocabulary, self._lexicon = language, vocabulary, lexicon

    def read(self, word: Word, *, name: bool) -> tuple[str, bool]:
        """The word in another spelling, or nothing; and whether it is the same word."""
        term = word.term
        if len(term) < HELD or not term.isalpha():
            return "", True
        held = self._vocabulary.forms(term)
        if held:
            accented = word.form == term and term not in [form.written.lower() for form in held]
            return (held[0].written if accented else ""), True
        if len(term) < SHORTEST or self._known(word.form):
            return "", True
        elided = self._elided(term, name=name)
        return (elided, True) if elided else (self._near(term, name=name), False)

    def _known(self, form: str) -> bool:
        return any(self._lexicon.knows(form, language) for language in (self._language, HUB))

    def _elided(self, term: str, *, name: bool) -> str:
        """What stands behind an elided article that has lost its apostrophe: "lannonce"."""
        for cut in range(1, len(term) - HELD + 1) if self._language in ELIDING else ():
            rest = term[cut:]
            if term[:cut] in ELISIONS:
                held = [form.written for form in self._vocabulary.forms(rest) if not name or form.written[:1].isupper()]
                if held or (not name and self._lexicon.knows(rest, self._language)):
                    return held[0] if held else rest
        return ""

    def _near(self, term: str, *, name: bool) -> str:
        """The likeliest of the nearest words: the index's in this language, those of the lexicon, the index's in another."""
        for edits in (1, 2):
            if edits == 1 or len(term) >= LONG:
                here = [form for form in self._vocabulary.near(term, edits) if not name or form.written[:1].isupper()]
                own = [form for form in here if form.language == self._language]
                known = () if own or name else _known_words(self._lexicon, self._language).near(term, edits)
                found = [form for form in own or known or here if edits == 1 or len(form.written) >= LONG]
                if found:
                    return max(found, key=lambda form: (_likelihood(form, term), form.written)).written
        return ""


def _likelihood(form: Form, term: str) -> float:
    return math.log1p(form.passages) - INITIAL * (fold(form.written)[:1] != term[:1])


@functools.cache
def _known_words(lexicon: Lexicon, language: str) -> Vocabulary:
    return Vocabulary.of([Form(language, word, round(frequency)) for word, frequency in lexicon.words(language)])

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
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from rag.models.lexicon import HUB, Known, stems
from rag.text.words import ELISIONS, STRAIGHT, fold, words

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.index.terms import TermDoc
    from rag.models.lexicon import Lexicon
    from rag.text.words import Word

    How = Literal["same", "misspelt", "unknown"]

SHORTEST, LONG = 4, 7  # letters of a word that one edit may change; of both words where it may be two
MOST = 64  # words of a question that are looked up
HELD = 3  # letters of a word that the vocabulary holds
ELIDING = frozenset({"ca", "fr", "it"})  # languages that drop a vowel for an apostrophe
INITIAL = 3.0  # nats: how much less likely a word with another first letter is
_COLUMNS = 7  # hash, letters, first letter, length, language, passages, end of the bytes

Counts = Counter[tuple[str, str]]  # in how many passages a word stands, by language and as it is written


class Form(NamedTuple):
    """A word of a language as it is mostly written, and in how many passages it stands."""

    language: str
    written: str
    passages: int


class Reading(NamedTuple):
    """A question as it is read."""

    text: str
    misspelt: Mapping[str, str]  # words as they are read, and as they were asked
    unknown: tuple[str, ...]  # names that neither the articles nor the lexicon know, and nothing is near to

    @property
    def notes(self) -> tuple[str, ...]:
        """What whoever asked should know about it."""
        read_as = (f"read “{asked}” as “{word}”" for word, asked in self.misspelt.items())
        return (*read_as, *(f"no article mentions “{name}”" for name in self.unknown))


class Vocabulary:
    """The words of an index, or of a language of the lexicon; see above."""

    def __init__(self, rows: NDArray[np.uint32], forms: NDArray[np.uint8]) -> None:
        self._hashes, self._letters, self._initials, self._lengths, self._languages, self._passages, self._ends = rows
        self._rows, self._forms = rows, forms

    @classmethod
    def of(cls, found: Sequence[Form]) -> Vocabulary:
        """The vocabulary of these words."""
        terms = fold("\n".join(form.written for form in found)).split("\n")[: len(found)]
        rows = np.zeros((_COLUMNS, len(found)), np.uint32)
        rows[0] = [zlib.crc32(_bytes(term)) for term in terms]
        rows[1:4] = _letters(terms)
        rows[4] = [_code(form.language) for form in found]
        rows[5] = [form.passages for form in found]
        order = np.argsort(rows[0], kind="stable")
        written = [_bytes(found[place].written) for place in order.tolist()]
        rows = rows[:, order]
        rows[6] = np.cumsum(list(map(len, written)))
        return cls(rows, np.frombuffer(b"".join(written), np.uint8))

    def save(self, folder: Path) -> None:
        """Write the two arrays into a folder."""
        np.save(folder / "vocabulary.npy", self._rows, allow_pickle=False)
        np.save(folder / "forms.npy", self._forms, allow_pickle=False)

    def forms(self, term: str) -> list[Form]:
        """How a folded word is written, in any language, the most frequent first."""
        wanted = np.uint32(zlib.crc32(_bytes(term)))
        first, last = (int(self._hashes.searchsorted(wanted, side)) for side in ("left", "right"))
        found = [form for form in self._take(np.arange(first, last)) if fold(form.written) == term]
        return sorted(found, key=lambda form: -form.passages)

    def near(self, term: str, edits: int) -> list[Form]:
        """The words that are so many edits or fewer away from a folded word; two edits leave the first letter alone."""
        from rapidfuzz.distance import OSA

        ((letters,), (initial,), (length,)) = _letters([term])
        likely = (self._lengths >= max(length, edits) - edits) & (self._lengths <= length + edits)
        if edits > 1:
            likely &= self._initials == initial
        rows = np.flatnonzero(likely)
        differing = self._letters[rows] ^ letters
        for _ in range(2 * edits):
            differing &= differing - (differing > 0)  # without its lowest bit
        found = self._take(rows[differing == 0])
        return [form for form in found if OSA.distance(term, fold(form.written), score_cutoff=edits) <= edits]

    def _take(self, rows: NDArray[np.int64]) -> list[Form]:
        starts = np.where(rows > 0, self._ends[rows - 1], 0).tolist() if len(rows) else []
        columns = (starts, *(column[rows].tolist() for column in (self._ends, self._languages, self._passages)))
        return [
            Form(_language(code), self._forms[start:end].tobytes().decode("utf-8", "replace"), passages)
            for start, end, code, passages in zip(*columns, strict=True)
        ]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")  # a lone surrogate has no bytes


def _code(language: str) -> int:
    return int.from_bytes(language.encode("ascii", "replace")[:4], "big")


@functools.cache
def _language(code: int) -> str:
    return code.to_bytes(4, "big").lstrip(b"\0").decode("ascii")


def _letters(terms: Sequence[str]) -> NDArray[np.uint32]:
    """Of each term which of 32 kinds of letters it holds, as bits, its first letter, and how many it has."""
    codes = np.frombuffer("".join(f"{term}\n" for term in terms).encode("utf-32-le", "replace"), np.uint32)
    ends = np.flatnonzero(codes == ord("\n"))
    starts = np.append(0, ends + 1)[:-1]
    bits = np.where(codes == ord("\n"), 0, np.uint32(1) << (codes & 31)).astype(np.uint32)
    held = np.bitwise_or.reduceat(bits, starts) if len(starts) else bits
    return np.array([held, codes[starts], ends - starts], np.uint32)


def surfaces(text: str, found: Iterable[Word]) -> Iterator[str]:
    """The words found in a text, as they are written there."""
    for word in found:
        surface = text[word.start : word.end]
        if len(word.term) >= HELD:
            yield surface if fold(surface) == word.term else word.form


def counted(rows: Iterable[TermDoc], counts: Counts) -> Iterator[TermDoc]:
    """The rows, as they are; meanwhile ``counts`` learns in how many of them each word of each language stands."""
    for row in rows:
        counts.update((row.language, surface) for surface in set(row.surfaces))
        yield row


def vocabulary(counts: Counts) -> Vocabulary:
    """Every word once, however it is capitalised, as it is written most often."""
    best: dict[tuple[str, str], Form] = {}
    for (language, surface), passages in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        key = (language, surface.lower())
        before = best.get(key, Form(language, surface, 0))
        best[key] = before._replace(passages=before.passages + passages)
    return Vocabulary.of(list(best.values()))


def read(
    question: str,
    *,
    languages: Sequence[str],
    held: Collection[str],
    vocabulary: Vocabulary,
    lexicon: Lexicon,
    frequency: Callable[[str, str], int],
) -> Reading:
    """A question in the spelling of the articles; what they hold, and what the lexicon knows, stays as it is.

    ``languages`` that it may be in, the likeliest first: typos hide them, too; ``held``: those of the articles. ``frequency``
    of a unit, given its language, is how many passages of the index hold it.
    """
    text = (question.lower() if question.isupper() else question).translate(STRAIGHT)
    here = languages[0] in held
    speller = _Speller(languages, vocabulary, lexicon, frequency if here else None)
    misspelt, unknown = {}, []
    for word in reversed(words(text)[:MOST]):
        asked = text[word.start : word.end]
        name = languages[0] != "de" and word.start > 0 and asked[:1].isupper()  # German writes every noun so
        found, how = speller.read(word, name=name)
        written = found if not asked[:1].isupper() or found[:1].isupper() else found.capitalize()
        if found:
            text = text[: word.start] + written + text[word.end :]
        if how == "misspelt":
            misspelt[written] = asked
        if how == "unknown":
            unknown.append(asked)
    return Reading(text, dict(reversed(misspelt.items())), tuple(reversed(unknown)) if here else ())


class _Speller:
    """How the words of one question are read."""

    def __init__(
        self,
        languages: Sequence[str],
        vocabulary: Vocabulary,
        lexicon: Lexicon,
        frequency: Callable[[str, str], int] | None,  # if the articles are in the first of the languages, too
    ) -> None:
        self._languages, self._vocabulary, self._lexicon, self._frequency = languages, vocabulary, lexicon, frequency

    def read(self, word: Word, *, name: bool) -> tuple[str, How]:
        """The word in another spelling, or nothing when it stays as it is."""
        term = word.term
        if len(term) < HELD or not term.isalpha():
            return "", "same"
        held = self._vocabulary.forms(term)
        if held:
            accented = word.form == term and term not in [form.written.lower() for form in held]
            return (held[0].written if accented else ""), "same"
        known = max(self._lexicon.knows(word.form, language) for language in (self._languages[0], HUB))
        if len(term) < SHORTEST or known == Known.FORM or (known and not name and self._is_inflected(word.form)):
            return "", "same"
        if elided := "" if known else self._elided(term, name=name):
            return elided, "same"
        near = self._near(term, name=name, sure=bool(known))
        if near and not set(stems(near.lower(), self._languages[0])) & set(stems(word.form, self._languages[0])):
            return near, "misspelt"
        return "", "unknown" if name and not (near or known or self._has_neighbour(term)) else "same"

    def _is_inflected(self, form: str) -> bool:
        """Whether a word whose stem alone is known is likely another form of it: it is short, or the index holds the stem."""
        language, frequency = self._languages[0], self._frequency
        return len(form) < LONG or frequency is None or any(frequency(language, unit) for unit in stems(form, language))

    def _has_neighbour(self, term: str) -> bool:
        """Whether any word is one edit away."""
        return any(some.near(term, 1) for some in (self._vocabulary, _known_words(self._lexicon, self._languages[0])))

    def _elided(self, term: str, *, name: bool) -> str:
        """What stands behind an elided article that has lost its apostrophe: "lannonce"."""
        for cut in range(1, len(term) - HELD + 1) if ELIDING.intersection(self._languages) else ():
            rest = term[cut:]
            if term[:cut] in ELISIONS:
                held = [form.written for form in self._vocabulary.forms(rest) if not name or form.written[:1].isupper()]
                if held or (not name and self._lexicon.knows(rest, self._languages[0])):
                    return held[0] if held else rest
        return ""

    def _near(self, term: str, *, name: bool, sure: bool = False) -> str:
        """The likeliest of the nearest words: the index's in these languages, at one edit the lexicon's, the index's in others.

        If only a ``sure`` one will do, the index's in these languages at one edit.
        """
        for edits in (1, 2) if len(term) >= LONG and not sure else (1,):
            here = [form for form in self._vocabulary.near(term, edits) if not name or form.written[:1].isupper()]
            own = [form for form in here if form.language in self._languages]
            known = () if own or name or sure or edits > 1 else _known_words(self._lexicon, self._languages[0]).near(term, edits)
            found = [form for form in own or known or (() if sure else here) if edits == 1 or len(form.written) >= LONG]
            if found:
                return max(found, key=lambda form: (_likelihood(form, term), form.written)).written
        return ""


def _likelihood(form: Form, term: str) -> float:
    return math.log1p(form.passages) - INITIAL * (fold(form.written)[:1] != term[:1])


@functools.cache
def _known_words(lexicon: Lexicon, language: str) -> Vocabulary:
    return Vocabulary.of([Form(language, word, round(frequency)) for word, frequency in lexicon.words(language)])

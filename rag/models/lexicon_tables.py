"""The arrays of the translation lexicon as what they mean: units of a language, translations.

What each array holds is written down in ``lexicon``, which alone uses this module.
"""

from __future__ import annotations

import functools
import zlib
from typing import TYPE_CHECKING

from rag.text import fold, stem_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from rag.models.tensors import Tensors

_FREQUENCY_STEPS = 8  # steps of ``frequency`` for each doubling
_PROBABILITY_STEPS = 255  # steps of ``weights`` for probability 1
# The rows that the words of a long session of questions lead to; chosen by hand.
_cache_rows = functools.lru_cache(maxsize=1 << 16)


@functools.lru_cache(maxsize=1 << 17)  # as many words as the lexicon keeps the units of
def find_stems(word: str, language: str) -> tuple[str, ...]:
    """Return the folded stem of a word in lower case, and of the word without accents.

    One where both are the same.
    """
    written_stem = stem_word(word, language)
    stem = fold(written_stem)
    plain = fold(word)
    # Most words have no accents, and need no second stem.
    stem_without_accents = written_stem if plain == word else stem_word(plain, language)
    if stem == stem_without_accents:
        return (stem,)
    return (stem, stem_without_accents)


class LanguageUnits:
    """The units of one language, a row each."""

    def __init__(self, tensors: Tensors, language: str) -> None:
        self._language = language
        self._hashes = tensors[f"{language}.hashes"]
        self._frequency = tensors[f"{language}.frequency"]
        self._ends = tensors[f"{language}.ends"]
        self._words = tensors[f"{language}.words"]
        # A cache for each language, so that one does not push out another's rows.
        self.row = _cache_rows(self._find_row)

    @functools.cached_property
    def max_bits(self) -> float:
        """How often the most frequent unit was seen, in bits."""
        if len(self._frequency) == 0:
            return 0.0
        steps = int(self._frequency.max())
        return steps / _FREQUENCY_STEPS

    def find_rows(self, units: Sequence[str]) -> list[int]:
        """Return the rows of the units that the language has, in the order of the units."""
        rows = []
        for unit in units:
            row = self.row(unit)
            if row is not None:
                rows.append(row)
        return rows

    def _find_row(self, unit: str) -> int | None:
        """Return the row of a unit, or None; among rows of one hash their words decide."""
        unit_hash = zlib.crc32(unit.encode("utf-8", "replace"))
        row = _search_sorted(self._hashes, unit_hash)
        # Few words have the same hash as another; the words themselves tell them apart.
        while row < len(self._hashes) and self._hashes[row] == unit_hash:
            word = self.word(row)
            # The row of a form, or that of a stem.
            if unit == f"={word}":
                return row
            if unit in find_stems(word, self._language):
                return row
            row += 1
        return None

    def word(self, row: int) -> str:
        """Return the most frequent word form of a row."""
        span = _find_span(self._ends, row)
        encoded = bytes(self._words[span])
        return encoded.decode("utf-8", "replace")

    def list_words(self) -> list[tuple[str, float]]:
        """Return every row's word and how often it was seen."""
        # All at once: a row by itself takes ten times as long.
        encoded_words = self._words.tobytes()
        ends = self._ends.tolist()
        words = []
        start = 0
        for end in ends:
            encoded = encoded_words[start:end]
            word = encoded.decode("utf-8", "replace")
            words.append(word)
            start = end
        steps = self._frequency.astype(float)
        bits = steps / _FREQUENCY_STEPS
        frequencies = 2.0**bits - 1.0
        return list(zip(words, frequencies.tolist(), strict=True))

    def frequency(self, unit: str) -> float:
        """Return how often a unit was seen; 0 where the language does not have it."""
        row = self.row(unit)
        if row is None:
            return 0.0
        steps = int(self._frequency[row])
        bits = steps / _FREQUENCY_STEPS
        frequency: float = 2.0**bits - 1.0
        return frequency


class TranslationTable:
    """The translations of one language's units into another's; empty without such a pair."""

    def __init__(self, tensors: Tensors, pair: str) -> None:
        # The lexicon may have been trained without one of the two languages.
        self._is_empty = f"{pair}.rows" not in tensors
        if not self._is_empty:
            self._rows = tensors[f"{pair}.rows"]
            self._ends = tensors[f"{pair}.ends"]
            self._targets = tensors[f"{pair}.targets"]
            self._weights = tensors[f"{pair}.weights"]
        self.translations = _cache_rows(self._read_translations)

    def _read_translations(self, row: int) -> list[tuple[int, float]]:
        """Return the target rows that stand for a source row, with their probabilities."""
        if self._is_empty:
            return []
        place = _search_sorted(self._rows, row)
        # Not every unit has translations into this language.
        if place == len(self._rows) or self._rows[place] != row:
            return []
        span = _find_span(self._ends, place)
        targets = self._targets[span].tolist()
        steps = self._weights[span].tolist()
        translations = []
        for target, step in zip(targets, steps, strict=True):
            probability = step / _PROBABILITY_STEPS
            translations.append((target, probability))
        return translations


def _search_sorted(array: NDArray[np.integer], number: int) -> int:
    """Return the first place in an ascending array where a number is or would be."""
    # A number of another type would make searchsorted convert the whole array.
    number_type = array.dtype.type
    place = array.searchsorted(number_type(number))
    return int(place)


def _find_span(ends: NDArray[np.integer], place: int) -> slice:
    """Return where an item lies among those that are stored one after the other."""
    start = 0
    if place > 0:
        start = int(ends[place - 1])
    return slice(start, int(ends[place]))

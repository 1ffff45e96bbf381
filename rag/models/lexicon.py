"""The translation lexicon: words and what they are in other languages, with probabilities; memory-mapped.

A word is known by its units: its stem, the stem that it has when it is written without accents,
where that is another, and of a compound ("Wasserversorgung") the stems of its parts. A frequent
form that means another thing than its stem does has a row of its own, under "=" and the form. Every
language has a table to English and one from it; any other pair goes through English, and so do the
synonyms within one language: there and back (Bannard and Callison-Burch 2005). Probabilities come
of word alignment, see ``scripts/training/lexicon.py``, which writes ``lexicon.safetensors``:

- ``fr.hashes``     (units,) uint32, ascending: CRC-32 of each unit of the language
- ``fr.frequency``  (units,) uint8: how often it was seen, 8 log2(1 + n)
- ``fr.ends``, ``fr.words``: each unit's most frequent word form, and where it ends among the bytes
  of all
- ``fr>en.rows``, ``.ends``, ``.targets``, ``.weights``: the units that have translations,
  ascending, where each one's end, the translations' units, likeliest first, and their probability
  in steps of 1/255

The stems, the compounds and the constants here are those that the shipped file was trained with:
changing one means training the lexicon again. What comes after the lookup, ``_MIN_PROBABILITY`` and
``_MAX_TRANSLATIONS``, may be tried freely.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import math
import zlib
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from rag.models.tensors import Tensors
from rag.models.tokenizer import SHIPPED
from rag.text.stemming import stem_word
from rag.text.words import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

HUB = "en"  # the language that others are translated through
ROUND = "fr"  # the language through which English reaches its own synonyms
# Languages that write compounds as one word.
COMPOUNDING = frozenset({"da", "de", "fi", "hu", "nb", "nl", "sv"})
_LINKS = ("", "s", "es", "n", "en")  # what may stand between the parts of a compound
SHORTEST = 4  # letters of a compound's part; chosen by hand, shorter ones are mostly endings
LONGEST = 40  # letters of a word that is taken for a compound; chosen by hand
_MAX_PARTS = 3  # of a compound; chosen by hand

# The training keeps probabilities from .02 on; .019 lets those pass that were rounded down to
# 5/255. Through another language, products of probabilities may be any smaller.
_MIN_PROBABILITY = 0.019
_MAX_TRANSLATIONS = 12  # of one word; chosen by hand

_FREQUENCY_STEPS = 8  # steps of ``frequency`` for each doubling
_PROBABILITY_STEPS = 255  # steps of ``weights`` for probability 1


class Translation(NamedTuple):
    """A unit of the target language, its most frequent word form, and the probability that it stands for the word."""

    unit: str
    word: str
    weight: float


class Known(IntEnum):
    """How well a word is known: by nothing, by its stem alone, or as it is written."""

    NOT = 0
    STEM = 1
    FORM = 2


class Lexicon:
    """The words of all languages with their translations, see the module."""

    def __init__(self, tensors: Tensors) -> None:
        self._tensors = tensors
        # The header tells the size of every table, and sizes tell one training from another.
        self.fingerprint = hashlib.sha256(tensors.header).hexdigest()[:12]
        self.languages = _list_languages(tensors)
        # Most words of a question or an article have been looked up before.
        self.units = functools.lru_cache(maxsize=1 << 17)(self._find_units)
        self.translations = functools.lru_cache(maxsize=1 << 14)(self._translate)
        self._side = functools.cache(lambda language: _Side(tensors, language))
        self._table = functools.cache(lambda source, target: _Table(tensors, f"{source}>{target}"))

    @classmethod
    def load(cls, folder: Path) -> Lexicon:
        """Return the lexicon of a model folder; ModelError when it is missing or damaged."""
        return cls(Tensors(folder / "lexicon.safetensors"))

    def knows(self, word: str, language: str) -> Known:
        """Return how well a word in lower case is known in a language.

        A compound of known parts is known as it is written.
        """
        if language not in self.languages:
            return Known.NOT
        side = self._side(language)
        stems = find_stems(word, language)
        rows = side.find_rows(stems)
        known_forms = {fold(side.word(row)) for row in rows}
        is_compound = len(self.units(word, language)) > len(stems)
        if fold(word) in known_forms or is_compound:
            return Known.FORM
        return Known.STEM if rows else Known.NOT

    def rarity(self, word: str, language: str) -> float:
        """Return how much rarer a word in lower case is than the language's most frequent one, in bits.

        0 in a language that the lexicon does not have.
        """
        if language not in self.languages:
            return 0.0
        side = self._side(language)
        frequency = max(side.frequency(stem) for stem in find_stems(word, language))
        return side.max_bits - math.log2(1.0 + frequency)

    def words(self, language: str) -> list[tuple[str, float]]:
        """Return the most frequent word form of each unit of a language, and how often the unit was seen."""
        if language not in self.languages:
            return []
        return self._side(language).list_words()

    def _find_units(self, word: str, language: str) -> tuple[str, ...]:
        """Return what a word in lower case is indexed as: its stems first, then those of a compound's parts."""
        stems = find_stems(word, language)
        has_compounds = language in COMPOUNDING and language in self.languages
        if not has_compounds or not 2 * SHORTEST <= len(word) <= LONGEST:
            return stems
        side = self._side(language)

        def count_part(part: str) -> float:
            return side.frequency(find_stems(part, language)[0])

        parts = split_compound(word, count_part)
        stems_of_parts = (find_stems(part, language)[0] for part in parts)
        return tuple(dict.fromkeys([*stems, *stems_of_parts]))

    def _translate(self, word: str, source: str, target: str) -> tuple[Translation, ...]:
        """Return what a word in lower case may be in ``target``, likeliest first; in its own language, its synonyms."""
        has_digit = any(map(str.isdigit, word))
        if has_digit or not {source, target} <= self.languages:
            return ()
        synonyms_only = source == target
        units_of_word = self.units(word, source)
        side = self._side(target)
        by_unit: dict[str, Translation] = {}
        for row, weight in self._rank_target_rows(word, source, target):
            if weight < _MIN_PROBABILITY:
                break
            form = side.word(row)
            unit = find_stems(form, target)[0]
            if synonyms_only and unit in units_of_word:
                continue
            # A unit may have a row for its stem and one for a form: the likelier row gives the
            # word.
            known = by_unit.get(unit, Translation(unit, form, 0.0))
            by_unit[unit] = known._replace(weight=min(known.weight + weight, 1.0))
        likeliest_first = sorted(by_unit.values(), key=lambda item: -item.weight)
        return tuple(likeliest_first[:_MAX_TRANSLATIONS])

    def _rank_target_rows(self, word: str, source: str, target: str) -> list[tuple[int, float]]:
        """Return the rows of ``target`` that a word leads to, with their probability, likeliest first.

        The parts of a compound share the probability evenly; several paths to one row add up.
        """
        rows = self._find_source_rows(word, source, target)
        weights: dict[int, float] = {}
        for row in rows:
            for target_row, weight in self._follow(row, source, target):
                total = weights.get(target_row, 0.0) + weight / len(rows)
                weights[target_row] = min(total, 1.0)  # probabilities are rounded when written
        return sorted(weights.items(), key=lambda item: (-item[1], item[0]))

    def _find_source_rows(self, word: str, source: str, target: str) -> list[int]:
        """Return the rows that hold a word's translations: that of its form, else those of its stem and of its parts.

        A row without translations on the way to ``target`` does not count. Of the stems with and
        without accents the first that is known stands for the word.
        """
        side = self._side(source)
        table = self._table(source, _choose_first_step(source, target))

        def find_translated(units: list[str]) -> list[int]:
            return [row for row in side.find_rows(units) if table.translations(row)]

        form_rows = find_translated([f"={word}"])
        if form_rows:
            return form_rows
        stems = find_stems(word, source)
        parts = [unit for unit in self.units(word, source) if unit not in stems]
        return find_translated([*stems])[:1] + find_translated(parts)

    def _follow(self, row: int, source: str, target: str) -> Iterator[tuple[int, float]]:
        """Yield the rows of ``target`` that a row of ``source`` leads to, each perhaps more than once.

        Where the way leads through another language, the probabilities of the steps are multiplied.
        """
        middle = _choose_first_step(source, target)
        for middle_row, weight in self._table(source, middle).translations(row):
            if middle == target:
                yield middle_row, weight
                continue
            for target_row, next_weight in self._follow(middle_row, middle, target):
                yield target_row, weight * next_weight


def _list_languages(tensors: Tensors) -> frozenset[str]:
    """Return the languages that a lexicon file has units of."""
    suffix = ".hashes"
    return frozenset(name.removesuffix(suffix) for name in tensors.names() if name.endswith(suffix))


def _choose_first_step(source: str, target: str) -> str:
    """Return the language whose table is read first on the way from one language to another, or back to itself."""
    if source == target:
        return ROUND if source == HUB else HUB
    return target if HUB in (source, target) else HUB


@functools.lru_cache(maxsize=1 << 17)
def find_stems(word: str, language: str) -> tuple[str, ...]:
    """Return the folded stem of a word in lower case, then that of the word without accents where it is another."""
    stem = fold(stem_word(word, language))
    stem_without_accents = stem_word(fold(word), language)
    if stem == stem_without_accents:
        return (stem,)
    return (stem, stem_without_accents)


def split_compound(word: str, frequency: Callable[[str], float]) -> tuple[str, ...]:
    """Return the two or three parts of a compound; none when the whole is the more frequent (Koehn and Knight 2003).

    ``frequency`` of a part is 0 when it is no word; a split counts as its parts' geometric mean.
    """
    best_parts: tuple[str, ...] = ()
    best_mean = frequency(word)
    for parts in _list_splits(word, frequency, _MAX_PARTS):
        mean = math.prod(map(frequency, parts)) ** (1 / len(parts))
        if mean > best_mean:
            best_parts, best_mean = parts, mean
    return best_parts


def _list_splits(
    word: str, frequency: Callable[[str], float], max_parts: int
) -> Iterator[tuple[str, ...]]:
    """Yield the ways to write a word as known parts with links between them.

    A head that is a word itself is not split again.
    """
    for cut in range(SHORTEST, len(word) - SHORTEST + 1):
        tail = word[cut:]
        if not frequency(tail):
            continue
        for link in _LINKS:
            head = word[: cut - len(link)]
            if len(head) < SHORTEST or not word.startswith(link, len(head)):
                continue
            if frequency(head):
                yield (head, tail)
            elif max_parts > 2:
                for parts in _list_splits(head, frequency, max_parts - 1):
                    yield (*parts, tail)


class _Side:
    """The units of one language, a row each."""

    def __init__(self, tensors: Tensors, language: str) -> None:
        self._language = language
        self._hashes = tensors[f"{language}.hashes"]
        self._frequency = tensors[f"{language}.frequency"]
        self._ends = tensors[f"{language}.ends"]
        self._words = tensors[f"{language}.words"]
        self.row = functools.lru_cache(maxsize=1 << 16)(self._find_row)

    @functools.cached_property
    def max_bits(self) -> float:
        """How often the most frequent unit was seen, in bits."""
        if not len(self._frequency):
            return 0.0
        return int(self._frequency.max()) / _FREQUENCY_STEPS

    def find_rows(self, units: Sequence[str]) -> list[int]:
        """Return the rows of the units that the language has, in the order of the units."""
        rows = map(self.row, units)
        return [row for row in rows if row is not None]

    def _find_row(self, unit: str) -> int | None:
        """Return the row of a unit, or None; among rows of one hash their words decide."""
        unit_hash = zlib.crc32(unit.encode("utf-8", "replace"))
        # A number of another type would make searchsorted convert the whole array.
        row = int(self._hashes.searchsorted(self._hashes.dtype.type(unit_hash)))
        while row < len(self._hashes) and self._hashes[row] == unit_hash:
            word = self.word(row)
            if unit == f"={word}" or unit in find_stems(word, self._language):
                return row
            row += 1
        return None

    def word(self, row: int) -> str:
        """Return the most frequent word form of a row."""
        start = int(self._ends[row - 1]) if row else 0
        end = int(self._ends[row])
        return bytes(self._words[start:end]).decode("utf-8", "replace")

    def list_words(self) -> list[tuple[str, float]]:
        """Return every row's word and how often it was seen."""
        encoded = self._words.tobytes()
        spans = itertools.pairwise([0, *self._ends.tolist()])
        words = [encoded[start:end].decode("utf-8", "replace") for start, end in spans]
        frequencies = 2.0 ** (self._frequency.astype(float) / _FREQUENCY_STEPS) - 1.0
        return list(zip(words, frequencies.tolist(), strict=True))

    def frequency(self, unit: str) -> float:
        """Return how often a unit was seen; 0 where the language does not have it."""
        row = self.row(unit)
        if row is None:
            return 0.0
        bits = int(self._frequency[row]) / _FREQUENCY_STEPS
        frequency: float = 2.0**bits - 1.0
        return frequency


class _Table:
    """The translations of one language's units into another's; empty where the file has no such pair."""

    def __init__(self, tensors: Tensors, pair: str) -> None:
        self._is_empty = f"{pair}.rows" not in tensors
        if not self._is_empty:
            self._rows = tensors[f"{pair}.rows"]
            self._ends = tensors[f"{pair}.ends"]
            self._targets = tensors[f"{pair}.targets"]
            self._weights = tensors[f"{pair}.weights"]
        self.translations = functools.lru_cache(maxsize=1 << 16)(self._read_translations)

    def _read_translations(self, row: int) -> list[tuple[int, float]]:
        """Return the target rows that stand for a source row, with their probabilities."""
        if self._is_empty:
            return []
        # As in _Side._find_row: a number of the array's own type.
        place = int(self._rows.searchsorted(self._rows.dtype.type(row)))
        if place == len(self._rows) or self._rows[place] != row:
            return []
        start = int(self._ends[place - 1]) if place else 0
        end = int(self._ends[place])
        targets = self._targets[start:end].tolist()
        steps = self._weights[start:end].tolist()
        return [
            (target, step / _PROBABILITY_STEPS) for target, step in zip(targets, steps, strict=True)
        ]


@functools.cache
def get_lexicon() -> Lexicon:
    """Return the lexicon of the shipped model."""
    return Lexicon.load(SHIPPED)

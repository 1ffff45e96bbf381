"""The translation lexicon: words, what they are in other languages, and how likely.

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
import math
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from rag.models.lexicon_tables import LanguageUnits, TranslationTable
from rag.models.lexicon_tables import find_stems as find_stems
from rag.models.tensors import Tensors
from rag.models.tokenizer import SHIPPED
from rag.text import fold

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

# Most words of a question or an article have been looked up before. Sizes are chosen by hand: the
# words of a few hundred articles, and those of a long session of questions.
_cache_words = functools.lru_cache(maxsize=1 << 17)
_cache_translations = functools.lru_cache(maxsize=1 << 14)


class Translation(NamedTuple):
    """A unit of the target language, its most frequent form, and how likely it is meant."""

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
        header_digest = hashlib.sha256(tensors.header)
        self.fingerprint = header_digest.hexdigest()[:12]
        self.languages = _list_languages(tensors)
        # A cache belongs to this lexicon alone: another one has other words.
        self.units = _cache_words(self._find_units)
        self.translations = _cache_translations(self._translate)
        self._side = functools.cache(self._open_side)
        self._table = functools.cache(self._open_table)

    @classmethod
    def load(cls, folder: Path) -> Lexicon:
        """Return the lexicon of a model folder; ModelError when it is missing or damaged."""
        path = folder / "lexicon.safetensors"
        return cls(Tensors(path))

    def knows(self, word: str, language: str) -> Known:
        """Return how well a word in lower case is known in a language.

        A compound of known parts is known as it is written.
        """
        if language not in self.languages:
            return Known.NOT
        side = self._side(language)
        stems = find_stems(word, language)
        rows = side.find_rows(stems)
        known_words = map(side.word, rows)
        if fold(word) in map(fold, known_words):
            return Known.FORM
        # A compound has units beside its stems: those of its parts, which are known words.
        units = self.units(word, language)
        if len(units) > len(stems):
            return Known.FORM
        if rows:
            return Known.STEM
        return Known.NOT

    def rarity(self, word: str, language: str) -> float:
        """Return how much rarer a word is than the language's most frequent one, in bits.

        The word is in lower case. 0 in a language that the lexicon does not have.
        """
        if language not in self.languages:
            return 0.0
        side = self._side(language)
        stems = find_stems(word, language)
        frequency = max(map(side.frequency, stems))
        bits = math.log2(1.0 + frequency)
        return side.max_bits - bits

    def words(self, language: str) -> list[tuple[str, float]]:
        """Return each unit's most frequent form in a language, and how often the unit was seen."""
        if language not in self.languages:
            return []
        side = self._side(language)
        return side.list_words()

    def _open_side(self, language: str) -> LanguageUnits:
        return LanguageUnits(self._tensors, language)

    def _open_table(self, source: str, target: str) -> TranslationTable:
        pair = f"{source}>{target}"
        return TranslationTable(self._tensors, pair)

    def _find_units(self, word: str, language: str) -> tuple[str, ...]:
        """Return what a word in lower case is indexed as: its stems, then those of its parts."""
        stems = find_stems(word, language)
        has_compounds = language in COMPOUNDING and language in self.languages
        if not has_compounds:
            return stems
        if not 2 * SHORTEST <= len(word) <= LONGEST:
            return stems
        side = self._side(language)

        def find_main_stem(part: str) -> str:
            stems_of_part = find_stems(part, language)
            return stems_of_part[0]

        def count_part(part: str) -> float:
            return side.frequency(find_main_stem(part))

        parts = split_compound(word, count_part)
        # A dictionary keeps the order and drops what comes twice.
        units = dict.fromkeys(stems)
        for part in parts:
            units[find_main_stem(part)] = None
        return tuple(units)

    def _translate(self, word: str, source: str, target: str) -> tuple[Translation, ...]:
        """Return what a word in lower case may be in ``target``, likeliest first.

        In its own language that is its synonyms.
        """
        if not {source, target} <= self.languages:
            return ()
        # "2025" and "covid19" are what they are in every language.
        if any(map(str.isdigit, word)):
            return ()
        units_of_word = self.units(word, source)
        side = self._side(target)
        by_unit: dict[str, Translation] = {}
        for row, weight in self._rank_target_rows(word, source, target):
            if weight < _MIN_PROBABILITY:
                break
            form = side.word(row)
            unit = find_stems(form, target)[0]
            # A word is no synonym of itself.
            if source == target and unit in units_of_word:
                continue
            # A unit may have a row for its stem and one for a form: their probabilities add up,
            # and the likelier row, which came first, gives the word.
            translation = by_unit.get(unit)
            if translation is None:
                translation = Translation(unit, form, 0.0)
            total = min(translation.weight + weight, 1.0)
            by_unit[unit] = translation._replace(weight=total)
        likeliest_first = sorted(
            by_unit.values(),
            key=lambda translation: -translation.weight,
        )
        return tuple(likeliest_first[:_MAX_TRANSLATIONS])

    def _rank_target_rows(self, word: str, source: str, target: str) -> list[tuple[int, float]]:
        """Return the rows of ``target`` that a word leads to, likeliest first, with probabilities.

        The parts of a compound share the probability evenly; several paths to one row add up.
        """
        rows = self._find_source_rows(word, source, target)
        weights: dict[int, float] = {}
        for row in rows:
            for target_row, weight in self._follow(row, source, target):
                total = weights.get(target_row, 0.0)
                total += weight / len(rows)
                # Probabilities are rounded when written: their sum may be a little more than 1.
                weights[target_row] = min(total, 1.0)
        return sorted(
            weights.items(),
            key=lambda item: (-item[1], item[0]),
        )

    def _find_source_rows(self, word: str, source: str, target: str) -> list[int]:
        """Return the rows that hold a word's translations.

        That is the row of its form, else those of its stem and of its parts. A row without
        translations on the way to ``target`` does not count. Of the stems with and without accents
        the first that is known stands for the word.
        """
        side = self._side(source)
        middle = _choose_first_step(source, target)
        table = self._table(source, middle)

        def find_translated(units: Sequence[str]) -> list[int]:
            rows = side.find_rows(units)
            return list(filter(table.translations, rows))

        form_rows = find_translated([f"={word}"])
        if form_rows:
            return form_rows
        stems = find_stems(word, source)
        parts = []
        for unit in self.units(word, source):
            if unit not in stems:
                parts.append(unit)
        stem_rows = find_translated(stems)
        return stem_rows[:1] + find_translated(parts)

    def _follow(self, row: int, source: str, target: str) -> Iterator[tuple[int, float]]:
        """Yield the rows of ``target`` that a row leads to, each perhaps more than once.

        Where the way leads through another language, the probabilities of the steps are multiplied.
        """
        middle = _choose_first_step(source, target)
        table = self._table(source, middle)
        for middle_row, weight in table.translations(row):
            if middle == target:
                yield middle_row, weight
                continue
            next_steps = self._follow(middle_row, middle, target)
            for target_row, next_weight in next_steps:
                yield target_row, weight * next_weight


def _list_languages(tensors: Tensors) -> frozenset[str]:
    """Return the languages that a lexicon file has units of."""
    languages = set()
    for name in tensors.names():
        language, _, array = name.partition(".")
        if array == "hashes":
            languages.add(language)
    return frozenset(languages)


def _choose_first_step(source: str, target: str) -> str:
    """Return the language whose table is read first on the way to another, or back again."""
    if source == target:
        return ROUND if source == HUB else HUB
    if HUB in (source, target):
        return target
    return HUB


def split_compound(word: str, frequency: Callable[[str], float]) -> tuple[str, ...]:
    """Return the two or three parts of a compound (Koehn and Knight 2003).

    None when the whole is the more frequent. ``frequency`` of a part is 0 when it is no word; a
    split counts as its parts' geometric mean.
    """
    best_parts: tuple[str, ...] = ()
    best_mean = frequency(word)
    for parts in _list_splits(word, frequency, _MAX_PARTS):
        product = math.prod(map(frequency, parts))
        mean = product ** (1 / len(parts))
        if mean > best_mean:
            best_parts = parts
            best_mean = mean
    return best_parts


def _list_splits(
    word: str, frequency: Callable[[str], float], max_parts: int
) -> Iterator[tuple[str, ...]]:
    """Yield the ways to write a word as known parts with links between them.

    A head that is a word itself is not split again.
    """
    last_cut = len(word) - SHORTEST
    for cut in range(SHORTEST, last_cut + 1):
        tail = word[cut:]
        if not frequency(tail):
            continue
        for head in _list_heads(word, cut):
            if frequency(head):
                yield (head, tail)
            elif max_parts > 2:
                splits = _list_splits(head, frequency, max_parts - 1)
                for parts in splits:
                    yield (*parts, tail)


def _list_heads(word: str, cut: int) -> Iterator[str]:
    """Yield what stands before a cut: with each link that fits cut off, the empty one first."""
    for link in _LINKS:
        head_end = cut - len(link)
        if head_end < SHORTEST:
            continue
        if word.startswith(link, head_end):
            yield word[:head_end]


@functools.cache
def get_lexicon() -> Lexicon:
    """Return the lexicon of the shipped model."""
    return Lexicon.load(SHIPPED)

"""Words and what they are in other languages, with how likely: the translation lexicon, memory-mapped.

A word is known by its units: its stem, the stem that it has when it is written without accents, where that is another,
and of a compound ("Wasserversorgung") the stems of its parts. A frequent form that means another thing than its stem
does has a row of its own, under "=" and the form. Every language has
a table to English and one from it; any other pair goes through English, and so do the words that say the same in one
language: there and back (Bannard and Callison-Burch 2005). Probabilities come of word alignment, see
``scripts/training/lexicon.py``, which writes ``lexicon.safetensors``:

- ``fr.hashes``     (units,) uint32, ascending: CRC-32 of each unit of the language
- ``fr.frequency``  (units,) uint8: how often it was seen, 8 log2(1 + n)
- ``fr.ends``, ``fr.words``: each unit's most frequent word form, and where it ends among the bytes of all
- ``fr>en.rows``, ``.ends``, ``.targets``, ``.weights``: the units that have translations, ascending, where each one's
  end, the translations' units, most likely first, and their probability in steps of 1/255
"""

from __future__ import annotations

import functools
import hashlib
import math
import zlib
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from rag.models import tokenizer as tokens
from rag.models.tensors import Tensors
from rag.text.words import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

HUB = "en"  # the language that others are translated through
ROUND = "fr"  # the language through which English finds words that say the same
COMPOUNDING = frozenset(
    {"da", "de", "fi", "hu", "nb", "nl", "sv"}
)  # languages that write compounds as one word
_LINKS = ("", "s", "es", "n", "en")  # what may stand between the parts of a compound
SHORTEST = 4  # letters of a compound's part
LONGEST = 40  # letters of a word that is looked at
_FLOOR, _MOST = (
    0.019,
    12,
)  # a translation's probability, and how many of a word, when they come through another language


class Translation(NamedTuple):
    """A unit of the language asked for, its most frequent word form, and how likely it stands for the word."""

    unit: str
    word: str
    weight: float


class Known(IntEnum):
    """How well a word is known."""

    NOT = 0
    STEM = 1
    FORM = 2


class Lexicon:
    """The words of all languages, see above."""

    def __init__(self, tensors: Tensors) -> None:
        self._tensors = tensors
        self.fingerprint = hashlib.sha256(tensors.header).hexdigest()[
            :12
        ]  # sizes tell one training from another
        self.languages = frozenset(
            name.split(".")[0] for name in tensors.names() if name.endswith(".hashes")
        )
        self.units = functools.lru_cache(maxsize=1 << 17)(self._units)
        self.translations = functools.lru_cache(maxsize=1 << 14)(
            self._translations
        )  # most words are asked for again
        self._side = functools.cache(lambda language: _Side(tensors, language))
        self._table = functools.cache(lambda source, target: _Table(tensors, f"{source}>{target}"))

    @classmethod
    def load(cls, folder: Path) -> Lexicon:
        """The lexicon of a model folder; ModelError when it is missing or damaged."""
        return cls(Tensors(folder / "lexicon.safetensors"))

    def knows(self, word: str, language: str) -> Known:
        """Whether a word in lower case is one of the language, as it is or made of known parts, or by its stem alone."""
        if language not in self.languages:
            return Known.NOT
        side, own = self._side(language), find_stems(word, language)
        found = [side.word(row) for unit in own if (row := side.row(unit)) is not None]
        if fold(word) in map(fold, found) or len(self.units(word, language)) > len(own):
            return Known.FORM
        return Known.STEM if found else Known.NOT

    def rarity(self, word: str, language: str) -> float:
        """How much rarer a word in lower case is than the language's most frequent one, in bits; 0 in languages without words."""
        if language not in self.languages:
            return 0.0
        side = self._side(language)
        return side.most - math.log2(
            1.0 + max(side.frequency(unit) for unit in find_stems(word, language))
        )

    def words(self, language: str) -> list[tuple[str, float]]:
        """The most frequent word of each unit of a language, and how often the unit was seen."""
        return self._side(language).all() if language in self.languages else []

    def _units(self, word: str, language: str) -> tuple[str, ...]:
        """What a word in lower case is indexed as, its stem first; see above."""
        own = find_stems(word, language)
        if (
            language not in COMPOUNDING
            or language not in self.languages
            or not 2 * SHORTEST <= len(word) <= LONGEST
        ):
            return own
        side = self._side(language)
        parts = split_compound(word, lambda part: side.frequency(find_stems(part, language)[0]))
        return tuple(dict.fromkeys([*own, *(find_stems(part, language)[0] for part in parts)]))

    def _translations(self, word: str, source: str, target: str) -> tuple[Translation, ...]:
        """What a word in lower case may be in ``target``, most likely first; in its own language, what else says the same."""
        if not {source, target} <= self.languages or any(map(str.isdigit, word)):
            return ()
        units, rows = self.units(word, source), self._rows(word, source, target)
        reached: dict[int, float] = {}
        for row in rows:
            for found, weight in self._across(row, source, target):
                reached[found] = min(reached.get(found, 0.0) + weight / len(rows), 1.0)
        side, said = self._side(target), dict[str, Translation]()
        for found, weight in sorted(reached.items(), key=lambda item: (-item[1], item[0])):
            form = side.word(found)
            unit = find_stems(form, target)[0]
            if weight >= _FLOOR and (source != target or unit not in units):
                before = said.get(unit, Translation(unit, form, 0.0))
                said[unit] = before._replace(weight=min(before.weight + weight, 1.0))
        return tuple(sorted(said.values(), key=lambda item: -item.weight)[:_MOST])

    def _rows(self, word: str, source: str, target: str) -> list[int]:
        """Where a word's translations are: the row of its form, else those of its stem, however it is written, and parts."""
        (stem, *others), plain = self.units(word, source), find_stems(word, source)[1:]
        table, side = self._table(source, _towards(source, target)), self._side(source)

        def known(units: Iterable[str]) -> list[int]:
            return [row for unit in units if (row := side.row(unit)) is not None and table.of(row)]

        if form := known([f"={word}"]):
            return form
        return known([stem, *plain])[:1] + known(unit for unit in others if unit not in plain)

    def _across(self, row: int, source: str, target: str) -> Iterator[tuple[int, float]]:
        """The rows of ``target`` that a row of ``source`` leads to, each perhaps more than once."""
        middle = _towards(source, target)
        for between, weight in self._table(source, middle).of(row):
            if middle == target:
                yield between, weight
            else:
                for found, more in self._across(between, middle, target):
                    yield found, weight * more


def _towards(source: str, target: str) -> str:
    """The language of the first step."""
    if source == target == HUB:
        return ROUND
    return target if HUB in (source, target) and source != target else HUB


@functools.lru_cache(maxsize=1 << 17)
def find_stems(word: str, language: str) -> tuple[str, ...]:
    """The folded stem of a word in lower case, and that of the word without accents where it is another."""
    plain = fold(word)
    return tuple(
        dict.fromkeys([fold(tokens.stem_word(word, language)), tokens.stem_word(plain, language)])
    )


def split_compound(word: str, frequency: Callable[[str], float]) -> tuple[str, ...]:
    """The two or three parts of a compound; none when the whole is the more frequent (Koehn and Knight 2003).

    ``frequency`` of a part is 0 when it is no word; a split counts as its parts' geometric mean.
    """
    best = frequency(word)
    parts: tuple[str, ...] = ()
    for split in _splits(word, frequency, most=3):
        product = 1.0
        for part in split:
            product *= frequency(part)
        if (mean := product ** (1 / len(split))) > best:
            best, parts = mean, split
    return parts


def _splits(word: str, frequency: Callable[[str], float], most: int) -> Iterator[tuple[str, ...]]:
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
            elif most > 2:
                yield from ((*split, tail) for split in _splits(head, frequency, most - 1))


class _Side:
    """The units of a language."""

    def __init__(self, tensors: Tensors, language: str) -> None:
        self._language = language
        self._hashes = tensors[f"{language}.hashes"]
        self._frequency = tensors[f"{language}.frequency"]
        self._ends = tensors[f"{language}.ends"]
        self._words = tensors[f"{language}.words"]
        self.row = functools.lru_cache(maxsize=1 << 16)(self._row)

    @functools.cached_property
    def most(self) -> float:
        """How often the most frequent unit was seen, in bits."""
        return int(self._frequency.max()) / 8 if len(self._frequency) else 0.0

    def _row(self, unit: str) -> int | None:
        """The row of a unit, or None."""
        wanted = zlib.crc32(unit.encode("utf-8", "replace"))
        row = int(
            self._hashes.searchsorted(self._hashes.dtype.type(wanted))
        )  # of another type, all would be converted
        while row < len(self._hashes) and self._hashes[row] == wanted:
            word = self.word(row)
            if unit == f"={word}" or unit in find_stems(word, self._language):
                return row
            row += 1
        return None

    def word(self, row: int) -> str:
        start = int(self._ends[row - 1]) if row else 0
        return bytes(self._words[start : int(self._ends[row])]).decode("utf-8", "replace")

    def all(self) -> list[tuple[str, float]]:
        """Every row's word and frequency."""
        ends, words = self._ends.tolist(), self._words.tobytes()
        found = [
            words[start:end].decode("utf-8", "replace")
            for start, end in zip([0, *ends], ends, strict=False)
        ]
        return list(
            zip(found, (2.0 ** (self._frequency.astype(float) / 8) - 1.0).tolist(), strict=True)
        )

    def frequency(self, unit: str) -> float:
        row = self.row(unit)
        return 0.0 if row is None else 2.0 ** (int(self._frequency[row]) / 8) - 1.0


class _Table:
    """The translations of one language's units into another's."""

    def __init__(self, tensors: Tensors, pair: str) -> None:
        names = [f"{pair}.{name}" for name in ("rows", "ends", "targets", "weights")]
        self._arrays = [tensors[name] for name in names] if names[0] in tensors else []
        self.of = functools.lru_cache(maxsize=1 << 16)(self._of)

    def _of(self, row: int) -> list[tuple[int, float]]:
        """The rows that stand for a row, with their probabilities."""
        if not self._arrays:
            return []
        rows, ends, targets, weights = self._arrays
        place = int(rows.searchsorted(rows.dtype.type(row)))
        if place == len(rows) or rows[place] != row:
            return []
        span = slice(int(ends[place - 1]) if place else 0, int(ends[place]))
        return [
            (to, weight / 255)
            for to, weight in zip(targets[span].tolist(), weights[span].tolist(), strict=True)
        ]


@functools.cache
def get_lexicon() -> Lexicon:
    """The lexicon of the shipped model."""
    return Lexicon.load(tokens.SHIPPED)

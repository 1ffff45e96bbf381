"""Codecs of one byte a character: the one in which a file's bytes make words of a language.

Each codec is read in each language of ``rag/text/languages``, by how rare its letters are there
(``[letters]``), in bits: the reading that takes the fewest bits is the likeliest one. The costs of
all that is no letter are chosen by hand, on texts in 26 languages
(``tests/test_reading_narrow_codecs.py``).
"""

from __future__ import annotations

import codecs
import functools
import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from rag.text import list_languages_with, load_section

if TYPE_CHECKING:
    from collections.abc import Mapping

# With the bits that they take beyond their characters: how seldom files are in them. Of two that
# give the same text, the first.
_CODECS = {
    "cp1252": 0,
    "iso8859-15": 3,
    "cp850": 10,
    "cp437": 10,
    "mac-roman": 10,
    "cp1250": 3,
    "iso8859-2": 3,
    "cp852": 10,
    "cp1251": 1,
    "koi8-r": 3,
    "koi8-u": 4,
    "cp866": 4,
    "iso8859-5": 6,
    "mac-cyrillic": 10,
    "cp1253": 2,
    "iso8859-7": 3,
    "cp737": 5,
    "cp1254": 3,
    "cp857": 12,
    "cp1255": 2,
    "cp862": 6,
    "cp1256": 2,
    "iso8859-6": 4,
    "cp874": 2,
    "cp865": 14,
    "cp1257": 8,
}
_LATIN = frozenset("e")  # a language with this letter among its frequent ones writes Latin letters
_BITS_OF_CAPITAL = 4  # beyond those of the small letter
_BITS_OF_OTHER_LETTER = 18  # of a letter that the language does not write
_LETTERS_OF_NAMES = "éèêáàâäåçíîïñóôöøúüÉÁÅÇÖØÜ"  # that names bring into every language
_BITS_OF_NAMES = 11  # of these letters at most
_BITS_OF_FOREIGN_ASCII = 0.5  # beyond those of English, in a language of another script
_BITS_OF_MARK = 8
_BITS_OF_SIGN = 10
_BITS_OF_RARE_SIGN = 14
_BITS_OF_NO_TEXT = 40  # of a control character, or one that is not assigned
_BITS_OF_FRAME = 2  # of a character in a row of those that draw frames
_MARKS = frozenset("«»‘’“”„–—…°·\u00a0\u00ad")
_SIGNS = frozenset("€£§©®™²³×±½¼¾•ºª¿¡µ†¢¦¬")
_UPPER = "A-ZÀ-ÖØ-ÞĂĄĆČĎĐĘĚĞİŁŃŇŐŒŘŚŞŠŤŮŰŹŻŽȘȚΑ-ΫЀ-Я"
_LOWER = "a-zß-öø-ÿăąćčďđęěğıłńňőœřśşšťůűźżžșțά-ώа-џ"
_SIGN_IN_WORD = re.compile(
    r"\w[‚„†‡ˆ‹]\w?|[^\W\d_][─-▟¢£¤¥¦§©¬®°±²³´µ¶¹¨¿¡½¼¾×•€™‰√∫∂◊≤≥“”›‘˜][^\W\d_]"
    r"|[½¼¾¹]\w|[a-z][¢¤¦¬¿•€˜‰─-▟](?!\w)|(?<!\w)[·─-▟¨¢¤¦¬•˜\xad][a-z]|(?<![\w.!?…])…(?=[a-z])|¿\s"
    r"|(?m:^)\xa0[a-z]"
)
_CAPITAL_IN_WORD = re.compile(rf"[{_LOWER}][{_UPPER}](?![{_UPPER}])")
# A paragraph, or a line below a full stop, begins with a capital. A run of white space is looked at
# from its beginning alone: from each of its line breaks, thousands of them take seconds.
_SMALL_AT_START = re.compile(r"(?:(?<!\s)[^\S\n]*\n\s*\n|[.!?]\s*\n)[à-öø-ÿœ](?=\w)")
_MIXED_SCRIPTS = re.compile(
    r"[A-Za-z][\u0370-\u0e7f]|[\u0370-\u0e7f][A-Za-z]|(?m:^)[а-яёА-ЯЁ] [a-z]"
)
_FOUR_ACCENTED = re.compile(r"[À-ÖØ-öø-ÿŒœŠšŽž]{4}")
_BREACHES = (
    _SIGN_IN_WORD,
    _CAPITAL_IN_WORD,
    _SMALL_AT_START,
    _MIXED_SCRIPTS,
    _FOUR_ACCENTED,
)
_BITS_OF_BREACH = 12  # of each place that fits one of the patterns above
_FRAME = re.compile(r"[─-▟]{3,}|(?m:^[│║┃█▌▐░▒▓■]+|[│║┃█▌▐░▒▓■]+\r?$)")
_ROW = re.compile(rb"([\x80-\xff])\1{3,}")
_MAX_TRIED = 8  # codecs whose text is looked at, of those with the likeliest characters


class NarrowReading(NamedTuple):
    """A codec, and the bits that the characters beyond ASCII take in it."""

    codec: str
    bits: float


def choose_narrow_codec(sample: bytes) -> NarrowReading:
    """Return the codec in which a text of one byte a character is likeliest."""
    # A row of one character is a line that is drawn, and says no more than one of them.
    sample = _ROW.sub(rb"\1", sample)
    counts = Counter(sample)
    by_codec = []
    for codec, prior in _CODECS.items():
        characters = _count_characters(counts, codec)
        bits = _weigh_characters(characters) + prior
        by_codec.append((bits, codec))
    by_codec.sort(key=_get_bits)
    readings = []
    for bits, codec in by_codec[:_MAX_TRIED]:
        text = sample.decode(codec, "replace")
        breaches = bits + _weigh_breaches(text)
        readings.append((breaches, codec))
    bits, codec = min(readings, key=_get_bits)
    ascii_letters = _count_characters(counts, "ascii")
    bits_beyond_ascii = bits - _weigh_characters(ascii_letters)
    return NarrowReading(codec, bits_beyond_ascii)


def _get_bits(weighed: tuple[float, str]) -> float:
    return weighed[0]


def _count_characters(counts: Mapping[int, int], codec: str) -> Counter[str]:
    """Return how often each character stands in the text that the bytes make in a codec."""
    decoded = _decode_all_bytes(codec)
    characters: Counter[str] = Counter()
    for byte, count in counts.items():
        # Several bytes may stand for nothing, and be one character for that.
        if decoded[byte]:
            characters[decoded[byte]] += count
    return characters


@functools.cache
def _decode_all_bytes(codec: str) -> tuple[str, ...]:
    """Return the character of each byte; U+FFFD where the codec has none."""
    decode = codecs.getdecoder(codec)
    errors = "ignore" if codec == "ascii" else "replace"
    characters = [decode(bytes([byte]), errors)[0] for byte in range(256)]
    return tuple(characters)


def _weigh_characters(characters: Mapping[str, int]) -> float:
    """Return how many bits the characters take in the language where they take the fewest."""
    others = 0.0
    letters: dict[str, int] = {}
    for char, count in characters.items():
        if char.isalpha() or unicodedata.category(char) == "Mn":
            letters[char] = count
        else:
            others += count * _weigh_sign(char)
    totals = []
    for weights in _load_letter_bits():
        total = 0.0
        for letter, count in letters.items():
            total += count * weights.get(letter, _BITS_OF_OTHER_LETTER)
        totals.append(total)
    return others + min(totals)


@functools.cache
def _weigh_sign(char: str) -> float:
    """Return the bits of a character that is no letter, in any language."""
    if char.isascii():
        return 0
    if char in _MARKS:
        return _BITS_OF_MARK
    if char in _SIGNS:
        return _BITS_OF_SIGN
    is_text = char != "\ufffd" and unicodedata.category(char) not in ("Cc", "Cn", "Co")
    return _BITS_OF_RARE_SIGN if is_text else _BITS_OF_NO_TEXT


@functools.cache
def _load_letter_bits() -> tuple[Mapping[str, float], ...]:
    """Return how many bits each letter takes, by language."""
    english = _read_letter_bits("en")
    tables = []
    for language in list_languages_with("letters"):
        weights = _read_letter_bits(language)
        # Every text may hold words in Latin letters.
        if not _LATIN & set(weights):
            for letter, bits in english.items():
                weights[letter] = bits + _BITS_OF_FOREIGN_ASCII
        else:
            for letter in _LETTERS_OF_NAMES:
                bits = weights.get(letter, _BITS_OF_NAMES)
                weights[letter] = min(bits, _BITS_OF_NAMES)
        tables.append(weights)
    return tuple(tables)


def _read_letter_bits(language: str) -> dict[str, float]:
    """Return how many bits each letter of a language takes, capitals with them."""
    weights: dict[str, float] = {}
    rows: Mapping[str, str] = load_section(language, "letters")["bits"]
    for bits, letters in rows.items():
        for letter in letters:
            weights[letter] = float(bits)
            capital = letter.upper()
            weights.setdefault(capital, float(bits) + _BITS_OF_CAPITAL)
    return weights


def _weigh_breaches(text: str) -> float:
    """Return the bits of what no writing does; frames cost less than their characters do."""
    bits = 0.0
    for pattern in _BREACHES:
        for _ in pattern.finditer(text):
            bits += _BITS_OF_BREACH
    for frame in _FRAME.finditer(text):
        drawn = sum("─" <= char <= "▟" for char in frame[0])
        bits -= drawn * (_BITS_OF_RARE_SIGN - _BITS_OF_FRAME)
    return bits

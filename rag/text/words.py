"""The words of a text: tokens for search, and folding for comparison.

Linear time, whatever the text.

The language of the text is not known here. What depends on it (elisions, possessives) stands in the
``[words]`` sections of ``languages/`` and is joined over all of them.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from rag.text.languages import join_words

# Rooms take these from here as long as they do not from ``rag.text``.

if TYPE_CHECKING:
    from collections.abc import Iterator


class Word(NamedTuple):
    """A search term, the span of the text it comes from, and its spelling there.

    The term is folded; the form is in lower case with its accents, which a stemmer needs.
    """

    term: str
    start: int
    end: int
    form: str


# Longer terms are cut: no word is so long, and what is, is data. Chosen by hand.
MAX_TERM_LENGTH = 64
# An elision after this many characters is not one: "dell'" and "puisqu'" come first in a word.
# Chosen by hand; longer than the longest elided word.
MAX_ELISION_START = 8

# Combining marks, which \w leaves out: Indic, Arabic, Hebrew, Thai words and decomposed accents
# need them; and the soft hyphen.
MARKS = (
    "\u00ad\u0300-\u036f\u0591-\u05bd\u05c1-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06ed\u0900-\u0963\u0966-\u096f\u0971-\u0df3\u0e31-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ecd"
    "\u102b-\u103e\u1056-\u109d\u17b4-\u17d3\u200c\u200d"
)
_APOSTROPHES = "'’‘＇‛′`´"
_GROUP_SEPARATORS = " \u00a0\u2009\u202f.,'’"
# Of a number after the first two; what has more is a list of numbers. Chosen by hand. Without a
# limit, a long list would be read to its end from each of its numbers.
_MAX_GROUPS = 20
_WORD = re.compile(
    # A number in groups of three digits, perhaps with decimals: 14 000, 1,234.5;
    rf"(?<!\d[.,])(?:[1-9]\d{{0,2}}([{_GROUP_SEPARATORS}])\d{{3}}(?:\1\d{{3}}){{0,{_MAX_GROUPS}}}"
    r"(?:[.,]\d+)?"
    r"(?![.,'’]?\d|\w)"
    # or one with decimals alone: 8,5;
    r"|\d+[.,]\d+(?![.,]?\d|\w))"
    # or a word, apostrophes within it included.
    rf"|[\w{MARKS}]+(?:[{_APOSTROPHES}](?!\d)[\w{MARKS}]+)*"
)
_GROUP_SEPARATOR = re.compile(rf"(?<=\d)([{_GROUP_SEPARATORS}])(?=\d{{3}}(?:\1|[.,]\d+\Z|\Z))")
# Scripts written without spaces, and Hangul, as they stand in a character class.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"  # Kana
    "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "\uac00-\ud7af"  # Hangul
)
# Patterns of a character of them; and of a run of them, or of others without underscores.
_UNSPACED_CHARACTER = f"[{UNSPACED}]"
_RUN = f"(?P<unspaced>[{UNSPACED}]+)|[^_{UNSPACED}]+"
# For str.translate: every apostrophe becomes a straight one.
STRAIGHT = str.maketrans(dict.fromkeys("’‘ʼ＇‛′`´", "'"))
# Letters that compatibility decomposition leaves as they are.
_LETTERS = {
    "œ": "oe",
    "æ": "ae",
    "ß": "ss",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ı": "i",
    "ħ": "h",
}
# The digit zero of Arabic, Persian, Hindi, Bengali and Thai.
_ZEROS = (0x660, 0x6F0, 0x966, 0x9E6, 0xE50)
_DIGITS = {chr(zero + digit): str(digit) for zero in _ZEROS for digit in range(10)}
# Invisible characters, and the sign that stretches an Arabic word.
INVISIBLE = "\u00ad\u200b\u2060\ufeff\u0640"
_FOLDING = STRAIGHT | str.maketrans(_LETTERS | _DIGITS | dict.fromkeys(INVISIBLE, ""))
# More marks than a letter carries (UAX #15, stream-safe text): the time of normalisation grows with
# the square of their number. In a text that looks so they are counted one by one.
_MAX_MARKS = 30
_MAY_BE_TOWER = re.compile(rf"(?:[^\w\s!-~]|[\uff9e\uff9f]){{{_MAX_MARKS},}}")
# Accents of Latin, Greek and Cyrillic, and the vowel signs of Arabic.
_ACCENTS = re.compile("[\u0300-\u036f\u064b-\u0655\u0670]")


def fold(text: str) -> str:
    """Return the text for comparison: without case and accents, ß œ æ spelled out.

    Compatibility forms (NFKC) are unified first. The length may change.
    """
    if text.isascii():
        return text.lower()
    unified = unicodedata.normalize("NFKC", cut_towers(text))
    decomposed = unicodedata.normalize("NFKD", unified.casefold())
    unaccented = _ACCENTS.sub("", decomposed)
    plain = unaccented.translate(_FOLDING)
    return unicodedata.normalize("NFC", plain)


def cut_towers(text: str) -> str:
    """Return the text without the combining marks that follow thirty others."""
    if len(text) <= _MAX_MARKS:
        return text
    return _MAY_BE_TOWER.sub(_cut_tower, text)


def _cut_tower(match: re.Match[str]) -> str:
    kept = []
    height = 0
    for char in match[0]:
        # Some marks only show that they combine when they are taken apart.
        first = unicodedata.normalize("NFKD", char)[0]
        height = height + 1 if unicodedata.combining(first) else 0
        if height <= _MAX_MARKS:
            kept.append(char)
    return "".join(kept)


def find_words(text: str) -> list[Word]:
    """Return the search terms of a text in order, each with the span that it comes from.

    Terms are folded; elided articles and possessive 's are cut off; a number has one spelling
    however it is grouped; scripts without spaces give overlapping bigrams.
    """
    words: list[Word] = []
    for match in _WORD.finditer(text):
        surface = match[0]
        offset = match.start()
        for term, start, end, form in _split_match(surface):
            words.append(Word(term, offset + start, offset + end, form))
    return words


def find_surfaces(text: str) -> list[str]:
    """Return what ``find_words`` takes words from, as it is written, in order."""
    return [match[0] for match in _WORD.finditer(text)]


def split_surface(surface: str) -> tuple[Word, ...]:
    """Return the search terms of one of ``find_surfaces``, with spans counted from its start."""
    return tuple(_find_terms(surface))


def _split_match(surface: str) -> tuple[Word, ...]:
    """Return the search terms of one match of ``_WORD``, with spans counted from its start."""
    # The cache is for words, not for a megabyte without a space.
    if len(surface) > MAX_TERM_LENGTH:
        return tuple(_find_terms(surface))
    return _split_short_match(surface)


# As many words as a large index has; each takes a few hundred bytes.
@functools.lru_cache(maxsize=1 << 16)
def _split_short_match(surface: str) -> tuple[Word, ...]:
    """Return what ``_split_match`` does, kept for the next time."""
    return tuple(_find_terms(surface))


def _find_terms(surface: str) -> Iterator[Word]:
    """Yield the search terms of one match, in the way of its script."""
    if _is_punctuated_number(surface):
        number = _normalise_number(surface)
        yield Word(number, 0, len(surface), number)
    elif "_" in surface or _has_unspaced_script(surface):
        yield from _split_at_scripts(surface)
    else:
        start, end = _strip_clitics(surface)
        yield from _make_word(surface[start:end], start)


def _is_punctuated_number(surface: str) -> bool:
    """Return whether a match of ``_WORD`` is a number with separators in it."""
    # Most matches are words or plain numbers.
    if surface.isalnum():
        return False
    if not surface[0].isdigit():
        return False
    return surface[-1].isdigit()


def _normalise_number(surface: str) -> str:
    """Return a number without group separators, with a decimal point."""
    # In "0,125" the comma groups nothing.
    if not surface.startswith("0"):
        surface = _GROUP_SEPARATOR.sub("", surface)
    number = fold(surface)
    return number.replace(",", ".")


@functools.cache
def load_elisions() -> frozenset[str]:
    """Return what stands before an apostrophe when an article is elided (l’Inde), folded."""
    return frozenset(word.rstrip("'") for word in _join_folded("elisions"))


@functools.cache
def _load_unelided() -> frozenset[str]:
    """Return the words that begin like an elision and are none: quelqu’un."""
    return frozenset(_join_folded("unelided"))


@functools.cache
def _load_possessives() -> tuple[str, ...]:
    """Return the endings that an apostrophe joins to a noun: ’s."""
    return tuple(_join_folded("possessives"))


def _join_folded(key: str) -> list[str]:
    """Return a list of words of all languages, folded."""
    words = join_words("words", key)
    return [fold(word) for word in words]


def _strip_clitics(surface: str) -> tuple[int, int]:
    """Return the span of a word without elided articles before it and a possessive after it."""
    plain = surface.translate(STRAIGHT).lower()
    start, end = 0, len(surface)
    # Where lower case has another length (İ), offsets would not fit.
    if len(plain) != end:
        return start, end
    if "'" not in plain:
        return start, end
    for ending in _load_possessives():
        if plain.endswith(ending):
            end -= len(ending)
    if plain in _load_unelided():
        return start, end
    elisions = load_elisions()
    while start < MAX_ELISION_START:
        apostrophe = plain.find("'", start)
        if apostrophe < 0:
            break
        elision = plain[start:apostrophe]
        if elision not in elisions:
            break
        start = apostrophe + 1
    return start, end


@functools.cache
def _compile_unspaced() -> re.Pattern[str]:
    """Return the pattern of a character of the scripts written without spaces, or of Hangul."""
    return re.compile(_UNSPACED_CHARACTER)


@functools.cache
def _compile_runs() -> re.Pattern[str]:
    """Return the pattern of a run of such characters, or of others; none holds an underscore."""
    return re.compile(_RUN)


def _has_unspaced_script(surface: str) -> bool:
    """Return whether any character is of a script written without spaces, or of Hangul."""
    if surface.isascii():
        return False
    return _compile_unspaced().search(surface) is not None


def _split_at_scripts(surface: str) -> Iterator[Word]:
    """Yield the terms of a match cut at underscores and where a script without spaces begins."""
    for run in _compile_runs().finditer(surface):
        make = _make_bigrams if run["unspaced"] else _make_word
        yield from make(run[0], run.start())


def _make_bigrams(run: str, offset: int) -> Iterator[Word]:
    """Yield every two neighbouring characters of a run as a word; of a single one, itself."""
    if len(run) == 1:
        yield from _make_word(run, offset)
        return
    folded = fold(run)
    # Folded as a whole where that changes no length: a sign may depend on its neighbour.
    keeps_length = len(folded) == len(run)
    for start, pair in enumerate(map("".join, pairwise(run))):
        term = None
        if keeps_length:
            term = folded[start : start + 2]
        yield from _make_word(pair, offset + start, term)


def _make_word(written: str, start: int, term: str | None = None) -> Iterator[Word]:
    """Yield one word, its term folded where none is given; nothing when folding leaves nothing."""
    if term is None:
        term = fold(written)
    term = _trim(term)
    if not term:
        return
    form = _trim(_to_lower(written))
    end = start + len(written)
    yield Word(term, start, end, form or term)


def _trim(text: str) -> str:
    """Return a term without quotation marks around it and white space in it, cut when too long."""
    parts = text.strip("'").split()
    term = "".join(parts)
    return term[:MAX_TERM_LENGTH]


def _to_lower(text: str) -> str:
    """Return the text in lower case and composed, apostrophes straight; accents stay."""
    if text.isascii():
        return text.lower()
    composed = unicodedata.normalize("NFKC", cut_towers(text))
    return composed.lower().translate(STRAIGHT)

"""The text functions everybody shares: words, folding, safe printing. Linear time, whatever the text."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple


def _set(names: str) -> frozenset[str]:
    """The words of a table."""
    return frozenset(names.split())


class Word(NamedTuple):
    """A search term, the span of the text it was made from, and how it is written there: lower case, with its accents."""

    term: str
    start: int
    end: int
    form: str


# \w leaves out the combining marks that Indic, Arabic, Hebrew, Thai words and decomposed accents need, and the soft hyphen
_MARKS = "\u00ad\u0300-\u036f\u0591-\u05bd\u05c1-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06ed\u0900-\u0963"
_MARKS += "\u0966-\u096f\u0971-\u0df3\u0e31-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ecd\u102b-\u103e\u1056-\u109d\u17b4-\u17d3\u200c\u200d"
_LONGEST = 64
_WORD = re.compile(
    r"(?<!\d[.,])(?:[1-9]\d{0,2}([ \u00a0\u2009\u202f.,'’])\d{3}(?:\1\d{3})*(?:[.,]\d+)?(?![.,'’]?\d|\w)"  # 14 000   1,234.5
    r"|\d+[.,]\d+(?![.,]?\d|\w))"  # 8,5
    rf"|[\w{_MARKS}]+(?:['’‘＇‛′`´](?!\d)[\w{_MARKS}]+)*"
)
_GROUPED = re.compile(r"(?<=\d)([ \u00a0\u2009\u202f.,'’])(?=\d{3}(?:\1|[.,]\d+\Z|\Z))")
ELISIONS = _set(
    "l d qu j n s c m t jusqu lorsqu puisqu quoiqu quelqu all dall dell nell sull coll un quest quell bell gl com dov tutt anch"
)
_WHOLE = _set("quelqu'un quelqu'une")
STRAIGHT = str.maketrans(dict.fromkeys("’‘ʼ＇‛′`´", "'"))
_FOLDING = STRAIGHT | str.maketrans(
    {
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
    | {
        chr(zero + digit): str(digit)
        for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0xE50)
        for digit in range(10)
    }
    | dict.fromkeys(
        "\u00ad\u200b\u2060\ufeff\u0640", ""
    )  # invisible, or the Arabic stretching sign
)
_ACCENTS = re.compile("[\u0300-\u036f\u064b-\u0655\u0670]")


def fold(text: str) -> str:
    """For matching: compatibility forms unified, case and accents gone, ß œ æ spelled out. Lengths change."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFC", _ACCENTS.sub("", plain).translate(_FOLDING))


@functools.cache
def _unspaced() -> re.Pattern[str]:
    """Runs of the scripts written without spaces, and Hangul."""
    asian = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uac00-\ud7af"
    return re.compile(f"[{asian}\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]+")


@functools.lru_cache(maxsize=1 << 16)
def _terms(surface: str) -> tuple[Word, ...]:
    """The search terms of one match, with spans counted from its start."""
    if surface[0].isdigit() and surface[-1].isdigit() and not surface.isalnum():
        whole = surface if surface[0] == "0" else _GROUPED.sub("", surface)
        number = fold(whole).replace(",", ".")
        return (Word(number, 0, len(surface), number),)
    if "_" in surface or not (surface.isascii() or _unspaced().search(surface) is None):
        return tuple(_pieces(surface))
    start, end, plain = 0, len(surface), surface.translate(STRAIGHT).lower()
    if len(plain) == end and "'" in plain:
        end -= 2 * plain.endswith("'s")
        while (
            plain[start : (cut := max(start, plain.find("'", start)))] in ELISIONS
            and start < 8
            and plain not in _WHOLE
        ):
            start = cut + 1
    return tuple(_plain(surface[start:end], start))


def _pieces(surface: str) -> Iterator[Word]:
    """Terms of a run with underscores or with scripts written without spaces: overlapping bigrams of the latter."""
    for part in re.finditer(r"[^_]+", surface):
        at = part.start()
        for run in _unspaced().finditer(surface, part.start(), part.end()):
            yield from _plain(surface[at : run.start()], at)
            at, end = run.span()
            folded = fold(run[0])
            for i in range(max(end - at - 1, 1)):
                pair = (
                    folded[i : i + 2]
                    if len(folded) == end - at
                    else fold(surface[at + i : at + i + 2])
                )
                yield from _plain(surface[at + i : min(at + i + 2, end)], at + i, pair)
            at = end
        yield from _plain(surface[at : part.end()], at)


def _plain(written: str, start: int, folded: str | None = None) -> Iterator[Word]:
    """One term, or none when nothing is left of it; a term longer than any word is cut."""
    term, form = (
        "".join(some.strip("'").split())[:_LONGEST]
        for some in (folded or fold(written), _lower(written))
    )
    if term:
        yield Word(term, start, start + len(written), form or term)


def _lower(text: str) -> str:
    """In lower case and composed, apostrophes straight; accents stay."""
    return (
        text.lower()
        if text.isascii()
        else unicodedata.normalize("NFKC", text).lower().translate(STRAIGHT)
    )


def find_words(text: str) -> list[Word]:
    """Search terms in order, each with the span it came from.

    Folded; elided articles and possessive 's cut off; numbers in one writing; scripts without spaces as bigrams.
    """
    found: list[Word] = []
    for match in _WORD.finditer(text):
        surface, offset = match.group(), match.start()
        for term, start, end, form in (
            _terms(surface) if len(surface) <= _LONGEST else _terms.__wrapped__(surface)
        ):
            found.append(Word(term, offset + start, offset + end, form))
    return found


_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNSAFE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def to_printable(text: str) -> str:
    """The text without anything that steers a terminal: controls, bidirectional overrides, invisible characters."""
    return _UNSAFE.sub("", _BREAKS.sub("\n", text)).encode("utf-8", "replace").decode("utf-8")


def to_one_line(text: str) -> str:
    """Printable text on one line, each run of white space one space."""
    return " ".join(to_printable(text).split())

"""Codecs of east Asia: the one in which a file's bytes make characters that people use.

Each codec orders its characters by how usual they are, and gives the usual ones the lower bytes.
The bits of each kind are chosen by hand, to be compared with those of ``narrow_codecs``.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

_BITS_OF_KANA = 6
_BITS_OF_FOREIGN_KANA = 12  # Chinese codecs have kana, Chinese texts do not
_BITS_OF_OTHER = 16
_BITS_OF_PUNCTUATION = 8
_BITS_OF_BREACH = 16
_OTHER_LETTER = r"[\u0370-\u04ff\u3040-\u9fff\uac00-\ud7af\uff00-\uff9f]"
_BESIDE_LATIN = re.compile(rf"(?<=[A-Za-z]){_OTHER_LETTER}|{_OTHER_LETTER}(?=[a-z])")


_PRIOR = 12  # bits: a word of Latin letters is seldom Chinese
_MAX_CUT = 4  # bytes of a character


class _WideCodec(NamedTuple):
    """A codec, and the one that tells which of its characters are usual, by their first byte."""

    codec: str
    ordered_by: str
    first: int  # of the first bytes of usual characters
    last: int
    has_kana: bool = False
    bits: float = 10  # of a usual character: Korean has fewer syllables than Chinese has signs


_CODECS = (
    _WideCodec("cp932", "euc_jp", 0xB0, 0xCF, has_kana=True),
    _WideCodec("euc_jp", "euc_jp", 0xB0, 0xCF, has_kana=True),
    _WideCodec("gb18030", "gb2312", 0xB0, 0xD7),
    _WideCodec("big5", "big5", 0xA4, 0xC6),
    _WideCodec("cp949", "euc_kr", 0xB0, 0xC8, bits=9),
)


class WideReading(NamedTuple):
    """A codec, and the bits of what a text takes in it."""

    codec: str
    bits: float


def choose_wide_codec(sample: bytes) -> WideReading | None:
    """Return the codec in which a text of several bytes a character is likeliest, if any fits."""
    readings = []
    for codec in _CODECS:
        text = _decode_whole(sample, codec.codec)
        if text is None:
            continue
        bits = _PRIOR + sum(_weigh(char, codec) for char in text if char > "\x7f")
        bits += _BITS_OF_BREACH * len(_BESIDE_LATIN.findall(text))
        readings.append(WideReading(codec.codec, bits))
    return min(readings, key=_get_bits, default=None)


def _get_bits(reading: WideReading) -> float:
    return reading.bits


def _decode_whole(sample: bytes, codec: str) -> str | None:
    """Return the text of a sample, which may end within a character; None where it does not fit."""
    for stop in range(_MAX_CUT):
        try:
            return sample[: len(sample) - stop].decode(codec)
        except UnicodeDecodeError as error:
            if error.end < len(sample) - _MAX_CUT:
                return None
    return None


@functools.lru_cache(maxsize=8192)
def _weigh(char: str, codec: _WideCodec) -> float:
    """Return the bits of a character beyond ASCII."""
    if "\u3040" <= char <= "\u30ff":
        return _BITS_OF_KANA if codec.has_kana else _BITS_OF_FOREIGN_KANA
    if "\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uff60":
        return _BITS_OF_PUNCTUATION
    try:
        first_byte = char.encode(codec.ordered_by)[0]
    except UnicodeEncodeError:
        return _BITS_OF_OTHER + 4
    is_usual = codec.first <= first_byte <= codec.last
    return codec.bits if is_usual else _BITS_OF_OTHER

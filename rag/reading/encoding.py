"""Bytes into text: which codec, and is it text at all.

In this order: a byte order mark, NUL bytes (UTF-16 or UTF-32 without a mark), UTF-8, the one-byte
codecs of western Europe, and for the rest what charset-normalizer guesses. The shares are chosen by
hand, on texts in twelve languages (``tests/test_reading_encoding.py``).
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from rag.errors import SourceError

_SAMPLE = 1 << 16  # bytes that are looked at to choose a codec
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # Before UTF-16, whose mark is the first two bytes of this one.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE_CODECS = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}  # bytes of a unit
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"
_MIN_WITHOUT_CONTROLS = 0.95  # of the bytes of a text: logs have some controls
_UTF8_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
# So many bytes in sequences of UTF-8 for one that fits none: the file is UTF-8, and damaged.
_DAMAGED_RATIO = 8

# Of a trial decoding that reads like text:
_MAX_ODD = 0.01  # characters that no text has
_MIN_LETTERS = 0.6  # letters, digits, white space and ASCII
_MAX_BLOCKS = 90  # blocks of 256 characters that the letters come from; Chinese has 82

_WESTERN_CODECS = ("cp1252", "iso8859-15", "mac-roman")
_WESTERN = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŸßàáâãäåæçèéêëìíîïñòóôõöøùúûüÿŒœŠšŽž"
    " ¡¿ª°º«»‹›‘’‚“”„–—…•·€£§©®™²³×±½¼¾%†‡´¨\u00a0\u00ad"
)
# What western text in the wrong codec looks like.
_UNLIKELY = re.compile(
    r"[^\W\d_][¡¿½¼¾²³±×¨´†‡•·€£§©®™‘‚“„][^\W\d_]|[½¼¾][a-z]"  # a sign inside a word
    r"|[a-zà-öø-ÿ][À-ÖØ-ÞŒŠŽŸ](?![A-ZÀ-ÖØ-ÞŒŠŽŸ])"  # a lone accented capital after a small letter
    r"|[À-ÖØ-öø-ÿŒœŠšŽž]{4}"  # four accented letters in a row
)
_MAX_ACCENTED = 0.35  # of the letters of a western text
_FEW_ACCENTED = 12  # are never too many: a short text may be all of accents


def decode(data: bytes) -> tuple[str, str]:
    """Return the text and the codec for which ``data.decode(codec) == text``.

    A byte order mark is no part of the text.

    Raises:
        SourceError: the bytes are not text, or their encoding cannot be told.
    """
    codec = _detect_codec(data)
    return _decode_strictly(data, codec), codec


def _detect_codec(data: bytes) -> str:
    """Return the codec of a file; SourceError when it is no text."""
    for mark, codec in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return codec
    if b"\0" in data:
        return _detect_wide_codec(data)
    without_controls = data.translate(None, _CONTROLS)
    if len(without_controls) < _MIN_WITHOUT_CONTROLS * len(data):
        raise SourceError("binary")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _detect_narrow_codec(data, error.start)
    return "utf-8"


def _decode_strictly(data: bytes, codec: str) -> str:
    """Return the text; SourceError when the file is damaged."""
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise SourceError(
            f"looks like {codec.upper()} but byte {error.start:,} does not fit",
            hint="save the file again as UTF-8",
        ) from error


def _detect_wide_codec(data: bytes) -> str:
    """Return the UTF-16 or UTF-32 codec of a file with NUL bytes and no byte order mark."""
    best_codec = ""
    best_score = 0.0
    for codec, unit in _WIDE_CODECS.items():
        if len(data) % unit != 0:
            continue
        text = data[:_SAMPLE].decode(codec, "replace")
        # Where every byte is ASCII, every character must be, too.
        if data.isascii() and not text.isascii():
            continue
        score = _score_decoding(text)
        if score > 0 and (score, codec) > (best_score, best_codec):
            best_codec, best_score = codec, score
    if not best_codec:
        raise SourceError("binary")
    return best_codec


def _score_decoding(text: str) -> float:
    """Return the share of common characters in a trial decoding; 0 where it reads like no text."""
    odd = text.count("\ufffd")
    letters = 0
    common = 0
    blocks = set()
    for char in text:
        if _is_odd(char):
            odd += 1
        if char.isalpha():
            blocks.add(ord(char) >> 8)
        if char.isalnum() or char.isspace() or char.isascii():
            letters += 1
        if char.isascii() or char in "，。、":
            common += 1
    if odd > _MAX_ODD * len(text) or letters < _MIN_LETTERS * len(text):
        return 0.0
    if len(blocks) > _MAX_BLOCKS:
        return 0.0
    return common / len(text)


def _is_odd(char: str) -> bool:
    """Return whether a character is a control, a lone surrogate, private or not assigned."""
    if char in "\t\n\r\f\v":
        return False
    return unicodedata.category(char) in ("Cc", "Cn", "Co", "Cs")


def _detect_narrow_codec(data: bytes, offset: int) -> str:
    """Return the one-byte or multi-byte codec of text that is not UTF-8 from ``offset`` on."""
    # Around the first byte that does not fit: the rest may be ASCII.
    start = max(0, offset - _SAMPLE // 2)
    end = offset + _SAMPLE // 2
    sample = data[start:end]
    fitting = sum(map(len, _UTF8_SEQUENCE.findall(sample)))
    beyond_ascii = sum(byte >= 0x80 for byte in sample)
    misfits = beyond_ascii - fitting
    if fitting > _DAMAGED_RATIO * max(misfits, 1):
        raise SourceError(
            f"damaged UTF-8: byte {offset:,} does not fit",
            hint="save the file again as UTF-8",
        )
    for codec in _WESTERN_CODECS:
        text = _try_codec(data, codec)
        if text is not None and looks_western(text):
            return codec
    return _guess_codec(sample, data)


def looks_western(text: str) -> bool:
    """Return whether the characters beyond ASCII are those, and where, western Europe has them."""
    beyond_ascii = [char for char in text if char > "\x7f"]
    if not _WESTERN.issuperset(beyond_ascii):
        return False
    if _UNLIKELY.search(text):
        return False
    # French and Portuguese have the most accents: one letter in twelve.
    accented_count = sum(map(str.isalpha, beyond_ascii))
    if accented_count <= _FEW_ACCENTED:
        return True
    letter_count = sum(map(str.isalpha, text))
    return accented_count <= _MAX_ACCENTED * letter_count


def _guess_codec(sample: bytes, data: bytes) -> str:
    """Return charset-normalizer's guess if the whole file agrees, else Windows' western codec."""
    from charset_normalizer import from_bytes

    candidates = ["cp1252", "latin-1"]
    guess = from_bytes(sample).best()
    if guess is not None:
        candidates.insert(0, guess.encoding)
    for codec in candidates:
        if _try_codec(data, codec) is not None:
            return codec
    raise SourceError("unknown encoding", hint="save the file again as UTF-8")


def _try_codec(data: bytes, codec: str) -> str | None:
    """Return the text in a codec, or None where a byte does not fit."""
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None

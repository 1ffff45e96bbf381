"""Bytes into text: which codec, and is it text at all.

In this order: a byte order mark, NUL bytes (UTF-16 or UTF-32 without a mark), Japanese of mails,
UTF-8, and for the rest the codec of one byte or several that makes the likeliest text
(``narrow_codecs``, ``wide_codecs``). The shares are chosen by hand, on texts in twelve languages
(``tests/test_reading_encoding.py``).
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
_UTF_CODECS = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}  # bytes of a unit
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"
_MIN_WITHOUT_CONTROLS = 0.95  # of the bytes of a text: logs have some controls
_UTF8_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")  # it is all ASCII, and says where Japanese begins
# So many bytes in sequences of UTF-8 for one that fits none: the file is UTF-8, and damaged.
_DAMAGED_RATIO = 4

# Of a trial decoding that reads like text:
_MAX_ODD = 0.01  # characters that no text has
_MIN_LETTERS = 0.6  # letters, digits, white space and ASCII
_MAX_BLOCKS = 90  # blocks of 256 characters that the letters come from; Chinese has 82

# Of the bits that a text takes with one byte a character: so few must it take with several.
_MAX_WIDE_SHARE = 0.9
_SAMPLE_OF_LETTERS = 1 << 13  # bytes that are enough to tell a language by its letters


def decode(data: bytes) -> tuple[str, str]:
    """Return the text and the codec for which ``data.decode(codec, "replace") == text``.

    A byte order mark is no part of the text. A byte that does not fit costs itself, not the file:
    U+FFFD stands for it.

    Raises:
        SourceError: the bytes are not text, or their encoding cannot be told.
    """
    codec = _detect_codec(data)
    # Of units of several bytes, one byte too many or too few spoils all that follow.
    if codec.startswith(("utf-16", "utf-32")):
        return _decode_strictly(data, codec), codec
    return data.decode(codec, "replace"), codec


def describe_damage(data: bytes, text: str) -> str | None:
    """Return how many bytes of a file were no part of its text, in words; None for none."""
    written = data.count("\ufffd".encode())
    count = text.count("\ufffd") - written
    if count <= 0:
        return None
    bytes_do = "1 byte does" if count == 1 else f"{count:,} bytes do"
    each = "is" if count == 1 else "are"
    return f"{bytes_do} not fit UTF-8, and {each} shown as \ufffd"


def _detect_codec(data: bytes) -> str:
    """Return the codec of a file; SourceError when it is no text."""
    for mark, codec in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return codec
    if b"\0" in data:
        return _detect_utf_codec(data)
    if _ISO_2022_JP.search(data):
        return "iso2022_jp_2"
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


def _detect_utf_codec(data: bytes) -> str:
    """Return the UTF-16 or UTF-32 codec of a file with NUL bytes and no byte order mark."""
    best_codec = ""
    best_score = 0.0
    for codec, unit in _UTF_CODECS.items():
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
    """Return the codec of text that is not sound UTF-8: from ``offset`` on it does not fit."""
    # Hardly a file needs them, and a question waits for what is imported.
    from rag.reading.narrow_codecs import choose_narrow_codec
    from rag.reading.wide_codecs import choose_wide_codec

    sample = _take_sample(data, offset, _SAMPLE)
    fitting = sum(map(len, _UTF8_SEQUENCE.findall(sample)))
    beyond_ascii = sum(byte >= 0x80 for byte in sample)
    misfits = beyond_ascii - fitting
    if fitting > _DAMAGED_RATIO * misfits:
        return "utf-8"
    sample = _take_sample(data, offset, _SAMPLE_OF_LETTERS)
    narrow = choose_narrow_codec(sample)
    # A character of several bytes must not be cut: what is not ASCII begins where a line does.
    line_start = sample.find(b"\n") + 1 if len(sample) < len(data) else 0
    wide = choose_wide_codec(sample[line_start:])
    if wide is not None and wide.bits < _MAX_WIDE_SHARE * narrow.bits:
        return wide.codec
    return narrow.codec


def _take_sample(data: bytes, offset: int, length: int) -> bytes:
    """Return the bytes around the first one that does not fit: the rest may be ASCII."""
    start = max(0, offset - length // 2)
    return data[start : start + length]

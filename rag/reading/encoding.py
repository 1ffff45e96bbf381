"""Bytes into text: which codec, and is it text at all."""

from __future__ import annotations

import codecs
import re
import unicodedata

from rag.errors import SourceError

_SAMPLE = 1 << 16  # bytes that are looked at to choose a codec
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its first two bytes are the same
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"
_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_WESTERN_CODECS = ("cp1252", "iso8859-15", "mac-roman")
_WESTERN = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŸßàáâãäåæçèéêëìíîïñòóôõöøùúûüÿŒœŠšŽž ¡¿ª°º«»‹›‘’‚“”„–—…•·€£§©®™²³×±½¼¾%†‡´¨\u00a0\u00ad"
)
_UNLIKELY = re.compile(  # what western text in the wrong codec looks like
    r"[^\W\d_][¡¿½¼¾²³±×¨´†‡•·€£§©®™‘‚“„][^\W\d_]|[½¼¾][a-z]"  # a sign inside a word
    r"|[a-zà-öø-ÿ][À-ÖØ-ÞŒŠŽŸ](?![A-ZÀ-ÖØ-ÞŒŠŽŸ])"  # a lone accented capital after a small letter
    r"|[À-ÖØ-öø-ÿŒœŠšŽž]{4}"  # four accented letters in a row
)


def decode(data: bytes) -> tuple[str, str]:
    """The text and the codec for which ``data.decode(codec) == text``; a byte order mark is no part of the text.

    Raises:
        SourceError: the bytes are not text, or their encoding cannot be told.
    """
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return _strict(data, codec), codec
    if b"\0" in data:
        codec = _wide(data)
        return _strict(data, codec), codec
    if len(data.translate(None, _CONTROLS)) < 0.95 * len(data):
        raise SourceError("binary")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        codec = _legacy(data, error.start)
    return _strict(data, codec), codec


def _strict(data: bytes, codec: str) -> str:
    """Decode, or say that the file is damaged."""
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise SourceError(
            f"looks like {codec.upper()} but byte {error.start:,} does not fit",
            hint="save the file again as UTF-8",
        ) from error


def _wide(data: bytes) -> str:
    """The UTF-16 or UTF-32 codec of a file with NUL bytes and no byte order mark."""
    units = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}
    trials = {
        codec: data[:_SAMPLE].decode(codec, "replace")
        for codec, unit in units.items()
        if len(data) % unit == 0
    }
    if data.isascii():  # then every character must be, too
        trials = {codec: text for codec, text in trials.items() if text.isascii()}
    common, codec = max(
        ((_commonness(text), codec) for codec, text in trials.items()), default=(0.0, "")
    )
    if common <= 0:
        raise SourceError("binary")
    return codec


def _commonness(text: str) -> float:
    """How much of a trial decoding is letters, spaces and marks of few scripts; 0 when it does not read like text."""
    odd = sum(
        unicodedata.category(char) in ("Cc", "Cn", "Co", "Cs") and char not in "\t\n\r\f\v"
        for char in text
    )
    blocks = {ord(char) >> 8 for char in text if char.isalpha()}
    letters = sum(char.isalnum() or char.isspace() or char.isascii() for char in text)
    if (
        odd + text.count("\ufffd") > 0.01 * len(text)
        or letters < 0.6 * len(text)
        or len(blocks) > 90
    ):
        return 0.0
    return sum(char.isascii() or char in "，。、" for char in text) / len(text)


def _legacy(data: bytes, offset: int) -> str:
    """The one-byte or multi-byte codec of text that is not UTF-8 (its first misfit stands at ``offset``)."""
    sample = data[max(0, offset - _SAMPLE // 2) : offset + _SAMPLE // 2]
    fitting = sum(len(found) for found in _MULTIBYTE.findall(sample))
    misfits = sum(byte >= 0x80 for byte in sample) - fitting
    if fitting > 8 * max(misfits, 1):
        raise SourceError(
            f"damaged UTF-8: byte {offset:,} does not fit", hint="save the file again as UTF-8"
        )
    for codec in _WESTERN_CODECS:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if looks_western(text):
            return codec
    return _guess(sample, data)


def looks_western(text: str) -> bool:
    """Whether the characters beyond ASCII are those of a western European text, where such a text has them."""
    beyond = [char for char in text if char > "\x7f"]
    if not _WESTERN.issuperset(beyond) or _UNLIKELY.search(text):
        return False
    accented = sum(map(str.isalpha, beyond))
    return accented <= max(12, 0.35 * sum(map(str.isalpha, text)))


def _guess(sample: bytes, data: bytes) -> str:
    """What charset-normalizer says, if the whole file agrees; Windows' western codec for the rest."""
    from charset_normalizer import from_bytes

    match = from_bytes(sample).best()
    guesses = ([match.encoding] if match else []) + ["cp1252", "latin-1"]
    for codec in guesses:
        try:
            data.decode(codec)
        except UnicodeDecodeError:
            continue
        return codec
    raise SourceError("unknown encoding", hint="save the file again as UTF-8")

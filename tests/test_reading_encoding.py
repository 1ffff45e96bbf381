"""Bytes into text."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import SourceError
from rag.reading.encoding import decode, describe_damage

FRENCH = "L’œuvre de « François » coûte 10 € à l’été… déjà vu – “Noël” naïf, Ça !\r\n"
CODECS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]


@pytest.mark.parametrize("codec", CODECS)
def test_french_in_every_encoding(codec):
    """Wrong: mojibake, a byte order mark in the text, line endings changed."""
    text, name = decode(FRENCH.encode(codec))
    assert text == FRENCH
    assert FRENCH.encode(codec).decode(name) == text


@pytest.mark.parametrize(
    "word",
    [
        "été",
        "Noël",
        "Ça va",
        "garçon",
        "«œuf»",
        "10 €",
        "Straße",
        "¿Qué?",
        "São João",
        "naïve façade",
        "l’été",
    ],
)
def test_a_single_word_is_no_chinese(word):
    """Wrong: trusting a statistical guess on ten bytes (a multi-byte codec, or Windows' Baltic
    one)."""
    assert decode(word.encode("cp1252"))[0] == word


def test_other_one_byte_encodings():
    """Wrong: cp1252 for everything: € and œ of Latin-9, Macintosh accents, Greek, Polish,
    Japanese."""
    assert (
        decode("Un cœur à 10 €, l'été déjà".encode("iso8859-15"))[0] == "Un cœur à 10 €, l'été déjà"
    )
    assert (
        decode("Le garçon a été très étonné à Noël".encode("mac-roman"))[0]
        == "Le garçon a été très étonné à Noël"
    )
    for text, codec in [
        ("Ελληνικά κείμενα για δοκιμή", "cp1253"),
        ("Zażółć gęślą jaźń. To jest dłuższy tekst po polsku.", "cp1250"),
        ("こんにちは世界。これはテストです。", "shift_jis"),
    ]:
        assert decode(text.encode(codec))[0] == text


WESTERN = st.text("abcdefghijklmnopqrstuvwxyz ,.\nABCDEFéèàçùêôîœ’«»€É", min_size=1, max_size=200)


@given(WESTERN, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_unicode_round_trip(text, codec):
    """Wrong: a guess where the bytes say it."""
    data = text.encode(codec)
    decoded, name = decode(data)
    assert decoded == text
    assert data.decode(name) == decoded


@given(st.binary(max_size=300))
def test_any_bytes_give_text_that_decodes_again_or_a_source_error(data):
    """Wrong: a codec name that does not give the text back; a UnicodeDecodeError that escapes."""
    try:
        text, name = decode(data)
    except SourceError:
        return
    assert data.decode(name, "replace") == text


def test_binary_files():
    """Wrong: an image or a program read as Latin-1, a log with colours refused."""
    noise = random.Random(1).randbytes(5000)
    for data in (
        noise,
        b"\x89PNG\r\n\x1a\n" + noise,
        b"\x7fELF\x02\x01\x01\0\0" + noise,
        b"abc\0def\0",
        b"\x01\x02\x03 abc",
    ):
        with pytest.raises(SourceError, match="binary"):
            decode(data)
    assert decode(b"\x1b[31mred\x1b[0m and plain\n")[1] == "utf-8"


def test_one_bad_byte_costs_that_byte_and_is_said():
    """Wrong: one bad byte turns all accents of a UTF-8 file into Ã©, or the file is lost."""
    data = (FRENCH * 5).encode() + b"\xff" + b"fin"
    assert decode(data) == (FRENCH * 5 + "\ufffdfin", "utf-8")
    assert (
        describe_damage(data, decode(data)[0])
        == "1 byte does not fit UTF-8, and is shown as \ufffd"
    )
    sound = "\ufffd wrote another program".encode()
    assert describe_damage(sound, decode(sound)[0]) is None
    with pytest.raises(SourceError, match="UTF-16"):
        decode("été".encode("utf-16") + b"\x00")


@pytest.mark.parametrize(("controls", "is_text"), [(5, True), (6, False)])
def test_one_byte_in_twenty_may_be_a_control(controls, is_text):
    """Wrong: a share off by one: logs refused, or programs read."""
    data = b"a" * (100 - controls) + b"\x01" * controls
    if is_text:
        assert decode(data)[1] == "utf-8"
    else:
        with pytest.raises(SourceError, match="binary"):
            decode(data)


@pytest.mark.parametrize(("letters", "is_damaged"), [(2, False), (3, True)])
def test_more_than_four_fitting_bytes_for_one_that_does_not(letters, is_damaged):
    """Wrong: a ratio off by one: damaged UTF-8 read as Ã©, or cp1252 as UTF-8."""
    data = "é".encode() * letters + b" \xff "
    assert (decode(data)[1] == "utf-8") is is_damaged


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", ["plain text\n", "Ελληνικά κείμενα\n", "新任首席执行官。\n\n"])
def test_wide_codecs_without_a_mark(codec, text):
    """Wrong: the other order of bytes, which gives letters of other scripts."""
    if b"\0" in text.encode(codec):
        assert decode(text.encode(codec)) == (text, codec)


@pytest.mark.parametrize(("arrows", "is_text"), [(4, True), (5, False)])
def test_six_characters_of_ten_are_letters(arrows, is_text):
    """Wrong: a share off by one: any bytes are UTF-16 of signs."""
    data = ("abcdef" + "→" * arrows).encode("utf-16-le")
    if is_text:
        assert decode(data)[1] == "utf-16-le"
    else:
        with pytest.raises(SourceError, match="binary"):
            decode(data)


@pytest.mark.parametrize(("blocks", "is_text"), [(89, True), (90, False)])
def test_letters_of_ninety_blocks_at_most(blocks, is_text):
    """Wrong: noise, which has letters of all scripts, read as Chinese."""
    chinese, korean = range(0x4E, 0xA0), range(0xAC, 0xB5)
    letters = [chr(block << 8 | 0x11) for block in (*chinese, *korean)]
    data = ("a" + "".join(letters[:blocks])).encode("utf-16-le")
    if is_text:
        assert decode(data)[1] == "utf-16-le"
    else:
        with pytest.raises(SourceError, match="binary"):
            decode(data)

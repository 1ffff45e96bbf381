"""Text that is safe to print."""

from __future__ import annotations

import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.show import dumps
from rag.text import to_one_line, to_printable, to_printable_line

FILLERS = "\u115f\u1160\u3164\uffa0"  # letters to Unicode, blank on a screen
# Unicode 16, DerivedCoreProperties.txt, Default_Ignorable_Code_Point.
DEFAULT_IGNORABLE = (
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5),
    (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164),
    (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
LINE_BREAKS = (
    "\n",
    "\r",
    "\r\n",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x1d",
    "\x1e",
    "\x85",
    "\u2028",
    "\u2029",
)


def test_what_unicode_calls_ignorable_is_not_shown():
    """Wrong: a table that lacks one of them, which then hides words, or a second code, in a text.

    The joiners and the selectors of emoji stay.
    """
    ignorable = {chr(code) for first, last in DEFAULT_IGNORABLE for code in range(first, last + 1)}
    stays = {char for char in ignorable if to_printable(f"a{char}b") != "ab"}
    assert stays == set("\u200c\u200d\ufe0e\ufe0f")
    escaped = dumps({"a": "".join(sorted(ignorable - stays))})
    assert escaped.isascii()
    assert json.loads(escaped) == {"a": "".join(sorted(ignorable - stays))}


@pytest.mark.parametrize("line_break", LINE_BREAKS, ids=ascii)
def test_no_line_break_but_ours(line_break):
    """Wrong: an article that begins a line of its own on the screen, where a source would stand."""
    forged = f"a{line_break}[2] ✓ Reuters"
    assert len(to_printable_line(forged).splitlines()) == 1
    assert len(to_one_line(forged).splitlines()) == 1
    assert not set("".join(to_printable(forged).split("\n"))) & set("\r\x0b\x0c\x85\u2028\u2029")


def test_line_keeps_its_spaces():
    """Wrong: columns of a file that run together."""
    assert to_printable_line("  a  b\tc\u2028 d ") == "  a  b\tc  d "


@pytest.mark.parametrize(
    "mark",
    ["\u0301", "\u20dd", "\ufe0f", "\u0321\u0334\u0301", "\u0301\u200d", "\u0301\u034f"],
    ids=ascii,
)
def test_marks_do_not_pile_up(mark):
    """Wrong: a tower of marks that covers other lines, on one letter or through joiners."""
    for text in (f"e{mark * 1000}f", mark * 1000):
        shown = to_printable(text)
        marks = [char for char in shown if unicodedata.category(char) in ("Mn", "Me")]
        assert len(marks) == 6
        assert len(shown) <= 2 + 2 * 6
        raw = dumps({"a": text})
        assert json.loads(raw) == {"a": text}
        assert longest_run_of_marks(raw) <= 6


def longest_run_of_marks(text):
    """Return the most marks that one letter has."""
    longest = run = 0
    for char in text:
        run = run + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        longest = max(longest, run)
    return longest


@pytest.mark.parametrize(
    "text",
    [
        "שָׁ֣לוֹם",  # letters with points and accents
        "བསྒྲུབས་",
        unicodedata.normalize("NFD", "Việt ữ"),
        "น้ำ",
        "క్ష్మి",
        "👩🏽‍🚀 ❤️ 1️⃣ 👨‍👩‍👧‍👦",
        "می‌خواهم",
        "e" + 6 * "\u0301",
    ],
)
def test_scripts_keep_their_marks(text):
    """Wrong: a bound that spells words of a language wrongly, or takes emoji apart."""
    assert to_printable(text) == text
    assert json.loads(dumps({"a": text})) == {"a": text}


def test_joiners_carry_no_message():
    """Wrong: a text written in joiners, one bit each, between two letters."""
    assert to_printable("a\u200c\u200d\u200d\u200cb") == "a\u200cb"


@given(
    st.text(
        alphabet=st.sampled_from("e\u0301\u200d\u200b\ufe0f\u3164\U000e0100 \ud83d"), max_size=60
    )
)
def test_json_gives_every_character_back(text):
    """Wrong: escapes that lose one half of a character, or the mark that stood beside another."""
    assert json.loads(dumps({"a": text})) == {"a": text}


def test_printing_takes_linear_time():
    """Wrong: a text of marks, joiners or ignorables for which each character costs all before it."""
    for unit in ("\u0301", "\u200d", "\u200b", "‼", "\u0301\u200d", "a\u0301"):
        small, large = (count_calls(unit * size) for size in (15_000, 30_000))
        assert large <= 2.2 * small + 10, ascii(unit)


def count_calls(text):
    """Return how many function calls, of C too, printing a text takes."""
    calls = 0

    def count(frame, event, argument):
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        to_printable(text)
    finally:
        sys.setprofile(None)
    return calls


@given(st.text(max_size=60))
def test_printable_text_cannot_steer_a_terminal(text):
    """Wrong: letting through one class of controls; losing visible characters."""
    safe = to_printable(text)
    assert all(char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs") for char in safe)
    assert not set(safe) & set(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff\u2028\u2029"
    )
    shown = [char for char in text if char.isalnum() and char not in FILLERS]
    assert shown == [char for char in safe if char.isalnum()]


def test_printable_examples():
    """Wrong: removing newlines and tabs with the controls.

    A carriage return that overwrites the line.
    """
    attack = "a\x1b[31mred\x07\x9b2J\b \u202eabc\u2069\r\nb\tc\rd\u200be"
    assert to_printable(attack) == "a[31mred2J abc\nb\tc\nde"
    assert to_one_line(" a\r\n\t b \u2028c\x00 ") == "a b c"
    assert to_printable("क्\u200dष \u200c é 👩\u200d🚀") == "क्\u200dष \u200c é 👩\u200d🚀"


@pytest.mark.parametrize(
    ("character", "shown"),
    [
        ("\t", "\t"),
        ("\n", "\n"),
        ("\x0b", "\n"),
        ("\x1f", ""),
        (" ", " "),
        ("~", "~"),
        ("\x7f", ""),
        ("\x9f", ""),
        ("\xa0", "\xa0"),
        ("\u061b", "\u061b"),
        ("\u061c", ""),
        ("\u200a", "\u200a"),
        ("\u200b", ""),
        ("\u200d", "\u200d"),
        ("\u200f", ""),
        ("\u2010", "\u2010"),
        ("\u202f", "\u202f"),
        ("\u205f", "\u205f"),
        ("\u206f", ""),
        ("\u2070", "\u2070"),
        ("\ufffb", ""),
        ("\ufffc", "\ufffc"),
        ("\U000e007f", ""),
        ("\U000e0080", ""),
        ("\U000e0fff", ""),
        ("\U000e1000", "\U000e1000"),
        ("\u115e", "\u115e"),
        ("\u1161", "\u1161"),
        ("\u2800", " "),
        ("\u3163", "\u3163"),
        ("\ufdff", "\ufdff"),
        ("\ud800", "?"),
    ],
    ids=ascii,
)
def test_where_each_range_of_what_is_dropped_ends(character, shown):
    """Wrong: a range one character too wide, which eats text, or too narrow.

    Which lets a control through.
    """
    assert to_printable(f"a{character}b") == f"a{shown}b"

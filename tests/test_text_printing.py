"""Text that is safe to print."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text import to_one_line, to_printable


@given(st.text(max_size=60))
def test_printable_text_cannot_steer_a_terminal(text):
    """Wrong: letting through one class of controls; losing visible characters."""
    safe = to_printable(text)
    assert all(char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs") for char in safe)
    assert not set(safe) & set(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff\u2028\u2029"
    )
    assert [char for char in text if char.isalnum()] == [char for char in safe if char.isalnum()]


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
        ("\U000e0080", "\U000e0080"),
        ("\ud800", "?"),
    ],
    ids=ascii,
)
def test_where_each_range_of_what_is_dropped_ends(character, shown):
    """Wrong: a range one character too wide, which eats text, or too narrow.

    Which lets a control through.
    """
    assert to_printable(f"a{character}b") == f"a{shown}b"

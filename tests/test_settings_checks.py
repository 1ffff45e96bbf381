"""What the value of a setting may be, one check after the other."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.settings import list_settings
from rag.settings.checks import (
    check_boolean,
    check_choice,
    check_day,
    check_folder,
    check_languages,
    check_number,
    check_text,
    check_texts,
)

if TYPE_CHECKING:
    from collections.abc import Callable

RANGES = {
    "top": (1, 100),
    "quote_words": (10, 1000),
    "passage_tokens": (20, 2000),
    "max_file_mb": (1, 10_000),
}


@pytest.mark.parametrize(("name", "low", "high"), [(name, *RANGES[name]) for name in RANGES])
def test_numbers_end_where_the_table_says(name: str, low: int, high: int) -> None:
    """Catches a bound that is one off, excluded, or another setting's."""
    check = list_settings()[name]["check"]
    for allowed in (low, low + 1, high - 1, high):
        assert check(allowed) == check(f" {allowed} ") == allowed
    for forbidden in (low - 1, high + 1, str(low - 1), str(high + 1)):
        with pytest.raises(ValueError, match=f"from {low} to {high}"):
            check(forbidden)


@pytest.mark.parametrize(
    ("value", "number"),
    [("+7", 7), ("-7", -7), ("007", 7), ("1" * 9, 111_111_111), (7, 7)],
)
def test_whole_numbers(value: object, number: int) -> None:
    """Catches a sign or leading zeros that are refused."""
    assert check_number(-(10**9), 10**9)(value) == number


@pytest.mark.parametrize("value", ["1" * 10, "1.0", "", "٣", "1_000", True, 5.0, None, [5]])
def test_what_is_no_whole_number(value: object) -> None:
    """Catches True for 1, other scripts' digits, and ten digits where nine are the limit."""
    with pytest.raises(ValueError, match="whole number"):
        check_number(-(10**9), 10**11)(value)


@pytest.mark.parametrize(
    ("check", "value", "expected"),
    [
        (check_choice("a", "b"), "b", "b"),
        (check_boolean, "Yes", True),
        (check_boolean, 1, True),
        (check_boolean, True, True),
        (check_boolean, "off", False),
        (check_boolean, "NO", False),
        (check_boolean, "0", False),
        (check_text, " a b ", " a b "),
        (check_folder, "a/b", Path("a/b")),
        (check_folder, Path("a"), Path("a")),
        (check_day, " 2025-12-09 ", datetime.date(2025, 12, 9)),
        (check_day, datetime.datetime(2025, 12, 9, 23, 59), datetime.date(2025, 12, 9)),
        (check_day, datetime.date(2025, 12, 9), datetime.date(2025, 12, 9)),
        (check_texts, " a , ,b", ("a", "b")),
        (check_texts, ["a,b", " c "], ("a,b", "c")),
        (check_texts, "", ()),
        (check_languages, "FR,pt_BR, en-gb", ("fr", "pt", "en")),
        (check_languages, ("de",), ("de",)),
    ],
)
def test_values_in_their_own_type(
    check: Callable[[object], object], value: object, expected: object
) -> None:
    """Catches a value kept as text, and a list item that is cut at its comma."""
    result = check(value)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("check", "value", "reason"),
    [
        (check_choice("a", "b"), "A", "none of a, b"),
        (check_choice("a"), None, "none of a"),
        (check_boolean, "2", "true nor false"),
        (check_boolean, "", "true nor false"),
        (check_text, "\t", "not a name"),
        (check_text, 3, "not a name"),
        (check_text, "a\0", "not a name"),
        (check_folder, "~nobody-of-that-name/x", "folder's name"),
        (check_folder, "", "folder's name"),
        (check_day, "2025-13-01", "2025-12-31"),
        (check_day, "09/12/2025", "2025-12-31"),
        (check_texts, {"a": 1}, "list of names"),
        (check_texts, ["a", 1], "list of names"),
        (check_languages, "f", "two letters"),
        (check_languages, "fra", "two letters"),
        (check_languages, "f1", "two letters"),
    ],
)
def test_what_is_refused_and_why(
    check: Callable[[object], object], value: object, reason: str
) -> None:
    """Catches a check that lets through what the next room cannot use, or gives a wrong reason."""
    with pytest.raises(ValueError, match=reason):
        check(value)

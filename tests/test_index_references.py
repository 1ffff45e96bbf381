"""What a reference of show stands for, and which lines of a file it means."""

from __future__ import annotations

import pytest
from answers import (
    TEXT,
    article,
)

from rag.errors import UsageError
from rag.index.references import LineRange, parse_reference, view_item


@pytest.mark.parametrize("first", [0, 8, 10**8])
def test_a_line_that_is_not_there_is_refused(first: int) -> None:
    """Catches an empty page, or an index error, for a wrong line number."""
    with pytest.raises(UsageError, match="no line"):
        view_item(article(), lines=LineRange(first))
    assert view_item(article(), lines=LineRange(6)).end == len(TEXT)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1", ("1", 0, None, None, 1)),
        ("12+", ("12", 1, None, None, 12)),
        ("abc:4", ("abc", 0, 4, None, None)),
        ("1:4:5", ("1", 0, 4, 5, 1)),
        (" 2::5 ", ("2", 0, None, 5, 2)),
        ("1234", ("1234", 0, None, None, None)),
    ],
)
def test_what_someone_wants_to_see(text: str, parts: tuple[object, ...]) -> None:
    """Catches a number taken for an id, an id for a number, lines of something else."""
    reference = parse_reference(text)
    read = (reference.name, reference.neighbours, *reference.lines, reference.number)
    assert read == parts


@pytest.mark.parametrize("text", ["", "+", "1++", "1::", "1:x", "1:1:0", "1:2:3:4"])
def test_what_nobody_can_be_shown(text: str) -> None:
    """Catches a reference that means something else than what was typed."""
    with pytest.raises(UsageError):
        parse_reference(text)


@pytest.mark.parametrize(
    ("text", "lines"),
    [("", 1), ("a", 1), ("a\n", 1), ("a\nb", 2), ("a\r\nb\r\n", 2), ("a\rb\n\nc", 4)],
)
def test_a_file_has_as_many_lines_as_an_editor_counts(text: str, lines: int) -> None:
    """Catches a line too many after a last line end, and one too few without it."""
    whole = article(text)
    assert view_item(whole, lines=LineRange(lines)).end == len(text)
    with pytest.raises(UsageError, match="no line"):
        view_item(whole, lines=LineRange(lines + 1))
    with pytest.raises(UsageError, match="no line"):
        view_item(whole, lines=LineRange(0))


@pytest.mark.parametrize(("lines", "shown"), [(19, 19), (20, 20), (21, 20)])
def test_twenty_lines_are_shown_unless_someone_says_how_many(lines: int, shown: int) -> None:
    """Catches the number of lines shown off by one, and a count that is not heeded."""
    whole = article("\n".join(f"line {number}" for number in range(1, lines + 1)))
    view = view_item(whole, lines=LineRange(1))
    assert len(whole.document.text[view.start : view.end].splitlines()) == shown
    view = view_item(whole, lines=LineRange(2, 1))
    assert whole.document.text[view.start : view.end] == "line 2\n"
    view = view_item(whole, lines=LineRange(None, 2))
    assert whole.document.text[view.start : view.end] == "line 1\nline 2\n"


@pytest.mark.parametrize(("text", "number"), [("999", 999), ("1000", None), ("0", 0), ("a1", None)])
def test_four_digits_begin_an_id(text: str, number: int | None) -> None:
    """Catches an id of digits alone that is taken for the number of a source."""
    assert parse_reference(text).number == number

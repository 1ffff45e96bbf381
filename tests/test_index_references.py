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

"""One run of the command: what goes where, and the days of its flags."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from rag.cli.invocation import Invocation
from rag.errors import IndexMissing, RagError, UsageError


@pytest.mark.parametrize(
    ("arguments", "is_json"),
    [
        (["ask", "--json"], True),
        (["--json", "--", "x"], True),
        (["ask", "--", "--json"], False),
        (["ask", "json"], False),
        ([], False),
    ],
)
def test_json_is_known_before_options_are_parsed(arguments: list[str], is_json: bool) -> None:
    """Catches a usage error that is no object, and a question that is taken for an option."""
    assert Invocation.from_arguments(arguments).json == is_json


@pytest.mark.parametrize(
    ("index", "error", "hint"),
    [
        (None, IndexMissing("m", hint="rag index FOLDER"), "rag index FOLDER"),
        (Path("a b"), IndexMissing("m", hint="rag index"), "rag index --index 'a b'"),
        (Path("x"), IndexMissing("m", hint="rag index F"), "rag index --index x F"),
        (Path("x"), IndexMissing("m", hint="ask"), "ask"),
        (Path("x"), RagError("m", hint="rag index F"), "rag index F"),
    ],
)
def test_a_way_out_is_for_the_index_that_was_named(
    index: Path | None, error: RagError, hint: str
) -> None:
    """Catches a command to copy that builds another index, or breaks at a space."""
    assert Invocation(index=index).complete_hint(error).hint == hint


def test_one_object_whatever_happens(capsys: pytest.CaptureFixture[str]) -> None:
    """Catches a second object on stdout where showing the first one failed halfway."""
    invocation = Invocation(json=True, question="q")
    invocation.print_result(lambda: {"a": 1}, list)
    invocation.print_error_object(UsageError("late"))
    assert json.loads(capsys.readouterr().out) == {"a": 1}
    Invocation(json=False).print_error_object(UsageError("late"))
    assert capsys.readouterr().out == ""


def test_quiet_hides_notes_and_verbose_times(capsys: pytest.CaptureFixture[str]) -> None:
    """Catches -q that hides errors or shows notes, times without -v, an empty line."""
    for quiet, verbose, expected in (
        (False, False, "rag: a\nrag: warning: b\n"),
        (True, True, ""),
        (False, True, "rag: a\nrag: warning: b\nrag: search 2 ms\n"),
    ):
        invocation = Invocation(quiet=quiet, verbose=verbose)
        invocation.write_notes("a")
        invocation.write_warnings(["b"])
        invocation.write_timing({"search": 1.6})
        invocation.write_timing({})
        assert capsys.readouterr().err == expected
    Invocation(quiet=True).write_error(RagError("it failed"))
    assert capsys.readouterr().err == "rag: it failed\n"


def test_a_period_begins_for_since_and_ends_for_until() -> None:
    """Catches the wrong end of a period, and one reckoned from the clock."""
    flags = {"as_of": "2025-12-18", "since": "last month", "until": "last month"}
    settings = Invocation().load_settings(flags)
    assert settings.since == datetime.date(2025, 11, 1)
    assert settings.until == datetime.date(2025, 11, 30)
    assert settings.as_of == datetime.date(2025, 12, 18)
    with pytest.raises(UsageError, match="since"):
        Invocation().load_settings({"since": "some day"})


@pytest.mark.parametrize("day", ["2025-12-01\x1b[31m", "yesterday\n", "\x9b1 décembre 2025"])
def test_a_day_with_a_control_character_is_none(day: str) -> None:
    """Catches a reader of days that passes over what a terminal would obey."""
    for name in ("since", "until", "as_of"):
        with pytest.raises(UsageError, match="has a control character") as caught:
            Invocation().load_settings({name: day})
        assert caught.value.message.isprintable()

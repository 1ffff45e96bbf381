"""What nobody foresaw: a message, exit 1, one object under ``--json``, and a loop that lives."""

from __future__ import annotations

import json
import sqlite3
import threading
from typing import TYPE_CHECKING

import pytest
from talk import INDIA, Talk

from rag.chat.bar import describe_index
from rag.cli import OBJECTS_BETWEEN_COLLECTIONS, main
from rag.errors import IndexDamaged
from rag.index.live import LiveIndex
from rag.pipeline import Rag

if TYPE_CHECKING:
    from pathlib import Path

UNFORESEEN = (
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    ZeroDivisionError("division by zero"),
    RecursionError("maximum recursion depth exceeded"),
    sqlite3.DatabaseError("database disk image is malformed"),
    MemoryError(),
    KeyError("\x1b[2J" + 1000 * "x"),
)


def make_failing(error: Exception) -> object:
    """Return a function that raises an error, whatever it is given."""

    def fail(*values: object, **options: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize("error", UNFORESEEN, ids=lambda error: type(error).__name__)
def test_the_command_ends_with_a_message_and_one_object(
    error: Exception,
    seeds_index: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Wrong: a traceback, nothing on stdout under --json, another exit code, a raw escape."""
    monkeypatch.setattr(Rag, "ask", make_failing(error))
    asked = ["ask", "--index", str(seeds_index), INDIA]
    assert main([*asked, "--json"]) == 1
    out, err = capsys.readouterr()
    value = json.loads(out)
    assert (value["status"], value["question"]) == ("error", INDIA)
    assert len(value["error"]["message"]) < 400 and value["error"]["hint"]
    assert "Traceback" not in err and "\x1b" not in err and err.startswith("rag: ")
    assert main(asked) == 1
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("rag: ") and "\n  → " in err


def test_verbose_says_where_it_happened(
    seeds_index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong: a report of a mistake that nobody can mend, since it names no line."""
    monkeypatch.setattr(Rag, "ask", make_failing(ZeroDivisionError("x")))
    assert main(["ask", "-v", "--index", str(seeds_index), INDIA]) == 1
    err = capsys.readouterr().err
    assert "test_last_handler.py" in err and "in fail" in err and "Traceback" not in err


@pytest.mark.parametrize("error", UNFORESEEN, ids=lambda error: type(error).__name__)
def test_the_loop_lives(talk: Talk, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong: a question, a command or a page that ends the loop by what nobody foresaw."""
    for place in ("rag.pipeline.Rag.ask", "rag.index.lookup.describe_index"):
        with monkeypatch.context() as patch:
            patch.setattr(place, make_failing(error))
            out = talk.say(INDIA, "/status", "/help quit")
        assert "Traceback" not in out and "\x1b[2J" not in out
        assert out.count("\n  → ") == 1
        assert "/quit" in out  # it did what came afterwards
    assert "] ✓ " in talk.say(INDIA)


def test_a_thread_that_opens_the_index_dies_quietly(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong: a traceback of the thread in the middle of the line that someone types."""
    raised: list[object] = []
    monkeypatch.setattr(threading, "excepthook", raised.append)
    index: LiveIndex[object, object] = LiveIndex(make_failing(ValueError("x")))  # type: ignore[arg-type, type-var]
    index.start(talk.chat.settings, done=lambda: None)
    index._wait()
    assert raised == []
    assert not index.is_opening


def test_the_bar_of_a_damaged_index_is_drawn(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong: a count of articles, read for the bar from a damaged file, that ends the loop."""
    damaged = property(make_failing(IndexDamaged("x")))  # type: ignore[arg-type]
    monkeypatch.setattr(LiveIndex, "coverage", damaged)
    assert describe_index(talk.chat.index, "en") == ["the index cannot be read"]


def test_the_collector_of_cycles_seldom_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a start that goes through all modules and tables again and again, and finds nothing."""
    thresholds: list[int] = []
    monkeypatch.setattr("gc.set_threshold", thresholds.append)
    assert main(["config", "path"]) == 0
    assert thresholds == [OBJECTS_BETWEEN_COLLECTIONS]

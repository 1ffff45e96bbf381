"""The progress bar."""

from __future__ import annotations

import io

import pytest
from pages import Terminal

from rag import show


def test_the_bar_waits_and_then_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a bar that flashes for quick work, never appears, or is drawn into a file."""
    clock = iter([0.0, 0.5, 2.0, 2.5, 0.0, 9.0])
    monkeypatch.setattr("rag.show.progress.time.monotonic", lambda: next(clock, 10.0))
    stream = Terminal()
    with show.Bar(show.Screen(stream, width=60, environ={"TERM": "xterm"})) as bar:
        bar("embed", 1, 10)
        assert stream.getvalue() == ""
        bar("embed", 5, 10)
        bar("write", 1, 2)
    assert "embed" in stream.getvalue()
    quiet = io.StringIO()
    with show.Bar(show.Screen(quiet, environ={})) as bar:
        bar("embed", 5, 10)
    assert quiet.getvalue() == ""


@pytest.mark.parametrize(("seconds", "is_shown"), [(0.99, False), (1.0, True)])
def test_the_bar_appears_after_a_second(
    seconds: float, is_shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a bar that comes too early, and one that a quiet command draws."""
    for enabled in (True, False):
        clock = iter([0.0, seconds])
        monkeypatch.setattr("rag.show.progress.time.monotonic", lambda c=clock: next(c, 10.0))
        stream = Terminal()
        screen = show.Screen(stream, width=60, environ={"TERM": "xterm"})
        with show.Bar(screen, enabled=enabled) as bar:
            bar("embed", 1, 10)
        assert ("embed" in stream.getvalue()) == (is_shown and enabled)


def test_a_total_that_is_not_known_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches "7/0" and a bar that is full before the folders are walked through."""
    clock = iter([0.0, 2.0])
    monkeypatch.setattr("rag.show.progress.time.monotonic", lambda: next(clock, 10.0))
    stream = Terminal()
    with show.Bar(show.Screen(stream, width=60, environ={"TERM": "xterm"})) as bar:
        bar("read", 7, 0)
    assert "read" in stream.getvalue()
    assert "7/?" in stream.getvalue()

"""Terminals, pipes, colours, encodings; and that no article can steer the terminal."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from answers import (
    HOSTILE,
    SECOND,
    hostile,
)
from hypothesis import given
from hypothesis import strategies as st
from pages import PAGES, written

from rag import show
from rag.errors import UsageError
from rag.index.references import view_item
from rag.records import Span
from rag.show.lines import mark_terms


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [60, 80])
def test_terminal_and_pipe_say_the_same(name: str, width: int) -> None:
    """Catches a screen that drops, cuts or doubles words when it wraps or colours."""
    plain, wrapped = (
        written(PAGES[name]()),
        written(PAGES[name](), width=width, terminal=True, TERM="xterm"),
    )
    bare = re.sub(r"\x1b\[[0-9;]*m", "", wrapped)
    assert all(len(row) <= width for row in bare.splitlines())
    assert bare.split() == plain.split()


@pytest.mark.parametrize(
    ("color", "terminal", "environ", "escapes"),
    [
        ("auto", True, {"TERM": "xterm"}, True),
        ("auto", False, {"TERM": "xterm"}, False),
        ("auto", True, {"TERM": "dumb"}, False),
        ("auto", True, {"TERM": "xterm", "NO_COLOR": "1"}, False),
        ("auto", True, {"TERM": "xterm", "NO_COLOR": ""}, True),
        ("auto", False, {"FORCE_COLOR": "1"}, True),
        ("auto", False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("never", True, {"TERM": "xterm", "FORCE_COLOR": "1"}, False),
        ("always", False, {"NO_COLOR": "1", "TERM": "dumb"}, True),
    ],
)
def test_who_decides_on_colour(
    color: str,
    terminal: bool,
    environ: dict[str, str],
    escapes: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Catches a wrong order of --color, NO_COLOR, FORCE_COLOR, TERM.

    And rich reading the environment behind our back.
    """
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    text = written(
        PAGES["answered"](),
        color=color,
        terminal=terminal,
        width=80 if terminal else None,
        **environ,
    )
    assert ("\x1b[" in text) == escapes


def test_a_pipe_is_not_wrapped_even_in_colour() -> None:
    """Catches a quotation broken over lines where a program reads it."""
    assert SECOND in re.sub(r"\x1b\[[0-9;]*m", "", written(PAGES["answered"](), color="always"))


@pytest.mark.parametrize("terminal", [False, True])
def test_no_article_steers_the_terminal(terminal: bool) -> None:
    """Catches raw escapes, controls and direction overrides in any field, and rich markup that is
    obeyed or eaten.
    """
    answer = hostile()
    view = view_item(answer.hits[0].passage, cited=Span(0, 12))
    pages = [
        show.answer_page(answer, explain=True),
        show.answer_page(answer, quotes=True),
        show.search_page(answer),
        show.view_page(view),
    ]
    pages += [
        show.answer_page(replace(answer, status="not_in_sources")),
        show.error_page(UsageError(HOSTILE, hint=HOSTILE)),
    ]
    pages += [
        show.mapping_page({HOSTILE: HOSTILE}),
        show.evaluation_page({HOSTILE: {HOSTILE: {HOSTILE: 1.0}}, "x": None}),
    ]
    for page in pages:
        text = written(page, terminal=terminal, width=500 if terminal else None, TERM="xterm")
        text = re.sub(r"\x1b\[[0-9;]*m", "", text) if terminal else text
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
        assert "[red]rich[/red]" in text


@given(st.text())
def test_whatever_is_quoted_is_safe(text: str) -> None:
    """Catches a control character that some path lets through."""
    page = [
        *show.mapping_page({"a": text}),
        *show.error_page(UsageError(text, hint=text)),
        show.Line(tuple(mark_terms(show.to_one_line(text), text))),
    ]
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]",
        "".join(line.plain for line in page),
    )


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
@pytest.mark.parametrize("terminal", [False, True])
def test_any_encoding_of_stdout_holds_the_page(encoding: str, terminal: bool) -> None:
    """Catches a crash on ✓ where the locale has none."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="")
    show.Screen(stream, width=80 if terminal else None, environ={}).write(
        [*PAGES["answered"](), *PAGES["refused"]()]
    )
    text = stream.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined]
    assert ("[1] ✓ exact" if encoding == "utf-8" else "[1] + exact") in text


def test_plain_text_needs_no_rich() -> None:
    """Catches a slow import on the way to a pipe."""
    code = (
        "import sys, io; from answers import answered; from rag import show;"
        "show.Screen(io.StringIO(), environ={}).write(show.answer_page(answered()));"
        "bad = {'rich', 'numpy', 'faiss'} & set(sys.modules); sys.exit(str(bad) if bad else 0)"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        cwd=Path(__file__).parent,
        env={**os.environ, "PYTHONPATH": "..:."},
    )


@pytest.mark.parametrize("width", [1, 20, 21, 40, 80])
def test_narrow_terminals_keep_every_word(width: int) -> None:
    """Catches a window too narrow for its lead: twenty columns are left for the text."""
    page = [show.make_line("one two three four five six seven eight", lead=" " * 10)]
    rows = written(page, width=width, terminal=True, TERM="dumb").splitlines()
    assert " ".join(rows).split() == [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
    ]
    assert max(map(len, rows)) <= max(width, 30)
    assert all(row.startswith(" " * 10) for row in rows)
    assert len(rows) == {1: 2, 20: 2, 21: 2, 40: 2, 80: 1}[width]


@pytest.mark.parametrize(
    ("encoding", "text", "shown"),
    [
        ("utf-8", "« é » → …", "« é » → …"),
        ("latin-1", "« é » → …", "« é » -> ..."),
        ("ascii", "« é » → …", '" ? " -> ...'),
    ],
)
def test_what_an_encoding_lacks_looks_alike(encoding: str, text: str, shown: str) -> None:
    """Catches characters replaced that the encoding has, and lost ones that it lacks."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    assert show.Screen(stream, environ={}).encodable(text) == shown

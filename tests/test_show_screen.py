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
    refused,
)
from hypothesis import given
from hypothesis import strategies as st
from pages import PAGES, written

from rag import show
from rag.errors import UsageError
from rag.index.references import view_item
from rag.records import Span
from rag.show.lines import mark_terms
from rag.show.screen import STYLES


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [40, 80, 240])
def test_terminal_and_pipe_say_the_same(name: str, width: int) -> None:
    """Catches a screen that drops, cuts or doubles words when it wraps or colours: where there is
    room for each source on its line, every word is there, and no row is ever too wide.
    """
    plain, wrapped = (
        written(PAGES[name]()),
        written(PAGES[name](), width=width, terminal=True, TERM="xterm"),
    )
    bare = re.sub(r"\x1b\[[0-9;]*m", "", wrapped)
    assert all(len(row) <= width for row in bare.splitlines())
    if width == 240 or name in ("why", "view"):
        assert bare.split() == plain.split()


def test_styles_are_seen_on_white_and_on_black() -> None:
    """Catches yellow or bright white text, which vanish on a white ground, blue on a black one, and
    any ground of our own.
    """
    visible = {"bold", "underline", "dim", "strike", "green", "magenta", "red"}
    assert {word for style in STYLES.values() for word in style.split()} <= visible
    assert all(
        segment.style in {"", *STYLES}
        for page in PAGES.values()
        for line in page()
        for segment in line.segments
    )


LINKS = re.compile(r"\x1b\]8;[^;]*;([^\x1b]*)\x1b\\")


@pytest.mark.parametrize(
    ("environ", "is_linked"),
    [
        ({"TERM": "xterm", "VTE_VERSION": "7200"}, True),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "xterm", "TERM_PROGRAM": "vscode"}, True),
        ({"TERM": "xterm"}, False),
        ({"TERM": "dumb", "VTE_VERSION": "7200"}, False),
        ({"TERM": "xterm", "VTE_VERSION": "7200", "NO_COLOR": "1"}, False),
        ({"TERM": "xterm", "VTE_VERSION": "7200", "SSH_TTY": "/dev/pts/1"}, False),
        ({"TERM": "screen", "VTE_VERSION": "7200", "TMUX": "/tmp/x,1,0"}, False),
    ],
)
def test_a_source_opens_its_file_where_the_terminal_can(
    environ: dict[str, str], is_linked: bool
) -> None:
    """Catches a link where it would be noise, and one that an article has a say in."""
    root = Path("/articles")
    for answer in (hostile(), refused()):
        page = show.answer_page(answer, root=root)
        text = written(page, terminal=True, width=400, **environ)
        addresses = set(LINKS.findall(text)) - {""}
        paths = {(root / hit.passage.article.document.path).as_uri() for hit in answer.hits}
        assert addresses == (paths if is_linked else set())
        assert not is_linked or all(address.isascii() for address in addresses)


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
    assert ("[1] ✓ La Vall" if encoding == "utf-8" else "[1] + La Vall") in text


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

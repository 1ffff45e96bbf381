"""Editor, pager and clipboard: programs that may not be there, may fail, and may be interrupted."""

from __future__ import annotations

import base64
import io
import re
import webbrowser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.chat import system
from rag.errors import RagError, UsageError


def script(folder: Path, name: str, body: str) -> Path:
    """A program on the path."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A path with nothing but a shell's own programs, and no variable that names others."""
    for name in (
        "EDITOR",
        "VISUAL",
        "PAGER",
        "TMUX",
        "STY",
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "SSH_CONNECTION",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "cat").symlink_to("/bin/cat")
    return tmp_path


@pytest.mark.parametrize(
    ("editor", "arguments"),
    [
        ("vi", "+7 {path}"),
        ("code", "--goto {path}:7"),
        ("subl", "{path}:7"),
        ("vi -u 'a b'", "-u a b +7 {path}"),
    ],
)
def test_editors_open_at_the_line(
    bare: Path, monkeypatch: pytest.MonkeyPatch, editor: str, arguments: str
) -> None:
    """Catches an editor at the top of the file.

    And a command with arguments that is taken for one name.
    """
    script(bare, editor.split()[0], f'echo "$@" >{bare}/said')
    monkeypatch.setenv("EDITOR", editor)
    system.open_in_editor(bare / "file.txt", 7)
    assert (bare / "said").read_text().strip() == arguments.format(path=bare / "file.txt")


@pytest.mark.parametrize("editor", ["", "nothing", "'", "\0"])
def test_an_editor_that_is_not_there(
    bare: Path, monkeypatch: pytest.MonkeyPatch, editor: str
) -> None:
    """Catches a traceback, and a message without a way out."""
    if editor != "\0":
        monkeypatch.setenv("EDITOR", editor)
    with pytest.raises(RagError) as error:
        system.open_in_editor(bare / "file.txt", 7)
    assert "EDITOR" in error.value.hint


@pytest.mark.parametrize("pager", ["cat", "no-such-pager", "", "sh -c 'exit 3'"])
def test_what_should_be_paged_is_seen_in_any_case(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], pager: str
) -> None:
    """Catches a page that is lost because its pager is."""
    (bare / "sh").symlink_to("/bin/sh")
    if pager:
        monkeypatch.setenv("PAGER", pager)
    system.show_in_pager("long, é\n")
    assert capfd.readouterr().out == "long, é\n"


def test_a_clipboard_program_goes_first(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a clipboard that is filled on the wrong machine, or one that fails in silence."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("DISPLAY", ":0")
    script(bare, "xclip", f"cat >{bare}/clip")
    terminal = io.StringIO()
    assert (
        system.copy("une réponse", terminal) == "xclip"
        and (bare / "clip").read_text(encoding="utf-8") == "une réponse"
    )
    script(bare, "xclip", "exit 1")
    assert "OSC 52" in system.copy("x", terminal)
    script(bare, "xclip", f"cat >{bare}/clip")
    monkeypatch.setenv("SSH_CONNECTION", "far away")
    assert (
        "OSC 52" in system.copy("x", terminal) and terminal.getvalue() == 2 * "\x1b]52;c;eA==\x07"
    )
    monkeypatch.setenv("TERM", "dumb")
    with pytest.raises(UsageError):
        system.copy("x", terminal)


def test_a_terminal_is_not_flooded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong: an escape that a terminal cuts, or prints; controls that a paste would type."""
    for variable in ("TMUX", "WAYLAND_DISPLAY", "DISPLAY", "HOME", "STY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    terminal = io.StringIO()
    with pytest.raises(UsageError, match="too long"):
        system.copy("x" * 60_000, terminal)
    assert terminal.getvalue() == ""
    system.copy("a\x1b[201~b\x03\n", terminal)
    assert terminal.getvalue() == system.format_osc52("a[201~b\n", {})


@pytest.mark.parametrize(("length", "chunks"), [(51, 1), (52, 2), (108, 2), (109, 3)])
def test_screen_gets_chunks_of_seventy_six_characters(length: int, chunks: int) -> None:
    """Catches chunks one too long, and a last one that is empty."""
    escape = system.format_osc52("x" * length, {"STY": "1"})
    assert escape.count("\x1bP") == escape.count("\x1b\\") == chunks


@given(st.text(max_size=300), st.sampled_from(["", "TMUX", "STY"]))
def test_what_a_terminal_is_told_to_copy(text: str, between: str) -> None:
    """Catches a text that is cut or garbled.

    Above all by the wrapping that screen and tmux need.
    """
    escape = system.format_osc52(text, {between: "1"})
    if between == "TMUX":
        inner = re.fullmatch(r"\x1bPtmux;(.*)\x1b\\", escape, re.DOTALL)
        assert inner is not None
        escape = inner[1].replace("\x1b\x1b", "\x1b")
    elif between == "STY":
        parts = re.findall(r"\x1bP(.*?)\x1b\\", escape, re.DOTALL)
        assert max(map(len, parts)) <= 76
        escape = "".join(parts)
    data = re.fullmatch("\x1b\\]52;c;([A-Za-z0-9+/=]*)\x07", escape)
    assert (
        data is not None
        and base64.b64decode(data[1]).decode() == text.encode("utf-8", "replace").decode()
    )


def test_a_browser_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a traceback where no browser is."""

    def fail(url: str) -> bool:
        raise webbrowser.Error

    monkeypatch.setattr(webbrowser, "open", fail)
    assert system.open_in_browser("https://example.org") is False

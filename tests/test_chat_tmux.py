"""The question loop in tmux, driven as a person would.

Every command of /help, another size, an interrupt, the way out.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from newcomer import Newcomer
from talk import INDIA

from rag.chat.commands import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")

ARGUMENTS = {  # of commands that need one, or that have more to show with one
    "help": ["", "why"], "show": ["1", "1+"], "open": ["1"], "search": ["milliards Inde"],
    "since": ["2025-11-01", "off"],
    "until": ["2025-12-31", "off"], "publisher": ["La Tribune", "off"], "lang": ["fr", "off"],
    "llm": ["", "gpt"],
    "model": ["", "nowhere/none"],
    "set": ["", "top 3", "top"], "retry": ["", "-k 2"], "save": ["talk.md", "talk.json"],
}  # fmt: skip
REFUSED = ("/llm gpt", "/model nowhere/none")
PATIENCE = 90


class Tmux:
    """A tmux server of the test's own, with one window."""

    def __init__(self, folder: Path, newcomer: Newcomer) -> None:
        self.socket = folder / "tmux"
        self.environ = {**newcomer.environ, "EDITOR": "true", "PAGER": "cat"}
        self.here = newcomer.here

    def __call__(self, *words: str) -> str:
        command = ["tmux", "-S", str(self.socket), "-f", "/dev/null", *words]
        done = subprocess.run(
            command,
            cwd=self.here,
            env=self.environ,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=20,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def type(self, text: str, *keys: str) -> None:
        self("send-keys", "-t", "0", "-l", text)
        for key in keys:
            self("send-keys", "-t", "0", key)

    def wait(self, pattern: str) -> str:
        end = time.monotonic() + PATIENCE
        while not re.search(
            pattern,
            screen := self("capture-pane", "-p", "-t", "0", "-S", "-").rstrip(),
            re.MULTILINE,
        ):
            assert time.monotonic() < end, f"no {pattern!r}:\n{screen}"
            time.sleep(0.05)
        return screen


@pytest.fixture
def tmux(tmp_path: Path, seeds_index: Path) -> Iterator[Tmux]:
    tmux = Tmux(tmp_path, Newcomer(tmp_path))
    rag = shlex.join([sys.executable, "-m", "rag", "--index", str(seeds_index)])
    tmux("new-session", "-d", "-x", "100", "-y", "30", f"{rag}; echo left with $?; exec cat")
    yield tmux
    tmux("kill-server")


def test_a_session_in_tmux(tmux: Tmux) -> None:
    """Catches a command of /help that does not work in a real terminal.

    And whatever stops the loop there.
    """
    tmux.wait(r"^rag> (.*\n)*.* articles to")
    tmux.type(INDIA, "Enter")
    tmux.wait(r"\.txt:9(, \d+)*\n(.*\n)*rag> *\n")
    for name in [name for name in COMMANDS if name not in ("quit", "new", "reload")]:
        for argument in ARGUMENTS.get(name, [""]):
            line = f"/{name} {argument}".strip()
            tmux("send-keys", "-t", "0", "-R")
            tmux("clear-history", "-t", "0")
            tmux.type(line, "Enter")
            screen = tmux.wait(rf"{re.escape(line)}\n(.*\n)*rag(?: \[.*\])?> *\n")
            assert ("rag: " in screen) == (line in REFUSED), screen
    tmux("resize-window", "-t", "0", "-x", "40", "-y", "15")
    tmux.type("half a question", "C-c")
    tmux.type("a selection", "C-Space", "Left", "C-c")
    tmux.type(INDIA, "Enter")
    tmux.type("And Microsoft?", "Enter")
    tmux.wait("^rag> And Microsoft\\?\n→ ")
    tmux.type("=", "Enter")
    tmux.wait("^rag> =\n[^→]*rag> *$")
    tmux.type("/new", "Enter")
    tmux.wait("a new conversation\n\nrag>")
    tmux.type("/reload", "Enter")
    tmux.wait("the index, read again: 9 articles")
    tmux.type("/quit", "Enter")
    assert "Traceback" not in tmux.wait("left with 0")

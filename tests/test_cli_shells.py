"""Completion in real shells on a pseudo-terminal: what Tab and Enter make of a hostile name.

A shell that is not installed is skipped, saying so.
"""

from __future__ import annotations

import json
import os
import pty
import select
import shlex
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

import pytest
from newcomer import Newcomer

from rag.cli.shells import escape_for_bash

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = (
    "$(touch PWNED)",
    "`touch PWNED`",
    ";touch PWNED;",
    "'; touch PWNED; '",
    '"; touch PWNED; "',
    "\\$(touch PWNED)",
    "\\\\",
    "de Velmar",
    "%F{red}x%f",
    "(e:'touch PWNED':)x",
    ":touch PWNED",
    "éà, l’Été & Cie",  # fish leaves a quotation open after a full stop
    "{a,b} [ab]* ?",
    "!! #x ~ =ls",
    "<(touch PWNED) >PWNED |touch PWNED",
    "--color=never",
    "*",
)
STARTS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], 'eval "$(_RAG_COMPLETE=bash_source rag)"'),
    "zsh": (
        ["zsh", "-f", "-i"],
        'autoload -U compinit; compinit -u -D; eval "$(_RAG_COMPLETE=zsh_source rag)"',
    ),
    "fish": (["fish", "--no-config", "-i"], "_RAG_COMPLETE=fish_source rag | source"),
}
PATIENCE = 40
# Stands in the place of rag: completion is the real one, a command writes down what it was given.
WRAPPER = """#!/bin/sh
if [ -n "$_RAG_COMPLETE" ]; then exec {python} -m rag "$@"; fi
exec {python} -c 'import json, os, sys
with open("given.new", "w") as file: json.dump(sys.argv[1:], file)
os.replace("given.new", "given")' "$@"
"""


class World(NamedTuple):
    """A folder with an index of the hostile names, these as indexed, and a shell's environment."""

    here: Path
    environ: dict[str, str]
    names: list[str]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    newcomer = Newcomer(tmp_path_factory.mktemp("shells"))
    for number, name in enumerate(NAMES):
        newcomer.write(
            f"articles/{number}.md",
            f"---\ntitle: T {name}\npublisher: Zed{number:02}x {name}\ndate: 2025-12-09\n---\n"
            f"The bridge number {number} was opened by the mayor on Monday.\n",
        )
    newcomer.environ["RAG_INDEX"] = str(newcomer.here / "index")
    newcomer.index("articles")
    rag = newcomer.write("bin/rag", WRAPPER.format(python=shlex.quote(sys.executable)))
    rag.chmod(0o755)
    environ = {
        **newcomer.environ,
        "PATH": f"{rag.parent}:{os.environ['PATH']}",
        "TERM": "xterm",
        "PS1": "READY> ",
        "LC_ALL": "C.UTF-8",
    }
    publishers = newcomer.run("status", "--json").object["publishers"]
    names = sorted(publishers)
    assert len(names) == len(NAMES), names
    assert sum("touch PWNED" in name for name in names) >= 8, names
    return World(newcomer.here, environ, names)


class Shell:
    """An interactive shell on a terminal of its own."""

    def __init__(self, name: str, world: World) -> None:
        command, start = STARTS[name]
        self.here, self.names = world.here, world.names
        self.seen = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(world.here)
            os.execvpe(command[0], command, world.environ)
        self.write(f"{start}; rag started\r")
        assert self.read_given() == ["started"]

    def write(self, text: str) -> None:
        os.write(self.fd, text.encode())

    def read_given(self) -> list[str] | None:
        """Return what rag was given at last; None where it was not run in time."""
        path = self.here / "given"
        end = time.monotonic() + PATIENCE
        while not path.exists():
            if time.monotonic() > end:
                return None
            if select.select([self.fd], [], [], 0.05)[0]:
                self.seen += os.read(self.fd, 65536)
        words: list[str] = json.loads(path.read_text())
        path.unlink()
        return words

    def complete(self, line: str) -> list[str] | None:
        """Type a line, Tab, another word and Enter; return what rag was given."""
        self.write(f"{line}\t last\r")
        return self.read_given()

    def close(self) -> None:
        os.kill(self.pid, signal.SIGHUP)
        os.close(self.fd)
        os.waitpid(self.pid, 0)


def make_argv(name: str) -> list[str]:
    """Return what rag is given when the name is completed as one word."""
    return ["ask", "--publisher", name, "last"]


@pytest.fixture(params=sorted(STARTS))
def shell(request: pytest.FixtureRequest, world: World) -> Iterator[tuple[str, Shell]]:
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    shell = Shell(request.param, world)
    yield request.param, shell
    shell.close()


def test_a_name_stays_one_word_whatever_it_holds(shell: tuple[str, Shell]) -> None:
    """Wrong: code that a publisher's name runs; a name that is cut at a space or a comma.

    Also wrong: a star that becomes the files that are there, a backslash that gets lost.
    """
    _, terminal = shell
    for name in terminal.names:
        assert terminal.complete(f"rag ask --publisher {name[:6]}") == make_argv(name)
        assert not (terminal.here / "PWNED").exists(), name


@pytest.mark.parametrize("mark", ["'", '"'])
def test_a_name_stays_one_word_after_a_quotation_mark(shell: tuple[str, Shell], mark: str) -> None:
    """Wrong: escapes of one kind of quotation in another, which end it or stay in the name."""
    shell_name, terminal = shell
    for name in terminal.names:
        is_offered = shell_name != "bash" or escape_for_bash(name, mark) is not None
        if not is_offered or not set(name) & set("'\"$`\\,"):
            continue
        assert terminal.complete(f"rag ask --publisher {mark}{name[:6]}") == make_argv(name)
        assert not (terminal.here / "PWNED").exists(), name


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@pytest.mark.parametrize("typed", ["", "'", '"'])
def test_bash_reads_back_what_was_escaped(typed: str) -> None:
    """Wrong: one character of ASCII, or of what stands outside, that bash reads otherwise."""
    for code in [*range(0x20, 0x7F), 0xA0, 0xE9, 0x2019, 0x3000, 0x1F600]:
        text = f"a{chr(code)} {chr(code)}b"
        word = escape_for_bash(text, typed)
        if word is None:
            assert (typed, chr(code)) == ('"', "!")  # the history's
            continue
        script = f"printf %s {typed}{word}{typed}"
        done = subprocess.run(["bash", "-c", script], capture_output=True, check=True)
        assert done.stdout.decode() == text


@pytest.mark.parametrize("typed", ["a'b'", "'a'b", '"a"b', 'a"b', "$'a"])
def test_nothing_is_offered_where_the_quotation_is_unclear(typed: str) -> None:
    """Wrong: a name inserted where a quotation mark has closed: its rest would be commands."""
    assert escape_for_bash("$(touch PWNED)", typed) is None


def test_an_old_script_of_bash_is_offered_nothing(world: World) -> None:
    """Wrong: words for a script that takes their backslashes away (of click, before an upgrade)."""
    asked = {"_RAG_COMPLETE": "bash_complete", "COMP_CWORD": "3"}
    asked["COMP_WORDS"] = "rag\nask\n--publisher\nZed"
    command = [sys.executable, "-m", "rag"]
    for word, offers in ((None, 0), ("Zed", len(NAMES))):
        environ = {**world.environ, **asked, **({"_RAG_WORD": word} if word else {})}
        done = subprocess.run(command, env=environ, cwd=world.here, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
        assert len(done.stdout.split("\n")) - 1 == offers or (
            not offers and not done.stdout.strip()
        )


def test_bash_completes_after_an_equals_sign(world: World) -> None:
    """Wrong: no offer for --publisher=Ze, which bash splits into three words."""
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed")
    shell = Shell("bash", world)
    assert shell.complete("rag ask --publisher=Zed07") == [
        "ask",
        f"--publisher={world.names[7]}",
        "last",
    ]
    shell.close()

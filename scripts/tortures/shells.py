"""Completion in real shells on a pseudo-terminal: a hostile name must stay one word, and run nothing."""

from __future__ import annotations

import json
import os
import pty
import random
import select
import shlex
import shutil
import signal
import sys
import time
from typing import TYPE_CHECKING

from tortures.builds import build_or_fail
from tortures.tally import Tally
from tortures.world import World, run_command
from tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path

STARTS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], 'eval "$(_RAG_COMPLETE=bash_source rag)"'),
    "zsh": (
        ["zsh", "-f", "-i"],
        'autoload -U compinit; compinit -u -D; eval "$(_RAG_COMPLETE=zsh_source rag)"',
    ),
    "fish": (["fish", "--no-config", "-i"], "_RAG_COMPLETE=fish_source rag | source"),
}
# What a name is put together from.
PIECES = (
    *("$(touch PWNED)", "`touch PWNED`", ";touch PWNED;", "&& touch PWNED", "| touch PWNED"),
    *("'; touch PWNED; '", '"; touch PWNED; "', "\\$(touch PWNED)", "\\\\", "${IFS}", "$HOME"),
    *("* ?", "'", '"', "\\", "!1", "!!", "> PWNED", "<(touch PWNED)", "#x", "~root", "{a,b}"),
    *("[x]", "(e:'touch PWNED':)", "%F{red}", "=ls", "éà", "--json", " ", "l’Été", ","),
)
WRAPPER = """#!/bin/sh
if [ -n "$_RAG_COMPLETE" ]; then exec {python} -m rag "$@"; fi
exec {python} -c 'import json, os, sys
with open("given.new", "w") as file: json.dump(sys.argv[1:], file)
os.replace("given.new", "given")' "$@"
"""
SECONDS = 40.0


def torture(folder: Path, names: int, seed: int) -> Tally:
    """Complete random publishers in every shell that is installed."""
    rng = random.Random(seed)
    tally = Tally("shells")
    world = World(folder / "shells")
    for number in range(names):
        pieces = "".join(rng.choice(PIECES) for _ in range(rng.randrange(1, 4)))
        world.write(
            f"{number}.md",
            f"---\ntitle: T{number}\npublisher: Zed{number:04}x {pieces}x\ndate: 2025-12-09\n---\n"
            f"The bridge number {number} was opened by the mayor on Monday.\n",
        )
    build_or_fail(world, "index", "articles")
    status = world.fork(lambda: run_command(("status", "--json")))
    publishers = sorted(json.loads(status.out)["publishers"])
    for shell in STARTS:
        if shutil.which(shell) is None:
            tally.note(f"{shell} is not installed")
            continue
        _torture_shell(world, shell, publishers, tally)
    return tally


def _torture_shell(world: World, name: str, publishers: list[str], tally: Tally) -> None:
    shell = Shell(name, world)
    for publisher in publishers:
        given = shell.complete(f"rag ask --publisher {publisher[:8]}")
        tally.tried += 1
        tally.note(f"names in {name}")
        if (world.folder / "PWNED").exists():
            tally.add("let_through", f"{name} ran code: {publisher!r}")
            (world.folder / "PWNED").unlink()
        elif given != ["ask", "--publisher", publisher, "last"]:
            tally.add("wrong", f"{name} made {given} of {publisher!r}")
        if given is None:  # a quotation was left open
            shell.close()
            shell = Shell(name, world)
    shell.close()


class Shell:
    """An interactive shell on a terminal of its own."""

    def __init__(self, name: str, world: World) -> None:
        rag = world.folder / "bin" / "rag"
        rag.parent.mkdir(exist_ok=True)
        rag.write_text(WRAPPER.format(python=shlex.quote(sys.executable)), encoding="utf-8")
        rag.chmod(0o755)
        path = f"{rag.parent}:{os.environ['PATH']}"
        environ = {**world.environ, "PATH": path, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
        command, start = STARTS[name]
        self._given = world.folder / "given"
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            os.chdir(world.folder)
            os.execvpe(command[0], command, {**environ, "LC_ALL": "C.UTF-8", "PS1": "> "})
        os.write(self._terminal, f"{start}; rag started\r".encode())
        if self._read_given() != ["started"]:
            raise RuntimeError(f"{name} did not start")

    def complete(self, line: str) -> list[str] | None:
        """Type a line, Tab, another word and Enter; return what rag was given."""
        os.write(self._terminal, f"{line}\t last\r".encode())
        return self._read_given()

    def close(self) -> None:
        """End the shell."""
        os.kill(self._pid, signal.SIGKILL)
        os.close(self._terminal)
        os.waitpid(self._pid, 0)

    def _read_given(self) -> list[str] | None:
        """Return what rag was given at last; None where it was not run in time."""
        end = time.monotonic() + SECONDS
        while not self._given.exists():
            if time.monotonic() > end:
                return None
            if select.select([self._terminal], [], [], 0.05)[0]:
                os.read(self._terminal, 65536)
        words: list[str] = json.loads(self._given.read_text(encoding="utf-8"))
        self._given.unlink()
        return words

"""The script of a shell, put where that shell looks and nowhere else."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from newcomer import Newcomer

if TYPE_CHECKING:
    from pathlib import Path

# What a new shell says that it would offer; each reads its own start files.
ASKED = {
    "bash": ["bash", "-i", "-c", "complete -p rag || _completion_loader rag; complete -p rag"],
    "zsh": ["zsh", "-i", "-c", "print $_comps[rag]"],
    "fish": ["fish", "-c", "complete --do-complete 'rag sea'"],
}
OFFERED = {"bash": "_rag_completion", "zsh": "_rag_completion", "fish": "search"}


@pytest.fixture
def newcomer(tmp_path: Path) -> Newcomer:
    newcomer = Newcomer(tmp_path)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "ZDOTDIR"):
        newcomer.environ.pop(name, None)
    return newcomer


@pytest.mark.parametrize("shell", sorted(ASKED))
def test_a_new_shell_completes(newcomer: Newcomer, tmp_path: Path, shell: str) -> None:
    """Wrong: a file where the shell does not look, a script that it cannot read."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    home = tmp_path / "HOME"
    home.mkdir()
    done = newcomer.run("completion", shell, "--install")
    assert done.code == 0
    assert "written: " in done.out
    again = newcomer.run("completion", "--install", environ={"SHELL": f"/bin/{shell}"})
    assert "up to date: " in again.out
    assert "written: " not in again.out
    command = newcomer.write(
        "bin/rag", f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m rag "$@"\n'
    )
    command.chmod(0o755)
    path = f"{command.parent}:{newcomer.environ['PATH']}"
    asked = subprocess.run(
        ASKED[shell],
        env={**newcomer.environ, "PATH": path, "TERM": "xterm"},
        cwd=newcomer.here,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert OFFERED[shell] in asked.stdout, asked


def test_what_rag_did_not_write_stays(newcomer: Newcomer, tmp_path: Path) -> None:
    """Wrong: someone's own script or a link overwritten, a start file written anew."""
    own = tmp_path / "HOME" / ".config" / "fish" / "completions" / "rag.fish"
    own.parent.mkdir(parents=True)
    own.write_text("# mine\n")
    newcomer.refused(2, "completion", "fish", "--install")
    assert own.read_text() == "# mine\n"
    own.unlink()
    own.symlink_to(tmp_path / "elsewhere")
    newcomer.refused(2, "completion", "fish", "--install")
    assert not (tmp_path / "elsewhere").exists()
    start = tmp_path / "HOME" / ".zshrc"
    start.write_text("# mine, without an end")
    assert newcomer.run("completion", "zsh", "--install").code == 0
    assert start.read_text().startswith("# mine, without an end\n")


def test_without_install_nothing_is_written(newcomer: Newcomer, tmp_path: Path) -> None:
    """Wrong: a file written by printing, a shell guessed where none is named."""
    assert "compdef" in newcomer.run("completion", "zsh").out
    assert not (tmp_path / "HOME").exists()
    newcomer.refused(2, "completion", environ={"SHELL": "/bin/tcsh"})
    newcomer.refused(2, "completion", "powershell")

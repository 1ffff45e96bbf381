"""The manual page is that of today's commands, and the wheel brings it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rag.cli.app import app

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "rag.1"


def test_the_page_is_up_to_date() -> None:
    """Wrong: an option or a command that was added since."""
    script = ROOT / "scripts" / "write_man_page.py"
    done = subprocess.run(
        [sys.executable, script, "--check"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    page = PAGE.read_text(encoding="utf-8")
    assert all(f'.SS "rag {name}' in page for name in app.commands)


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_groff_finds_no_fault() -> None:
    """Wrong: a line that roff takes for a command, or a macro that man(7) does not have."""
    command = ["groff", "-man", "-Tutf8", "-ww", PAGE]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "One cited answer to QUESTION" in " ".join(done.stdout.split())


def test_the_wheel_brings_it() -> None:
    """Wrong: a page that is only in the repository."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert '"docs/rag.1" = "share/man/man1/rag.1"' in text

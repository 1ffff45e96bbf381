"""``scripts/torture_index`` with small counts: the script works, and what it tries comes to a good end."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parent.parent
pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(sys.platform == "win32", reason="signals, links"),
]


@pytest.mark.parametrize(
    ("campaign", "count"),
    [("kills", 3), ("faults", 3), ("flips", 30), ("forged", 30), ("links", 2)],
)
def test_nothing_is_lost_wrong_crashed_or_let_through(campaign: str, count: int) -> None:
    """Catches the damage that no other test thought of, and a script that finds nothing because it tries nothing."""
    if campaign == "faults" and not shutil.which("strace"):
        pytest.skip("no strace here")
    command = [sys.executable, "scripts/torture_index", campaign, "--count", str(count)]
    environ = {**os.environ, "PYTHONPATH": str(TREE)}
    done = subprocess.run(
        command,
        cwd=TREE,
        env=environ,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    cells = [cell.strip() for cell in done.stdout.splitlines()[-1].split("|")]
    assert int(cells[2]) >= 0.8 * count, done.stdout
    assert cells[3:7] == ["0"] * 4


def test_damage_that_is_not_noticed_is_told() -> None:
    """Catches a script that says all is well whatever rag does: here its checks are switched off."""
    program = (
        "import runpy, sys; from rag.index import checked_files; from rag import files\n"
        "checked_files.is_intact = checked_files.is_block_intact = lambda *_: True\n"
        "checked_files.require = lambda *_: None\n"
        "sys.argv = ['torture_index', 'flips', '--count', '60']\n"
        "sys.path.insert(0, 'scripts')\n"
        "runpy.run_path('scripts/torture_index', run_name='__main__')\n"
    )
    environ = {**os.environ, "PYTHONPATH": str(TREE)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=TREE,
        env=environ,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode != 0, done.stdout + done.stderr

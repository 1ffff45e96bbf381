"""scripts/torture with small counts: that it tortures, that rag bears it, and that it would tell."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parent.parent


def torture(*argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "scripts/torture", *argv],
        cwd=TREE,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("argv", [("kills", "--kills", "8")], ids=lambda argv: argv[0])
@pytest.mark.timeout(600)
def test_rag_bears_it(argv: tuple[str, ...]) -> None:
    """Catches an index that a killed build leaves neither as before nor as after, or with litter."""
    done = torture(*argv)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 lost, 0 wrong, 0 crashed, 0 let through" in done.stdout
    assert not done.stdout.startswith(f"{argv[0]}: 0 tried")

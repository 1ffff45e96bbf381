"""scripts/torture with small counts: that it tortures, that rag bears it, and that it would tell."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TREE / "scripts"))

from tortures.deeds import list_deeds, list_files, watch_deeds  # noqa: E402
from tortures.disk import Disk  # noqa: E402
from tortures.tally import FAULTS, Tally  # noqa: E402


def torture(*argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "scripts/torture", *argv],
        cwd=TREE,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


BORNE = (
    ("kills", "--kills", "8"),
    ("faults", "--faults", "12"),
    ("flips", "--flips", "200"),
    ("forged", "--indexes", "30"),
    ("links", "--links", "4"),
    ("fuzz", "--inputs", "600"),
    ("readers", "--builds", "3"),
    ("hostile", "--rounds", "1"),
    ("terminals", "--outputs", "32"),
    ("shells", "--names", "3"),
    ("injection", "--articles", "40"),
)


@pytest.mark.parametrize("argv", BORNE, ids=lambda argv: argv[0])
@pytest.mark.timeout(600)
def test_rag_bears_it(argv: tuple[str, ...]) -> None:
    """Catches an index that is lost or answers otherwise, litter, tracebacks, false messages."""
    done = torture(*argv)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 lost, 0 wrong, 0 crashed, 0 let through" in done.stdout
    assert not done.stdout.startswith(f"{argv[0]}: 0 tried")


@pytest.mark.timeout(900)
def test_rag_bears_flips_of_long_files() -> None:
    """Catches an answer from a changed text, and a traceback, where a file is read in parts."""
    done = torture("large-flips", "--flips", "40")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.timeout(600)
def test_rag_bears_power_cuts() -> None:
    """Catches a first build that is reported as done, and is gone after a power cut."""
    done = torture("powercut", "--cuts", "4", "--seed", "13")
    assert "Traceback" not in done.stderr
    assert " 0 lost" in done.stdout, done.stdout + done.stderr


def test_a_cut_leaves_what_was_synced(tmp_path: Path) -> None:
    """Catches a model of the disk that keeps what was never synced, or loses what was."""
    root = tmp_path / "root"
    (root / "folder").mkdir(parents=True)
    (root / "old").write_text("old")
    disk = Disk(root)
    (root / "old").write_text("new")
    (root / "folder" / "unsynced").write_text("x")
    (root / "synced").write_text("y")
    for path in (root / "synced", root):
        disk.sync_path(path)
    left = {}
    for seed in range(40):
        survives = disk.cut(tmp_path / f"cut{seed}", random.Random(seed))
        files = [path for path in (tmp_path / f"cut{seed}").rglob("*") if path.is_file()]
        left.setdefault(survives, []).append({path.name: path.read_text() for path in files})
    assert left["everything"][0] == {"old": "new", "unsynced": "x", "synced": "y"}
    assert left["nothing"][0] == {"old": "old", "synced": "y"}
    assert all(files["synced"] == "y" for files in left["some"])
    assert len({str(sorted(files.items())) for files in left["some"]}) > 2


def test_a_fault_fails_the_torture() -> None:
    """Catches a tally that says all is well whatever was counted, or when nothing was tried."""
    tally = Tally("kills")
    assert tally.failed
    tally.tried += 1
    assert not tally.failed
    assert str(tally) == "kills: 1 tried, 0 lost, 0 wrong, 0 crashed, 0 let through"
    for fault in FAULTS:
        spoilt = Tally("kills", tried=1)
        spoilt.add(fault, "example")
        assert spoilt.failed


@pytest.mark.timeout(600)
def test_damage_that_is_not_noticed_is_told() -> None:
    """Catches a script that says all is well whatever rag does: here its checks are switched off."""
    program = (
        "import runpy, sys; from rag.index import checked_files\n"
        "checked_files.is_intact = checked_files.is_block_intact = lambda *_: True\n"
        "checked_files.require = lambda *_: None\n"
        "sys.argv = ['torture', 'flips', '--flips', '15']\n"
        "sys.path.insert(0, 'scripts')\n"
        "runpy.run_path('scripts/torture', run_name='__main__')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=TREE,
        env={**os.environ, "PYTHONPATH": str(TREE)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "WRONG" in done.stdout or "CRASHED" in done.stdout


def test_deeds_are_seen(tmp_path: Path) -> None:
    """Catches a torture that says of a model that writes a file or calls somebody that it did not."""
    (tmp_path / "read").write_text("x")
    with watch_deeds():
        (tmp_path / "read").read_text()
    assert list_deeds() == []
    before = list_files(tmp_path)
    with watch_deeds(), pytest.raises(OSError):
        (tmp_path / "written").write_text("x")
        socket.create_connection(("127.0.0.1", 1), timeout=1)
    written, *called = list_deeds()
    assert "written" in written and any("socket.connect" in deed for deed in called)
    assert {Path(path).name for path, *_ in list_files(tmp_path) ^ before} == {"written"}

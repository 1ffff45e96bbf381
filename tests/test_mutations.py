"""The list of bugs that are put in by hand: it follows the code, and covers every room."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))
import mutate

TREE = Path(__file__).resolve().parent.parent
ROOMS = "files settings text dates models reading index question search answer pipeline evaluate show chat"


def test_thirty_bugs_stand_in_the_code() -> None:
    """Catches a list that the code has left behind: a bug that can no longer be put in is one that nobody tries."""
    bugs = mutate.read_bugs()
    assert len(bugs) >= 30
    assert all(bug.before != bug.after for bug in bugs)
    rooms = {Path(bug.file).relative_to("rag").parts[0].removesuffix(".py") for bug in bugs}
    assert rooms >= set(ROOMS.split())
    assert all((TREE / test).is_file() for bug in bugs for test in bug.tests)


def test_a_bug_is_caught_and_taken_out_again(tmp_path: Path) -> None:
    """Catches a script that calls every bug caught, or leaves one in the tree for the next."""
    (tmp_path / "code.py").write_text("def double(n):\n    return 2 * n\n", encoding="utf-8")
    test = "from code_under import double\n\n\ndef test_double():\n    assert double(1) == 2\n"
    (tmp_path / "code_under.py").write_text((tmp_path / "code.py").read_text(), encoding="utf-8")
    (tmp_path / "test_double.py").write_text(test, encoding="utf-8")
    wrong = mutate.Bug("wrong", "code_under.py", "2 * n", "3 * n", ["test_double.py"])
    same = mutate.Bug("same", "code_under.py", "2 * n", "n * 2", ["test_double.py"])
    assert mutate.is_caught(wrong, tmp_path)
    assert not mutate.is_caught(same, tmp_path)
    assert "2 * n" in (tmp_path / "code_under.py").read_text(encoding="utf-8")


def test_a_text_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Catches a bug that is silently not put in, and so counts as one that no test catches."""
    bugs = tmp_path / "bugs.toml"
    bugs.write_text(
        '[gone]\nfile = "rag/files.py"\nbefore = "no such text"\nafter = ""\ntests = []\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(mutate, "BUGS", bugs)
    with pytest.raises(SystemExit, match="gone: its text stands 0 times"):
        mutate.read_bugs()

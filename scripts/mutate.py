#!/usr/bin/env python
"""Put bugs into the code by hand, one at a time, and say which of them no test catches.

    .venv/bin/python scripts/mutate.py [--only NAME] [--list]

The bugs stand in ``scripts/mutations.toml``: a file, the text to replace, what it is replaced by, and the tests that should
notice. Each is put into a copy of the tree; the tests run there until the first fails. A bug is caught when one does. A bug
whose text is not found, or found twice, is an error: the list has to follow the code.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import tomli

ROOT = Path(__file__).resolve().parent.parent
BUGS = ROOT / "scripts" / "mutations.toml"
COPIED = ("rag", "tests", "scripts", "seeds", "index", "docs", "pyproject.toml", "README.md")
SECONDS = 600  # a mutation that loops for ever is caught, too


class Bug(NamedTuple):
    """One wrong program: in ``file``, ``before`` becomes ``after``; ``tests`` are the files that should notice."""

    name: str
    file: str
    before: str
    after: str
    tests: list[str]


def read_bugs() -> list[Bug]:
    """Return the bugs of the list, each checked to stand in the code exactly once."""
    rows = tomli.loads(BUGS.read_text(encoding="utf-8"))
    bugs = [Bug(name, **row) for name, row in rows.items()]
    for bug in bugs:
        count = (ROOT / bug.file).read_text(encoding="utf-8").count(bug.before)
        if count != 1:
            sys.exit(f"{bug.name}: its text stands {count} times in {bug.file}")
    return bugs


def copy_tree(target: Path) -> None:
    """Copy what the tests need into a folder."""
    ignored = shutil.ignore_patterns("__pycache__", ".*_cache")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=ignored)
        elif source.exists():
            shutil.copy2(source, target / name)


def is_caught(bug: Bug, tree: Path) -> bool:
    """Return whether a test fails with the bug in the tree, which is as before afterwards."""
    path = tree / bug.file
    original = path.read_text(encoding="utf-8")
    path.write_text(original.replace(bug.before, bug.after), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *bug.tests]
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command,
            cwd=tree,
            env=environment,
            capture_output=True,
            check=False,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        return True
    finally:
        path.write_text(original, encoding="utf-8")
    if done.returncode not in (0, 1):
        sys.exit(f"{bug.name}: pytest ended with {done.returncode}:\n{done.stdout.decode()}")
    return done.returncode == 1


def main() -> int:
    """Try each bug and print what became of it; exit 1 when fewer than nine in ten are caught."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", metavar="NAME", help="bugs whose name holds this")
    parser.add_argument("--list", action="store_true", help="only check the list and print it")
    arguments = parser.parse_args()
    bugs = [bug for bug in read_bugs() if not arguments.only or arguments.only in bug.name]
    if arguments.list:
        for bug in bugs:
            print(f"{bug.name:40} {bug.file}")
        return 0
    missed = []
    with tempfile.TemporaryDirectory(prefix="rag-mutate-") as folder:
        tree = Path(folder)
        copy_tree(tree)
        for bug in bugs:
            caught = is_caught(bug, tree)
            print(f"{'caught' if caught else 'MISSED'}  {bug.name}", flush=True)
            if not caught:
                missed.append(bug.name)
    print(f"{len(bugs) - len(missed)} of {len(bugs)} caught")
    return int(len(missed) * 10 > len(bugs))


if __name__ == "__main__":
    sys.exit(main())

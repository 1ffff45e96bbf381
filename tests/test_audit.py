"""scripts/audit: what it finds, and that it says what it did not look at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from email.message import Message
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from test_scripts import load

if TYPE_CHECKING:
    from types import ModuleType

TREE = Path(__file__).resolve().parent.parent
FREE = [
    ("License-Expression", "MIT"),
    ("License-Expression", "Apache-2.0 OR BSD-2-Clause"),
    ("License-Expression", "BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0"),
    ("License-Expression", "Apache-2.0 WITH LLVM-exception"),
    ("Classifier", "License :: OSI Approved :: ISC License (ISCL)"),
    ("Classifier", "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)"),
    ("License", "3-Clause BSD License"),
    ("License-Expression", "MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later"),
    ("License", "MIT License\n\nCopyright (c) 2022 somebody\nGPL is another one"),
]
NOT_FREE = [
    ("License-Expression", "AGPL-3.0-or-later"),
    ("License-Expression", "MIT AND GPL-2.0-only"),
    ("License-Expression", "(MIT)/(Commons-Clause)"),
    ("Classifier", "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"),
    ("License", "Proprietary"),
    ("License", ""),
    ("Author", "MIT"),
]


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    """The script as a module."""
    return load("audit")


@pytest.mark.parametrize(
    ("key", "statement", "free"),
    [(*line, True) for line in FREE] + [(*line, False) for line in NOT_FREE],
)
def test_which_licences_are_free(audit: ModuleType, key: str, statement: str, free: bool) -> None:
    """Catches a part of an expression passed over, and a package that says nothing let through."""
    about = Message()
    about[key] = statement
    assert audit.is_free(audit.read_licence(about)) is free


def test_everything_that_rag_needs_is_looked_at(audit: ModuleType) -> None:
    """Catches a walk that ends at what rag names itself."""
    pytest.importorskip("sentence_transformers")
    needed = audit.find_needed("rag-articles")
    assert {"rag-articles", "sentence-transformers", "huggingface-hub", "torch", "pytest"} <= needed


def run(folder: Path, program: str = "") -> subprocess.CompletedProcess[str]:
    """Run the script where pip-audit is a shell script, or not there."""
    if program:
        (folder / "pip-audit").write_text(f"#!/bin/sh\n{program}\n")
        (folder / "pip-audit").chmod(0o755)
    return subprocess.run(
        [sys.executable, TREE / "scripts" / "audit"],
        env={**os.environ, "PATH": f"{folder}:/usr/bin:/bin", "PYTHONPATH": str(TREE)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def describe(*packages: dict[str, object]) -> str:
    return f"cat <<'EOF'\n{json.dumps({'dependencies': packages})}\nEOF"


@pytest.mark.skipif(os.name == "nt", reason="POSIX shell")
@pytest.mark.parametrize(
    ("program", "code", "said"),
    [
        (
            "echo 'ConnectionError: no way out' >&2; exit 1",
            0,
            "skipped, pip-audit found out nothing: ConnectionError: no way out",
        ),
        (
            describe({"name": "a", "skip_reason": "unknown"}),
            0,
            "skipped, where pip-audit asked none of 1",
        ),
        (
            describe({"name": "a", "version": "1", "vulns": []}),
            0,
            "vulnerabilities: 0 in 1 packages",
        ),
        (
            describe(
                {"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}
            )
            + "\nexit 1",
            1,
            "a 1: CVE-1, mended in 2",
        ),
    ],
    ids=["no network", "unknown", "clean", "vulnerable"],
)
def test_what_pip_audit_says_is_passed_on(
    tmp_path: Path, program: str, code: int, said: str
) -> None:
    """Catches a failure that passes for "none", and a vulnerability that does not fail the script."""
    done = run(tmp_path, program)
    assert (done.returncode, done.stderr) == (code, "") and said in done.stdout, done
    assert "licences: 0 not free in" in done.stdout


def test_without_pip_audit_that_is_said(tmp_path: Path) -> None:
    """Catches silence where nothing was looked at."""
    if Path(sys.executable).with_name("pip-audit").exists():
        pytest.skip("pip-audit is installed here")
    done = run(tmp_path)
    assert done.returncode == 0 and "skipped, there is no pip-audit" in done.stdout, done

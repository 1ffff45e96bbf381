"""Shared by the Python scripts here: where the tree and its rag are, and the generated blocks of the pages.

Importing it under a Python that has no rag runs the script again with the tree's own.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
# The page that each generated block stands in.
PAGES = {
    "screen": README,
    "settings": ROOT / "docs" / "settings.md",
    "evaluation": ROOT / "docs" / "quality.md",
    "perturb": ROOT / "docs" / "quality.md",
    "baselines": ROOT / "docs" / "quality.md",
    "curves": ROOT / "docs" / "scale.md",
    "peers": ROOT / "docs" / "performance.md",
    "torture": ROOT / "docs" / "reliability.md",
}
PYTHON = Path(sys.executable)
RAG = PYTHON.with_name("rag")

if importlib.util.find_spec("rag") is None:
    own = Path(os.environ.get("RAG_VENV", ROOT / ".venv")).absolute() / "bin" / "python"
    if own == PYTHON or not own.is_file():
        sys.exit(f"{own} has no rag: ./scripts/test makes it")
    os.execv(own, [str(own), *sys.argv])


def need(*modules: str) -> None:
    """End the script, and say how to get them, when development tools are missing."""
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        sys.exit(f"no {', '.join(missing)} here: ./scripts/test installs the development tools")


def environment() -> dict[str, str]:
    """The environment without anything that changes rag's answers or its looks."""
    other = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES")
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("RAG_") and name not in other
    }


def rag_json(arguments: Sequence[str | Path], cwd: Path = ROOT) -> dict[str, Any]:
    """Run rag with ``--json`` and return its object; its progress is seen on stderr, a failure ends the script."""
    command = [str(RAG), *map(str, arguments), "--json"]
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode not in (0, 3):
        sys.exit(f"exit {done.returncode}: {' '.join(command)}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def block(page: str, name: str) -> str:
    """What stands between ``<!-- name:begin -->`` and ``<!-- name:end -->``."""
    found = re.search(rf"<!-- {name}:begin -->\n(.*?)<!-- {name}:end -->", page, re.DOTALL)
    if found is None:
        raise ValueError(f"no block {name}")
    return found[1]


def with_block(page: str, name: str, text: str) -> str:
    """The page with another text between the two marks."""
    begin, end = f"<!-- {name}:begin -->\n", f"<!-- {name}:end -->"
    return page.replace(begin + block(page, name) + end, begin + text.rstrip("\n") + "\n" + end)


def write_block(name: str, text: str) -> None:
    """Put a generated text into its page."""
    page = PAGES[name]
    page.write_text(with_block(page.read_text(encoding="utf-8"), name, text), encoding="utf-8")


def has_block(name: str, text: str) -> bool:
    """Return whether a generated text stands in its page as it is."""
    page = PAGES[name].read_text(encoding="utf-8")
    return with_block(page, name, text) == page

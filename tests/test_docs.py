"""What the documents say is what the code does: screens, settings, commands, files, exit codes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from rag import __version__, errors
from rag.cli.app import app

TREE = Path(__file__).resolve().parent.parent
README = (TREE / "README.md").read_text(encoding="utf-8")
MANUAL = sorted(str(path.relative_to(TREE)) for path in (TREE / "docs").glob("*.md"))
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "NOTICE",
    "SECURITY.md",
    "index/README.md",
    *MANUAL,
)
TEXT = "\n".join((TREE / page).read_text(encoding="utf-8") for page in ("README.md", *MANUAL))


def test_generated_blocks_are_up_to_date() -> None:
    """Catches a README whose screens and settings are of an older program."""
    done = subprocess.run(
        [sys.executable, "scripts/screen", "--check"],
        cwd=TREE,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES)
def test_files_named_are_there(page: str) -> None:
    """Catches a page that sends its reader to a file that has moved."""
    text = (TREE / page).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    named = re.findall(r"(?<![\w./*])(?:\./)?((?:scripts|tests|rag|seeds)/[\w./-]*[\w/])", text)
    missing = [
        name
        for name in [*links, *named]
        if not (TREE / page).parent.joinpath(name).exists() and not (TREE / name).exists()
    ]
    made = ["scripts/results/evaluation.json"]  # by a script, on a machine with the data
    assert [name for name in missing if name not in made] == []


def test_the_readme_is_for_the_first_five_minutes() -> None:
    """Catches a front page that grows into a manual: the manual is docs/, and README names each of its pages."""
    assert len(README.splitlines()) <= 150
    assert [page for page in MANUAL if f"({page})" not in README] == []


def test_commands_shown_exist() -> None:
    """Catches a README that shows a command or a flag the program does not have."""
    shown = re.findall(
        r"(?:^\$ |`)(?:\./scripts/)?rag ([a-z]+)((?: [^`\n#]*)?)", TEXT, re.MULTILINE
    )
    assert len(shown) > 8
    for command, rest in shown:
        assert command in app.commands, command
        known = {
            flag
            for option in app.commands[command].params
            for flag in (*option.opts, *option.secondary_opts)
        }
        assert set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", rest)) <= known, (command, rest)


def test_exit_codes_are_those_of_the_errors() -> None:
    """Catches a table of exit codes that lacks one."""
    listed = {
        int(code)
        for row in re.findall(r"^\| ([\d, ]+) \|", TEXT, re.MULTILINE)
        for code in row.split(",")
    }
    kinds = [
        errors.RagError,
        *errors.RagError.__subclasses__(),
        *errors.IndexProblem.__subclasses__(),
    ]
    built = {kind.exit_code for kind in kinds if kind is not errors.LanguageModelError}
    assert listed >= built | {errors.ANSWERED, errors.NOT_IN_SOURCES, errors.UNVERIFIED}


def test_claims_name_tests_that_exist() -> None:
    """Catches a claim about security whose test has gone or was renamed, and a row without one."""
    page = (TREE / "docs" / "security.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/test_\w+\.py)::(test_\w+)`", page)
    assert len(named) > 25
    for path, function in named:
        text = (TREE / path).read_text(encoding="utf-8")
        assert f"\ndef {function}(" in text, (path, function)
    _, *tables = page.split("| held by |\n|---|---|---|\n")
    assert len(tables) == 6
    for table in tables:
        rows = table.partition("\n\n")[0].splitlines()
        assert rows and all("`tests/test_" in row for row in rows)


def test_changelog_knows_this_version() -> None:
    """Catches a version without a word on what it brings."""
    changelog = (TREE / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{__version__}]" in changelog

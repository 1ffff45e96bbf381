"""``rag ask --file``: an answer a line, whatever a line holds, and one exit code for them all."""

from __future__ import annotations

import csv
import io
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from rag.cli import main
from rag.cli.app import app
from rag.errors import IndexDamaged
from rag.pipeline import Rag

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ANSWERED = "Qui remplacera Frédéric Duval ?"
REFUSED = "Quelle est la capitale du Pérou ?"


@pytest.fixture
def ask(
    seeds_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Ask the seeds what a file holds; the file is written from bytes or text."""

    def run(content: str | bytes, *flags: str) -> tuple[int, str, str]:
        path = tmp_path / "questions.txt"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        code = main(["ask", "--file", str(path), "--index", str(seeds_index), *flags])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def objects(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_an_object_a_line_in_order(ask: Callable[..., Any], seeds_index: Path) -> None:
    """Catches answers out of order, comments that are asked, and objects unlike those of --json."""
    code, out, err = ask(f"\ufeff# first\n\n{REFUSED}\r\n  # no\n{ANSWERED}", "--jsonl")
    refused, answered = objects(out)
    assert (code, refused["status"], refused["question"]) == (3, "not_in_sources", REFUSED)
    assert answered["status"] == "answered" and "2 questions" in err
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", io.StringIO())
        main(["ask", "--json", ANSWERED, "--index", str(seeds_index)])
        alone = json.loads(sys.stdout.getvalue())  # type: ignore[attr-defined]
    del alone["timing_ms"], answered["timing_ms"]
    assert alone == answered


def test_bad_lines_are_objects_and_the_rest_is_asked(ask: Callable[..., Any]) -> None:
    """Catches a batch that dies of its first bad line, and exit 0 after one."""
    code, out, _ = ask(f"a\x1b[31mb\n{'é' * 10_001}\n{'x' * 200_000}\n{ANSWERED}\n")
    *bad, last = objects(out)
    assert [value["error"]["type"] for value in bad] == ["UsageError"] * 3
    assert (code, last["status"]) == (2, "answered")
    assert "\x1b" not in out and len(out) < 100_000


def test_a_table_that_no_spreadsheet_computes(ask: Callable[..., Any]) -> None:
    """Catches cells that are formulas, columns that shift at a comma, and a heading per row."""
    code, out, _ = ask(f'=HYPERLINK("x","Pérou, Lima")\n{ANSWERED}\n', "--csv")
    heading, formula, answer = csv.reader(io.StringIO(out))
    assert heading == ["question", "status", "answer", "quotations", "sources", "error"]
    assert formula[0].startswith("'=") and formula[1] == "not_in_sources"
    assert "Jean-Baptiste Thomas" in answer[3] and ".txt:3" in answer[4]
    assert code == 3


@pytest.mark.parametrize(
    ("content", "flags", "message"),
    [
        (b"", (), "no question"),
        (b"# nothing\n\n", (), "no question"),
        (b"\x7fELF\0\0\0", (), "not a text file"),
        (b"x", ("--jsonl", "--csv"), "both"),
        (b"x", ("a question",), "command line"),
        (b"x", ("--quotes",), "one question"),
    ],
)
def test_what_is_no_batch(
    ask: Callable[..., Any], content: bytes, flags: tuple[str, ...], message: str
) -> None:
    """Catches exit 0 after nothing was asked, and a traceback where a file is no text."""
    code, out, err = ask(content, *flags)
    assert (code, out) == (2, "") and message in err


def test_files_that_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], seeds_index: Path
) -> None:
    """Catches a missing file, a folder and a switch without --file that end in a traceback."""
    for arguments in (
        ["--file", str(tmp_path / "none")],
        ["--file", str(tmp_path)],
        ["--csv", "q"],
    ):
        assert main(["ask", *arguments, "--index", str(seeds_index)]) == 2
        out, err = capsys.readouterr()
        assert out == "" and "→" in err


def test_lines_of_stdin_are_answered_as_they_come(
    seeds_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a batch that waits for the last question before it answers the first, and a Ctrl+C that takes back what came."""

    lines = iter([f"{ANSWERED}\n".encode()])

    class Typed(io.BytesIO):
        """Gives one question, then is interrupted."""

        def readline(self, size: int | None = -1, /) -> bytes:
            for line in lines:
                return line
            raise KeyboardInterrupt

    out = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Typed()))
    monkeypatch.setattr(sys, "stdout", out)
    code = main(["ask", "--file", "-", "--index", str(seeds_index)])
    assert code == 130
    assert [value["status"] for value in objects(out.getvalue())] == ["answered"]


def test_a_damaged_index_ends_the_batch(
    ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a thousand times the same message where no question can be answered any more."""

    def fail(*arguments: object, **options: object) -> None:
        raise IndexDamaged("cut short", hint="rag index --rebuild")

    monkeypatch.setattr(Rag, "ask", fail)
    code, out, err = ask(f"{ANSWERED}\n{REFUSED}\n")
    assert (code, out) == (5, "") and err.count("cut short") == 1


def test_the_options_are_in_the_help() -> None:
    """Catches an option that nobody finds."""
    options = {name for option in app.commands["ask"].params for name in option.opts}
    assert {"--file", "--jsonl", "--csv"} <= options

"""``rag check``: exit codes, the page, the footnoted copy, and what is no draft."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from drafts import build_index

from rag.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = Path(__file__).parent / "golden" / "check-plain.txt"
GOOD = "Les travaux du pont de Velmar ont coûté 3,2 millions d’euros.[^4]\n\n[^4]: Une note.\n"
BAD = "« Les travaux ont coûté 3,4 millions d’euros », dit un « ami ».\n"
Check = Callable[..., tuple[int, str, str]] if TYPE_CHECKING else None


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of three articles."""
    return build_index(tmp_path_factory.mktemp("cli-check")).index


@pytest.fixture
def check(
    index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Check:
    """Check a text, written into a file of the test's own folder."""
    monkeypatch.chdir(tmp_path)

    def run(content: str | bytes, *flags: str, name: str = "draft.md") -> tuple[int, str, str]:
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(data)
        code = main(["check", name, "--index", str(index), *flags])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_exit_codes(check: Check) -> None:
    """Catches a fault that passes under --strict, and one that fails without."""
    assert check(GOOD)[0] == check(GOOD, "--strict")[0] == check(BAD)[0] == 0
    assert check(BAD, "--strict")[0] == 4
    missing = "Zora Milk a vendu 77 bateaux à Osterby.\n"
    assert check(missing, "--strict")[0] == 0  # nothing found is no fault


def test_the_page_reads_as_agreed(check: Check, index: Path) -> None:
    """Catches any unintended change of the page: order, marks, the difference, the language."""
    draft = (
        "La maire Odile Garnier a coupé le ruban. « C'est l'œuvre de toute une ville », dit-elle.\n\n"
        f"{BAD}\nLes travaux du pont de Velmar ont coûté 3,6 millions d’euros. Jonas Feld a 9 chevaux.\n\n"
        "« Rien de cela n’a été écrit ».\n"
    )
    code, out, err = check(draft)
    page = out.replace(f"{index.parent}/", "")
    if os.environ.get("GOLDEN") == "write":
        GOLDEN.write_text(page, encoding="utf-8")
    assert page == GOLDEN.read_text(encoding="utf-8")
    assert (code, err) == (0, "")


def test_one_object(check: Check) -> None:
    """Catches a second line on stdout, and an error that is no object."""
    code, out, _ = check(BAD, "--json", "--strict")
    assert (code, out.count("\n")) == (4, 1)
    assert json.loads(out)["items"][0]["status"] == "near"
    code, out, _ = check(b"", "--json")
    assert (code, json.loads(out)["status"]) == (1, "error")


def test_the_copy_has_footnotes_and_nothing_is_overwritten(check: Check, tmp_path: Path) -> None:
    """Catches a note that takes another's number, a draft that is changed, and a copy that is lost."""
    copy = tmp_path / "draft.checked.md"
    assert check(f"{BAD}\n{GOOD}", "--write")[0] == 0
    first = copy.read_text(encoding="utf-8")
    assert first.startswith("« Les travaux ont coûté 3,4 millions d’euros »[^5], dit un « ami ».")
    assert "euros.[^6][^4]\n" in first
    assert "[^5]: Le Courrier de Velmar, 3 mars 2025, Le pont de Velmar rouvre, `" in first
    assert "pont.txt:7`" in first and "\\[−3,2\\]\\[+3,4\\]" in first
    code, _, err = check(GOOD, "--write")
    assert code == 2 and "--force" in err and copy.read_text(encoding="utf-8") == first
    assert check(GOOD, "--write", "--force")[0] == 0
    assert copy.read_text(encoding="utf-8") != first
    assert (tmp_path / "draft.md").read_text(encoding="utf-8") == GOOD


@pytest.mark.parametrize("kind", ["link", "link to nothing", "folder", "pipe"])
@pytest.mark.timeout(60)
def test_no_copy_is_written_through_a_link(check: Check, tmp_path: Path, kind: str) -> None:
    """Catches --force that empties a file elsewhere, for whom a folder of somebody's has a link laid out."""
    copy = tmp_path / "draft.checked.md"
    own = tmp_path / "own" / "letter.md"
    own.parent.mkdir()
    own.write_text("mine", encoding="utf-8")
    if kind == "folder":
        copy.mkdir()
    elif kind == "pipe":
        os.mkfifo(copy)
    else:
        copy.symlink_to(own if kind == "link" else own.with_name("new.md"))
    before = copy.lstat()
    for flags in (["--write"], ["--write", "--force"]):
        code, out, err = check(GOOD, *flags)
        assert code == 2 and out == "" and "draft.checked.md" in err
    assert copy.lstat().st_ino == before.st_ino
    assert own.read_text(encoding="utf-8") == "mine"
    assert list(own.parent.iterdir()) == [own]


def test_no_copy_is_written_into_a_folder_of_another_user(
    check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches quotations of one's own articles that are left where their reader is somebody else; a draft there is read."""
    monkeypatch.setattr("rag.files.is_own", lambda status: False)
    for flags in (["--write"], ["--write", "--force"]):
        code, out, err = check(GOOD, *flags)
        assert code == 2 and out == "" and "another user" in err and "folder of yours" in err
    assert not (tmp_path / "draft.checked.md").exists()
    assert check(GOOD)[0] == 0


@pytest.mark.parametrize(
    ("content", "name", "code", "message"),
    [
        (b"", "draft.md", 1, "empty"),
        (b"\0\x01\x02" * 500, "draft.txt", 1, "draft.txt"),
        (b"x", "draft.png", 1, "not a kind of file"),
        (b"%PDF-1.7 broken", "draft.pdf", 1, "draft.pdf"),
    ],
)
def test_what_is_no_draft(check: Check, content: bytes, name: str, code: int, message: str) -> None:
    """Catches a traceback, and exit 0 for a file without text."""
    result = check(content, name=name)
    assert result[0] == code and result[1] == "" and message in result[2]


def test_a_file_that_is_missing(
    index: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Catches a traceback, a copy beside stdin, and an index that is not there."""
    monkeypatch.chdir(tmp_path)
    assert main(["check", "none.md", "--index", str(index)]) == 2
    assert main(["check", "-", "--write", "--index", str(index)]) == 2
    assert main(["check", "none.md", "--index", str(index / "none")]) == 5
    assert capsys.readouterr().out == ""


def test_stdin_and_characters_that_steer(
    index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Catches escapes of a draft that reach the terminal, and a direction that turns a line round."""
    text = "« Les travaux\x1b[31m ont \u202ecoûté\u2066 3,4 millions d’euros », \x07dit Odile Garnier.\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert main(["check", "-", "--index", str(index)]) == 0
    out = capsys.readouterr().out
    assert not {"\x1b", "\x07", "\u202e", "\u2066"} & set(out)
    assert "ligne 1" in out


def test_the_seeds(seeds_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Catches what only shows on real articles: an exact quotation, a wrong figure, a right one."""
    draft = tmp_path / "draft.txt"
    draft.write_text(
        "« Le groupe compte créer ainsi un million d'emplois ». Au Luxembourg, le plan vise 350 personnes."
        "\n\nJean-Baptiste Thomas remplacera Frédéric Duval en février 2026.\n",
        encoding="utf-8",
    )
    assert main(["check", str(draft), "--json", "--index", str(seeds_index)]) == 0
    value: dict[str, Any] = json.loads(capsys.readouterr().out)
    statuses = [(item["kind"], item["status"]) for item in value["items"]]
    assert statuses == [("quotation", "exact"), ("claim", "differs"), ("claim", "supported")]

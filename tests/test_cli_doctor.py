"""``rag doctor`` by the real command: what is wrong is named, with the command that mends it."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from newcomer import BRIDGE, DIRECTOR, HARBOUR, Newcomer
from test_hostile import forge

from rag.errors import ModelError
from rag.pipeline import diagnose
from rag.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def newcomer(tmp_path: Path) -> Newcomer:
    newcomer = Newcomer(tmp_path)
    newcomer.write("articles/bridge.txt", BRIDGE)
    newcomer.write("articles/harbour.md", HARBOUR)
    newcomer.environ["RAG_INDEX"] = str(newcomer.here / "index")
    newcomer.index("articles")
    return newcomer


def examine(newcomer: Newcomer, *argv: str) -> tuple[int, dict[str, Any]]:
    done = newcomer.run("doctor", "--json", *argv)
    value = json.loads(done.out)
    assert value["healthy"] is (done.code == 0)
    return done.code, value


def list_problems(value: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (finding["topic"], finding["command"])
        for finding in value["findings"]
        if finding["level"] == "problem"
    ]


def test_nothing_is_wrong(newcomer: Newcomer) -> None:
    """Wrong: a fault where there is none, a check left out, a setting of unknown origin."""
    code, value = examine(newcomer)
    assert code == 0 and list_problems(value) == []
    topics = {finding["topic"] for finding in value["findings"]}
    assert topics >= {"index", "sources", "model", "permissions", "disk", "settings"}
    assert value["settings"]["index"]["origin"] == "RAG_INDEX"
    page = newcomer.run("doctor").out
    assert "✓ index: " in page and "RAG_INDEX" in page and "✗" not in page


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_an_index_that_others_can_read_is_a_note(newcomer: Newcomer) -> None:
    """Wrong: silence about articles that everybody on the machine may read in the index."""
    index = newcomer.here / "index"
    index.chmod(0o755)
    code, value = examine(newcomer)
    [note] = [finding for finding in value["findings"] if finding["command"].startswith("chmod")]
    assert (code, note["level"]) == (0, "note")
    assert note["command"] == f"chmod 700 {index}"


def test_what_articles_lack_is_a_note(newcomer: Newcomer) -> None:
    """Wrong: silence about articles that no range of days finds, or an exit code for them."""
    newcomer.write(
        "articles/bare.txt",
        "A line about nothing.\n\nIt goes on about caf\xe9s.\n".encode("cp1252"),
    )
    newcomer.index()
    code, value = examine(newcomer)
    assert code == 0
    notes = " ".join(f["message"] for f in value["findings"] if f["level"] == "note")
    assert "1 articles without a day, the first in articles/bare.txt" in notes
    assert "without a publisher" in notes
    assert "files are read as" in notes


def test_the_reader_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong: a reader whose files are gone, and nothing said until a question is asked."""

    def fail() -> None:
        raise ModelError("the reader is gone", hint="install the package again")

    settings = Settings(index=tmp_path / "none", reader="auto")
    for broken in (False, True):
        if broken:
            monkeypatch.setattr("rag.models.reader.load_reader", fail)
        [finding] = [each for each in diagnose(settings) if each.topic == "reader"]
        assert (finding.level == "problem") is broken


def test_a_damaged_index(newcomer: Newcomer) -> None:
    """Wrong: damage that is not looked for, another exit code, a command that does not mend it."""
    [catalog] = (newcomer.here / "index").glob("*/catalog.sqlite")
    data = bytearray(catalog.read_bytes())
    data[len(data) // 2] ^= 1
    catalog.chmod(0o600)
    catalog.write_bytes(data)
    code, value = examine(newcomer)
    assert code == 5
    assert list_problems(value) == [("index", "rag index --rebuild")]
    assert newcomer.run("index", "--rebuild").code == 0
    assert examine(newcomer)[0] == 0


@pytest.mark.parametrize("name", ["harbour.md", "harbour.html"])
def test_an_index_that_is_wrong_about_an_unchanged_file(newcomer: Newcomer, name: str) -> None:
    """Wrong: a check that asks the index what is in the file, another command than the warning of an answer names, and a
    command that takes the false text over: as a plain `rag index` may, which reads no file again that is unchanged."""
    if name.endswith("html"):
        (newcomer.here / "articles/harbour.md").unlink()
        text = HARBOUR.rpartition("---\n")[2].replace("\n\n", "</p><p>")
        newcomer.write(f"articles/{name}", f"<title>A harbour</title><p>{text}</p>")
        newcomer.index("articles", "--prune")
    true, false = "Marta Quill", "Berta Quill"
    replaced = f"CAST(replace(CAST(text AS TEXT), '{true}', '{false}') AS BLOB)"
    forge(newcomer.here / "index", f"UPDATE documents SET text = {replaced}")
    code, value = examine(newcomer)
    assert code == 1 and list_problems(value) == [("index", "rag index --rebuild")]
    [message] = [f["message"] for f in value["findings"] if f["level"] == "problem"]
    assert message == (
        f"1 file is unchanged, and the index says otherwise, the first articles/{name}"
    )
    assert "rag index --rebuild" in newcomer.run("ask", DIRECTOR, "--strict").err
    newcomer.index("--rebuild")
    assert examine(newcomer)[0] == 0
    assert true in newcomer.run("ask", DIRECTOR, "--strict").out


def test_no_index_no_source_no_model(newcomer: Newcomer) -> None:
    """Wrong: a check that stops at the first fault, or takes what is gone for what is whole."""
    code, value = examine(newcomer, "--index", "nowhere", "--model", "./none")
    assert code == 5
    assert {topic for topic, _ in list_problems(value)} == {"index", "model"}
    assert all(command for _, command in list_problems(value))
    (newcomer.here / "articles").rename(newcomer.here / "moved")
    code, value = examine(newcomer)
    assert code == 1 and list_problems(value) == [("sources", "rag index --prune")]

"""What the shell offers after Tab, asked for as the shells' own scripts do it."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from newcomer import BRIDGE, HARBOUR, Newcomer

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def newcomer(tmp_path: Path) -> Newcomer:
    """Someone with an index of two articles, and a last answer."""
    newcomer = Newcomer(tmp_path)
    newcomer.write("articles/bridge.txt", BRIDGE)
    newcomer.write("articles/harbour.md", HARBOUR)
    newcomer.environ["RAG_INDEX"] = "index"
    newcomer.index("articles")
    assert newcomer.run("ask", "Who is the director of the harbour for kites?").code == 0
    return newcomer


def offered(newcomer: Newcomer, shell: str, *words: str) -> list[str]:
    """The words that a shell is told, the last one being typed."""
    place = {
        "_RAG_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": " ".join(("rag", *words)),
        "COMP_CWORD": str(len(words)),
        "_RAG_WORD": words[-1],
    }
    if shell == "fish":
        place["COMP_CWORD"] = words[-1]
    done = newcomer.run(environ=place)
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    return (
        lines[1::3]
        if shell == "zsh"
        else [line.partition(",")[2].partition("\t")[0] for line in lines]
    )


def test_values_come_from_the_index(newcomer: Newcomer) -> None:
    """Catches offers of another index, of none, or that a shell takes for several words."""
    assert offered(newcomer, "zsh", "ask", "--publisher", "le") == ["Le Courrier de Velmar"]
    assert offered(newcomer, "bash", "ask", "--publisher", "LE") == ["Le\\ Courrier\\ de\\ Velmar"]
    assert offered(newcomer, "fish", "search", "--publisher", "har") == ["Harbour Gazette"]
    assert set(offered(newcomer, "zsh", "ask", "--lang", "''")) == {"en", "fr"}
    assert newcomer.run(
        environ={
            "_RAG_COMPLETE": "zsh_complete",
            "COMP_WORDS": "rag ask --index x",
            "COMP_CWORD": "3",
        }
    ).out.startswith("dir\nx\n")
    place = {"_RAG_COMPLETE": "zsh_complete", "COMP_WORDS": "rag index art", "COMP_CWORD": "2"}
    assert newcomer.run(environ=place).out.startswith("file\nart\n")
    assert offered(newcomer, "zsh", "show", "''")[0] == "1"
    numbers = offered(newcomer, "zsh", "show", "''")
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    article = newcomer.run("ask", "--json", "Who is the director of the harbour?").object[
        "citations"
    ][0]["article"]
    assert offered(newcomer, "zsh", "show", article[:4]) == [article]


def test_without_an_index_nothing_is_offered(tmp_path: Path) -> None:
    """Catches a traceback between two keys."""
    newcomer = Newcomer(tmp_path)
    newcomer.environ["RAG_INDEX"] = "index"
    for words in (("ask", "--publisher", "x"), ("show", "a"), ("ask", "--lang", "''")):
        assert offered(newcomer, "zsh", *words) == []


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_takes_the_script(newcomer: Newcomer) -> None:
    """Catches a script that bash does not understand."""
    done = newcomer.run(environ={"_RAG_COMPLETE": "bash_source"})
    subprocess.run(["bash", "-n"], input=done.out, text=True, check=True)
    assert "complete" in done.out

"""Which command a command line means."""

from __future__ import annotations

import pytest

from rag.cli.app import app
from rag.cli.route import route
from rag.errors import UsageError


@pytest.mark.parametrize(
    ("words", "routed"),
    [
        ([], ["repl"]),
        (["-k", "3"], ["repl", "-k", "3"]),
        (["--top=3"], ["repl", "--top=3"]),
        (["--"], ["ask", "--"]),
        (["--help"], ["--help"]),
        (["-h", "status"], ["status", "-h"]),
        (["--version", "x"], ["--version", "x"]),
        (["-k", "status", "x y"], ["ask", "-k", "status", "x y"]),
        (["--strict", "status"], ["status", "--strict"]),
        (["-"], ["ask", "-"]),
        (["a", "b"], ["ask", "a", "b"]),
        (["a", "--", "b"], ["ask", "a", "--", "b"]),
        (["a?"], ["ask", "a?"]),
        (["ماذا؟"], ["ask", "ماذا؟"]),
        (["하나"], ["ask", "하나"]),
        (["ไทย"], ["ask", "ไทย"]),
    ],
)
def test_where_a_command_line_goes(words: list[str], routed: list[str]) -> None:
    """Catches the loop started for a question, and a value taken for a command."""
    assert route(words, app, on_terminal=True) == routed
    elsewhere = ["ask", *words] if routed[0] == "repl" else routed
    assert route(words, app) == elsewhere


@pytest.mark.parametrize("word", ["nonsense", "Wort", "слово", "λόγος"])
def test_a_lone_word_is_not_asked(word: str) -> None:
    """Catches a mistyped command that is answered as a question."""
    with pytest.raises(UsageError, match="no command is called"):
        route([word], app, on_terminal=True)


@pytest.mark.parametrize(
    "character", ["\u0e00", "\u0eff", "\u1000", "\u109f", "\u1780", "\u17ff", "\u2e80", "\ua4cf"]
)
def test_scripts_without_spaces_to_their_last_character(character: str) -> None:
    """Catches a script of which the first or last character is left out."""
    assert route([character], app) == ["ask", character]


@pytest.mark.parametrize("character", ["\u0dff", "\u0f00", "\u10a0", "\u2e7f", "\ua4d0", "\uabff"])
def test_scripts_with_spaces_beside_them(character: str) -> None:
    """Catches a range of characters that reaches into another script."""
    with pytest.raises(UsageError):
        route([character], app)


def test_the_nearest_command_is_suggested() -> None:
    """Catches a suggestion for what is like no command, and none for a slip of the fingers."""
    with pytest.raises(UsageError) as error:
        route(["stauts"], app)
    assert error.value.hint.startswith("did you mean rag status? ")
    with pytest.raises(UsageError) as error:
        route(["qqq"], app)
    assert error.value.hint.startswith("rag --help lists the commands. ")


@pytest.mark.parametrize(
    ("words", "routed"),
    [
        (["help"], ["--help"]),
        (["help", "ask"], ["ask", "--help"]),
        (["help", "config", "set"], ["config", "set", "--help"]),
        (["help", "version"], ["--help"]),
        (["help", "for", "farmers"], ["ask", "help", "for", "farmers"]),
        (["help", "ask", "--json"], ["ask", "--help"]),
        (["version"], ["--version"]),
        (["version", "history", "of", "Debian"], ["ask", "version", "history", "of", "Debian"]),
        (["-V"], ["-V"]),
    ],
)
def test_help_and_version_by_name(words: list[str], routed: list[str]) -> None:
    """Catches help that is searched for in the articles, and a question taken for a call for it."""
    assert route(words, app) == routed


def test_help_for_a_mistyped_command() -> None:
    """Catches "help aks" asked as a question, or help for another command without a word."""
    with pytest.raises(UsageError) as error:
        route(["help", "aks"], app)
    assert error.value.hint.startswith("did you mean rag ask? ")

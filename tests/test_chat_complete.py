"""What Tab offers where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from talk import INDIA

from rag.chat.commands import COMMANDS
from rag.chat.complete import SUGGESTIONS, Completions
from rag.settings.schema import list_settings

if TYPE_CHECKING:
    from pathlib import Path

    from talk import Talk


def offered(talk: Talk, line: str) -> list[str]:
    """The lines that Tab makes of this one."""
    found = Completions(talk.chat).get_completions(
        Document(line), CompleteEvent(completion_requested=True)
    )
    return [line[: len(line) + completion.start_position] + completion.text for completion in found]


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("/se", ["/search ", "/set "]),
        ("/SE", ["/search ", "/set "]),
        ("/re", ["/retry ", "/reload"]),
        ("/help se", ["/help search", "/help set"]),
        ("/publisher la", ["/publisher La Tribune"]),
        ("/publisher CNBC, éng", ["/publisher CNBC, engadget"]),
        ("/lang ", ["/lang fr", "/lang off"]),
        ("/since ", ["/since off"]),
        ("/show ", ["/show 1", "/show 2"]),
        ("/open 1", ["/open 1"]),
        ("/set edit", ["/set editing"]),
        ("/save ", ["/save notes.md"]),
        ("/new ", []),
        ("/nothing ", []),
        ("what is /se", []),
        ("", []),
    ],
)
def test_what_is_offered(talk: Talk, tmp_path: Path, line: str, lines: list[str]) -> None:
    """Catches offers in the wrong place, of the wrong kind.

    Or that replace too much or too little of the line.
    """
    talk.say(INDIA)
    talk.chat.index.get(talk.chat.settings)
    (tmp_path / "notes.md").touch()
    (tmp_path / "state" / "history").unlink()
    (tmp_path / "state").rmdir()
    assert offered(talk, line) == lines
    talk.chat.index.close()


def test_nothing_is_offered_of_an_index_that_is_not_open_yet(talk: Talk) -> None:
    """Catches Tab that waits for the index, or fails without it."""
    assert offered(talk, "/publisher ") == ["/publisher off"] and offered(talk, "/show ") == []


def test_every_command_and_setting_has_its_offers(talk: Talk) -> None:
    """Catches a row of the table that nothing stands behind."""
    assert {command.completion for command in COMMANDS.values()} <= {*SUGGESTIONS, "paths"}
    assert offered(talk, "/set ") == [f"/set {name}" for name in list_settings()]

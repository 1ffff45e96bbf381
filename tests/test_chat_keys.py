"""The keys of the prompt: what each does to the line."""

from __future__ import annotations

import stat
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from talk import CANCEL, DOWN, ENTER, NEW_LINE, SEARCH, TAB, UP, Talk, pasted

from rag.chat import keys as prompt_keys
from rag.chat import loop

if TYPE_CHECKING:
    from rag.chat.conversation import Conversation


@pytest.mark.parametrize(
    ("text", "width", "cut"),
    [
        ("abcd", 4, "abcd"),
        ("abcde", 4, "abc…"),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"),
        ("ab", 1, "…"),
        ("", 0, ""),
    ],
)
def test_what_there_is_room_for(text: str, width: int, cut: str) -> None:
    """Catches characters counted where columns are, and a cut text one column too long or short."""
    assert prompt_keys._cut(text, width) == cut


def test_the_prompt_names_the_filters(talk: Talk) -> None:
    """Catches a filter that is in force unseen, and one that leaves no room to type."""
    assert prompt_keys.format_prompt(talk.chat, 80) == "rag> "
    # No setting takes a tab any more; the bar does not rely on it.
    talk.chat.settings = replace(talk.chat.settings, publisher=("A\tB", "C"))
    assert prompt_keys.format_prompt(talk.chat, 80) == "rag [A B, C]> "
    assert prompt_keys.format_prompt(talk.chat, 12) == "rag [A B, C]> "
    assert prompt_keys.format_prompt(talk.chat, 11) == "rag [A B,…]> "


@pytest.fixture
def lines(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines sent, which nothing is done with."""
    sent: list[str] = []

    def note(chat: Conversation, text: str) -> None:
        sent.append(text)

    monkeypatch.setattr(loop, "perform", note)
    return sent


@pytest.mark.parametrize(
    ("keys", "sent"),
    [
        (["one", ENTER, "two", ENTER], ["one", "two"]),
        (["one", NEW_LINE, "two", ENTER], ["one\ntwo"]),
        ([pasted("one\rtwo\nthree\r\n"), ENTER], ["one\ntwo\nthree\n"]),
        ([pasted("one\n"), CANCEL, "two", ENTER], ["two"]),
        (["one", ENTER, "two", ENTER, UP, UP, ENTER], ["one", "two", "one"]),
        (["one", ENTER, "two", NEW_LINE, "three", UP, "X", ENTER], ["one", "twoX\nthree"]),
        (["one", ENTER, "two", NEW_LINE, "three", UP, UP, ENTER], ["one", "one"]),
        (["one", ENTER, "two", UP, DOWN, ENTER], ["one", "two"]),
        (
            ["one two", ENTER, "three", ENTER, SEARCH, "ONE", ENTER, ENTER],
            ["one two", "three", "one two"],
        ),
        (["one two", ENTER, "one", "\x1b[C", ENTER], ["one two", "one two"]),
        (["/sou", TAB, ENTER], ["/sources"]),
        (["/lang f", TAB, ENTER], ["/lang fr"]),
        (["/help ret", TAB, ENTER], ["/help retry"]),
    ],
    ids=[
        "enter", "new line", "paste", "cancelled paste", "up", "up within lines",
        "up from the first line", "up and down", "search", "suggestion", "command", "language",
        "command's help",
    ],
)  # fmt: skip
def test_what_keys_send(talk: Talk, lines: list[str], keys: list[str], sent: list[str]) -> None:
    """Catches a key that does nothing, sends too early, or recalls from the middle of a text."""
    talk.chat.index.get(talk.chat.settings)
    talk.slowly(*keys)
    assert lines == sent


def test_vi_keys_by_setting(talk: Talk, lines: list[str]) -> None:
    """Catches a setting without effect."""
    talk.type("one two\x1b0x", ENTER)
    talk.chat.settings = talk.chat.settings.with_value("editing", "vi", origin="test")
    talk.type("one two\x1b", "0x", ENTER)
    assert lines[-1] == "ne two"


def test_an_editor_writes_the_line(
    talk: Talk, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches Ctrl+X Ctrl+E without effect."""
    monkeypatch.delenv("VISUAL")
    monkeypatch.setenv("EDITOR", "sed -i s/one/two/")
    talk.slowly("one", "\x18\x05", "", "")
    assert "two" in lines


def test_lines_are_kept_for_the_next_time(talk: Talk, lines: list[str]) -> None:
    """Catches a history that is lost, that others may read, that repeats itself.

    Or that keeps what a space should keep out.
    """
    talk.type("one", ENTER, "one", ENTER, " secret", ENTER, "two", NEW_LINE, "three", ENTER)
    assert stat.S_IMODE(talk.history.stat().st_mode) == 0o600
    assert "secret" not in talk.history.read_text()
    again = Talk(talk.chat.settings.index, talk.history.parent.parent, talk.capsys)
    again.slowly(UP, UP, UP, UP, ENTER)
    assert lines[-1] == "one"
    again.slowly(UP, UP, ENTER)
    assert talk.history.read_text().count("+one") == 2

"""What people type in the loop that is no question, in every language that has a file."""

from __future__ import annotations

import pytest

from rag.chat.commands import find_command
from rag.chat.habits import find_command_line, find_reply
from rag.text.languages import list_languages, load_section


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("3", "/show 3"),
        ("3+", "/show 3+"),
        ("[3]", "/show 3"),
        ("[3] +", "/show 3+"),
        ("open 1", "/open 1"),
        ("Ouvre [2]", "/open 2"),
        ("show 1+", "/show 1+"),
        ("zeige 12", "/show 12"),
        ("打开 1", "/open 1"),
        ("exit", "/quit"),
        ("Quit!", "/quit"),
        ("au revoir", "/quit"),
        ("help?", "/help"),
        ("clear", "/clear"),
        ("/exit", "/exit"),
        ("exit the union", "exit the union"),
        ("qui dit merci ?", "qui dit merci ?"),
        ("open 1 shop", "open 1 shop"),
        ("2025", "2025"),
        ("article 3", "article 3"),
        ("merci", "merci"),
    ],
)
def test_a_line_is_the_command_that_is_meant(line: str, command: str) -> None:
    """Catches "exit" that is searched for, a question or a year that is taken for a command."""
    assert find_command_line(line) == command


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("merci", ("thanks", "fr")),
        ("Merci beaucoup !", ("thanks", "fr")),
        ("thanks", ("thanks", "en")),
        ("bonjour", ("greeting", "fr")),
        ("¡Hola!", ("greeting", "es")),
        ("ありがとう", ("thanks", "ja")),
        ("merci de quoi ?", ("", "")),
        ("x" * 200, ("", "")),
    ],
)
def test_a_polite_line_has_a_reply_in_its_language(line: str, reply: tuple[str, str]) -> None:
    """Catches thanks that are answered with a court ruling, and a reply in another language."""
    key, language = find_reply(line)
    assert key == reply[0] and (not key or language == reply[1])


@pytest.mark.parametrize("language", list_languages())
def test_every_language_has_its_words(language: str) -> None:
    """Catches a language without a way out, and a word that leads to no command."""
    section = load_section(language, "loop")
    assert set(section) == {"leave", "help", "clear", "thanks", "greet", "open", "show"}
    for meaning, command in (("leave", "quit"), ("help", "help"), ("clear", "clear")):
        for phrase in section[meaning]:
            line = find_command_line(phrase)
            assert find_command(line.lstrip("/")).name == command
    assert find_command_line(f"{section['open'][0]} 1") == "/open 1"
    assert find_command_line(f"{section['show'][0]} 1") == "/show 1"
    assert find_reply(section["thanks"][0])[0] == "thanks"

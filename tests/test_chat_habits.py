"""What people type in the loop that is no question, in every language that has a file."""

from __future__ import annotations

import pytest

from rag.chat.commands import find_command
from rag.chat.habits import (
    asks_for_summary,
    asks_for_which,
    find_command_line,
    find_habit,
    find_reply,
    write_summary_question,
)
from rag.question.forms import find_form
from rag.text.languages import list_languages, load_section

MEANINGS = {
    *("leave", "help", "clear", "thanks", "greet", "open", "show"),
    *("summarise", "details", "source", "sure", "translate", "summary_of"),
}


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
        ("source ?", "/sources"),
        ("d'où ça vient ?", "/sources"),
        ("are you sure?", "/why"),
        ("¿Seguro?", "/why"),
        ("plus de détails", "/more"),
        ("mehr Details bitte nicht", "mehr Details bitte nicht"),
        ("source de la Seine", "source de la Seine"),
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
        ("en anglais ?", ("no_translation", "fr")),
        ("auf Englisch?", ("no_translation", "de")),
        ("tu peux traduire", ("no_translation", "fr")),
        ("en Angleterre ?", ("", "")),
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
    # What counts the articles has words of its own, in the languages that do.
    counting = {"which", "which_of"} if load_section(language, "collection") else set()
    assert set(section) == MEANINGS | counting
    for phrase in section.get("which", ()):
        assert asks_for_which(phrase)
    for meaning, command in (("leave", "quit"), ("help", "help"), ("clear", "clear")):
        for phrase in section[meaning]:
            line = find_command_line(phrase)
            assert find_command(line.lstrip("/")).name == command
    assert find_command_line(f"{section['open'][0]} 1") == "/open 1"
    assert find_command_line(f"{section['show'][0]} 1") == "/show 1"
    assert find_reply(section["thanks"][0])[0] == "thanks"
    for meaning, command in (("details", "/more"), ("source", "/sources"), ("sure", "/why")):
        assert find_command_line(section[meaning][0]) == command
    for phrase in section["summarise"]:
        assert asks_for_summary(phrase)


@pytest.mark.parametrize("language", list_languages())
def test_a_summary_is_asked_for_as_the_language_asks_for_one(language: str) -> None:
    """Catches a question for a summary that is searched for as any other."""
    phrase = load_section(language, "loop")["summarise"][0]
    question = write_summary_question(phrase, "Rivel")
    form = find_form(question, find_habit(phrase)[1])
    assert form is not None and (form.name, form.topic) == ("summary", "Rivel")

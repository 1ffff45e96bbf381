"""UTF-8 once read in another codec: told, and undone where it is sure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reading.articles import find_articles
from rag.reading.extraction import extract_document
from rag.reading.mojibake import add_repairs, find_mojibake
from rag.records import Document, Edit

FRENCH = "L’été a été très sec à Lumes : la préfète a limité l’arrosage des forêts."
TEXTS = {
    "fr": FRENCH,
    "de": "Die Bürgermeisterin eröffnete das größte Schwimmbad für Schüler – endlich.",
    "es": "El señor Ibáñez inauguró la biblioteca el miércoles; abrirá también los sábados.",
    "ru": "Город построит новую школу у реки, работы начнутся весной.",
}


def garble(text: str, codec: str) -> str:
    """The text as a program shows it that takes UTF-8 for a codec."""
    characters = []
    for byte in text.encode():
        # What the codec has no character for is a control.
        char = bytes([byte]).decode(codec, "replace")
        characters.append(chr(byte) if char == "\ufffd" else char)
    return "".join(characters)


def show(text: str) -> str | None:
    """The text as a person sees it; None where it is sound."""
    found = find_mojibake(text)
    if found is None:
        return None
    return Document("a.txt", text, "", "text/plain", edits=found.edits).show(0, len(text))


CODECS = [("fr", "cp1252"), ("de", "cp1252"), ("es", "cp1252"), ("ru", "cp1251"), ("fr", "latin-1")]


@pytest.mark.parametrize(("language", "codec"), CODECS)
def test_what_was_meant_is_shown(language, codec):
    """Wrong: Ã© shown, or what is sound beside it changed."""
    text = garble(TEXTS[language], codec)
    assert show(text) == TEXTS[language]


@pytest.mark.parametrize("language", TEXTS)
def test_sound_text_is_left_alone(language):
    """Wrong: accents taken for garbage."""
    assert find_mojibake(TEXTS[language] * 5) is None


def test_a_text_about_mojibake_is_left_alone():
    """Wrong: an example in an article undone, so that it says nothing any more."""
    text = FRENCH * 3 + " On lit alors Ã© pour é, Ã¨ pour è, Ãª pour ê."
    assert find_mojibake(text) is None


def test_it_is_said_with_an_example():
    """Wrong: a change nobody is told of."""
    found = find_mojibake(garble(FRENCH, "cp1252"))
    assert found is not None
    assert "â€™Ã© for ’é" in found.warning


@given(st.text(max_size=300))
def test_edits_are_in_order_and_inside(text):
    """Wrong: edits over each other or beyond the text."""
    found = find_mojibake(text * 3)
    end = 0
    for edit in found.edits if found else ():
        assert end <= edit.start < edit.end <= len(text) * 3
        end = edit.end


MARKDOWN = """---
title: L’été très sec à Évron
author: Léa Génin
description: La préfète a parlé.
---

# Été

- Élodie a **été** élue à
  Évron
- [École](http://é.fr/éé) fermée, «&nbsp;déjà&nbsp;»

| Île | Âge |
|---|---|
| Oléron | été |

À la forêt, la préfète a limité l’arrosage. <!-- été --> ![é](é.png) À bientôt
"""


def test_markdown_is_shown_as_it_was_meant():
    """Wrong: marks of lists, heads of columns and titles left garbled, or half of a character."""
    sound = extract_document("a.md", MARKDOWN.encode())
    garbled = extract_document("a.md", garble(MARKDOWN, "cp1252").encode())
    shown = [each.document.show(0, len(each.document.text)) for each in (sound, garbled)]
    assert shown[0] == shown[1]
    [article] = find_articles(
        garbled.document, language=lambda text: "fr", metadata=garbled.metadata
    )
    assert (article.title, article.publisher) == ("L’été très sec à Évron", "Léa Génin")
    assert "wrong encoding" in garbled.warnings[0]
    assert sound.warnings == ()


def test_a_byte_of_markdown_that_does_not_fit_is_said():
    """Wrong: a word about text, and none about Markdown."""
    data = (MARKDOWN * 9).encode() + b"\xff."
    assert extract_document("a.md", data).warnings == (
        "1 byte does not fit UTF-8, and is shown as \ufffd",
    )


EDITS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 5)), max_size=6)


def make_edits(spans: list[tuple[int, int]], text: str) -> list[Edit]:
    """Edits in order, none over another."""
    edits, end = [], 0
    for gap, length in spans:
        edits.append(Edit(end + gap % 7, end + gap % 7 + length, text))
        end = edits[-1].end
    return edits


@given(EDITS, EDITS)
def test_joined_edits_are_in_order(markup, repairs):
    """Wrong: an edit over another, which shows a stretch twice."""
    text = "x" * 100
    end = 0
    for edit in add_repairs(text, make_edits(markup, ""), make_edits(repairs, "é")):
        assert end <= edit.start < edit.end
        end = edit.end


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_what_nobody_sees_does_not_divide_words(name):
    """Wrong: "Re nault" searched, or the words of Thai, which these characters part, run together."""
    text = "# Re\u200bnault-Dela\u00admare\n\n- \u200bÀ la tête\n\nภาษา\u200bไทย\n"
    document = extract_document(name, text.encode()).document
    shown = document.show(0, len(text))
    assert "Renault-Delamare" in shown
    assert " À la tête" in shown
    assert "ภาษา\u200bไทย" in shown
    assert document.text == text

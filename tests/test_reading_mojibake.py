"""UTF-8 once read in another codec: told, and undone where it is sure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reading.mojibake import find_mojibake
from rag.records import Document

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

"""Warnings of an answer, in the language of its question."""

from __future__ import annotations

from dataclasses import replace

import pytest
from answers import FIRST, article, citation

from rag.answer.citations import warn_of_changes
from rag.question.spelling import CorrectedQuestion
from rag.show.remarks import translate_warning, warnings_page


def test_what_the_pipeline_warns_of_is_known() -> None:
    """Catches a warning that is reworded in one place: it would come in English on any page."""
    notes = CorrectedQuestion("x", {"Durand": "Durnad"}, ("Velmar",)).notes
    one = citation(1, article(), FIRST, "none")
    changed = (*warn_of_changes([one]), *warn_of_changes([replace(one, is_same_file=True)]))
    said = [translate_warning(warning, "fr") for warning in (*notes, *changed)]
    assert said[:2] == ["« Durnad » lu comme « Durand »", "aucun article ne mentionne « Velmar »"]
    assert said[2].startswith("seeds/lettre.txt ne se lit plus")
    assert said[3].startswith("seeds/lettre.txt n'a pas changé")
    assert [translate_warning(note, "en") for note in notes] == list(notes)


@pytest.mark.parametrize("warning", ["disk on fire", "no article mentions", "a {} b “{0}”", ""])
def test_another_warning_stays_as_it_is(warning: str) -> None:
    """Catches a warning that is lost, or that is taken for a template."""
    assert translate_warning(warning, "de") == warning


def test_a_warning_cannot_steer_the_terminal() -> None:
    """Catches the name of a file that is printed raw."""
    [line] = warnings_page(["no article mentions “\x1b[2J”"], "fr")
    assert line.plain == "attention : aucun article ne mentionne « [2J »"

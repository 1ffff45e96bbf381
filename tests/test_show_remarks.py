"""Warnings of an answer, in the language of its question."""

from __future__ import annotations

from dataclasses import replace

import pytest
from answers import FIRST, article, citation

from rag.answer.citations import warn_of_changes
from rag.index.name_matches import choose_publishers, find_unknown_names
from rag.llm.events import make_limit_error
from rag.pipeline.writing import NOTHING_STANDS, NOTHING_WRITTEN
from rag.question.spelling import CorrectedQuestion
from rag.records import Filters
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


@pytest.mark.parametrize(
    ("warning", "said"),
    [
        (
            "--since 2030-01-01 leaves no article of the 9 without it, from 2025-12-01 to 2025-12-16",
            "--since 2030-01-01 ne laisse aucun article ; sans ce filtre : 9, du 1er déc. 2025 au 16 déc. 2025",
        ),
        (
            "no article is in German (de); the index has articles in fr",
            "aucun article n'est en allemand ; l'index en a en : fr",
        ),
        (
            "no article is by Xy; the nearest: A, B and 3 more; rag status lists them",
            "aucun article n'est de Xy ; au plus près : A, B, 3 de plus ; `rag status` les donne tous",
        ),
        (
            "sent to llm.example: the question and 1 passage of 3 articles",
            "envoyé à llm.example : la question et 1 passage de 3 articles",
        ),
        (
            "sent to llm.example: the question and the 2 before it",
            "envoyé à llm.example : la question et les 2 d'avant",
        ),
        ("no word came for 5 seconds", "rien n'est venu pendant 5 secondes"),
    ],
)
def test_what_stands_in_a_warning_is_said_as_the_language_says_it(warning: str, said: str) -> None:
    """Catches a day in figures, a list that is cut in English, "German" in a French sentence."""
    assert translate_warning(warning, "fr") == said
    assert translate_warning(warning, "ja") == warning


def test_filters_and_models_are_warned_of_in_every_language() -> None:
    """Catches a warning of the code that no English phrase is."""
    manifest = {"publishers": {"La Tribune": 1}, "languages": {"fr": 1}}
    nobody = {"publishers": {}, "languages": {"fr": 1}}
    warnings = [
        *find_unknown_names(Filters(publishers=("Le Monde",), languages=("de",)), manifest),
        *find_unknown_names(Filters(publishers=("Le Monde",)), nobody),
        *choose_publishers(["trib"], ["La Tribune"], origin="--publisher").remarks,
        make_limit_error().message,
        NOTHING_WRITTEN,
        NOTHING_STANDS,
    ]
    assert len(warnings) == 7
    for warning in warnings:
        assert translate_warning(warning, "fr") != warning


@pytest.mark.parametrize("warning", ["disk on fire", "no article mentions", "a {} b “{0}”", ""])
def test_another_warning_stays_as_it_is(warning: str) -> None:
    """Catches a warning that is lost, or that is taken for a template."""
    assert translate_warning(warning, "de") == warning


def test_a_warning_cannot_steer_the_terminal() -> None:
    """Catches the name of a file that is printed raw."""
    [line] = warnings_page(["no article mentions “\x1b[2J”"], "fr")
    assert line.plain == "attention : aucun article ne mentionne « [2J »"

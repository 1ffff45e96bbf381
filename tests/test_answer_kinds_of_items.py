"""Items that no sentence calls by the word asked: obligations, restrictions, cuts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.answer.kinds_of_items import find_kind, load_kinds
from rag.pipeline import Rag, build
from rag.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

PUMPS = (
    "Multa por el vertido de Cala Honda\n\n2026-11-03\n\n"
    "La Junta ha multado a Aguas del Cabo por el vertido de Cala Honda. La empresa deberá además "
    "renovar las bombas, instalar un sensor y limpiar el emisario.\n"
)
ARTICLES = Path(__file__).parent / "data" / "forms_kinds" / "articles"


@pytest.fixture(scope="module")
def rag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    settings = Settings(index=tmp_path_factory.mktemp("kinds") / "index")
    build(settings, [ARTICLES])
    with Rag.open(settings) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "language", "kind"),
    [
        ("list the obligations of the mine", "en", "duty"),
        ("Liste der Kürzungen im Sparpaket", "de", "cut"),
        ("Who leads the mine?", "en", None),
        ("Under which conditions may the mine reopen?", "en", "duty"),
        ("What are the commitments of the mine?", "en", "promise"),
        ("¿Qué obligaciones tiene la mina?", "es", "duty"),
        ("Which two operators have already cut the rest period?", "en", None),
        ("Welche Länder waren gegen das Verbot von Stromsperren?", "de", None),
        ("Regelmäßige Spenden", "sv", None),
    ],
)
def test_a_noun_asks_for_a_kind(question: str, language: str, kind: str | None) -> None:
    """Catches a noun that is not looked for, one of another language, and one that is not asked for."""
    found = find_kind(question, language)
    assert (found and found[0]) == kind


def test_every_kind_has_both_lists_of_words() -> None:
    """Catches a kind that some language asks for and cannot tell."""
    for language in ("fr", "en", "de", "es", "it", "pt", "nl"):
        assert set(load_kinds(language)) == {"duty", "promise", "cut"}


def test_what_must_be_done_is_listed_though_no_sentence_calls_it_so(rag: Rag) -> None:
    """Catches a list that needs the word asked, that takes a wish in quotation marks for a duty, or any sentence."""
    answer = rag.ask("¿Cuáles son las obligaciones de las terrazas de Alcorán?")
    assert answer.form is not None
    assert [sentence.text for sentence in answer.sentences] == [
        "Las mesas deberán recogerse a medianoche.",
        "Queda prohibida la música en vivo.",
        "Los bares no podrán ocupar más de la mitad de la acera y tendrán que pagar una tasa de 40 euros por mesa.",
    ]
    assert {citation.verified for citation in answer.citations} == {"exact"}


@pytest.mark.parametrize(
    "question",
    ["What are the water restrictions in Harlow?", "Liste der Kürzungen am Lindenpark"],
)
def test_another_topic_is_refused(rag: Rag, question: str) -> None:
    """Catches duties of whatever article, and what is forbidden taken for what is cut."""
    assert rag.ask(question).status == "not_in_sources"


def test_one_sentence_that_tells_them_is_quoted(tmp_path: Path) -> None:
    """Catches a refusal of what one sentence tells, and an auxiliary that its article must have."""
    (tmp_path / "multa.txt").write_text(PUMPS, encoding="utf-8")
    settings = Settings(index=tmp_path / "index")
    build(settings, [tmp_path / "multa.txt"])
    with Rag.open(settings) as opened:
        answer = opened.ask("¿Qué obligaciones tiene Aguas del Cabo?")
    assert answer.status == "answered"
    assert "renovar las bombas" in answer.text

"""Comparisons, lists and answers of yes or no, from articles to rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rag.answer.layouts import Row
from rag.answer.quotation_spans import Quotation
from rag.pipeline import Rag, build
from rag.pipeline.read_forms import _keep_number
from rag.records import Span
from rag.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rag.records import Answer

ARTICLES = {
    "vaubrun": (
        "La piscine de Vaubrun rouvre\n\n"
        "Le chantier de la piscine de Vaubrun a coûté 4,2 millions d'euros. "
        "Trois entreprises ont mené les travaux : Baticor, Sols du Lys et Hydroval.\n"
    ),
    "marsel": (
        "À Marsel, une piscine plus chère\n\n"
        "La nouvelle piscine de Marsel a coûté 6,8 millions d'euros. "
        "Le conseil municipal n'a pas approuvé l'ouverture du dimanche.\n"
    ),
    "orbin": (
        "Le pont d'Orbin\n\n2025-03-12\n\nLa commission a approuvé la fermeture du pont d'Orbin.\n"
    ),
    "orbin-deux": (
        "Le pont d'Orbin encore\n\n2025-03-13\n\n"
        "La commission n'a pas approuvé la fermeture du pont d'Orbin.\n"
    ),
}


@pytest.fixture(scope="module")
def rag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    folder: Path = tmp_path_factory.mktemp("forms")
    for name, text in ARTICLES.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    settings = Settings(index=folder / "index")
    build(settings, [folder])
    with Rag.open(settings) as opened:
        yield opened


def rows(answer: Answer) -> list[tuple[str, str]]:
    """Label and value of each row; every quotation is verified."""
    assert answer.form is not None
    assert {citation.verified for citation in answer.citations} <= {"exact"}
    return [(row.label, row.value) for row in answer.form.rows]


def test_each_thing_has_its_row_the_largest_figure_first(rag: Rag) -> None:
    """Catches a thing searched with the other, and a comparison without its figures."""
    answer = rag.ask("compare le coût de la piscine de Vaubrun et de celle de Marsel")
    assert rows(answer) == [("Marsel", "6,8 millions"), ("Vaubrun", "4,2 millions")]


def test_a_comparison_of_what_nobody_knows_is_refused(rag: Rag) -> None:
    """Catches rows of other things, where the articles speak of none."""
    answer = rag.ask("compare Trifouillis et Perpette")
    assert answer.status == "not_in_sources"
    assert not answer.citations


def test_items_are_lines_that_quote_their_sentence(rag: Rag) -> None:
    """Catches a list that is one sentence, and items without a source."""
    answer = rag.ask("Quelles entreprises ont mené les travaux de la piscine ?")
    assert [label for label, _ in rows(answer)] == ["Baticor", "Sols du Lys", "Hydroval"]
    assert len(answer.sentences) == 1


def test_a_negation_answers_no(rag: Rag) -> None:
    """Catches a negated sentence that is taken for a yes."""
    answer = rag.ask("Le conseil municipal a-t-il approuvé l'ouverture du dimanche ?")
    assert answer.form is not None
    assert answer.form.verdict == "no"
    assert "n'a pas approuvé" in answer.text


def test_a_yes_and_a_no_are_told_as_sources_that_differ(rag: Rag) -> None:
    """Catches a verdict where two articles say otherwise, and a disagreement that stays unsaid."""
    answer = rag.ask("La commission a-t-elle approuvé la fermeture du pont d'Orbin ?")
    assert answer.form is not None
    assert answer.form.verdict == ""
    [conflict] = answer.conflicts
    assert conflict.kind == "differ"
    cited = {
        answer.citations[figure.citation - 1].passage.article.title for figure in conflict.figures
    }
    assert cited == {"Le pont d'Orbin", "Le pont d'Orbin encore"}


def test_what_says_nothing_of_what_is_asked_is_not_quoted_for_it(seeds_index: Path) -> None:
    """Catches a sentence about another country, which the reader takes for a yes or a no."""
    with Rag.open(Settings(index=seeds_index)) as opened:
        answer = opened.ask("Est-ce qu'Amazon supprime des emplois ?")
    [citation] = answer.citations
    assert "30 000 emplois" in citation.quote


def test_as_many_items_as_are_asked_for_come_from_one_sentence(rag: Rag) -> None:
    """Catches items of another sentence beside the three that the best one gives."""
    answer = rag.ask("Quelles trois entreprises ont mené les travaux de la piscine de Vaubrun ?")
    assert answer.form is not None
    assert [row.label for row in answer.form.rows] == ["Baticor", "Sols du Lys", "Hydroval"]
    one = Row(None, label="Baticor")
    other = Row(Quotation(answer.citations[0].passage, Span(0, 3)), label="Getafe")
    assert _keep_number(
        [one, one._replace(label="Hydroval"), other], "Les deux entreprises", "fr"
    ) == [
        one,
        one._replace(label="Hydroval"),
    ]
    assert len(_keep_number([one, other], "Les trois entreprises", "fr")) == 2
    assert _keep_number([], "Les deux entreprises", "fr") == []

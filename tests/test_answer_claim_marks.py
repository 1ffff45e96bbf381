"""The marks of what a language model wrote: wrong is struck, told in other words is not."""

from __future__ import annotations

import pytest
from test_answer_claim_doubts import TODAY, make_passage

from rag.answer.claims import make_claim
from rag.models.embedders import open_token_vectors
from rag.pipeline.marking import mark_written
from rag.records import STRUCK, SUPPORTED, UNCLEAR

FR = (
    "Le port de Velnac a traité 400 tonnes de sel en mai et 650 tonnes en juin. "
    "« Nous embaucherons douze dockers avant la fin de l'été », a promis la directrice Lise Morand."
)
DE = "Der Hafen von Selmau hat im Juni 650 Tonnen Salz umgeschlagen, die Leiterin heißt Ute Hald."


@pytest.mark.parametrize(
    ("claim", "mark"),
    [
        ("Le port de Velnac a traité 650 tonnes de sel en juin.", SUPPORTED),
        ("Le port de Velnac a traité 250 tonnes de sel de plus en juin.", UNCLEAR),
        ("Le port de Velnac a traité 1 050 tonnes de sel en deux mois.", UNCLEAR),
        ("Le port de Velnac a traité 680 tonnes de sel en juin.", STRUCK),
        ("Le port de Velnac est dirigé par Odile Perrac.", STRUCK),
        ("Le port de Velnac engagera bientôt davantage de monde.", UNCLEAR),
        ("Grâce au sel, le port de Velnac embauche.", UNCLEAR),
        ("« Nous embaucherons douze dockers avant la fin de l'été », dit Lise Morand.", SUPPORTED),
        ("« Nous embaucherons vingt dockers avant la fin de l'été », dit Lise Morand.", STRUCK),
    ],
)
def test_marks(claim: str, mark: str) -> None:
    """Catches a paraphrase or a sum that is struck, and a figure, name or quotation that is not."""
    asked = make_claim(claim, "fr", table=open_token_vectors(), today=TODAY)
    assert mark_written(asked, [make_passage(FR, "fr")]) == mark


def test_a_german_noun_is_no_name_that_lacks() -> None:
    """Catches true sentences struck for their nouns, and another person let through."""
    for claim, is_struck in (
        ("Die Firma in Selmau hat viel Salz bewegt.", False),
        ("Die Leiterin des Hafens von Selmau heißt Ute Quirvelo.", True),
    ):
        asked = make_claim(claim, "de", table=open_token_vectors(), today=TODAY)
        assert (mark_written(asked, [make_passage(DE, "de")]) == STRUCK) is is_struck


def test_a_quotation_in_another_language_is_never_sure() -> None:
    """Catches a translated quotation that is struck, and one that nobody said with a tick."""
    claim = "« We will hire twelve dockers before the summer ends », said Lise Morand."
    asked = make_claim(claim, "en", table=open_token_vectors(), today=TODAY)
    assert mark_written(asked, [make_passage(FR, "fr")]) == UNCLEAR


def test_the_paper_that_is_named_is_no_other_speaker() -> None:
    """Catches "according to the paper" struck though the article is that paper's."""
    read = make_passage(FR, "fr", "L'Écho de Velnac")
    claim = "Selon L'Écho de Velnac, le port a traité 650 tonnes de sel en juin."
    asked = make_claim(claim, "fr", table=open_token_vectors(), today=TODAY)
    assert mark_written(asked, [read]) != STRUCK

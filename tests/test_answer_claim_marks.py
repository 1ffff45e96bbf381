"""The marks of what a language model wrote: wrong is struck, told in other words is not."""

from __future__ import annotations

import pytest
from test_answer_claim_doubts import TODAY, make_passage

from rag.answer.claim_facts import has_amount
from rag.answer.claims import make_claim
from rag.models.embedders import open_token_vectors
from rag.pipeline.marking import find_carrier, mark_written
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


@pytest.mark.parametrize(
    ("claim", "is_carried"),
    [
        ("Le port de Velnac a traité 650 tonnes de sel en juin.", True),
        ("Velnac : 650 tonnes de pommes volées à la main, le repaire.", False),
        ("Le port de Velnac a traité 400 et 680 tonnes de sel.", False),
    ],
)
def test_who_carries_a_sentence_that_cites_nothing(claim: str, is_carried: bool) -> None:
    """Catches a figure and a name of one sentence that vouch for words which it has not."""
    asked = make_claim(claim, "fr", table=open_token_vectors(), today=TODAY)
    assert (find_carrier(asked, [make_passage(FR, "fr")]) is not None) is is_carried


@pytest.mark.parametrize(
    ("claim", "is_there"),
    [
        ("La pêche a duré 20 heures.", False),
        ("La pêche a duré 20 minutes.", True),
        ("Le bateau est rentré à 4 heures.", True),
    ],
)
def test_minutes_of_a_time_count_nothing_else(claim: str, is_there: bool) -> None:
    """Catches the 20 of "4 h 20" that stands for 20 hours, as any bare number does."""
    read = make_passage("Le bateau est rentré de la pêche à 4 h 20.", "fr")
    [amount] = make_claim(claim, "fr", table=open_token_vectors(), today=TODAY).amounts
    assert has_amount(amount, "fr", read.whole) is is_there


@pytest.mark.parametrize(
    ("claim", "passage", "language", "is_struck"),
    [
        # figures that words give
        (
            "Das Öl kostete im Mai 44 Cent.",
            "Das Öl kostet 38 Cent, sechs Cent weniger als im Mai.",
            "de",
            False,
        ),
        (
            "Das Öl kostete im Mai 47 Cent.",
            "Das Öl kostet 38 Cent, sechs Cent weniger als im Mai.",
            "de",
            True,
        ),
        (
            "The rate stood at 3.5% before.",
            "The rate was cut by a quarter point to 3.25%.",
            "en",
            False,
        ),
        ("Velnac paie 75 % du pont.", "Le pont est payé aux trois quarts par Velnac.", "fr", False),
        ("Velnac paie 66 % du pont.", "Le pont est payé aux trois quarts par Velnac.", "fr", True),
        ("40 people were hurt in Selmau.", "Forty people were hurt in Selmau.", "en", False),
        ("50 people were hurt in Selmau.", "Forty people were hurt in Selmau.", "en", True),
        ("Selmau lost $1.5m.", "Selmau lost 1.5 million dollars.", "en", False),
        # names that are none, or made of another
        (
            "Gewonnen hat die Schwedin Tuva Ekberg.",
            "Siegerin ist Tuva Ekberg aus Schweden.",
            "de",
            False,
        ),
        (
            "Gewonnen hat die Schwedin Tuva Quirvelo.",
            "Siegerin ist Tuva Ekberg aus Schweden.",
            "de",
            True,
        ),
        (
            "Le Parlement de Velnac a voté la loi.",
            "Les députés de Velnac ont voté la loi.",
            "fr",
            False,
        ),
        # who was beaten did not win
        (
            "Battue par Lauzac, Velnac recule.",
            "Velnac s'est inclinée face à Lauzac et recule.",
            "fr",
            False,
        ),
        ("Velnac a battu Lauzac.", "Velnac s'est inclinée face à Lauzac.", "fr", True),
    ],
)
def test_what_words_give(claim: str, passage: str, language: str, is_struck: bool) -> None:
    """Catches true sentences struck for what a passage tells in words, and false ones let go."""
    asked = make_claim(claim, language, table=open_token_vectors(), today=TODAY)
    assert (mark_written(asked, [make_passage(passage, language)]) == STRUCK) is is_struck

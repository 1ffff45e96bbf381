"""A claim that has the words of its passage, and says something else.

What other checks of words let through: they would call all of these supported.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.answer.claim_verdicts import judge_claim
from rag.answer.claims import read_claim, read_passage
from rag.answer.quotation_spans import Candidate
from rag.models.embedders import open_token_vectors as open_table
from rag.records import Article, Document, Hit, Passage, Span
from rag.text import split_sentences

if TYPE_CHECKING:
    from rag.answer.claims import ReadPassage

TODAY = datetime.date(2026, 1, 1)
FR = (
    "Le maire de Velnac, Hugo Sérac, accuse la société Boréal d'avoir pollué la rivière. "
    "La préfète Lise Morand envisage de fermer l'usine. Aucun habitant de Velnac n'est malade. "
    "Boréal a installé deux filtres parce que l'eau était sale. La rivière a reculé de 12 mètres."
)
EN = (
    "Mayor Ann Tolley said the Brack bridge was dangerous. Engineer Sam Orrin found no cracks. "
    "The county may close the Brack bridge in June. Some shops in Brack lost customers. "
    "The ferry carries 40 cars a day. Lenk finished ahead of Brack in the regatta."
)
DE = "Laut Bürgermeisterin Ute Hald hat die Firma Borek den Fluss Senne verschmutzt."
ES = "Según la alcaldesa Rita Soler, la empresa Boreal contaminó el río Tavira."


def make_passage(text: str, language: str, publisher: str | None = None) -> ReadPassage:
    """A text as the only passage of an article."""
    document = Document("a.txt", text, "0" * 64, "text/plain")
    article = Article("a", document, "", publisher, None, None, language, 0, len(text))
    whole = Passage("p", article, 0, len(text))
    hit = Hit(whole, 1.0)
    vector = np.zeros(0, dtype=np.float32)
    tokens = np.zeros(0, dtype=np.uint16)
    candidates = [
        Candidate(hit, 0, place, Span(*span), tokens, vector)
        for place, span in enumerate(split_sentences(text))
    ]
    return read_passage(whole, candidates, table=open_table(), today=TODAY)


def judge(passage: str, language: str, claim: str, claim_language: str = "") -> tuple[str, str]:
    """The verdict, and the doubt."""
    read = make_passage(passage, language)
    asked = read_claim(claim, claim_language or language, table=open_table(), today=TODAY)
    assert asked is not None
    finding = judge_claim(asked, [read])
    return finding.verdict, finding.doubt or ""


@pytest.mark.parametrize(
    ("passage", "language", "claim"),
    [
        (FR, "fr", "Hugo Sérac accuse Boréal d'avoir pollué la rivière."),
        (FR, "fr", "Le maire Hugo Sérac reproche à Boréal d'avoir pollué la rivière."),
        (FR, "fr", "Lise Morand, la préfète, envisage la fermeture de l'usine."),
        (FR, "fr", "Aucun habitant de la ville de Velnac n'est malade."),
        (EN, "en", "Ann Tolley said that the bridge at Brack was dangerous."),
        (EN, "en", "In June the county may close the bridge at Brack."),
        (EN, "en", "The ferry of Brack carries 40 cars each day."),
        (DE, "de", "Ute Hald sagt, die Firma Borek habe den Fluss Senne verschmutzt."),
        (ES, "es", "Rita Soler afirma que la empresa Boreal contaminó el río Tavira."),
    ],
)
def test_a_claim_that_keeps_all_of_it_is_supported(passage: str, language: str, claim: str) -> None:
    """Catches a check that doubts everything."""
    assert judge(passage, language, claim) == ("supported", "")


@pytest.mark.parametrize(
    ("passage", "language", "claim", "doubt"),
    [
        (FR, "fr", "La société Boréal a pollué la rivière à Velnac.", "speaker"),
        (FR, "fr", "Lise Morand accuse la société Boréal d'avoir pollué la rivière.", "speaker"),
        (FR, "fr", "La préfète Lise Morand va fermer l'usine.", "open"),
        (FR, "fr", "Un habitant de Velnac est malade.", "negation"),
        (FR, "fr", "Boréal a installé six filtres parce que l'eau était sale.", "figure"),
        (EN, "en", "The Brack bridge was dangerous.", "speaker"),
        (EN, "en", "Engineer Sam Orrin found cracks in Brack.", "negation"),
        (EN, "en", "The county will close the Brack bridge in June.", "open"),
        (EN, "en", "All shops in Brack lost customers.", "degree"),
        (EN, "en", "The ferry at Brack carries 40 cars a week.", "degree"),
        (EN, "en", "Brack finished ahead of Lenk in the regatta.", "order"),
        (EN, "en", "Some shops in Brack lost customers because of the ferry.", "reason"),
        (DE, "de", "Die Firma Borek hat den Fluss Senne verschmutzt.", "speaker"),
        (ES, "es", "La empresa Boreal contaminó el río Tavira.", "speaker"),
        (EN, "en", "The ferry of Brack killed passengers of 40 cars each day.", "words"),
    ],
)
def test_a_claim_that_changes_one_thing_is_doubted(
    passage: str, language: str, claim: str, doubt: str
) -> None:
    """Catches an accusation told as a fact, another speaker, a plan told as done, and the like."""
    verdict, told = judge(passage, language, claim)
    assert told == doubt
    assert verdict == ("differs" if doubt in ("speaker", "degree", "order") else "nothing_found")


def test_the_speaker_is_kept_across_languages_and_nothing_is_sure_there() -> None:
    """Catches words of one language looked for in another, and a claim that is struck for them."""
    claim = "The company Boreal polluted the river Tavira."
    assert judge(ES, "es", claim, "en") == ("nothing_found", "speaker")


@pytest.mark.parametrize(
    ("passage", "claim", "doubt"),
    [
        # The list of English amounts has no "just", that of German ones has "nur".
        ("In Brack, just 40 cars use the ferry.", "In Brack nutzen nur 40 Autos die Fähre.", ""),
        ("In Brack, 40 cars use the ferry.", "In Brack nutzen nur 40 Autos die Fähre.", "degree"),
        (
            "Some shops in Brack lost 40 clients.",
            "Alle Läden in Brack verloren 40 Kunden.",
            "degree",
        ),
    ],
)
def test_a_word_that_is_translated_is_no_other_degree(passage: str, claim: str, doubt: str) -> None:
    """Catches a word that one list has, and the other language's has not, taken for a change."""
    verdict, told = judge(passage, "en", claim, "de")
    assert told == doubt and (verdict == "supported") is (doubt == "")


def test_the_same_digits_of_another_unit_are_another_figure() -> None:
    """Catches "14 feet" supported by "14 inches", and millions by billions."""
    passage = "The Brack flood left 14 inches of mud and cost 17.5 billion crowns in Lenk."
    assert judge(passage, "en", "The Brack flood left 14 inches of mud in Lenk.")[0] == "supported"
    assert judge(passage, "en", "The Brack flood left 14 feet of mud in Lenk.")[0] != "supported"
    assert judge(passage, "en", "The Brack flood cost 17.5 million crowns.")[0] != "supported"


def test_a_sentence_of_the_passage_is_never_doubted() -> None:
    """Catches doubts about a draft that copies its source, and "No. 81" taken for a denial."""
    sentence = (
        "However, line No. 81 in Brack may carry more cars than all ferries of Lenk, he said."
    )
    passage = f"{sentence} Mayor Ann Tolley denied it."
    assert judge(passage, "en", sentence) == ("supported", "")


def test_another_passage_may_tell_it_plainly() -> None:
    """Catches a claim that is struck by one article where another one says it."""
    accused = make_passage("Hugo Sérac accuse la société Boréal d'avoir pollué la rivière.", "fr")
    plain = make_passage("La société Boréal avait pollué la rivière en mars.", "fr")
    claim = read_claim(
        "La société Boréal a pollué la rivière.", "fr", table=open_table(), today=TODAY
    )
    assert claim is not None
    assert judge_claim(claim, [accused]).verdict == "differs"
    assert judge_claim(claim, [accused, plain]).verdict == "supported"


def test_a_language_without_words_doubts_nothing() -> None:
    """Catches a crash where a language has no list."""
    passage = "Il sindaco Ugo Serri ha detto che la ditta Boreal ha inquinato il fiume Tavira."
    claim = "La ditta Boreal ha inquinato il fiume Tavira."
    assert judge(passage, "it", claim) == ("supported", "")

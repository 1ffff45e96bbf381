"""Whether a sentence affirms or denies: never more than it says."""

from __future__ import annotations

import datetime

import pytest
from sentences import candidates

from rag.answer.polarity import judge_sentences, read_asked_claim, settle_question
from rag.models import embedders

TODAY = datetime.date(2025, 6, 1)


def settle(language: str, question: str, *sentences: str, title: str = "News") -> str:
    asked = read_asked_claim(question, language, table=embedders.open_token_vectors(), today=TODAY)
    if asked is None:
        return ""
    found = candidates(*sentences, language=language, title=title)
    settled = settle_question(judge_sentences(asked, found, range(len(found))))
    return settled.judgement if settled else ""


@pytest.mark.parametrize(
    ("language", "question", "sentence", "expected"),
    [
        ("fr", "la mairie a-t-elle signé le contrat avec Verlune ?", "La mairie a signé lundi le contrat avec Verlune.", "yes"),
        ("fr", "Le pont de Marsel a-t-il rouvert ?", "Le pont de Marsel n'a pas rouvert mardi.", "no"),
        ("fr", "le conseil municipal a approuvé le budget", "Le conseil municipal a rejeté le budget.", "no"),
        ("fr", "le projet a coûté 12 millions d'euros", "Le projet a coûté 14 millions d'euros.", "no"),
        ("fr", "le projet a coûté 12 millions d'euros", "Le projet a coûté 12 millions d'euros.", "yes"),
        ("fr", "Le maire a-t-il augmenté la taxe ?", "Le maire, Luc Ferrand, n'a pas augmenté la taxe.", "no"),
        ("en", "Has the council approved the plan for the bridge?", "On Monday the council approved the plan for the bridge.", "yes"),
        ("en", "Has the council approved the plan for the bridge?", "The council voted down the plan for the bridge.", "no"),
        ("en", "Did the mayor sign the contract?", "The mayor has not yet signed the contract.", "no"),
        ("en", "Will the pool open in May?", "The pool will open in May.", "yes"),
        ("de", "Hat der Stadtrat den Haushalt genehmigt?", "Der Stadtrat hat den Haushalt am Montag genehmigt.", "yes"),
        ("de", "Hat die Firma den Verband verklagt?", "Die Firma verklagte den Verband.", "yes"),
        ("de", "Gibt es in Marsel ein Handyverbot?", "In Marsel wird es kein Handyverbot geben.", "no"),
        ("de", "Wird es auf der neuen Brücke eine Maut geben?", "Eine Maut wird es auf der neuen Brücke nicht geben.", "no"),
        ("es", "¿Ha firmado el ayuntamiento el contrato?", "El ayuntamiento ha firmado el contrato.", "yes"),
        ("es", "¿Está abierto el puente?", "El puente no está abierto.", "no"),
        ("it", "La piscina ha riaperto a maggio?", "La piscina ha riaperto a maggio.", "yes"),
    ],
)  # fmt: skip
def test_a_sentence_that_settles_it_says_how(
    language: str, question: str, sentence: str, expected: str
) -> None:
    """Catches a negation, an opposite or another figure read as a yes."""
    assert settle(language, question, sentence) == expected


@pytest.mark.parametrize(
    ("language", "question", "sentence"),
    [
        ("fr", "Le pont de Marsel a-t-il rouvert ?", "Le pont de Marsel rouvrira en juin."),
        ("fr", "le conseil municipal a approuvé le budget", "Le conseil municipal n'a approuvé que le budget."),
        ("fr", "le conseil municipal a approuvé le budget", "Le conseil municipal devrait approuver le budget."),
        ("fr", "Le maire a-t-il signé le contrat ?", "La femme du maire a signé le contrat."),
        ("fr", "Le maire a-t-il signé le contrat ?", "Selon le maire, le contrat a été signé."),
        ("en", "Has the council approved the plan?", "The council, which approved the budget, studied the plan."),
        ("en", "Has the council approved the plan?", "If the council approved the plan, work would begin."),
        ("en", "Did the mayor sign the contract?", "The mayor's rival signed the contract."),
        ("en", "Did the mayor sign the contract?", "The mayor criticised the firm that signed the contract."),
        ("en", "Did the mayor sign the contract?", "The mayor refused to sign the contract."),
        ("en", "Did the mayor sign the contract?", "Not the mayor but his deputy signed the contract."),
        ("en", "Did the mayor sign the contract?", "Did the mayor sign the contract?"),
        ("en", "Did Verlune buy Kastor?", "Kastor bought Verlune."),
        ("en", "Did three towns sign the contract?", "Two towns signed the contract."),
        ("en", "Did the bridge cost 23,000 pounds in all?", "The bridge cost about 22,000 pounds in all."),
        ("en", "Is the mayor a member of the Green party?", "The mayor met members of the Green party."),
        ("en", "Is there a library in Marsel?", "The library in Marsel closed in 2010."),
        ("en", "Didn't the mayor sign the contract?", "The mayor signed the contract."),
        ("de", "Hat die Firma den Verband verklagt?", "Der Verband hat die Firma verklagt."),
        ("es", "¿Firmó el alcalde el contrato?", "La oposición firmó el contrato con el alcalde."),
        ("es", "¿Ganó el alcalde?", "El aspirante ganó al alcalde."),
        ("xx", "Did the mayor sign the contract?", "The mayor signed the contract."),
    ],
)  # fmt: skip
def test_what_is_not_sure_is_not_said(language: str, question: str, sentence: str) -> None:
    """Catches a false yes, which is the worst: roles swapped, conditions, plans, other subjects."""
    assert settle(language, question, sentence) == ""


def test_sentences_that_say_otherwise_settle_nothing() -> None:
    """Catches the first sentence believed, whatever the next one says."""
    question = "Did the mayor sign the contract?"
    yes = "The mayor signed the contract."
    assert settle("en", question, yes) == "yes"
    assert settle("en", question, yes, "The mayor did not sign the contract.") == ""
    assert settle("en", question, yes, "The mayor may sign the contract.") == ""


def test_a_name_may_stand_in_the_title_alone() -> None:
    """Catches a sentence that leaves out the town that its title names, and one of another town."""
    question = "Did the council of Marsel approve the plan?"
    sentence = "The council approved the plan."
    assert settle("en", question, sentence, title="Marsel rebuilds its bridge") == "yes"
    assert settle("en", question, sentence, title="Vaubrun rebuilds its bridge") == ""


def test_a_pronoun_stands_for_what_the_sentence_before_begins_with() -> None:
    """Catches a pronoun taken for whoever is asked about, named anywhere or nowhere."""
    question = "Will insurers pay for the lost tickets?"
    denial = "They will not pay for the lost tickets."
    assert settle("en", question, "Insurers will cover the damage.", denial) == "no"
    assert settle("en", question, "The owners sued their insurers.", denial) == ""
    assert settle("en", question, denial) == ""

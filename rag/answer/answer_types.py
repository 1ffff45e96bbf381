"""What a sentence holds that a question may ask for: numbers, money, years, names, reasons. No judgement, only what is there."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.text.words import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def _set(names: str) -> frozenset[str]:
    """The words of a table."""
    return frozenset(names.split())


# Folded words of the shipped languages, in no order.
MONTHS = _set(
    """janv janvier fevr fevrier mars avril mai juin juil juillet aout sept septembre octobre nov novembre dec decembre
    january february march april may june july august september october november december januar februar marz juni juli oktober
    dezember enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre gennaio febbraio aprile
    maggio giugno luglio settembre ottobre dicembre janeiro fevereiro marco maio junho julho setembro outubro novembro dezembro
    januari februari maart mei augustus"""
)
REASONS = _set(
    """car parce puisque afin grace raison cause because since due order weil denn da damit wegen aufgrund porque ya debido para
    perche poiche affinche pois devido omdat want vanwege"""
)
MONEY = _set(
    """euro euros dollar dollars livre livres sterling franc francs yen yuan pound pounds cent cents dolar dolares peseta pesetas
    peso pesos mark pfund dollari sterlina lire real reais gulden roubles rublos"""
)
AMOUNTS = _set(
    """deux trois quatre cinq six sept huit neuf dix onze douze quinze vingt trente quarante cinquante cent mille million millions
    milliard milliards two three four five seven eight nine ten eleven twelve twenty hundred thousand billion billions zwei drei
    vier funf sechs sieben acht neun zehn zwolf hundert tausend millionen milliarden dos tres cuatro cinco seis siete ocho nueve
    diez once doce veinte cien mil millones due quattro cinque sette otto nove dieci dodici venti cento mila milioni miliardi
    dois quatro sete oito dez vinte milhao milhoes bilhoes twee vijf zes zeven negen tien honderd duizend miljoen miljard"""
)
PERCENT = _set("pourcent percent prozent procent")
BE = _set(
    "est sont etait etaient fut is are was were ist sind war es son fue era eran e sono foi sao zijn waren"
)
ARTICLES = _set(
    "un une des le la les l a an the ein eine der die das el los las una unos il lo gli i um uma o os as een de het"
)
YEAR = re.compile(r"\b(?:1\d{3}|20\d\d|21\d\d)\b")
NAME = re.compile(r"(?<![.!?…:«“\"]\s)(?<!^)\b[A-ZÀ-ÖØ-ÞΑ-ΫЀ-Я][\w'’-]+")
FULL_NAME = re.compile(
    r"\b[A-ZÀ-ÖØ-Þ][\w'’.-]+ (?:(?:de|du|von|van|of|da|di|del|la|le) )?[A-ZÀ-ÖØ-Þ][\w'’-]+"
)

ANSWER_TYPES = (
    "number", "year", "percent", "money", "name", "full name", "month", "reason", "is a", "quoted", "in brackets", "number word",
    "colon", "list",
)  # fmt: skip


def find_answer_types(
    sentence: str, terms: Sequence[str], asked: Collection[str], question: str
) -> list[bool]:
    """Which of ``EVIDENCE`` a sentence holds; numbers and names only where the question does not have them.

    ``terms`` are the sentence's folded words in order, ``asked`` those of the question, ``question`` its folded text.
    """
    held = set(terms)
    numbers = [term for term in held if term[0].isdigit() and term not in asked]
    years = {year for year in YEAR.findall(sentence) if year not in asked}
    return [
        len(numbers) > len(years),
        bool(years),
        bool(numbers) and ("%" in sentence or not held.isdisjoint(PERCENT)),
        bool(numbers) and (any(sign in sentence for sign in "$€£¥") or not held.isdisjoint(MONEY)),
        _new(NAME, sentence, question),
        _new(FULL_NAME, sentence, question),
        not held.isdisjoint(MONTHS),
        not held.isdisjoint(REASONS),
        any(term in BE and after in ARTICLES for term, after in pairwise(terms)),
        any(mark in sentence for mark in '«“„"'),
        "(" in sentence,
        not held.isdisjoint(AMOUNTS),
        ":" in sentence,
        sentence.count(",") >= 3,
    ]


def _new(names: re.Pattern[str], sentence: str, question: str) -> bool:
    """Whether there is a name that the question does not have."""
    return any(fold(name[0]) not in question for name in names.finditer(sentence))

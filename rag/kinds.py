"""What kind of answer a question asks for, and whether a sentence holds one: numbers, times, names, reasons."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Literal

from rag.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Kind = Literal["number", "time", "name", "reason"]

# Question words on folded text (no accents, no capitals), by language; the first kind that fits is asked for.
ASKING: Mapping[str, Mapping[Kind, tuple[str, ...]]] = {
    "fr": {
        "time": (r"quand", r"quelles? (?:annee|date|epoque|heure|periode)s?", r"quel (?:jour|mois|siecle)"),
        "number": (
            r"combien",
            r"quel(?:le)?s? (?:est |etait |fut |sera )?(?:le |la |l')?(?:part|montant|nombre|pourcentage|taux|age|prix|chiffre)",
            r"quel(?:le)?s? (?:est |etait |fut |sera )?(?:le |la |l')?(?:taille|superficie|population|distance|hauteur|duree)",
            r"quel(?:le)?s? (?:est |etait |fut |sera )?(?:le |la |l')?(?:proportion|somme|cout|salaire)",
        ),
        "reason": (r"pourquoi", r"quelles? (?:est la |sont les )?(?:raison|cause)s?", r"a cause de quoi"),
        "name": (
            r"qui(?! (?:est|sont)-ce que)",
            r"ou",
            r"quel(?:le)?s? (?:est le nom|sont les noms|ville|pays|region)s?",
            r"comment s'appelle(?:nt)?",
        ),
    },
    "en": {
        "time": (r"when", r"(?:what|which) (?:year|date|day|month|century|time)"),
        "number": (
            r"how (?:many|much|old|tall|long|far|large|big|high|often)",
            r"what (?:is the |was the )?(?:number|percentage|percent|share|amount|price|size|population|age|rate|cost|salary)",
        ),
        "reason": (r"why", r"what (?:was the |is the )?(?:reason|cause)"),
        "name": (r"who(?:m|se)?", r"where", r"(?:what|which) (?:city|country|state|person|company|team)", r"name of"),
    },
    "de": {
        "time": (r"wann", r"welche[mns]? (?:jahr|datum|tag|monat|jahrhundert)"),
        "number": (r"wie ?(?:viele?n?|hoch|alt|lange?|gross|weit|oft|teuer)", r"welche[rn]? (?:anteil|prozentsatz|anzahl)"),
        "reason": (r"warum", r"weshalb", r"wieso"),
        "name": (r"we(?:r|n|m|ssen)", r"wo", r"woher", r"wohin", r"in welche[rmn] (?:stadt|land|staat|stadten)"),
    },
    "es": {
        "time": (r"cuando", r"(?:que|cual) (?:ano|fecha|dia|mes|siglo)"),
        "number": (r"cuant[oa]s?", r"que (?:porcentaje|cantidad|numero|edad|parte)"),
        "reason": (r"por que",),
        "name": (r"quien(?:es)?", r"donde", r"en que (?:ciudad|pais|estado)"),
    },
    "it": {
        "time": (r"quando", r"(?:che|quale) (?:anno|data|giorno|mese|secolo)"),
        "number": (r"quant[oaie]", r"che (?:percentuale|eta|numero)"),
        "reason": (r"perche",),
        "name": (r"chi", r"dove", r"in quale (?:citta|paese)"),
    },
    "pt": {
        "time": (r"quando", r"(?:que|qual) (?:ano|data|dia|mes|seculo)"),
        "number": (r"quant[oa]s?", r"que (?:percentagem|idade|numero)"),
        "reason": (r"por ?que",),
        "name": (r"quem", r"onde", r"em que (?:cidade|pais)"),
    },
    "nl": {
        "time": (r"wanneer", r"welke? (?:jaar|datum|dag|maand|eeuw)"),
        "number": (r"hoe ?(?:veel|vaak|oud|lang|groot|hoog|ver)", r"welk (?:percentage|aantal)"),
        "reason": (r"waarom",),
        "name": (r"wie", r"waar", r"in welke? (?:stad|land)"),
    },
}

MONTHS = """
janv janvier fevr fevrier mars avril mai juin juil juillet aout sept septembre octobre nov novembre dec decembre
january february march april may june july august september october november december
januar februar marz juni juli oktober dezember
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
janeiro fevereiro marco maio junho julho setembro outubro novembro dezembro
januari februari maart mei augustus
"""  # folded
REASONS = """
car; parce; puisque; afin; grace a; en raison; a cause; pour que
because; since; due to; in order to; so that
weil; denn; da; damit; wegen; aufgrund
porque; ya que; debido; para que
perche; poiche; affinche
pois; devido
omdat; want; vanwege
"""  # folded
NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d+)*")
CAPITAL = re.compile(r"(?<![.!?…:«“\"]\s)(?<!^)\b[A-ZÀ-ÖØ-ÞΑ-ΫЀ-Я][\w'’-]+")


def asked(question: str, language: str) -> Kind | None:
    """The kind of answer a question asks for; None when its words do not tell."""
    folded = fold(question)
    return next((kind for kind, pattern in _asking(language) if pattern.search(folded)), None)


def holds(kind: Kind, sentence: str, question: str) -> bool:
    """Whether a sentence holds an answer of this kind that the question does not already name."""
    return _HOLDS[kind](sentence, question)


@cache
def _asking(language: str) -> tuple[tuple[Kind, re.Pattern[str]], ...]:
    asking = ASKING.get(language, {})
    return tuple((kind, re.compile(rf"\b(?:{'|'.join(patterns)})\b")) for kind, patterns in asking.items())


def _number(sentence: str, question: str) -> bool:
    return bool(set(NUMBER.findall(sentence)) - set(NUMBER.findall(question)))


def _time(sentence: str, question: str) -> bool:
    return _number(sentence, question) or bool(_one_of(MONTHS, " ").search(fold(sentence)))


def _name(sentence: str, question: str) -> bool:
    known = fold(question)
    return any(fold(name) not in known for name in CAPITAL.findall(sentence))


def _reason(sentence: str, question: str) -> bool:
    return bool(_one_of(REASONS, ";").search(fold(sentence)))


@cache
def _one_of(phrases: str, between: str) -> re.Pattern[str]:
    parts = (phrase.strip() for phrase in phrases.replace("\n", between).split(between))
    return re.compile(rf"\b(?:{'|'.join(filter(None, parts))})\b")


_HOLDS: Mapping[Kind, Callable[[str, str], bool]] = {"number": _number, "time": _time, "name": _name, "reason": _reason}

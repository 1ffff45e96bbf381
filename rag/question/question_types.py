"""What kind of answer a question asks for, told by its words: a number, a time, a person, a reason and so on."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Literal, get_args

from rag.text.words import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

QuestionType = Literal[
    "reason", "time", "number", "define", "manner", "place", "person", "yesno", "which", "what"
]
QUESTION_TYPES: tuple[QuestionType, ...] = get_args(QuestionType)

# Patterns on folded text (no accents, no capitals), by language; the first kind that fits is asked for.
ASKING: Mapping[str, Mapping[QuestionType, str]] = {
    "fr": {
        "reason": r"pourquoi|quelles? (?:est la |sont les |fut la |etait la )?(?:raison|cause)s?|a cause de (?:quoi"
        r"|qui)|dans quel but",
        "time": r"quand|quelles? (?:est la |etait la |fut la )?(?:annee|date|epoque|periode|saison|heure)s?"
        r"|quel(?:s|le)? (?:jour|mois|siecle|decennie)s?|depuis combien de temps",
        "number": r"combien|quel(?:le)?s? (?:est |etait |fut |sera |sont )?(?:le |la |l'|les )?(?:part|montant|nombre"
        r"|pourcentage|taux"
        r"|age|prix|chiffre|taille|superficie|population|distance|hauteur|duree|proportion|somme|cout|salaire"
        r"|longueur|largeur|poids"
        r"|vitesse|temperature|budget|benefice|altitude|profondeur|quantite|surface|valeur|resultat)s?",
        "define": r"qu'est[- ]ce qu(?:'|e)|c'est quoi|que signifie|que veut dire|qui (?:est|etait|fut)"
        r"|quelle est la (?:definition|signification)",
        "manner": r"comment|de quelle (?:maniere|facon)|grace a (?:quoi|qui)|par quel moyen",
        "place": r"ou|d'ou|dans quel(?:le)?s? (?:ville|pays|region|lieu|endroit|etat|continent|quartier|departement)s?"
        r"|quel(?:le)?s? (?:est |etait )?(?:la |le )?(?:ville|pays|region|capitale|lieu|endroit|fleuve|riviere|continent)s?",
        "person": r"qui|quel(?:le)?s? (?:est le nom|sont les noms|homme|femme|personne|personnage|roi|acteur|president|auteur)s?"
        r"|comment s'appelle(?:nt)?",
        "yesno": r"^\W*est[- ]ce qu|^\W*y a[- ]t|^\W*\w+(?: \w+){0,6}[- ](?:t[- ])?(?:ils?|elles?|on)\b",
        "which": r"quel(?:le)?s?|lequel|laquelle|lesquel(?:le)?s",
        "what": r"que|qu|quoi",
    },
    "en": {
        "reason": r"why|what (?:was the |is the |were the |are the )?(?:reason|cause)s?|how come|for what (?:reason|purpose)",
        "time": r"when|(?:what|which) (?:year|date|day|month|century|decade|season|time|period|era)|how long ago",
        "number": r"how (?:many|much|old|tall|long|far|large|big|high|often|fast|deep|wide)|what (?:is the |was the "
        r"|were the |are the )?"
        r"(?:number|percentage|percent|share|amount|price|size|population|age|rate|cost|salary|total|length"
        r"|height|area|distance|weight"
        r"|speed|temperature|budget|profit|ratio|proportion)",
        "define": r"what (?:is|are|was) (?:a|an|the) \w+\W*$|what does \w+ mean|who (?:is|was) [\w ]+\W*$",
        "manner": r"how|in what way|by what means",
        "place": r"where|(?:what|which) (?:city|country|state|region|town|place|continent|river|area|county|location"
        r"|district|island)",
        "person": r"who|whom|whose|(?:what|which) (?:person|man|woman|king|president|player|author|scientist|actor"
        r"|ruler|coach|leader)",
        "yesno": r"^\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b",
        "which": r"which|what (?:type|kind|sort|name)|what \w+",
        "what": r"what",
    },
    "de": {
        "reason": r"warum|weshalb|wieso|aus welchem grund",
        "time": r"wann|welche[mnrs]? (?:jahr|datum|tag|monat|jahrhundert|zeit|jahrzehnt)\w*",
        "number": r"wie ?(?:viele?[nrms]?|hoch|alt|lange?|gross|weit|oft|teuer|schnell|tief|breit|schwer)"
        r"|welche[rnms]? (?:anteil|prozentsatz|anzahl|zahl|preis|summe|betrag)",
        "define": r"was ist (?:ein\w*|der|die|das) \w+\W*$|was bedeutet|wer (?:ist|war) [\w ]+\W*$",
        "manner": r"wie|auf welche weise|wodurch|womit",
        "place": r"wo|woher|wohin|welche[rsmn]? (?:stadt|stadte|stadten|land|staat|bundesstaat|region|fluss|ort)",
        "person": r"we(?:r|n|m|ssen)|welche[rs]? (?:person|mann|frau|konig|prasident|spieler|autor|wissenschaftler)\w*",
        "yesno": r"^\W*(?:ist|sind|war|waren|hat|haben|hatte|kann|konnen|wird|werden|gibt)\b",
        "which": r"welche[rnms]?",
        "what": r"was|wozu|wofur|worauf|woraus|worin|woran|wovon|woruber",
    },
    "es": {
        "reason": r"por que|cual(?:es)? (?:es|fue|era|son|fueron) (?:la|las|el|los) (?:razon|causa|motivo)\w*",
        "time": r"cuando|(?:que|cual) (?:ano|fecha|dia|mes|siglo|decada|epoca|momento)",
        "number": r"cuant[oa]s?|(?:que|cual (?:es|era|fue)(?: la| el)?) (?:porcentaje|cantidad|numero|edad|parte|precio"
        r"|tamano|poblacion"
        r"|tasa|coste|salario|total|altura|longitud|distancia|peso)|a que (?:distancia|velocidad|altura)",
        "define": r"que es (?:un|una|el|la) \w+\W*$|que significa|quien (?:es|era|fue) [\w ]+\W*$",
        "manner": r"como|de que (?:manera|forma)",
        "place": r"a?donde|que (?:ciudad|pais|estado|region|lugar|zona|rio|isla)",
        "person": r"quien(?:es)?|que (?:persona|hombre|mujer|rey|presidente|jugador|autor|cientifico|actor)",
        "yesno": r"^\W*(?:es|son|fue|ha|han|tiene|existe|hay|puede)\b",
        "which": r"cual(?:es)?|que \w+",
        "what": r"que",
    },
    "it": {
        "reason": r"perche|qual e (?:la ragione|il motivo|la causa)|per quale motivo",
        "time": r"quando|(?:che|quale) (?:anno|data|giorno|mese|secolo|periodo)",
        "number": r"quant[oaie]|(?:che|qual e (?:la|il)) (?:percentuale|eta|numero|prezzo|costo|popolazione|altezza|quota)",
        "define": r"che cos'e|cosa significa|chi (?:e|era|fu) [\w ]+\W*$",
        "manner": r"come|in che modo",
        "place": r"dove|(?:che|quale) (?:citta|paese|regione|luogo|fiume|isola|stato)",
        "person": r"chi|quale (?:persona|uomo|donna|re|presidente|autore|giocatore)",
        "yesno": r"^\W*(?:e|sono|era|ha|hanno|puo|esiste|c'e)\b",
        "which": r"qual[ei]?|che \w+",
        "what": r"che|cosa",
    },
    "pt": {
        "reason": r"por ?que|qual (?:e|foi) (?:a razao|o motivo|a causa)",
        "time": r"quando|(?:que|qual) (?:ano|data|dia|mes|seculo|epoca)",
        "number": r"quant[oa]s?|(?:que|qual (?:e|foi) (?:a|o)) (?:percentagem|porcentagem|idade|numero|preco|custo"
        r"|populacao|altura)",
        "define": r"o que (?:e|significa)|quem (?:e|era|foi) [\w ]+\W*$",
        "manner": r"como|de que (?:maneira|forma)",
        "place": r"onde|que (?:cidade|pais|regiao|lugar|estado|rio|ilha)",
        "person": r"quem|que (?:pessoa|homem|mulher|rei|presidente|autor|jogador)",
        "yesno": r"^\W*(?:e|sao|foi|tem|ha|pode|existe)\b",
        "which": r"qua(?:l|is)|que \w+",
        "what": r"que",
    },
    "nl": {
        "reason": r"waarom|om welke reden",
        "time": r"wanneer|welke? (?:jaar|datum|dag|maand|eeuw|periode)",
        "number": r"hoe ?(?:veel|vaak|oud|lang|groot|hoog|ver|snel|diep|zwaar)|welk (?:percentage|aantal|bedrag)",
        "define": r"wat is (?:een|de|het) \w+\W*$|wat betekent|wie (?:is|was) [\w ]+\W*$",
        "manner": r"hoe|op welke manier",
        "place": r"waar|welke? (?:stad|land|staat|regio|plaats|rivier|eiland)",
        "person": r"wie|welke (?:persoon|man|vrouw|koning|president|speler|schrijver)",
        "yesno": r"^\W*(?:is|zijn|was|waren|heeft|hebben|kan|kunnen|zal|zullen)\b",
        "which": r"welke?",
        "what": r"wat",
    },
}

# Words that ask and name nothing, folded, of all these languages.
INTERROGATIVES = """
qui que quoi quel quelle quels quelles quand ou comment pourquoi combien lequel laquelle lesquels lesquelles
who whom whose what which when where why how many much old
wer wen wem wessen was wann wo woher wohin wie warum wieso weshalb wieviel viel viele vielen welche welcher welches welchem
quien quienes que cual cuales cuando donde como cuanto cuanta cuantos cuantas
chi che cosa quale quali quando dove come perche quanto quanta quanti quante
quem qual quais quando onde porque como quanto quantos quanta quantas
wie wat welk welke wanneer waar hoe waarom hoeveel
"""


def classify_question(question: str, language: str) -> QuestionType | None:
    """The kind of answer a question asks for; None when its words do not tell."""
    folded = fold(question)
    return next(
        (kind for kind in ASKING.get(language, {}) if _asking(language, kind).search(folded)), None
    )


@cache
def _asking(language: str, kind: QuestionType) -> re.Pattern[str]:
    pattern = ASKING[language][kind]
    return re.compile(pattern if pattern.startswith("^") else rf"\b(?:{pattern})\b")


@cache
def get_question_words() -> frozenset[str]:
    """Words that ask and name nothing."""
    return frozenset(INTERROGATIVES.split())

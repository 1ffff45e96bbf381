"""Does a sentence lean on the one before it: "Elle le remplacera." says nothing to who has not read it."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# A sentence that opens with one of these speaks of something named before it.
OPENING: Mapping[str, str] = {
    "fr": r"ils?|elles?|ce(?:t|tte|s)?|c['’]|cel(?:ui|le)|ce(?:ux|lles)|cela|ça|son|sa|ses|leurs?|y|en|l['’]un|"
    r"l(?:e|a|es) (?:premi|second|derni)\w*",
    "en": r"he|she|it|they|this|that|these|those|his|her|its|their|the former|the latter|such",
    "de": r"er|sie|es|dies(?:e[rsmn]?)?|jene[rsmn]?|seine?[rsmn]?|ihre?[rsmn]?|deren|dessen|dabei|damit|dazu|davon|letztere[rs]?",
    "es": r"él|ella|ellos|ellas|est[eao]s?|es[eao]s?|aquel\w*|sus?|dich[oa]s?",
    "it": r"egli|lui|lei|esso|essa|essi|loro|quest[oaie]|quell[oaie]|suo|sua|suoi|sue|tale|tali",
    "pt": r"eles?|elas?|est[ea]s?|ess[ea]s?|isto|isso|aquel\w*|seus?|suas?|tal|tais",
    "nl": r"hij|zij|ze|het|dit|dat|deze|die|zijn|haar|hun",
}
CONJUNCTION = r"(?:(?:et|mais|or|donc|and|but|so|und|aber|doch|y|pero|e|ma|mas|en|maar) )?"
# … but these name nothing: "Il y a huit jours", "It is possible".
IMPERSONAL: Mapping[str, str] = {
    "fr": r"il (?:y a|faut|s['’]agit|reste|existe|semble|est (?:pr|im|pos|vrai|tem|tard)\w*)",
    "en": r"it (?:is|was|has been|remains|seems) (?:not )?(?:clear|possible|unclear|important|likely|necessary|estimated|time)",
    "de": r"es (?:gibt|gab|ist (?:klar|möglich|wichtig))",
}
# A name or pronoun, then an object pronoun, then a verb: "Thomas le remplacera", "García lo sustituirá".
CLITIC: Mapping[str, str] = {
    "fr": r"(?:[A-ZÀ-Ý][\w'’-]+|[Ii]ls?|[Ee]lles?|qui) (?:ne )?"
    r"(?:(?:le|la|les|lui|leur|y|en) [a-zà-ÿ]{2,}(?:a|ait|aient|ont|ra|ront|e|ent|it|rait)\b|l['’]a)",
    "en": r"^(?:(?![A-Z][a-z]+ [A-Z]).)*\b(?:replace|succeed|join|follow)\w* (?:him|her|them|it)\b",
    "es": r"[A-ZÁ-Ú][\w-]+ (?:lo|la|los|las|le|les) [a-zà-ÿ]{3,}",
    "it": r"[A-ZÀ-Ú][\w-]+ (?:lo|la|li|le|gli) [a-zà-ÿ]{3,}(?:rà|ranno|a|e)\b",
    "pt": r"[A-ZÀ-Ú][\w-]+ (?:o|a|os|as|lhe) [a-zà-ÿ]{3,}(?:rá|rão)\b",
}


def is_anaphoric(sentence: str, language: str) -> bool:
    """Whether a sentence needs the one before it to say whom or what it speaks of."""
    text = sentence.lstrip(" \t\r\n«“\"'‘-–—•*")
    patterns = _patterns(language)
    return patterns is not None and bool(patterns[0].match(text) or patterns[1].search(text))


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    if language not in OPENING:
        return None
    names_nothing = rf"(?!(?:{IMPERSONAL[language]})\b)" if language in IMPERSONAL else ""
    opening = rf"{names_nothing}{CONJUNCTION}(?:{OPENING[language]})(?:\b|(?<=['’]))"
    return re.compile(opening, re.IGNORECASE), re.compile(CLITIC.get(language, r"(?!)"))

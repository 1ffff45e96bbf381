"""The names in a question and in a quotation: where they stand, with which preposition, and what they name."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from rag.models import lexicon
from rag.question.followup.information_content import compute_information
from rag.question.followup.tables import GRAMMARS
from rag.text.words import find_words, fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.records import Span

    Kind = Literal["place", "person", "other"]

COMMON = (
    "en",
    "fr",
    "de",
    "es",
    "it",
    "pl",
    "fi",
)  # Latin alphabets that spell the places of the world in their own way
FREQUENT = 9.0  # bits: German words that tell less are no names
KNOWN = 5  # of them that must know a word for it to be told
_WORD = r"[A-ZÀ-ÖØ-Þ][\w+.’'-]*(?<![.’'-])"
_NAME = re.compile(rf"\b{_WORD}(?: (?:(?:&|van|von der|van der) )?{_WORD})*")
_PLURAL = re.compile(r"(?<=\w)['’]s\b|['’]$")


class Name(NamedTuple):
    """A name and the preposition and article before it; ``lead`` is where those begin."""

    text: str
    start: int
    end: int
    lead: int
    preposition: str
    article: str
    here: bool  # the preposition is one of place

    @property
    def kind(self) -> Kind:
        """What it names, as far as its words tell: what languages spell in their own way is a place, several words a person."""
        parts = [
            _place(word.form) and self.text[word.start + 1 : word.end].islower()
            for word in find_words(self.text)
        ]
        if parts and all(parts):
            return "place"
        return (
            "person"
            if all(re.search(r"[a-zà-ÿ]", part) for part in self.text.split()) and " " in self.text
            else "other"
        )


def fold_in_place(text: str) -> str:
    """The text folded character by character, so that offsets stay; French où is no ou."""
    return "".join(
        some if len(some := fold(character)) == 1 and character != "ù" else character
        for character in text
    )


def find_names(
    text: str,
    language: str,
    *,
    apart: Sequence[Span] = (),
    asks: bool = True,
    known: Sequence[str] = (),
) -> list[Name]:
    """The names of a text in order, none that overlaps the spans ``apart``.

    ``asks``: it is a question, and may open with a verb. Two of the ``known`` names side by side are two names.
    """
    found = []
    for start, end in _runs(text, known):
        start = _elided(text, start)
        possessive = _PLURAL.search(text, start, end)
        end = possessive.start() if possessive else end
        if not re.search(r"\w", text[:start]):
            start = _after_opening(text, start, end, language, asks=asks)
        if start >= end or any(span.start < end and start < span.end for span in apart):
            continue
        found.append(extend_name(text, start, end, language))
    return [name for name in found if not (language == "de" and _noun(text, name))]


def _runs(text: str, known: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where words with capitals stand together."""
    for match in _NAME.finditer(text):
        start, end = match.span()
        inside = [
            name
            for name in known
            if " " in name and match[0] != name and match[0].endswith(f" {name}")
        ]
        if inside:
            yield start, end - len(inside[0]) - 1
            start = end - len(inside[0])
        yield start, end


def _elided(text: str, start: int) -> int:
    """Past an elided article or preposition with a capital: L'Inde, D'après."""
    match = re.match(r"(?:[LD]|Qu)['’](?=[A-ZÀ-ÖØ-Þ])", text[start:])
    return start + match.end() if match else start


def _after_opening(text: str, start: int, end: int, language: str, *, asks: bool) -> int:
    """Where a name begins whose first word opens the text, with a capital whatever it is."""
    tongue = GRAMMARS[language]
    first = re.match(r"[\w’'.-]+", text[start:end])
    word = fold_in_place(first[0]) if first else ""
    closed = "|".join(
        (
            tongue.opening,
            tongue.asking,
            tongue.who,
            tongue.here,
            tongue.other,
            tongue.article,
            tongue.helping,
            tongue.possessive,
        )
    )
    verb = asks and (
        tongue.after_verb or re.search(r"-(?:t-)?(?:ils?|elles?|on|ce|moi)$|^qu", word)
    )
    if first and (
        verb
        or re.match(r"(?:[ldnsc]|qu)'", word)
        or re.match(rf"(?:{closed})\b", fold_in_place(text[start:]))
    ):
        return min(start + first.end() + 1, end)
    return start


def extend_name(text: str, start: int, end: int, language: str) -> Name:
    """A name with the preposition and article before it."""
    verb = (
        "" if language != "fr" or text.isascii() else r"(?<=\s)a(?=\s)"
    )  # who writes accents means à when it has one
    tongue, before = (
        GRAMMARS[language],
        fold_in_place(re.sub(verb, "_", text[:start]) if verb else text[:start]),
    )
    article = re.search(rf"(?<![\w'])(?:{tongue.article})(?:\s+|(?<='))$", before)
    here = re.search(rf"(?<![\w'])(?:{tongue.here})(?:\s+|(?<='))$", before)
    if here is None and article:
        here = re.search(rf"(?<![\w'])(?:{tongue.here})\s+$", before[: article.start()])
    cut = article.start() if article else start
    other = here or re.search(
        rf"(?<![\w'])(?:{tongue.other})(?:\s+|(?<='))$", before[:cut] if article else before
    )
    lead = min(cut, other.start()) if other else cut
    said = article[0].strip() if article else ""
    return Name(
        text[start:end], start, end, lead, other[0].strip() if other else "", said, here is not None
    )


def _noun(text: str, name: Name) -> bool:
    """German nouns have capitals too: those with an article, or a word of quantity or an adjective before them, are no names."""
    before = fold_in_place(text[: name.start]).split()
    counted = bool(before) and bool(
        re.fullmatch(r"\d.*|wie|viele?n?|wie?viele?|[a-z]{3,}(?:e[rsmn]?)", before[-1])
    )
    adjective = (
        counted and before[-1] not in _prepositions("de") and len(before) > 1 and not _verb(before)
    )
    if (
        " " not in name.text
        and compute_information(name.text.lower(), "de") < FREQUENT
        and not _place(name.text.lower())
    ):
        return True
    return " " not in name.text and (
        bool(name.article)
        or name.preposition in ("im", "am", "vom", "beim", "zum", "zur")
        or adjective
    )


def _verb(before: Sequence[str]) -> bool:
    """Whether the word before a German noun is a question's second: its verb."""
    return len(before) == 2 and bool(re.fullmatch(f"{GRAMMARS['de'].asking}|was", before[0]))


@cache
def _prepositions(language: str) -> frozenset[str]:
    return frozenset(f"{GRAMMARS[language].here}|{GRAMMARS[language].other}".split("|"))


@cache
def _place(form: str) -> bool:
    """Whether most languages spell this word in their own way."""
    shipped, spelled = lexicon.get_lexicon(), []
    for source in COMMON:
        heard = [shipped.translations(form, source, other) for other in COMMON if other != source]
        spelled = [_share(form, said) for said in heard if said]
        if len(spelled) >= KNOWN:
            break
    return len(spelled) >= KNOWN and sum(spelled) / len(spelled) < 0.5


def _share(form: str, said: Sequence[lexicon.Translation]) -> float:
    """How likely the word is itself in the other language, an ending more or less."""
    return float(sum(weight for _, word, weight in said if fold(word).startswith(fold(form))))

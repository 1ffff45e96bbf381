"""What kind of answer a question asks for, by its words: a number, a time, a person, a reason.

The patterns stand in the ``[questions]`` sections of ``rag/text/languages/``, written with accents
and capitals. They and the question are folded here; only homographs keep their accent ("où" is where,
"ou" is or). A language without a section has questions of no known type.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING, Literal, get_args

from rag.text.languages import load_section
from rag.text.words import STRAIGHT, fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

QuestionType = Literal[
    "reason", "time", "number", "define", "manner", "place", "person", "yesno", "which", "what"
]
# In the order in which they are tried: "how many" asks for a number before "how" asks for a manner.
QUESTION_TYPES: tuple[QuestionType, ...] = get_args(QuestionType)


def classify_question(question: str, language: str) -> QuestionType | None:
    """Return the kind of answer a question asks for; None when its words do not tell."""
    accented = restore_homographs(question.translate(STRAIGHT), language)
    folded = _fold_but_homographs(accented, language)
    for question_type in QUESTION_TYPES:
        pattern = _compile_type(language, question_type)
        if pattern is not None and pattern.search(folded):
            return question_type
    return None


@functools.cache
def get_question_words(language: str) -> frozenset[str]:
    """Return the interrogatives of a language, folded: words that ask and name nothing."""
    words: Sequence[str] = load_section(language, "questions").get("interrogatives", ())
    return frozenset(fold(word) for word in words)


def restore_homographs(question: str, language: str) -> str:
    """Return a question with the accents that tell a question word from another word.

    "ou se trouve le phare" becomes "où se trouve le phare". At the start this is done in every
    question, as capitals are often typed without accents ("Ou est situé Lyon ?"); elsewhere only in
    a question without any accent, at its end and after words that nothing but a question word
    follows.
    """
    is_accented = _has_accents(question)
    for homograph, words_before in _load_homographs(language).items():
        places = _compile_places(homograph, () if is_accented else tuple(words_before))
        restore = functools.partial(_copy_case, homograph)
        question = places.sub(restore, question)
    return question


def _copy_case(homograph: str, match: re.Match[str]) -> str:
    """Return the homograph in the case of its unaccented spelling."""
    bare = match["bare"]
    if bare.isupper():
        accented = homograph.upper()
    elif bare[0].isupper():
        accented = homograph.capitalize()
    else:
        accented = homograph
    return match[0].removesuffix(bare) + accented


@functools.cache
def _compile_places(homograph: str, words_before: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of a homograph's unaccented spelling where it is the question word.

    At the start of the question, and where there are ``words_before``, after them and at the end.
    """
    before = [r"^\W*"]
    for word in words_before:
        plain = re.escape(fold(word))
        # An elided word ends in its apostrophe, any other before a space.
        before.append(rf"\b{plain}" if plain.endswith("'") else rf"\b{plain}\s+")
    if words_before:
        before.append(rf"\b(?={fold(homograph)}\W*$)")
    places = "|".join(before)
    return re.compile(rf"(?:{places})(?P<bare>{fold(homograph)})\b", re.IGNORECASE)


def _has_accents(text: str) -> bool:
    """Return whether any letter has an accent, or is one that only careful typing gives, as œ."""
    return any(character.isalpha() and fold(character) != character.lower() for character in text)


@functools.cache
def _load_homographs(language: str) -> Mapping[str, Sequence[str]]:
    """Return the question words that are another word without accent, and what precedes them."""
    homographs: Mapping[str, Sequence[str]]
    homographs = load_section(language, "questions").get("homographs", {})
    return homographs


def _fold_but_homographs(text: str, language: str) -> str:
    """Return a text folded, its homographs in lower case with their accents."""
    homographs = _load_homographs(language)
    if not homographs:
        return fold(text)
    composed = unicodedata.normalize("NFC", text)
    words = "|".join(homographs)
    parts = re.split(rf"(?i)\b({words})\b", composed)
    # Every second part is a homograph.
    parts[0::2] = [fold(part) for part in parts[0::2]]
    parts[1::2] = [part.lower() for part in parts[1::2]]
    return "".join(parts)


@functools.cache
def _compile_type(language: str, question_type: QuestionType) -> re.Pattern[str] | None:
    """Return the pattern of a kind of question on folded text; None where a language has none."""
    section = load_section(language, "questions")
    alternatives = section.get("types", {}).get(question_type, ())
    nouns = section.get("nouns", {}).get(question_type, ())
    patterns = []
    for alternative in alternatives:
        with_nouns = alternative.replace("{noun}", f"(?:{'|'.join(nouns)})")
        folded = _fold_pattern(with_nouns, language)
        # Around the alternative stand the ends of words, or the start of the question.
        start, body = (r"^\W*", folded[1:]) if folded.startswith("^") else (r"\b", folded)
        patterns.append(rf"{start}(?:{body})\b")
    return re.compile("|".join(patterns)) if patterns else None


def _fold_pattern(pattern: str, language: str) -> str:
    """Return a regular expression folded, its escapes unchanged: their case means something."""
    parts = re.split(r"(\\.)", pattern)
    parts[0::2] = [_fold_but_homographs(part, language) for part in parts[0::2]]
    return "".join(parts)

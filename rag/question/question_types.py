"""What kind of answer a question asks for, by its words: a number, a time, a person, a reason.

The patterns stand in the ``[questions]`` sections of ``rag/text/languages/``, written with accents
and capitals. They and the question are folded here; only homographs keep their accent ("où" is
where, "ou" is or). A language without a section has questions of no known type.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING, Literal, get_args

from rag.text import STRAIGHT, cut_towers, fold, load_section

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


def asks_for_development(question: str, language: str) -> bool:
    """Return whether a question asks how something went on: its answer is told from the oldest."""
    pattern = _compile_development(language)
    if pattern is None:
        return False
    folded = _fold_but_homographs(question.translate(STRAIGHT), language)
    return pattern.search(folded) is not None


@functools.cache
def get_question_words(language: str) -> frozenset[str]:
    """Return the interrogatives of a language, folded: words that ask and name nothing."""
    section = load_section(language, "questions")
    words = set()
    for word in section.get("interrogatives", ()):
        words.add(fold(word))
    return frozenset(words)


def restore_homographs(question: str, language: str) -> str:
    """Return a question with the accents that tell a question word from another word.

    "ou se trouve le phare" becomes "où se trouve le phare". At the start this is done in every
    question, as capitals are often typed without accents ("Ou est situé Lyon ?"); elsewhere only in
    a question without any accent, at its end and after words that nothing but a question word
    follows.
    """
    is_accented = _has_accents(question)
    for homograph, words_before in _load_homographs(language).items():
        words = () if is_accented else tuple(words_before)
        pattern = _compile_places(homograph, words)
        copy_case = functools.partial(_copy_case, homograph)
        question = pattern.sub(copy_case, question)
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
    bare = fold(homograph)
    before = [r"^\W*"]
    for word in words_before:
        plain = re.escape(fold(word))
        # An elided word ends in its apostrophe, any other before a space.
        end = "" if plain.endswith("'") else r"\s+"
        before.append(rf"\b{plain}{end}")
    if words_before:
        at_the_end = rf"\b(?={bare}\W*$)"
        before.append(at_the_end)
    places = "|".join(before)
    pattern = rf"(?:{places})(?P<bare>{bare})\b"
    return re.compile(pattern, re.IGNORECASE)


def _has_accents(text: str) -> bool:
    """Return whether any letter has an accent, or is one that only careful typing gives, as œ."""
    for character in text:
        is_plain = fold(character) == character.lower()
        if character.isalpha() and not is_plain:
            return True
    return False


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
    words = "|".join(homographs)
    pieces = re.split(
        rf"\b({words})\b",
        unicodedata.normalize("NFC", cut_towers(text)),
        flags=re.IGNORECASE,
    )
    folded = []
    for place, piece in enumerate(pieces):
        is_homograph = place % 2 == 1  # as every second piece is
        if is_homograph:
            folded.append(piece.lower())
        else:
            folded.append(fold(piece))
    return "".join(folded)


@functools.cache
def _compile_type(language: str, question_type: QuestionType) -> re.Pattern[str] | None:
    """Return the pattern of a kind of question on folded text; None where a language has none."""
    section = load_section(language, "questions")
    nouns = section.get("nouns", {}).get(question_type, ())
    any_noun = f"(?:{'|'.join(nouns)})"
    patterns = section.get("types", {}).get(question_type, ())
    return _join_patterns([each.replace("{noun}", any_noun) for each in patterns], language)


@functools.cache
def _compile_development(language: str) -> re.Pattern[str] | None:
    """Return the pattern of questions for a development; None where a language has none."""
    section = load_section(language, "questions")
    return _join_patterns(section.get("development", ()), language)


def _join_patterns(written: Sequence[str], language: str) -> re.Pattern[str] | None:
    """Return patterns of a language file as one for folded text; None where there are none."""
    patterns = []
    for pattern in written:
        folded = _fold_pattern(pattern, language)
        body = folded.removeprefix("^")
        # Before it stands the start of the question, or that of a word.
        start = r"\b"
        if folded.startswith("^"):
            start = r"^\W*"
        patterns.append(rf"{start}(?:{body})\b")
    if not patterns:
        return None
    return re.compile("|".join(patterns))


def _fold_pattern(pattern: str, language: str) -> str:
    """Return a regular expression folded, its escapes unchanged: their case means something."""
    folded = []
    for place, piece in enumerate(re.split(r"(\\.)", pattern)):
        is_escape = place % 2 == 1  # as every second piece is
        if not is_escape:
            piece = _fold_but_homographs(piece, language)
        folded.append(piece)
    return "".join(folded)

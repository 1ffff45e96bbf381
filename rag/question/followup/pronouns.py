"""The rule for coreference: a pronoun, a possessive or "there" replaced by its antecedent, where it is sure which that is.

"Since when has he worked there?" after "Who leads Renault?" becomes "Since when has Luca de Meo worked there?".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.question.followup.anaphora import find_references, find_unexplained
from rag.question.followup.editing import append_words, fold_in_place, replace_spans
from rag.question.followup.grammar import NEVER, WORD_GAP

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rag.question.followup.turn import Turn

MAX_WORDS = 9  # of a question that is put in other words; a longer one keeps its own; by hand
SIBILANTS = "sxzß"  # after them, the German genitive has an apostrophe and no s
ELIDED = ("le", "la", "de")  # French words that lose their last letter before a vowel
VOWELS = "aeiou"


def resolve_pronouns(turn: Turn) -> str:
    """Return the question with what its pronoun means; empty where that is not sure."""
    if turn.opening or len(turn.folded_question.split()) > MAX_WORDS:
        return ""
    for resolve in RESOLVERS:
        completed = resolve(turn)
        if completed:
            return completed
    return ""


def find_antecedent(turn: Turn, pronoun: str) -> str:
    """Return the name that a pronoun stands for: who answered the last question, else the only one in it that fits.

    Empty where no name fits, or several do: "he" after a question about two men.
    """
    grammar = turn.grammar
    if re.fullmatch(grammar.plural_pronouns, pronoun) or turn.chosen_name:
        return ""
    if turn.answer_name and not re.fullmatch(grammar.thing_pronouns, pronoun):
        return turn.answer_name
    if re.fullmatch(grammar.person_pronouns, pronoun):
        candidates = [name.text for name in turn.previous_names if turn.may_be_person(name)]
    else:
        candidates = [name.text for name in turn.previous_names if not name.is_location]
    return candidates[0] if len(candidates) == 1 else ""


def _replace(turn: Turn, start: int, end: int, words: str) -> str:
    """Return the question with a span of the bare question replaced."""
    return replace_spans(turn.question, [(start + turn.offset, end + turn.offset, words)])


def _resolve_inverted_subject(turn: Turn) -> str:
    """Return the question with a name for the subject after its verb: "depuis quand X travaille-t-il".

    The name stands before the verb, as French has it; after it where "que" asks: "que dit X".
    """
    grammar = turn.grammar
    proclitics = rf"(?:{grammar.proclitics}(?: |(?<=')))*"
    inversion = (
        rf"(?<![\w'-])(?P<verb>{proclitics}\w+)-(?:t-)?(?P<word>{grammar.inverted_pronouns})\b"
    )
    match = re.search(inversion, turn.folded_question)
    if match is None or find_unexplained(turn, rf"(?<=-){grammar.inverted_pronouns}") is None:
        return ""
    name = find_antecedent(turn, match["word"])
    if not name:
        return ""
    before = turn.folded_question[: match.start()]
    if re.search(rf"(?:^|\s){grammar.what}{WORD_GAP}$", before):
        return _replace(turn, match.end("verb"), match.end(), f" {name}")
    return _replace(turn, match.start(), match.start(), f"{name} ")


def _resolve_subject(turn: Turn) -> str:
    """Return the question with a name for its subject: "since when has X worked there"."""
    grammar = turn.grammar
    # Where subjects are inverted, one before its verb belongs to another clause: "ce qu'il gagne".
    if grammar.inverted_pronouns != NEVER:
        return ""
    match = find_unexplained(turn, rf"(?<!-){grammar.subject_pronouns}")
    if match is None:
        return ""
    name = find_antecedent(turn, match["word"])
    return _replace(turn, match.start(), match.end(), name) if name else ""


def _resolve_object(turn: Turn) -> str:
    """Return the question with a name for its object, at the end or before a preposition: "who succeeds X"."""
    match = find_unexplained(turn, turn.grammar.object_pronouns)
    if match is None:
        return ""
    after = turn.folded_question[match.end() :]
    if not re.match(rf"$|\s+{turn.grammar.prepositions}\b", after):
        return ""
    name = find_antecedent(turn, match["word"])
    return _replace(turn, match.start(), match.end(), name) if name else ""


def _resolve_possessive(turn: Turn) -> str:
    """Return the question with a genitive for a possessive and its noun at the end: "what is X's salary"."""
    grammar, templates = turn.grammar, turn.grammar.templates
    if not templates.genitive:
        return ""
    match = find_unexplained(turn, rf"{grammar.possessives}\s+(?P<noun>[\w-]+)$")
    if match is None:
        return ""
    possessive = match["word"].split()[0]
    name = find_antecedent(turn, possessive)
    if not name:
        return ""
    noun = turn.bare_question[match.start("noun") : match.end("noun")]
    if templates.genitive_after_s and name[-1] in SIBILANTS:
        genitive = templates.genitive_after_s.format(name=name, noun=noun)
    else:
        article = templates.articles_by_possessive.get(possessive, "")
        genitive = templates.genitive.format(
            name=name,
            noun=noun,
            article=_elide(article, noun, VOWELS + "h"),
            preposition=_elide(templates.genitive_preposition, name, VOWELS + "y"),
        )
    return _replace(turn, match.start(), match.end(), genitive)


def _elide(word: str, next_word: str, vowels: str) -> str:
    """Return a French article or preposition as it stands before a word, with the space: "la ", "d’"."""
    is_elided = word in ELIDED and fold_in_place(next_word)[0] in vowels
    return f"{word[:-1]}’" if is_elided else f"{word} "


def _resolve_dropped_subject(turn: Turn) -> str:
    """Return the question with a name after its verb, where the language leaves subjects out: "¿desde cuándo trabaja X?"."""
    grammar = turn.grammar
    no_other_noun = rf"(?!.*\b(?:{grammar.articles}|{grammar.possessives})\b)"
    verb = r"(?P<verb>(?!\w*n\b)[a-z]+)"  # of one person: "multaron" (they fined) is of nobody
    match = re.fullmatch(
        rf"{grammar.subjectless_question_words} (?!{grammar.subjectless_verbs_not} )"
        rf"(?:{grammar.proclitics} )*{verb}(?: {grammar.prepositions} {no_other_noun}.*)?",
        turn.folded_question,
    )
    has_subject = any(not name.preposition for name in turn.names)
    if match is None or has_subject:
        return ""
    if re.fullmatch(rf"{grammar.subject_pronouns}|{grammar.function_words}", match["verb"]):
        return ""
    name = find_antecedent(turn, "")
    return _replace(turn, match.end("verb"), match.end("verb"), f" {name}") if name else ""


def _resolve_place(turn: Turn) -> str:
    """Return the question with the last place, and its preposition, for "there": "how many people work in India"."""
    match = next(find_references(turn, turn.grammar.place_adverbs), None)
    places = [name for name in turn.previous_names if name.follows_place_preposition]
    if match is None or not places or turn.has_location:
        return ""
    place = turn.previous_question[places[-1].phrase_start : places[-1].end]
    if re.fullmatch(turn.grammar.place_proclitics, match["word"]):
        # French "y" stands before the verb, the place after everything else.
        return append_words(_replace(turn, match.start(), match.end(), ""), place)
    return _replace(turn, match.start(), match.end(), place)


# The first that completes the question wins.
RESOLVERS: Sequence[Callable[[Turn], str]] = (
    _resolve_inverted_subject,
    _resolve_subject,
    _resolve_object,
    _resolve_possessive,
    _resolve_dropped_subject,
    _resolve_place,
)

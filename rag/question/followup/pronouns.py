"""The rule for coreference: a pronoun, a possessive or "there" replaced by its antecedent.

Only where it is sure which that is. "Since when has he worked there?" after "Who leads Renault?"
becomes "Since when has Luca de Meo worked there?".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.question.followup.anaphora import find_references, find_unexplained
from rag.question.followup.editing import append_words, begins_with, replace_span
from rag.question.followup.grammar import NEVER

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Sequence

    from rag.question.followup.turn import Turn

MAX_WORDS = 9  # of a question that is put in other words; a longer one keeps its own; by hand
SIBILANTS = "sxzß"  # after them, the German genitive has an apostrophe and no s
# French words that lose their last letter before a vowel. The article does so before h as well
# ("l'heure"), the preposition before y ("d'Yves").
ELIDED_ARTICLES, ELIDED_PREPOSITIONS = ("le", "la"), ("de",)
VOWELS_OF_NOUNS, VOWELS_OF_NAMES = "aeiouh", "aeiouy"

# Templates of ``grammar.compile_template``
INVERSION = (
    r"(?<![\w'-])"
    r"(?P<verb>(?:{proclitics}(?: |(?<=')))*\w+)"
    r"-(?:t-)?"
    r"(?P<word>{inverted_pronouns})\b"
)
WHAT_BEFORE = r"(?:^|\s){what}{word_gap}$"
OBJECT_END = r"$|\s+{prepositions}\b"
POSSESSED = r"{possessives}\s+(?P<noun>[\w-]+)$"
# A verb of one person, in "¿Desde cuándo trabaja en Amazon?": "multaron" (they fined) is of nobody.
# After it a name may stand with its preposition, but no noun.
SUBJECTLESS = (
    r"{subjectless_question_words} "
    r"(?!{subjectless_verbs_not} )"
    r"(?:{proclitics} )*"
    r"(?P<verb>(?!\w*n\b)[a-z]+)"
    r"(?: {prepositions} (?!.*\b(?:{articles}|{possessives})\b).*)?"
)


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
    """Return the name that a pronoun stands for.

    That is who answered the last question, else the only one in it that fits. Empty where no name
    fits, or several do: "he" after a question about two men.
    """
    grammar = turn.grammar
    is_plural = grammar.fullmatch("{plural_pronouns}", pronoun)
    if is_plural or turn.chosen_name:
        return ""
    means_thing = grammar.fullmatch("{thing_pronouns}", pronoun)
    if turn.answer_name and not means_thing:
        return turn.answer_name
    names = turn.previous_names
    if grammar.fullmatch("{person_pronouns}", pronoun):
        candidates = [name.text for name in names if turn.may_be_person(name)]
    else:
        candidates = [name.text for name in names if not name.is_location]
    if len(candidates) == 1:
        return candidates[0]
    return ""


def _replace(turn: Turn, start: int, end: int, words: str) -> str:
    """Return the question with a span of the bare question replaced."""
    offset = turn.offset
    span = (start + offset, end + offset)
    return replace_span(turn.question, span, words)


def _resolve_inverted_subject(turn: Turn) -> str:
    """Return the question with a name for the subject that follows its verb.

    "Depuis quand travaille-t-il" becomes "depuis quand X travaille-t-il", as French has it: the
    name stands before the verb. After the verb where "que" asks: "que dit X".
    """
    pronoun = find_unexplained(turn, "(?<=-){inverted_pronouns}")
    if pronoun is None:
        return ""
    match = turn.grammar.search(INVERSION, turn.folded_question)
    if match is None:
        return ""
    name = find_antecedent(turn, match["word"])
    if not name:
        return ""
    verb_start, verb_end = match.span("verb")
    before = turn.folded_question[:verb_start]
    if turn.grammar.search(WHAT_BEFORE, before):
        return _replace(turn, verb_end, match.end(), f" {name}")
    return _replace(turn, verb_start, verb_start, f"{name} ")


def _resolve_subject(turn: Turn) -> str:
    """Return the question with a name for its subject: "since when has X worked there"."""
    # Where subjects are inverted, one before its verb belongs to another clause: "ce qu'il gagne".
    if turn.grammar.inverted_pronouns != NEVER:
        return ""
    return _replace_pronoun(turn, find_unexplained(turn, "(?<!-){subject_pronouns}"))


def _resolve_object(turn: Turn) -> str:
    """Return the question with a name for its object: "who succeeds X".

    Only at the end or before a preposition: "her" may be a possessive elsewhere.
    """
    match = find_unexplained(turn, "{object_pronouns}")
    if match is None:
        return ""
    after = turn.folded_question[match.end() :]
    if not turn.grammar.match(OBJECT_END, after):
        return ""
    return _replace_pronoun(turn, match)


def _replace_pronoun(turn: Turn, match: re.Match[str] | None) -> str:
    """Return the question with its antecedent for a pronoun; empty where either is missing."""
    if match is None:
        return ""
    name = find_antecedent(turn, match["word"])
    if not name:
        return ""
    start, end = match.span()
    return _replace(turn, start, end, name)


def _resolve_possessive(turn: Turn) -> str:
    """Return the question with a genitive for a possessive at its end: "what is X's salary"."""
    if not turn.grammar.templates.genitive:
        return ""
    match = find_unexplained(turn, POSSESSED)
    if match is None:
        return ""
    possessive, _ = match["word"].split()
    name = find_antecedent(turn, possessive)
    if not name:
        return ""
    noun_start, noun_end = match.span("noun")
    noun = turn.bare_question[noun_start:noun_end]
    genitive = _write_genitive(turn, possessive, noun, name)
    return _replace(turn, match.start(), noun_end, genitive)


def _write_genitive(turn: Turn, possessive: str, noun: str, name: str) -> str:
    """Return the words for whose a noun is: "X's salary", "le salaire de X"."""
    templates = turn.grammar.templates
    if templates.genitive_after_s and name.endswith(tuple(SIBILANTS)):
        return templates.genitive_after_s.format(name=name, noun=noun)
    article = templates.articles_by_possessive.get(possessive, "")
    if article in ELIDED_ARTICLES and begins_with(noun, VOWELS_OF_NOUNS):
        article = "l’"
    preposition = templates.genitive_preposition
    if preposition in ELIDED_PREPOSITIONS and begins_with(name, VOWELS_OF_NAMES):
        preposition = "d’"
    genitive = templates.genitive.format(
        article=article,
        noun=noun,
        preposition=preposition,
        name=name,
    )
    return genitive.replace("’ ", "’")


def _resolve_dropped_subject(turn: Turn) -> str:
    """Return the question with a name after its verb, in languages that leave subjects out.

    "¿Desde cuándo trabaja en Amazon?" becomes "¿Desde cuándo trabaja X en Amazon?".
    """
    match = turn.fullmatch(SUBJECTLESS)
    if match is None:
        return ""
    name = find_antecedent(turn, "")
    is_verb = not turn.grammar.fullmatch("{subject_pronouns}|{function_words}", match["verb"])
    has_subject = any(not name.preposition for name in turn.names)
    if not name or not is_verb or has_subject:
        return ""
    verb_end = match.end("verb")
    return _replace(turn, verb_end, verb_end, f" {name}")


def _resolve_place(turn: Turn) -> str:
    """Return the question with the last place that was named for "there", with its preposition."""
    match = next(find_references(turn, "{place_adverbs}"), None)
    place = _find_last_place(turn)
    if match is None or not place or turn.has_location:
        return ""
    start, end = match.span()
    if turn.grammar.fullmatch("{place_proclitics}", match["word"]):
        # French "y" stands before the verb, the place after everything else.
        without_adverb = _replace(turn, start, end, "")
        return append_words(without_adverb, place)
    return _replace(turn, start, end, place)


def _find_last_place(turn: Turn) -> str:
    """Return the last place of the last question with its preposition; empty where it has none."""
    place = ""
    for name in turn.previous_names:
        if name.follows_place_preposition:
            start, end = name.phrase_span
            place = turn.previous_question[start:end]
    return place


# The first that completes the question wins.
RESOLVERS: Sequence[Callable[[Turn], str]] = (
    _resolve_inverted_subject,
    _resolve_subject,
    _resolve_object,
    _resolve_possessive,
    _resolve_dropped_subject,
    _resolve_place,
)

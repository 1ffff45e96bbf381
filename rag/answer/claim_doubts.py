"""Why a passage that has all words of a claim may not say it: who says so, or whether it is so.

"The mayor accused the firm of fraud" has the words of "The firm committed fraud". What a claim
leaves out of the clauses that carry it is looked for here: whoever says it, a hope, a negation; and
what it has beside them: another speaker, an opposite, "all" where the source says "some". The words
are in the section ``[claims]`` of ``rag/text/languages``; in a language without one nothing is
doubted. A doubt makes no claim false: it stays undecided.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from rag.answer.claim_clauses import (
    Carried,
    choose_carriers,
    cover_weighted,
    list_clauses,
    list_word_forms,
    read_digits,
    read_figures,
    read_integers,
    weigh_words,
)
from rag.answer.claim_facts import has_name
from rag.answer.claim_speakers import find_saying
from rag.answer.claim_translations import find_untold, is_translated
from rag.answer.claim_words import load_claim_words
from rag.answer.speaker_doubts import has_other_speaker, leaves_out_speaker
from rag.text import find_words, has_capitalised_nouns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from re import Pattern

    from rag.answer.claim_clauses import Clause
    from rag.answer.claim_words import ClaimWords
    from rag.answer.claims import Claim, ReadPassage

    Doubt = Literal[
        "speaker",
        "open",
        "negation",
        "opposite",
        "degree",
        "order",
        "reason",
        "figure",
        "name",
        "quotation",
        "words",
    ]

# All chosen by hand on the odd passages of tests/data/claims (scripts/measure_claims.py).
SURE_COVERAGE = 0.5  # of a claim's words, that a clause has which surely says it otherwise
FIGURE_CLAUSE = 0.8  # of what another clause says of a claim, that the one with its figures says
REASON_COVERAGE = 0.5  # of the words of a reason, that the clauses have which tell it
NAME_STEM = 4  # letters that two names share of which one may be the other, misspelt
_QUOTED = re.compile(r"[«»“„\"]\s?([^«»“”„\"]{1,200}?)\s?[«»“”\"]")
_ABBREVIATED = re.compile(r"\bno\.\s?(?=\d)", re.IGNORECASE)
_COMMA = re.compile(r"[,;:]")


class Doubted(NamedTuple):
    """Why a claim is doubted, by which clause, and whether that is sure."""

    doubt: Doubt
    clause: Clause
    is_sure: bool


def find_doubt(claim: Claim, read: ReadPassage) -> Doubted | None:
    """Return why a passage that has a claim's words may not say it; None where nothing tells so."""
    words = load_claim_words(claim.language)
    source_words = load_claim_words(read.whole.language)
    if words is None or source_words is None:
        return None
    clauses = list_clauses(
        claim,
        read,
        source_words,
    )
    if not clauses or is_sentence_of(claim, read):
        return None
    carriers = choose_carriers(
        claim,
        words,
        clauses,
    )
    carried = Carried(
        claim,
        words,
        carriers,
        source_words,
        read,
        clauses,
    )
    for doubt, is_doubtful in _DOUBTS:
        if is_doubtful(carried):
            return Doubted(
                doubt,
                carriers[0],
                doubt in _SURE and is_carried(carried),
            )
    return None


def is_carried(carried: Carried) -> bool:
    """Return whether the first clause has most of a claim: what differs there is of the claim."""
    # Across languages a word may be missing from a list where its translation is not.
    if carried.words is not carried.source_words:
        return False
    weights = weigh_words(
        carried.claim,
        carried.words,
    )
    covered = cover_weighted(carried.clauses[:1], weights.statement)
    return covered >= SURE_COVERAGE


def is_sentence_of(claim: Claim, read: ReadPassage) -> bool:
    """Return whether a claim is a sentence of the passage, word for word."""
    words = [word.form for word in find_words(claim.sentence)]
    for sentence in read.sentences:
        their_words = find_words(sentence.source.text)
        if words == [word.form for word in their_words]:
            return True
    return False


def leaves_out_doubt(carried: Carried) -> bool:
    """Return whether the source tells a plan, a hope, a suspicion, and the claim a fact."""
    sentence = carried.claim.sentence
    is_open = carried.words.open.search(sentence)
    if is_open or find_saying(sentence, carried.words):
        return False
    there = carried.source_words.open.search(carried.text)
    return there is not None


def differs_in_negation(carried: Carried) -> bool:
    """Return whether one of both denies something, and the other nothing."""
    denies = is_denying(
        carried.claim.text,
        carried.words,
    )
    is_denied = is_denying(
        carried.text,
        carried.source_words,
    )
    return denies != is_denied


def is_denying(text: str, words: ClaimWords) -> bool:
    """Return whether a text denies something."""
    # Spanish "sin embargo" denies nothing, nor does "No. 81".
    plain = words.contrasts.sub(" ", text)
    plain = _ABBREVIATED.sub(" ", plain)
    if words.negations.search(plain):
        return True
    return words.denials.search(plain) is not None


def has_opposite(carried: Carried) -> bool:
    """Return whether the source has the opposite of a word of the claim, and not the word."""
    for name, sides in carried.words.opposites.items():
        their_sides = carried.source_words.opposites.get(name)
        if their_sides is None:
            continue
        side = tell_side(sides, carried.claim.text)
        their_side = tell_side(their_sides, carried.text)
        if side is None or their_side is None:
            continue
        if side != their_side:
            return True
    return False


def tell_side(sides: Sequence[Pattern[str]], text: str) -> int | None:
    """Return which of two opposites a text has; None where it has both or neither."""
    there = []
    for number, side in enumerate(sides):
        if side.search(text):
            there.append(number)
    return there[0] if len(there) == 1 else None


def differs_in_degree(carried: Carried) -> bool:
    """Return whether the claim says "all", "more", "a week" where the source does not."""
    claim = carried.claim.text
    source = carried.text
    mine = carried.words
    theirs = carried.source_words
    language = carried.claim.language
    there = (source, carried.read.whole.language)
    amounts = list_untold(mine.amounts, claim, language, there)
    if not amounts <= list_matching(theirs.amounts, source):
        return True
    comparisons = list_untold(mine.comparisons, claim, language, there)
    their_comparisons = list_matching(theirs.comparisons, source)
    # Another language may compare in other words, but not the other way round.
    is_told = mine is theirs or bool(their_comparisons)
    if is_told and not comparisons <= their_comparisons:
        return True
    periods = list_matching(mine.periods, claim)
    their_periods = list_matching(theirs.periods, source)
    if not periods or not their_periods:
        return False
    return periods.isdisjoint(their_periods)


def list_matching(patterns: Mapping[str, Pattern[str]], text: str) -> set[str]:
    """Return the names of the patterns that a text has."""
    matching = set()
    for name, pattern in patterns.items():
        if pattern.search(text):
            matching.add(name)
    return matching


def list_untold(
    patterns: Mapping[str, Pattern[str]], text: str, language: str, other: tuple[str, str]
) -> set[str]:
    """Return the names of the patterns that a text has, and another one has not in translation."""
    untold = set()
    for name, pattern in patterns.items():
        if find_untold(pattern, text, language, other):
            untold.add(name)
    return untold


def has_other_order(carried: Carried) -> bool:
    """Return whether a claim that compares has a name on the other side of "more", "behind"."""
    claim = carried.claim
    source = carried.clauses[0].source
    for name, pattern in carried.words.comparisons.items():
        compared = pattern.search(claim.text)
        their_pattern = carried.source_words.comparisons[name]
        there = their_pattern.search(source.text)
        if not compared or not there:
            continue
        before = list_word_forms(claim.text[: compared.start()])
        before_there = list_word_forms(source.text[: there.start()])
        behind_there = list_word_forms(source.text[there.end() :])
        for form in claim.names:
            other_side = behind_there if form in before else before_there
            if form in other_side:
                return True
    return False


def has_other_reason(carried: Carried) -> bool:
    """Return whether the claim tells a reason where the source tells none, or another."""
    claim = carried.claim
    cause = carried.words.causes.search(claim.text)
    if cause is None:
        return False
    there = (carried.text, carried.read.whole.language)
    is_there = carried.source_words.causes.search(carried.text)
    if not is_there and not is_translated(cause[0], claim.language, there):
        return True
    behind = claim.text[cause.end() :]
    reason = _COMMA.split(behind)[0]
    forms = list_word_forms(reason)
    is_reason = [form in forms for form in claim.forms]
    weights = np.where(
        is_reason,
        claim.vectors.weights,
        0.0,
    )
    covered = cover_weighted(carried.clauses, weights)
    return covered < REASON_COVERAGE


def has_other_numbers(carried: Carried) -> bool:
    """Return whether a claim has a number in words that a source has not, in words or figures."""
    claim = carried.claim
    source = carried.read.whole
    numbers = read_integers(claim.text, claim.language)
    in_words = numbers - read_digits(claim.text)
    there = read_integers(source.text, source.language)
    return not in_words <= there


def tells_other_event(carried: Carried) -> bool:
    """Return whether a claim tells a death, an injury or an arrest that its passage does not."""
    claim = carried.claim
    source = carried.read.whole
    there = (source.text, source.language)
    told = list_untold(carried.words.events, claim.text, claim.language, there)
    return not told <= list_matching(carried.source_words.events, source.text)


def takes_figure(carried: Carried) -> bool:
    """Return whether the figures of a claim stand in a clause that says hardly anything of it."""
    claim = carried.claim
    first = carried.clauses[0]
    figures = read_figures(claim) & first.integers
    # Which clause says a claim in other words is no surer than its translation.
    if not figures or claim.language != first.source.language:
        return False
    weights = weigh_words(claim, carried.words).new
    most = 0.0
    for clause in carried.all_clauses:
        if figures.isdisjoint(clause.integers):
            covered = cover_weighted([clause], weights)
            most = max(most, covered)
    return cover_weighted([first], weights) < FIGURE_CLAUSE * most


def has_other_names(carried: Carried) -> bool:
    """Return whether a claim has a name that a source has not, or has otherwise."""
    claim = carried.claim
    source = carried.read.whole
    if claim.language != source.language:
        return False
    missing = []
    for name in claim.names:
        if not has_name(name, claim, source):
            missing.append(name)
    if not has_capitalised_nouns(claim.language):
        return bool(missing)
    # Every noun has a capital: what is no name counts only where it looks like another one.
    stems = {form[:NAME_STEM] for form in source.forms}
    return any(name[:NAME_STEM] in stems for name in missing)


def quotes_otherwise(carried: Carried) -> bool:
    """Return whether words between marks, too few perhaps to be looked up, are not there."""
    claim = carried.claim
    source = carried.read.whole
    if claim.language != source.language:
        return False
    for quoted in _QUOTED.findall(claim.sentence):
        for word in find_words(quoted):
            if word.term not in source.terms:
                return True
    return False


# By the others, more true claims are doubted than false ones.
_SURE = frozenset({"speaker", "opposite", "degree", "order"})
_DOUBTS: tuple[tuple[Doubt, Callable[[Carried], bool]], ...] = (
    ("speaker", leaves_out_speaker),
    ("open", leaves_out_doubt),
    ("negation", differs_in_negation),
    ("opposite", has_opposite),
    ("degree", differs_in_degree),
    ("order", has_other_order),
    ("reason", has_other_reason),
    ("figure", has_other_numbers),
    ("figure", takes_figure),
    ("name", has_other_names),
    ("words", tells_other_event),
    ("quotation", quotes_otherwise),
    ("speaker", has_other_speaker),
)

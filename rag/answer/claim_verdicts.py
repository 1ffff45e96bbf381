"""What passages say of a claim: that it is so, that it is otherwise, or nothing.

A passage supports a claim when it has all of its figures and days, most of its names, and most of
its other words. It differs when one of its sentences says the same, and has another figure of the
same kind, or another day, where the claim has its own. All else is nothing found: what is not in
the articles is not wrong.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from rag.answer.claim_doubts import find_doubt
from rag.answer.claim_facts import (
    cover_claim,
    cover_exactly,
    find_written,
    has_amount,
    has_day,
    has_most_names,
    has_name,
    has_year,
    is_same_value,
    is_year,
    list_missing,
)
from rag.answer.conflicts import is_same_kind
from rag.records import DifferingFact, Span
from rag.text import find_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answer.amounts import Amount
    from rag.answer.claim_doubts import Doubt, Doubted
    from rag.answer.claims import Claim, DayFact, ReadPassage, Source
    from rag.records import Passage

    Verdict = Literal["supported", "differs", "nothing_found"]

# All of these were chosen by hand with scripts/measure_checking.py.
SUPPORTED_COVERAGE = 0.5  # of a claim's words, weighted, that a passage has which supports it
DIFFERING_COVERAGE = 0.6  # that a sentence has which differs from it
CONTEXT_WEIGHT = 0.5  # of what the passage of such a sentence says beside it
CONTRADICTING_COVERAGE = 0.65  # that a sentence has which differs from a claim that is carried
CONTRADICTING_GAP = 0.3  # how much more of the claim it says than those that carry it
MIN_FACTS = 2  # figures and days of a claim that a passage to compare has in other words
MAX_RATIO = 11.0  # of figures that differ: ten times as much is a slip of the pen
_NUMBER = re.compile(r"[0-9]{1,15}(?:\.[0-9]+)?")
_SMALLEST = 1e-9  # keeps a quotient finite


class Finding(NamedTuple):
    """What passages say of a claim, and the sentence that says it."""

    verdict: Verdict
    passage: Passage | None = None
    span: Span | None = None
    facts: tuple[DifferingFact, ...] = ()
    missing: tuple[str, ...] = ()  # where nothing is found: what none of the passages has
    doubt: Doubt | None = None  # why the passage that has all of it does not support it


def judge_claim(claim: Claim, passages: Sequence[ReadPassage]) -> Finding:
    """Return what passages, the most likely first, say of a claim.

    What costs more is asked last: most passages lack a figure or a name.
    """
    supporting = []
    nowhere: list[str] | None = None  # what none of the passages has
    for read in passages:
        missing = list_missing(claim, read.whole)
        if not missing:
            supporting.append(read)
        if nowhere is None:
            nowhere = missing
        nowhere = [text for text in nowhere if text in missing]
    finding = find_support(claim, supporting)
    if finding is not None:
        return finding
    for read in passages:
        finding = find_difference(claim, read)
        if finding is not None:
            return finding
    likely = find_likely(claim, passages)
    if likely is not None:
        return likely
    written = [find_written(text, claim.text) for text in nowhere or ()]
    return Finding(
        "nothing_found",
        missing=tuple(written),
    )


def find_support(claim: Claim, passages: Sequence[ReadPassage]) -> Finding | None:
    """Return that a passage supports a claim, of those that have all of its figures and names.

    Of several, the one that says most of it and is not doubted; where all are doubted, why the
    first of them is.
    """
    supporting = []
    for read in passages:
        coverage = cover_claim(claim, read.whole)
        if coverage >= SUPPORTED_COVERAGE:
            supporting.append((coverage, read))
    if not supporting:
        return None
    supporting.sort(key=_get_coverage, reverse=True)
    _, best = supporting[0]
    contradiction = find_contradiction(claim, best)
    if contradiction is not None:
        return contradiction
    findings = []
    for _, read in supporting:
        doubted = find_doubt(claim, read)
        if doubted is None:
            span = choose_sentence(claim, read)
            return Finding("supported", read.passage, span)
        finding = tell_doubt(claim, read, doubted)
        findings.append(finding)
    return findings[0]


def find_likely(claim: Claim, passages: Sequence[ReadPassage]) -> Finding | None:
    """Return the passage to compare where none surely supports a claim; None without such.

    One has most of its words, and its article names who is meant elsewhere; or it has several
    figures and days, all of them, in other words.
    """
    facts = len(claim.amounts) + len(claim.days) + len(claim.years)
    for read in passages:
        missing = list_missing(claim, read.whole)
        doubt: Doubt = "name" if missing else "words"
        if missing:
            is_named = are_named_beside(
                missing,
                claim,
                read,
                passages,
            )
            is_likely = is_named and cover_claim(claim, read.whole) >= SUPPORTED_COVERAGE
        else:
            is_likely = facts >= MIN_FACTS
        if is_likely:
            span = choose_sentence(claim, read)
            return Finding(
                "nothing_found",
                read.passage,
                span,
                doubt=doubt,
            )
    return None


def are_named_beside(
    missing: Sequence[str],
    claim: Claim,
    read: ReadPassage,
    passages: Sequence[ReadPassage],
) -> bool:
    """Return whether all that a passage lacks are names that others of its article have."""
    own = read.passage.article.id
    beside = [each.whole for each in passages if each.passage.article.id == own]
    for text in missing:
        if text not in claim.names or not any(has_name(text, claim, each) for each in beside):
            return False
    return True


def _get_coverage(supporting: tuple[float, ReadPassage]) -> float:
    return supporting[0]


def tell_doubt(claim: Claim, read: ReadPassage, doubted: Doubted) -> Finding:
    """Return a doubt as a finding: that the passage differs, where that is sure.

    Otherwise nothing is found, and the passage is the one to compare.
    """
    if not doubted.is_sure:
        span = choose_sentence(claim, read)
        return Finding("nothing_found", read.passage, span, doubt=doubted.doubt)
    clause = doubted.clause
    span, _ = read.sentences[clause.place]
    fact = DifferingFact(
        claim.text,
        clause.source.text,
    )
    return Finding(
        "differs",
        read.passage,
        span,
        (fact,),
        doubt=doubted.doubt,
    )


def choose_sentence(claim: Claim, read: ReadPassage) -> Span:
    """Return the sentence of a passage that carries most of a claim, its figures first."""
    best = Span(read.passage.start, read.passage.end)
    best_score = None
    for span, sentence in read.sentences:
        missing = list_missing(claim, sentence)
        score = cover_exactly(claim, sentence) - len(missing)
        if best_score is None or score > best_score:
            best = span
            best_score = score
    return best


def find_contradiction(claim: Claim, read: ReadPassage) -> Finding | None:
    """Return the sentence that says the same otherwise, where a claim's figures are of others.

    "20 % died here, 10 % there": both figures stand in the passage, and a claim may confuse them.
    """
    coverages = [cover_claim(claim, sentence.source) for sentence in read.sentences]
    if not coverages:
        return None
    highest = max(coverages)
    if highest < CONTRADICTING_COVERAGE:
        return None
    place = coverages.index(highest)
    span, sentence = read.sentences[place]
    missing = list_missing(claim, sentence)
    facts = list_differing(claim, sentence, sentence)
    if not missing or not facts:
        return None
    # Where another sentence says nearly as much and has the figure, it is the one that is meant.
    for coverage, (_, other) in zip(coverages, read.sentences, strict=True):
        is_near = coverage > highest - CONTRADICTING_GAP
        if is_near and has_any_of(missing, claim, other):
            return None
    return Finding(
        "differs",
        read.passage,
        span,
        facts,
    )


def has_any_of(missing: Sequence[str], claim: Claim, source: Source) -> bool:
    """Return whether a source has some of what another one has not."""
    also_missing = list_missing(claim, source)
    return not set(missing) <= set(also_missing)


def find_difference(claim: Claim, read: ReadPassage) -> Finding | None:
    """Return the sentence of a passage that says the same but for a figure or a day.

    Of several, the one that says most of it. What the passage says around it counts half.
    """
    if not has_most_names(claim, read.whole):
        return None
    around = cover_claim(claim, read.whole)
    if around < SUPPORTED_COVERAGE:
        return None
    best: Finding | None = None
    best_coverage = DIFFERING_COVERAGE
    for span, sentence in read.sentences:
        facts = list_differing(claim, sentence, read.whole)
        if not facts:
            continue
        coverage = cover_claim(claim, sentence)
        beside = max(0.0, around - coverage)
        coverage += CONTEXT_WEIGHT * beside
        if coverage < best_coverage:
            continue
        best_coverage = coverage
        best = Finding(
            "differs",
            read.passage,
            span,
            facts,
        )
    return best


def list_differing(
    claim: Claim,
    sentence: Source,
    passage: Source,
) -> tuple[DifferingFact, ...]:
    """Return the facts of a claim that a sentence gives otherwise, and the passage nowhere.

    None where the sentence has nothing in the place of one of them.
    """
    pairs: dict[str, str | None] = {}
    for amount in claim.amounts:
        if not has_amount(amount, claim.language, passage):
            pairs[amount.text] = find_other_amount(claim, amount, sentence)
    for year in claim.years:
        if not has_year(year, passage):
            pairs[year] = find_other_number(claim, float(year), sentence)
    for day in claim.days:
        if not has_day(day, passage):
            pairs[day.text] = find_other_day(day, sentence)
    facts = []
    for text, other in pairs.items():
        if other is None:
            return ()
        fact = DifferingFact(text, other)
        facts.append(fact)
    return tuple(facts)


def find_other_amount(claim: Claim, amount: Amount, sentence: Source) -> str | None:
    """Return the one figure of a sentence that counts what a claim's figure counts."""
    others = []
    for other in sentence.amounts:
        if any(is_same_value(other, mine) for mine in claim.amounts):
            continue
        if is_same_kind(other, sentence.language, amount, claim.language):
            others.append(other)
    if len(others) == 1:
        [other] = others
        is_near = is_comparable(amount.value, other.value)
        return other.text if is_near else None
    if others or amount.unit:
        return None
    return find_other_number(claim, amount.value, sentence)


def find_other_number(claim: Claim, value: float, sentence: Source) -> str | None:
    """Return the one number of a sentence that the claim has not, if it is comparable."""
    claim_words = find_words(claim.text)
    mine = {word.term for word in claim_words}
    others = []
    for word in find_words(sentence.text):
        is_number = _NUMBER.fullmatch(word.term) is not None
        if is_number and word.term not in mine:
            others.append(word)
    if len(others) != 1:
        return None
    [other] = others
    other_value = float(other.term)
    if not is_comparable(value, other_value):
        return None
    return sentence.text[other.start : other.end]


def find_other_day(day: DayFact, sentence: Source) -> str | None:
    """Return the one day of a sentence, or the one month, where a claim has another."""
    others = []
    for other in sentence.days:
        if other.is_single == day.is_single:
            others.append(other)
    if len(others) != 1:
        return None
    return others[0].text


def is_comparable(one: float, other: float) -> bool:
    """Return whether two figures may be of the same thing, one of them by mistake.

    A year is no number of things.
    """
    if is_year(one) != is_year(other):
        return False
    smaller, larger = sorted((one, other))
    smaller = max(smaller, _SMALLEST)
    return larger <= MAX_RATIO * smaller

"""Which clauses of a passage carry a claim: those that together have most of its words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.answer.claim_facts import list_covered
from rag.answer.claim_speakers import CONTENT_WEIGHT, list_speaker
from rag.answer.read_values import write_numbers
from rag.answer.word_matching import compute_near_coverage
from rag.text import find_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rag.answer.claim_words import ClaimWords
    from rag.answer.claims import Claim, ReadPassage, Source

    Weights = NDArray[np.float64]

# All chosen by hand on the odd passages of tests/data/claims (scripts/measure_claims.py).
FURTHER_GAIN = 0.2  # of a claim's words that a further clause has, and those before it have not
WORD_GAIN = 0.1  # the same of a clause that has one of them as it is, or its translation
EXACT = 0.95  # how well a word is covered that stands there, or its translation
MAX_DIGITS = 15  # of a number; longer ones are data
_SMALLEST = 1e-9  # keeps a quotient finite
_CLAUSE_MARK = re.compile(r"[;:]\s|\s[–—]\s")
_INTEGER = re.compile(r"\d+")


class Clause(NamedTuple):
    """A clause of a passage, and how well it has each word of a claim."""

    source: Source
    place: int  # of its sentence in the passage
    coverage: Weights

    @property
    def integers(self) -> set[int]:
        """Its whole numbers."""
        text = self.source.text
        return read_integers(text, self.source.language)


class Carried(NamedTuple):
    """A claim, and the clauses that together have most of its words, the best of them first."""

    claim: Claim
    words: ClaimWords
    clauses: list[Clause]
    source_words: ClaimWords
    read: ReadPassage
    all_clauses: list[Clause]

    @property
    def text(self) -> str:
        """What the clauses say together."""
        texts = [clause.source.text for clause in self.clauses]
        return "\n".join(texts)


class ClaimWeights(NamedTuple):
    """How much each word of a claim tells."""

    all: Weights
    statement: Weights  # nothing for those of who says it
    new: Weights  # nor for names, which stand in any clause


def list_clauses(claim: Claim, read: ReadPassage, words: ClaimWords) -> list[Clause]:
    """Return the clauses of a passage: its sentences, cut where they turn to something else."""
    clauses = []
    for place, sentence in enumerate(read.sentences):
        whole = sentence.source
        for part in split_clauses(whole.text, words):
            source = whole.take_part(part)
            coverage = cover_forms(claim, source)
            clause = Clause(
                source,
                place,
                coverage,
            )
            clauses.append(clause)
    return clauses


def split_clauses(text: str, words: ClaimWords) -> list[str]:
    """Return the clauses of a sentence: between semicolons, before ", while"."""
    cuts = []
    for mark in _CLAUSE_MARK.finditer(text):
        cut = mark.start()
        cuts.append(cut)
    for contrast in words.contrasts.finditer(text):
        cut = contrast.start()
        before = text[:cut].rstrip()
        if before.endswith(","):
            cuts.append(cut)
    cuts.sort()
    parts = []
    start = 0
    for cut in cuts:
        parts.append(text[start:cut])
        start = cut
    parts.append(text[start:])
    return [part for part in parts if part.strip()]


def cover_forms(claim: Claim, source: Source) -> Weights:
    """Return for each word of a claim how well a source has it."""
    if not claim.forms or not source.forms:
        return np.zeros(len(claim.forms))
    near = compute_near_coverage(
        claim.vectors.directions,
        source.directions,
    )
    is_covered = list_covered(claim, source)
    return np.where(
        is_covered,
        1.0,
        near,
    )


def cover_weighted(clauses: Sequence[Clause], weights: Weights) -> float:
    """Return the share of a claim's words, so weighted, that clauses have together."""
    total = float(weights.sum())
    if total == 0.0:
        return 1.0
    coverages = [clause.coverage for clause in clauses]
    covered = np.max(coverages, axis=0)
    share = covered @ weights
    return float(share) / total


def weigh_words(claim: Claim, words: ClaimWords) -> ClaimWeights:
    """Return how much the words of a claim tell."""
    speaker = list_speaker(claim, words)
    is_speaker = []
    is_known = []
    for form in claim.forms:
        says_it = form in speaker
        is_speaker.append(says_it)
        is_known.append(says_it or form in claim.names)
    weights = claim.vectors.weights
    return ClaimWeights(
        weights,
        np.where(is_speaker, 0.0, weights),
        np.where(is_known, 0.0, weights),
    )


def choose_carriers(claim: Claim, words: ClaimWords, clauses: Sequence[Clause]) -> list[Clause]:
    """Return the clauses that together have most of what a claim says, the best first.

    Who says it is not looked for: the speaker of another clause would draw the claim there. Others
    are added as long as they have a figure or a word that those before them have not.
    """
    weights = weigh_words(claim, words)
    missing = read_figures(claim)
    scores = []
    for clause in clauses:
        covered = cover_weighted([clause], weights.statement)
        figures = share_figures(missing, clause)
        quoted = share_quotation(claim, clause)
        # A figure, and what is quoted, tell more than any word.
        scores.append(covered + figures + quoted)
    best = int(np.argmax(scores))
    chosen: list[Clause] = []
    coverage = np.zeros(len(claim.forms))
    gain = 1.0
    while gain > 0.0:
        carrier = clauses[best]
        chosen.append(carrier)
        coverage = np.maximum(coverage, carrier.coverage)
        missing -= carrier.integers
        gains = []
        for clause in clauses:
            gain = measure_gain(clause, coverage, weights)
            has_figure = share_figures(missing, clause) > 0.0
            gains.append(gain + _SMALLEST if has_figure else gain)
        best = int(np.argmax(gains))
        gain = gains[best]
    return chosen


def measure_gain(clause: Clause, coverage: Weights, weights: ClaimWeights) -> float:
    """Return how much more of a claim a further clause has, 0 where it is not needed."""
    better = np.maximum(clause.coverage - coverage, 0.0)
    total = float(weights.statement.sum())
    gained = better @ weights.new
    share = float(gained) / max(total, _SMALLEST)
    if share >= FURTHER_GAIN:
        return share
    if share < WORD_GAIN:
        return 0.0
    has_word = clause.coverage >= EXACT
    had_word = coverage >= EXACT
    tells = weights.new >= CONTENT_WEIGHT
    is_new = has_word & ~had_word & tells
    return share if is_new.any() else 0.0


def share_figures(figures: set[int], clause: Clause) -> float:
    """Return the share of some figures that a clause has."""
    if not figures:
        return 0.0
    shared = figures & clause.integers
    return len(shared) / len(figures)


def share_quotation(claim: Claim, clause: Clause) -> float:
    """Return the share of what is quoted in a claim that a clause has."""
    if claim.sentence == claim.text:
        return 0.0
    quoted = list_word_forms(claim.sentence)
    quoted -= set(claim.forms)
    shared = quoted & list_word_forms(clause.source.text)
    return len(shared) / max(len(quoted), 1)


def list_word_forms(text: str) -> set[str]:
    """Return the words of a text."""
    words = find_words(text)
    return {word.form for word in words}


def read_figures(claim: Claim) -> set[int]:
    """Return the whole numbers of a claim that belong to no day: a day stands in any sentence."""
    figures = read_integers(claim.text, claim.language)
    for day in claim.days:
        figures -= read_integers(day.text, claim.language)
    for year in claim.years:
        figures.discard(int(year))
    return figures


def read_integers(text: str, language: str) -> set[int]:
    """Return the whole numbers of a text, those in words as well."""
    written = write_numbers(text, language)
    return read_digits(written)


def read_digits(text: str) -> set[int]:
    """Return the whole numbers of a text that are written in figures."""
    numbers = set()
    for digits in _INTEGER.findall(text):
        number = int(digits[:MAX_DIGITS])
        numbers.add(number)
    return numbers

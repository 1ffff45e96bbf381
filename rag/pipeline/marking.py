"""The mark of a sentence that a language model wrote: its facts, and what it puts between marks."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from rag.answer.claim_facts import cover_claim, list_missing
from rag.answer.claim_marks import mark_claim
from rag.answer.claim_verdicts import judge_claim
from rag.answer.quotation_matching import ComparedArticle, match_exactly
from rag.pipeline.drafts import Draft, list_quotations
from rag.records import STRUCK, SUPPORTED, UNCLEAR, Document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answer.claims import Claim, ReadPassage, Source
    from rag.records import Mark, Passage


# Of a claim's words, by hand: a small model puts figures and names of one sentence together with
# words that are in none (tests/data/liar).
CARRYING_COVERAGE = 2 / 3


def mark_written(claim: Claim, passages: Sequence[ReadPassage]) -> Mark:
    """Return the mark of a sentence beside the passages that it cites, one at least."""
    mark = mark_claim(claim, passages)
    if mark == STRUCK or not lacks_quotation(claim, passages):
        return mark
    # What is quoted of an article in another language may be translated.
    languages = {read.whole.language for read in passages}
    if languages == {claim.language}:
        return STRUCK
    return UNCLEAR if mark == SUPPORTED else mark


def find_carrier(claim: Claim, passages: Sequence[ReadPassage]) -> Passage | None:
    """Return the passage that carries a claim for which it is not cited; None where none does.

    One of its sentences has to have all facts of the claim and most of its words, since nobody says
    where they stand. A claim without a figure or a name has words that stand in many passages.
    """
    if not (claim.has_figures or claim.names):
        return None
    finding = judge_claim(claim, passages)
    if finding.verdict != "supported":
        return None
    for read in passages:
        if read.passage is not finding.passage:
            continue
        for sentence in read.sentences:
            if carries(sentence.source, claim):
                return read.passage
    return None


def carries(sentence: Source, claim: Claim) -> bool:
    """Return whether a sentence has all facts of a claim, and most of its words."""
    if list_missing(claim, sentence):
        return False
    return cover_claim(claim, sentence) >= CARRYING_COVERAGE


def lacks_quotation(claim: Claim, passages: Sequence[ReadPassage]) -> bool:
    """Return whether a sentence quotes three words or more that are in no article of passages."""
    text = claim.sentence
    digest = hashlib.sha256(text.encode()).hexdigest()
    document = Document("sentence.txt", text, digest, "text/plain")
    draft = Draft(document, None, claim.language, None)
    looked_up = list_quotations(draft).looked_up
    if not looked_up:
        return False
    articles = {read.passage.article.id: read.passage.article for read in passages}
    compared = [ComparedArticle(article) for article in articles.values()]
    for placed in looked_up:
        if not any(match_exactly(placed.quotation, each) for each in compared):
            return True
    return False

"""The mark of a sentence that a language model wrote, beside the passages that it cites.

✗ says that something is wrong: another figure, day or name, an opposite, another speaker, words
that nobody said. What is only told in other words is ~. ✓ is given where there is something to
check, a figure, a day or a name, and all of it is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answer.claim_facts import cover_claim, has_name, list_missing
from rag.answer.claim_figures import is_computed
from rag.answer.claim_verdicts import judge_claim
from rag.answer.word_matching import opens_sentence
from rag.models.lexicon import Known, get_lexicon
from rag.records import STRUCK, SUPPORTED, UNCLEAR
from rag.text import find_words, fold, has_capitalised_nouns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answer.claim_verdicts import Finding
    from rag.answer.claims import Claim, ReadPassage, Source
    from rag.records import Mark

# On tests/data/claims no true claim has less of its words in its passage; claims of other passages
# have less in two of three cases.
LEAST_COVERAGE = 0.15
# Chosen by hand on the odd passages there.
COMMON_RARITY = 6.5  # bits; a word that is no rarer names nobody alone: "Cour", "Parlement"
DERIVED_STEM, MAX_SUFFIX = 5, 3  # letters that two names share, and that each may have beside them
# Doubts that are right of ten claims in eleven there. The others are raised of true claims, too.
STRIKING_DOUBTS = frozenset(("opposite", "order", "quotation"))


def mark_claim(claim: Claim, passages: Sequence[ReadPassage]) -> Mark:
    """Return the mark of a claim beside passages, one at least."""
    finding = judge_claim(claim, passages)
    if lacks_own_name(claim, passages):
        return STRUCK
    if finding.verdict == "supported":
        is_checked = claim.has_figures or claim.names
        return SUPPORTED if is_checked else UNCLEAR
    if finding.verdict == "differs":
        return UNCLEAR if gives_computed(finding, claim, passages) else STRUCK
    if lacks_fact(claim, passages) or finding.doubt in STRIKING_DOUBTS:
        return STRUCK
    coverage = max(cover_claim(claim, read.whole) for read in passages)
    return STRUCK if coverage < LEAST_COVERAGE else UNCLEAR


def gives_computed(finding: Finding, claim: Claim, passages: Sequence[ReadPassage]) -> bool:
    """Return whether all figures that differ follow from others of the passages."""
    figures = [fact.draft for fact in finding.facts]
    return all(is_computed(figure, claim, passages) for figure in figures)


def lacks_fact(claim: Claim, passages: Sequence[ReadPassage]) -> bool:
    """Return whether no passage has all figures, days and names of a claim, or gives them."""
    for read in passages:
        lacking = list_lacking(claim, read)
        if not lacking and not lacks_sure_name(claim, read):
            return False
    return True


def list_lacking(claim: Claim, read: ReadPassage) -> list[str]:
    """Return what a passage lacks of a claim, without what it gives and what is no sure name."""
    lacking = []
    for text in list_missing(claim, read.whole):
        if text in claim.names:
            counts = lacks_name(text, claim, read.whole)
        else:
            counts = not is_computed(text, claim, [read])
        if counts:
            lacking.append(text)
    return lacking


def lacks_own_name(claim: Claim, passages: Sequence[ReadPassage]) -> bool:
    """Return whether a sure name is in no passage of its language; in another it may be changed."""
    sources = [read.whole for read in passages]
    for source in sources:
        if source.language != claim.language:
            return False
    for name in claim.names:
        is_lacking = all(lacks_name(name, claim, source) for source in sources)
        if is_lacking and not any(is_derived(name, source) for source in sources):
            return True
    return False


def lacks_sure_name(claim: Claim, read: ReadPassage) -> bool:
    """Return whether a passage has none of a claim's sure names."""
    names = []
    for name in claim.names:
        if is_surely_name(name, claim):
            names.append(name)
    if not names:
        return False
    return all(lacks_name(name, claim, read.whole) for name in names)


def lacks_name(name: str, claim: Claim, source: Source) -> bool:
    """Return whether a word is a name for sure, and in no way in a source."""
    if not is_surely_name(name, claim) or has_name(name, claim, source):
        return False
    lexicon = get_lexicon()
    rarity = lexicon.rarity(name, claim.language)
    return rarity >= COMMON_RARITY


def is_derived(name: str, source: Source) -> bool:
    """Return whether a name is made of one that a source has: "Schwedin" of "Schweden"."""
    folded = fold(name)
    for form in map(fold, source.forms):
        shorter, longer = sorted((len(folded), len(form)))
        length = max(DERIVED_STEM, longer - MAX_SUFFIX)
        stem = folded[:length]
        if shorter >= length and form.startswith(stem):
            return True
    return False


def is_surely_name(form: str, claim: Claim) -> bool:
    """Return whether a word is a name: no common word that opens a sentence, no German noun."""
    lexicon = get_lexicon()
    if lexicon.knows(form, claim.language) is Known.NOT:
        return True
    if has_capitalised_nouns(claim.language):
        return False
    for word in find_words(claim.text):
        if word.form == form and not opens_sentence(claim.text, word.start):
            return True
    return False

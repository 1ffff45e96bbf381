"""Whether a claim keeps who says it: leaves nobody out, and names nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answer.claim_facts import has_word
from rag.answer.claim_speakers import find_saying, list_speaker, names_speaker, tells_saying
from rag.answer.word_matching import find_names
from rag.text import find_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answer.claim_clauses import Carried
    from rag.answer.claims import Claim, Source

# What a speaker follows who stands behind the verb.
_SPEECH_ENDS = (",", "»", "”", "“", '"', "«")


def leaves_out_speaker(carried: Carried) -> bool:
    """Return whether the source tells what somebody says, and the claim tells it as it were so."""
    sentence = carried.claim.sentence
    if names_speaker(sentence, carried.words):
        return False
    for clause in carried.clauses:
        text = clause.source.text
        if tells_saying(text, carried.source_words):
            return True
    return False


def has_other_speaker(carried: Carried) -> bool:
    """Return whether the source says of somebody else that they say it, or of nobody."""
    claim = carried.claim
    speaker = list_speaker(claim, carried.words)
    first = carried.clauses[0]
    if not speaker or is_publisher(speaker, carried):
        return False
    if has_most_words(speaker, claim, first.source):
        return is_spoken_of(speaker, carried)
    pronouns = carried.source_words.pronouns
    if not pronouns.search(first.source.text):
        return True
    # The last one who was named before.
    before = carried.read.sentences[: first.place]
    for sentence in reversed(before):
        source = sentence.source
        if has_most_words(speaker, claim, source):
            return False
        if find_names(source.text, source.language):
            return True
    return True


def is_publisher(speaker: Sequence[str], carried: Carried) -> bool:
    """Return whether the speaker of a claim is the paper that the passage is of."""
    publisher = carried.read.passage.article.publisher or ""
    forms = {word.form for word in find_words(publisher)}
    shared = forms.intersection(speaker)
    return len(shared) >= len(speaker) / 2


def is_spoken_of(speaker: Sequence[str], carried: Carried) -> bool:
    """Return whether somebody else stands before the verb, and the speaker of the claim behind it.

    "She accused Hugo Sérac" is no saying of his; «"…", said Hugo Sérac» is.
    """
    source = carried.clauses[0].source
    says = find_saying(source.text, carried.source_words)
    if says is None:
        return False
    written = source.text[: says.start()].rstrip()
    if written.endswith(_SPEECH_ENDS):
        return False
    before = source.take_part(written)
    if has_any_word(speaker, carried.claim, before):
        return False
    if carried.source_words.pronouns.search(before.text):
        return True
    return bool(find_names(before.text, source.language))


def has_most_words(forms: Sequence[str], claim: Claim, source: Source) -> bool:
    """Return whether a source has at least half of some words of a claim."""
    language = claim.language
    shared = sum(has_word(form, language, source) for form in forms)
    return shared >= len(forms) / 2


def has_any_word(forms: Sequence[str], claim: Claim, source: Source) -> bool:
    """Return whether a source has one of some words of a claim."""
    language = claim.language
    return any(has_word(form, language, source) for form in forms)

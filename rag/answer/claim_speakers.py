"""Who says what a sentence tells, and whether it tells that anybody says it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.text import find_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from re import Match

    from rag.answer.claim_words import ClaimWords
    from rag.answer.claims import Claim

CONTENT_WEIGHT = 0.29  # length of a word's vector from which it says something
QUOTATION_MARK = re.compile(r"[«»“”„\"]")
# What begins with a capital may be the title of a book.
_QUOTED_WORDS = re.compile(r"[«»“„\"]\s?[a-zß-öø-ÿ]")
_COMMA = re.compile(r"[,;:]")


def tells_saying(text: str, words: ClaimWords) -> bool:
    """Return whether a text tells what somebody says or thinks."""
    says = words.says.search(text)
    if says or words.according.search(text):
        return True
    quoted = _QUOTED_WORDS.search(text)
    return quoted is not None


def names_speaker(text: str, words: ClaimWords) -> bool:
    """Return whether a claim says that somebody says it."""
    says = find_saying(text, words)
    if says or words.according.search(text):
        return True
    mark = QUOTATION_MARK.search(text)
    return mark is not None


def find_saying(text: str, words: ClaimWords) -> Match[str] | None:
    """Return the verb by which a text tells what somebody says; "was told" is none."""
    for says in words.says.finditer(text):
        before = text[: says.start()].split()
        if not before:
            return says
        last = before[-1]
        if not words.passives.fullmatch(last):
            return says
    return None


def list_speaker(claim: Claim, words: ClaimWords) -> list[str]:
    """Return the words for who says a claim: names, or else all of them that say something."""
    telling = _list_telling(claim)
    for stretch in _list_stretches(claim.sentence, words):
        stretch_words = find_words(stretch)
        forms = {word.form for word in stretch_words}
        names = forms.intersection(claim.names)
        speaker = names or forms & telling
        if speaker:
            return sorted(speaker)
    return []


def _list_telling(claim: Claim) -> set[str]:
    """Return the words of a claim that say something."""
    telling = set()
    weights = claim.vectors.weights
    for form, weight in zip(claim.forms, weights, strict=True):
        if weight >= CONTENT_WEIGHT:
            telling.add(form)
    return telling


def _list_stretches(text: str, words: ClaimWords) -> Iterator[str]:
    """Yield where a speaker may stand: behind "according to"; before a verb, then behind it."""
    according = words.according.search(text)
    says = find_saying(text, words)
    if according:
        behind = text[according.end() :]
        pieces = _COMMA.split(behind)
        yield pieces[0]
    elif says:
        before = text[: says.start()]
        behind = text[says.end() :]
        pieces = QUOTATION_MARK.split(before)
        yield pieces[-1]
        pieces = QUOTATION_MARK.split(behind)
        yield pieces[0]

"""The items that articles list, for questions that ask for all of them: "which towns have joined?".

Items come from enumerations in the sentences that answer (``rag.question.enumerations``), from the
bullets below a line that announces them, and from the sentences that go on with a list
(``continuations``), each a line of its own where it has one item alone. What several articles list
is one item.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag.answer.continuations import follow_list
from rag.answer.paired_items import find_pair_labels
from rag.answer.quotation_spans import ANNOUNCING_ENDS, CLOSING_MARKS, Quotation
from rag.models.lexicon import get_lexicon
from rag.question.enumerations import MAX_ITEM_WORDS, find_enumerations
from rag.question.noun_phrases import load_determiners
from rag.text import find_words, fold, to_one_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from rag.answer.continuations import follow_list
from rag.answer.quotation_spans import Candidate

MAX_ITEMS = 40  # of a list; chosen by hand: more of them are an index
MAX_BULLETS = 40  # below one line; chosen by hand
BULLET = re.compile(r"[ \t]*(?:[-*•–·‣]|\d{1,2}[.)])[ \t]+")


class ListedItem(NamedTuple):
    """An item as a sentence writes it, and the sentences that hold it."""

    label: str
    quotations: list[Quotation]


class _Item(NamedTuple):
    """An item, the language it is in, and the sentence that holds it."""

    label: str
    language: str
    quotation: Quotation


class Reading(NamedTuple):
    """The sentences that were read, what was asked, and what was taken for the answer in each."""

    sentences: Sequence[Candidate]
    question: str
    values: Mapping[int, str]  # by the place of the sentence

    @property
    def asked(self) -> set[str]:
        """The words of the question."""
        return {word.term for word in find_words(self.question)}


def list_items(places: Sequence[int], reading: Reading) -> list[ListedItem]:
    """Return the items of the sentences that answer, best first; none where none enumerates.

    ``places``: of these sentences. What the question says itself is no item.
    """
    listed: dict[frozenset[str], ListedItem] = {}
    for group in _group_places(places, reading.sentences):
        for item in _find_group_items(group, reading):
            key = _make_key(item)
            known = listed.get(key)
            if known is None:
                listed[key] = ListedItem(
                    item.label,
                    [item.quotation],
                )
            elif item.quotation not in known.quotations:
                known.quotations.append(item.quotation)
    items = list(listed.values())
    return items[:MAX_ITEMS]


def _group_places(
    places: Sequence[int],
    candidates: Sequence[Candidate],
) -> Iterator[list[int]]:
    """Yield the places of each list: of a sentence with those that go on with it, each once."""
    taken: set[int] = set()
    for place in places:
        group = [each for each in follow_list(place, candidates) if each not in taken]
        taken.update(group)
        if group:
            yield group


def _find_group_items(
    group: Sequence[int],
    reading: Reading,
) -> Iterator[_Item]:
    """Yield the items of the sentences of one list; one that enumerates nothing is an item."""
    for place in group:
        items = list(_find_items(place, reading))
        if not items and len(group) > 1:
            items = [_make_item(place, reading)]
        yield from items


def _make_item(
    place: int,
    reading: Reading,
    label: str = "",
) -> _Item:
    """Return an item of a sentence, without a label the sentence itself."""
    sentence = reading.sentences[place]
    passage = sentence.hit.passage
    return _Item(
        label,
        passage.article.language,
        Quotation(passage, sentence.span),
    )


def _find_items(place: int, reading: Reading) -> Iterator[_Item]:
    """Yield the items of one sentence, or of the bullets below it."""
    bullets = list(_find_bullets(reading.sentences, place))
    if bullets:
        yield from bullets
        return
    text = reading.sentences[place].text
    language = reading.sentences[place].hit.passage.article.language
    labels = _find_labels(text, language, reading.asked)
    if not labels:
        value = reading.values.get(place, "")
        labels = find_pair_labels(text, language, value)
    for label in labels:
        yield _make_item(
            place,
            reading,
            label,
        )


def _find_labels(
    text: str,
    language: str,
    asked: Collection[str],
) -> list[str]:
    """Return the longest enumeration of a sentence that repeats nothing of the question."""
    best: list[str] = []
    for spans in find_enumerations(text, language):
        labels = []
        for start, end in spans:
            label = to_one_line(text[start:end])
            if not _is_asked(label, asked):
                labels.append(label)
        is_whole = len(labels) == len(spans)
        if is_whole and len(labels) > len(best):
            best = labels
    return best


def _is_asked(label: str, asked: Collection[str]) -> bool:
    """Return whether the question has all words of an item itself."""
    words = find_words(label)
    return all(word.term in asked for word in words)


def _find_bullets(candidates: Sequence[Candidate], place: int) -> Iterator[_Item]:
    """Yield the bullets that a line announces, or those among which it is one."""
    first = place
    if _is_bullet(candidates[place]):
        while first and _goes_on(candidates, first) and _is_bullet(candidates[first - 1]):
            first -= 1
    elif _announces(candidates[place]):
        first = place + 1
    else:
        return
    last = first + MAX_BULLETS
    for number, bullet in enumerate(candidates[first:last], first):
        is_next = number == first or _goes_on(candidates, number)
        if not is_next or not _is_bullet(bullet):
            return
        passage = bullet.hit.passage
        text = BULLET.sub(
            "",
            bullet.text,
        )
        label = to_one_line(text).rstrip(" ;,.")
        words = label.split()
        if len(words) <= MAX_ITEM_WORDS:
            quotation = Quotation(
                passage,
                bullet.span,
            )
            yield _Item(
                label,
                passage.article.language,
                quotation,
            )


def _announces(candidate: Candidate) -> bool:
    """Return whether a sentence announces what follows."""
    text = candidate.text.rstrip(CLOSING_MARKS)
    return text.endswith(ANNOUNCING_ENDS)


def _is_bullet(candidate: Candidate) -> bool:
    """Return whether a sentence is an item of a list in its document."""
    start, end = candidate.span
    text = candidate.hit.passage.article.document.text
    line_start = text.rfind("\n", 0, start) + 1
    bullet = BULLET.match(
        text,
        line_start,
        end,
    )
    return bullet is not None and bullet.end() >= start


def _goes_on(candidates: Sequence[Candidate], place: int) -> bool:
    """Return whether a sentence is of the same passage as the one before it."""
    passage = candidates[place].hit.passage
    before = candidates[place - 1].hit.passage
    return passage.id == before.id


def _make_key(item: _Item) -> frozenset[str]:
    """Return what is the same of an item however it is inflected: the stems of its words."""
    determiners = load_determiners(item.language)
    lexicon = get_lexicon()
    stems = set()
    for word in find_words(item.label):
        if word.term not in determiners:
            units = lexicon.units(
                word.form,
                item.language,
            )
            stems.add(fold(units[0]))
    return frozenset(stems or {fold(item.label or item.quotation.text)})

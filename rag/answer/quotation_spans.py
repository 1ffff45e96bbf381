"""Which stretches of the articles are quoted: the sentences that scored best, grown until they stand alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.answer.anaphora import is_anaphoric
from rag.records import Span
from rag.text.words import find_words, to_one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rag.records import Hit, Passage

_ANNOUNCING, _CLOSING = ("?", "？", "؟", ":"), " »\"”’'"
SURE = 0.97  # sentences are quoted until the answer is among them with this likelihood, as the scorer sees it
FAR = 4.0  # … but none of another passage whose score is so far below the best
SHORT = 4  # words that a further sentence has at least: no date line, no name under an article
TIED, STRETCH = (
    1.0,
    1.5,
)  # a sentence whose score is this near the best may take the quotations so far over their budget
GROWTH = 3  # sentences a quotation may reach back over to say whom its pronouns mean


@dataclass(frozen=True)
class Candidate:
    """A sentence that may answer: a row of the index, its place in its passage, what its passage got."""

    hit: Hit
    rank: int  # of its passage, from 0
    place: int  # among its passage's sentences, from 0
    span: Span
    tokens: NDArray[np.uint16]
    vector: NDArray[np.float32]

    @property
    def text(self) -> str:
        """The sentence as it stands in its document."""
        return self.hit.passage.article.document.text[self.span.start : self.span.end]


def choose_quotations(
    found: Sequence[Candidate], scores: NDArray[np.float64], order: Sequence[int], budget: int
) -> list[tuple[Passage, Span]]:
    """The best sentences until they are likely to hold the answer, grown to what their pronouns mean, in a budget of words.

    Where two are as likely to answer, both are quoted: the budget stretches for them.
    """
    odds = np.exp(scores - scores[order[0]])
    before = (
        np.cumsum(odds[order]) - odds[order]
    ) / odds.sum()  # how likely those before each one are to answer
    quotes: list[tuple[Passage, Span]] = []
    for index, covered in zip(order, before.tolist(), strict=True):
        if covered >= SURE:
            break
        behind = scores[order[0]] - scores[index]
        if behind > FAR and found[index].rank != found[order[0]].rank:
            continue
        if quotes and _adds_nothing(found[index]):
            continue
        new = (found[index].hit.passage, expand_to_antecedent(found, index))
        if _said(new) in map(_said, quotes):
            continue
        more = _joined(quotes, new)
        if not quotes or sum(map(_words, more)) <= budget * (STRETCH if behind <= TIED else 1.0):
            quotes = more
    return quotes


def _adds_nothing(candidate: Candidate) -> bool:
    """Beside another quotation, a headline says again what the source's line shows, and a date line nothing."""
    return is_headline(candidate) or len(find_words(candidate.text)) < SHORT


def is_headline(candidate: Candidate) -> bool:
    """A headline may be the answer; beside one, it only says again what the source's line shows."""
    return candidate.text.strip("# \t") == candidate.hit.passage.article.title


def _said(quote: tuple[Passage, Span]) -> str:
    """The words of a quotation: the same sentence in two papers is quoted once."""
    return to_one_line(_text(quote))


def _joined(
    quotes: list[tuple[Passage, Span]], new: tuple[Passage, Span]
) -> list[tuple[Passage, Span]]:
    """The quotations and one more; those that overlap become one, in the place of the first of them."""
    touched = [quote for quote in quotes if _overlap(quote, new)]
    if not touched:
        return [*quotes, new]
    spans = [span for _, span in (*touched, new)]
    whole = (
        touched[0][0],
        Span(min(span.start for span in spans), max(span.end for span in spans)),
    )
    at = quotes.index(touched[0])
    apart = [quote for quote in quotes if quote not in touched]
    return [*apart[:at], whole, *apart[at:]]


def find_context_start(found: Sequence[Candidate], index: int) -> int:
    """The first sentence of the quotation: back to where the pronouns of the last are explained."""
    first = index
    while (
        index - first < GROWTH
        and found[first].place
        and is_anaphoric(found[first].text, found[first].hit.passage.article.language)
    ):
        first -= 1
    return first


def expand_to_antecedent(found: Sequence[Candidate], index: int) -> Span:
    """A sentence with those before it that say what its pronouns mean, and the one that it announces ("… :", "… ?")."""
    start, end = found[find_context_start(found, index)].span.start, found[index].span.end
    if found[index].text.rstrip(_CLOSING).endswith(_ANNOUNCING):
        from rag.text.sentences import split_sentences  # seldom needed

        article = found[index].hit.passage.article
        following = split_sentences(article.document.text, end, article.end)
        end = following[0].end if following else end
    return Span(start, end)


def _overlap(one: tuple[Passage, Span], other: tuple[Passage, Span]) -> bool:
    same = one[0].article.document.path == other[0].article.document.path
    return same and one[1].start < other[1].end and other[1].start < one[1].end


def _words(quote: tuple[Passage, Span]) -> int:
    return len(_text(quote).split())


def _text(quote: tuple[Passage, Span]) -> str:
    passage, (start, end) = quote
    return passage.article.document.text[start:end]

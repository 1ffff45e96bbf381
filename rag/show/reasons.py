"""Why an answer was given, in words of the question's language: what ``/why`` shows.

The numbers behind it are what ``--explain`` shows (``rag.show.why``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.show.lines import Line, Page, cut_snippet, find_content_terms, make_line
from rag.show.phrases import get_phrase_table
from rag.show.sources import INDENT
from rag.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rag.records import Answer, Explanation

SHOWN_WORDS = 14  # of a sentence; chosen by hand: a line
MAX_OTHERS = 2  # sentences that came next
MAX_WORDS = 8  # of the question that are named


def reasons_page(answer: Answer) -> Page:
    """Return how sure an answer is, what came next, and what was verified."""
    phrases = get_phrase_table(answer.language, "why")
    page = list(_say_certainty(answer, phrases))
    words = _list_question_words(answer)
    if words:
        named = ", ".join(words)
        page.append(make_line(phrases["words"].format(named)))
    if answer.citations:
        is_exact = all(citation.verified == "exact" for citation in answer.citations)
        page.append(make_line(phrases["exact" if is_exact else "changed"]))
    page.append(make_line(phrases["numbers"], style="dim"))
    return page


def _say_certainty(answer: Answer, phrases: Mapping[str, str]) -> Iterator[Line]:
    """Yield how likely the best sentence is the answer, and the sentences that came next."""
    explanation = answer.explanation
    if explanation is None:
        yield make_line(phrases[_find_reason(answer)])
        return
    percents = _list_percents(explanation)
    sentences = [
        cut_snippet(reason.sentence, length=SHOWN_WORDS) for reason in explanation.top_sentences
    ]
    if answer.status == "not_in_sources":
        yield make_line(phrases["refused"].format(*percents))
        for sentence in sentences[:1]:
            yield make_line(sentence, lead=INDENT)
        return
    yield make_line(phrases["sure"].format(*percents))
    others = sentences[1 : 1 + MAX_OTHERS]
    if others:
        yield make_line(phrases["others"])
    for sentence in others:
        yield make_line(sentence, lead=INDENT)


def _find_reason(answer: Answer) -> str:
    """Return the phrase for why nothing was weighed."""
    if answer.collection is not None or answer.form is not None:
        return "laid_out"
    return "search" if answer.hits else "nothing"


def _list_percents(explanation: Explanation) -> list[int]:
    """Return how likely the best sentence is the answer, and from when it is one, in per cent."""
    shares = (explanation.confidence, explanation.confidence_threshold)
    return [round(100 * share) for share in shares]


def _list_question_words(answer: Answer) -> list[str]:
    """Return the words of the question that the best passage has, or what stands for them there."""
    if not answer.hits:
        return []
    telling = find_content_terms(answer.question)
    words = []
    for match in answer.hits[0].matches:
        word = match.question_word
        if fold(word) not in telling:
            continue
        is_same = fold(word) == fold(match.passage_word)
        words.append(word if is_same else f"{word} ↔ {match.passage_word}")
    return list(dict.fromkeys(words))[:MAX_WORDS]

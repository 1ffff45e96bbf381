"""Answer sentence selection: the reader says which sentences answer, or that none does.

The reader scores every sentence of the best passages beside the question. Its best sentence is
quoted, further ones only while it is in doubt which of them answers, and nothing where it takes
"none of these" for likelier.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
from typing import TYPE_CHECKING

import numpy as np

from rag.answer.choosing import TOP_SENTENCES, Choice, compute_bonuses
from rag.answer.quotation_spans import (
    SENTENCE_ENDS,
    choose_quotations,
    is_headline,
    is_title_alone,
)
from rag.models.reader import compute_rank_cost
from rag.question.question_types import classify_question
from rag.reading.passages import format_header
from rag.records import Explanation, Reason
from rag.text import find_words, to_one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rag.answer.quotation_spans import Candidate
    from rag.models.reader import Reader, Reading
    from rag.question.expand import Query
    from rag.records import Article, Status

    Scores = NDArray[np.float64]

# All chosen by hand on questions that took no part in training: press, ClapNQ, PIAF.
CONFIDENCE_THRESHOLD = 0.27  # "none of these" is e times as likely as the best sentence
ENOUGH_LIKELIHOOD = 0.9  # sentences are quoted until the answer is among them so likely
TITLE_MARKS = 50  # characters of markup and white space around a title, at most
MIN_WORDS = 3  # of a sentence that answers: fewer are a name under an article, a day, a page
SHALLOW_DISTANCE = 20.0  # below those read by all layers: what the lower layers alone have read
UNQUOTABLE = -50.0  # the score of what is never quoted


@functools.cache
def get_reader() -> Reader:
    """Return the shipped reader, loaded once."""
    from rag.models.reader import load_reader  # with its libraries, only where it reads

    return load_reader()


def select_sentences(
    query: Query, candidates: Sequence[Candidate], *, reader: Reader, budget: int
) -> Choice:
    """Return the sentences that answer, or a refusal, as the reader reads the candidates.

    ``candidates`` are in the order of their passages. At most ``budget`` words are quoted unless
    the first sentence alone is longer.
    """
    # A question without a word asks nothing: the reader would find something likely all the same.
    if not candidates or not query.words:
        return Choice("not_in_sources", [])
    logits, values = score_sentences(query, candidates, reader)
    ranks = np.array([candidate.rank for candidate in candidates])
    scores = logits + compute_bonuses(candidates) - compute_rank_cost(ranks)
    order = np.argsort(-scores, kind="stable").tolist()
    best = logits[order[0]]
    confidence = float(1 / (1 + np.exp(-best)))
    missing_terms = (*query.spelling.unknown, *find_unheard_names(query))
    is_refused = confidence < CONFIDENCE_THRESHOLD or bool(query.spelling.unknown)
    status: Status = "answered"
    quotations = []
    if is_refused:
        status = "not_in_sources"
    else:
        status = "partial" if missing_terms else "answered"
        quotations = choose_quotations(candidates, scores, order, budget, ENOUGH_LIKELIHOOD)
    top = [candidates[place] for place in order[:TOP_SENTENCES]]
    question_type = classify_question(query.text, query.language)
    return Choice(
        status,
        quotations,
        top_sentences=top,
        sentence_order=order,
        margins=(scores[order[0]] - scores[order]).tolist(),
        passage_order=list(dict.fromkeys(candidates[place].rank for place in order)),
        missing_terms=tuple(dict.fromkeys(missing_terms)),
        question_type=question_type,
        explanation=Explanation(
            question_type,
            confidence,
            CONFIDENCE_THRESHOLD,
            tuple(
                Reason(candidates[place].text, float(scores[place]), {})
                for place in order[:TOP_SENTENCES]
            ),
        ),
        scores=logits.tolist(),
        values=values,
    )


def score_sentences(
    query: Query, candidates: Sequence[Candidate], reader: Reader
) -> tuple[Scores, dict[int, str]]:
    """Return (candidates,): the logit that a sentence answers rather than none of its passage.

    And what the reader takes for the value asked for, by the place of the sentence that holds it.
    """
    passages = []
    contexts = []
    for _, group in itertools.groupby(candidates, key=lambda candidate: candidate.rank):
        sentences = list(group)
        passages.append([format_sentence(sentence) for sentence in sentences])
        contexts.append(format_context(sentences[0].hit.passage.article))
    readings = reader.read(query.text, passages, contexts)
    scores = np.concatenate(
        [
            reading.scores if reading.is_deep else reading.scores - SHALLOW_DISTANCE
            for reading in readings
        ]
    ).astype(np.float64)
    for place, candidate in enumerate(candidates):
        if not is_quotable(candidate):
            scores[place] = UNQUOTABLE
    return scores, list_values(passages, readings)


def format_sentence(candidate: Candidate) -> str:
    """Return a sentence as it is read: a title that is all of its article with a full stop.

    The reader takes a line without one for a headline, and answers with none.
    """
    line = to_one_line(candidate.text)
    if is_title_alone(candidate) and not line.endswith(SENTENCE_ENDS):
        return f"{line}."
    return line


def format_context(article: Article) -> str:
    """Return the header that a passage is read under, without a title that its text begins with.

    An article without a headline is called by its first sentence: read below itself, it says
    nothing new to the reader, which refuses it.
    """
    title = article.title.rstrip("…")
    reach = article.start + 2 * len(title) + TITLE_MARKS
    shown = article.document.show(article.start, min(article.end, reach)).lstrip()
    rest = shown.removeprefix(title)
    if rest == shown or rest.startswith(("\n", "\r")):
        return format_header(article)
    return format_header(dataclasses.replace(article, title=""))


def list_values(passages: Sequence[Sequence[str]], readings: Sequence[Reading]) -> dict[int, str]:
    """Return the value read in each sentence that has one, by its place among all sentences."""
    sentences = itertools.chain.from_iterable(passages)
    spans = itertools.chain.from_iterable(reading.values for reading in readings)
    values = {}
    for place, (sentence, span) in enumerate(zip(sentences, spans, strict=True)):
        if span is not None:
            values[place] = sentence[span.start : span.end]
    return values


def is_quotable(candidate: Candidate) -> bool:
    """Return whether a sentence may answer: no headline, and more than a name or a day."""
    if is_headline(candidate):
        return False
    return len(find_words(candidate.text)) >= MIN_WORDS


def find_unheard_names(query: Query) -> list[str]:
    """Return the names of the question that stand nowhere in the index, in no form and language."""
    heard: set[int] = set()
    for expansions in query.expansions.values():
        heard.update(expansion.term for expansion in expansions if expansion.frequency > 0)
    names = []
    for place, (word, is_name) in enumerate(zip(query.words, query.names, strict=True)):
        if is_name and place not in heard:
            names.append(query.text[word.start : word.end])
    return names

"""A question on its way through the pipeline: as asked, as expanded, and as answered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rag.answer.quotation_spans import Quotation, expand_to_antecedent
from rag.models import embedders, lexicon, tokenizer
from rag.question.expand import TranslationModels, expand_query, match_words
from rag.question.spelling import IndexWords, correct_spelling

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping, Sequence

    from rag.answer.choosing import Choice
    from rag.answer.quotation_spans import Candidate
    from rag.index.opened import OpenedIndex
    from rag.models.embedders import Embedder
    from rag.question.date_filter import Scope
    from rag.question.expand import Query
    from rag.question.forms import FormQuestion
    from rag.records import (
        Answer,
        AnswerForm,
        AnswerSentence,
        Citation,
        Conflict,
        Explanation,
        Filters,
        Hit,
        Span,
        Status,
    )
    from rag.search import RankedPassages


# Kinds of questions whose answers do not contradict each other: they are told at length.
KINDS_WITHOUT_VALUE = ("define", "manner")


@dataclass(frozen=True)
class Request:
    """A question as it is asked: completed, its language told once, and its articles chosen.

    ``queries``: the question expanded, by the words that are not searched for; the fallback scope
    often needs the same.
    """

    question: str
    languages: Sequence[str]  # the likeliest first
    scope: Scope
    today: datetime.date | None
    top: int
    conversation_articles: frozenset[str]  # ids of those that the answer before quoted
    filters: Filters  # those that the user set; the scope has more
    queries: dict[Span | None, Query] = field(default_factory=dict)
    form: FormQuestion | None = None  # what it asks for, if that is a form

    def list_searched_words(self, ignored_span: Span | None) -> str:
        """Return what is searched for: the topic of a form, else the question without a span."""
        if self.form is not None and self.form.topic:
            return self.form.topic
        return cut_span(self.question, ignored_span)

    def ask_plainly(self) -> Request:
        """Return the same question as one that asks for no form."""
        return replace(self, form=None, queries={})


@dataclass(frozen=True)
class Result:
    """What one way of answering, a search or an answer, adds to what every answer holds."""

    status: Status
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    missing_terms: tuple[str, ...] = ()
    explanation: Explanation | None = None
    conflicts: tuple[Conflict, ...] = ()
    warnings: tuple[str, ...] = ()
    timing_ms: Mapping[str, float] = field(default_factory=dict)
    form: AnswerForm | None = None


@dataclass(frozen=True)
class Trace:
    """An answer with all that it was chosen from, for measuring and explaining it.

    ``candidates``: passages in the order of their best sentence; ``sentences``: those of the
    passages that were read.
    """

    answer: Answer
    candidates: RankedPassages
    choice: Choice
    sentences: Sequence[Candidate]

    @property
    def ranked_quotations(self) -> list[Quotation]:
        """Every sentence as it would be quoted, best first; of a form what it quotes."""
        quotations = []
        for index in self.choice.sentence_order:
            passage = self.sentences[index].hit.passage
            span = expand_to_antecedent(self.sentences, index)
            quotations.append(Quotation(passage, span))
        return quotations or self.choice.quotations


def cut_span(question: str, span: Span | None) -> str:
    """Return the question without the words of a span."""
    if span is None:
        return question
    return f"{question[: span.start]} {question[span.end :]}"


def expand_question(
    question: str, languages: Sequence[str], *, generation: OpenedIndex, embedder: Embedder
) -> Query:
    """Return a question spelt as the articles do, embedded, and in the index's languages.

    ``languages``: those it may be in, the likeliest first.
    """
    index = IndexWords(
        generation.passages_by_language, generation.terms.frequency, generation.vocabulary
    )
    corrected = correct_spelling(question, languages, index=index, lexicon=lexicon.get_lexicon())
    vector = embedder.questions([corrected.text])[0]
    # Translations can only be added to the vector of the model whose token vectors are at hand.
    is_shipped = embedder.name == embedders.SHIPPED_NAME
    table = embedders.open_token_vectors() if is_shipped else None
    models = TranslationModels(tokenizer.get_tokenizer(), lexicon.get_lexicon(), table)
    query = expand_query(corrected, languages[0], vector, index=index, models=models)
    return replace(query, kind=embedder.kind)


def add_matches(hit: Hit, query: Query) -> Hit:
    """Return a hit with the words of the passage that stand for words of the question."""
    matches = match_words(query, hit.passage, lexicon=lexicon.get_lexicon())
    return replace(hit, matches=tuple(matches))


def add_timings(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    """Return the sum of two timings, stage by stage."""
    return {stage: time_ms + other[stage] for stage, time_ms in one.items()}


def add_conflicts(
    query: Query, choice: Choice, sentences: Sequence[Candidate]
) -> tuple[list[Quotation], tuple[Conflict, ...]]:
    """Return the quotations, those that give another value, and the values that differ."""
    if choice.disagreements:
        from rag.answer.conflicts import cite_conflicts  # seldom needed

        # The rows of a layout point at its quotations, in their order.
        return cite_conflicts(choice.quotations, choice.disagreements, keeps_order=True)
    if not choice.quotations or choice.layout is not None:
        return choice.quotations, ()
    if choice.question_type in KINDS_WITHOUT_VALUE:
        return choice.quotations, ()
    from rag.answer.conflicts import cite_conflicts, find_disagreements  # seldom needed

    table = embedders.open_token_vectors()
    disagreements = find_disagreements(query, choice, sentences, table=table)
    return cite_conflicts(choice.quotations, disagreements)

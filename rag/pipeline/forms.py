"""A question that asks for a form: the rows that answer it, by the function of its form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answer.choosing import Choice
from rag.models import embedders
from rag.question.question_types import asks_for_development
from rag.records import AnswerForm, FormRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rag.answer.layouts import Layout
    from rag.answer.topic_articles import TopicArticle
    from rag.index.generations import Generation
    from rag.pipeline.request import Request
    from rag.question.date_filter import Scope
    from rag.question.expand import Query
    from rag.question.forms import FormName, FormQuestion
    from rag.records import AnswerSentence, Passage, Status
    from rag.search import RankedPassages


@dataclass(frozen=True)
class FormMaterial:
    """What the rows of a form are made from."""

    form: FormQuestion
    request: Request
    scope: Scope
    query: Query  # the topic, as it is searched
    ranked: RankedPassages  # what the search finds of it, reprints among them
    generation: Generation
    budget: int  # words quoted, about

    def find_topic_articles(self) -> list[TopicArticle]:
        """Return the articles that are on the topic, one of each story, best first."""
        from rag.answer.topic_articles import find_topic_articles

        return find_topic_articles(
            self.query,
            self.ranked,
            generation=self.generation,
            table=embedders.open_token_vectors(),
        )


def lay_out_form(material: FormMaterial) -> Choice | None:
    """Return the rows of the form that a question asks for, or a refusal.

    None where it is to be answered as any question.
    """
    layout = LAYOUTS[material.form.name](material)
    if layout is None:
        return None
    status: Status = "answered" if layout.rows else "not_in_sources"
    quotations = [row.quotation for row in layout.rows]
    missing_terms = material.query.spelling.unknown if not layout.rows else ()
    return Choice(status, quotations, missing_terms=tuple(missing_terms), layout=layout)


def make_answer_form(
    form: FormQuestion | None, layout: Layout | None, sentences: Sequence[AnswerSentence]
) -> AnswerForm | None:
    """Return how an answer is laid out; its sentences are the rows' quotations, in their order."""
    if form is None or layout is None:
        return None
    rows = []
    for number, (row, sentence) in enumerate(zip(layout.rows, sentences, strict=True)):
        rows.append(FormRow(row.day, row.label, number, sentence.citations))
    return AnswerForm(form.name, form.topic, tuple(rows), layout.title)


def _lay_out_timeline(material: FormMaterial) -> Layout | None:
    """Return the events of a topic; None where "how has … changed" is no matter of several."""
    from rag.answer.timelines import lay_out_timeline

    layout = lay_out_timeline(material.find_topic_articles())
    question = material.request.question
    is_development = asks_for_development(question, material.form.language)
    return None if len(layout.rows) < 2 and is_development else layout


def _lay_out_news(material: FormMaterial) -> Layout:
    """Return the stories on a topic, or all stories, the newest first."""
    from rag.answer.news import lay_out_news

    return lay_out_news(_list_stories(material), material.scope.period)


def _list_stories(material: FormMaterial) -> Iterator[Passage]:
    """Yield the first passage of each story that is asked for, one article of each."""
    generation = material.generation
    if material.form.topic:
        for article in material.find_topic_articles():
            yield article.sentences[0].hit.passage
        return
    seen: set[int] = set()
    for row in generation.articles(material.scope.filters):
        first = generation.article_rows(row.id)[:1]
        [owner] = generation.owners_of(first)
        if owner.cluster not in seen:
            seen.add(owner.cluster)
            yield from generation.passages(first)


def _lay_out_summary(material: FormMaterial) -> Layout:
    """Return the sentences that carry the article on a topic."""
    from rag.answer.summaries import lay_out_summary

    return lay_out_summary(material.find_topic_articles(), material.budget)


# A form's name and the function that lays it out; to add one, also write its phrases into the
# language files, and its name into ``rag.question.forms``.
LAYOUTS: Mapping[FormName, Callable[[FormMaterial], Layout | None]] = {
    "timeline": _lay_out_timeline,
    "news": _lay_out_news,
    "summary": _lay_out_summary,
}

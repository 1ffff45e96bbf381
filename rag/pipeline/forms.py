"""A question that asks for a form: the rows that answer it, by the function of its form."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, NamedTuple

from rag.answer.choosing import Choice
from rag.index.listing import order_by_day
from rag.models import embedders
from rag.pipeline.chosen import Chosen, choose_answer
from rag.records import AnswerForm, FormRow
from rag.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from re import Pattern

    from rag.answer.layouts import Layout
    from rag.answer.topic_articles import TopicArticle
    from rag.index.opened import OpenedIndex
    from rag.pipeline.chosen import Tools
    from rag.pipeline.request import Request
    from rag.question.date_filter import Scope
    from rag.question.expand import Query
    from rag.question.forms import FormName, FormQuestion
    from rag.records import AnswerSentence, Article, Status
    from rag.search import RankedPassages

MAX_NEWEST = 40  # stories that are read where all are asked for; chosen by hand


class FormMaterial(NamedTuple):
    """What the rows of a form are made from."""

    form: FormQuestion
    request: Request
    scope: Scope
    query: Query  # the topic, as it is searched
    ranked: RankedPassages  # what the search finds of it, reprints among them
    tools: Tools
    search_wider: Callable[[], RankedPassages]  # gives more, where echoes fill these

    @property
    def generation(self) -> OpenedIndex:
        """The index."""
        return self.tools.generation

    def find_topic_articles(self, beside: Pattern[str] | None = None) -> list[TopicArticle]:
        """Return the articles that are on the topic, one of each story, best first.

        ``beside``: words of the topic that they need not have.
        """
        from rag.answer.topic_articles import Topic, find_topic_articles, list_stories

        is_inside = not self.request.question.startswith(self.form.topic)
        table = embedders.open_token_vectors()
        topic = Topic.of(self.query, is_inside=is_inside, table=table)
        if beside is not None:
            topic = topic.leave_out(beside)
        stories = list_stories(self.ranked, self.generation)
        return find_topic_articles(topic, stories, embed=self.tools.embedder.passages)

    def read_sentences(self) -> Chosen:
        """Return the sentences that answer, as to any question."""
        return choose_answer(self.query, self.ranked, self.tools, self.search_wider)

    def is_by_publisher(self, article: Article) -> bool:
        """Return whether an article is of the publisher that the phrase names."""
        name = fold(self.form.other)
        return bool(name) and name in fold(article.publisher or "")

    def get_asked_days(self) -> tuple[datetime.date, datetime.date] | None:
        """Return the first and the last day that are asked for; None where all days are.

        Of a year that is over, articles of later days are searched as well.
        """
        period = self.scope.period
        if period is None or period.use != "filter":
            return None
        days = self.scope.preferred or self.scope.filters
        return days.since or datetime.date.min, days.until or datetime.date.max

    def list_all_articles(self) -> list[TopicArticle]:
        """Return the newest articles that are asked, one of each story."""
        from rag.answer.topic_articles import read_story, take_as_topic_articles

        stories = []
        for article_id in self._list_newest():
            stories.append(read_story(article_id, self.generation))
        return take_as_topic_articles(stories, embed=self.tools.embedder.passages)

    def _list_newest(self) -> Iterator[str]:
        """Yield the ids of the newest articles that are asked, one of each story."""
        generation = self.generation
        articles = sorted(generation.articles(self.scope.filters), key=order_by_day)
        seen: set[int] = set()
        for article in articles:
            first_row = generation.article_rows(article.id)[:1]
            [owner] = generation.owners_of(first_row)
            if owner.cluster not in seen:
                seen.add(owner.cluster)
                yield article.id
            if len(seen) == MAX_NEWEST:
                break


def lay_out_form(material: FormMaterial) -> Chosen | None:
    """Return the rows of the form that a question asks for, or a refusal.

    None where it is to be answered as any question.
    """
    name = material.form.name
    if name in READ_LAYOUTS:
        from rag.pipeline import read_forms  # with all that compares statements

        return read_forms.lay_out_read_form(material)
    layout = LAYOUTS[name](material)
    if layout is None:
        return None
    if not layout.rows and material.form.topic:
        return _refuse_topic(material)
    choice = choose_layout(layout, material.query)
    return Chosen(choice, material.query, material.ranked, ())


def _refuse_topic(material: FormMaterial) -> Chosen:
    """Return a refusal with what the reader finds nearest, where no article has a topic's words.

    What it accepts for a bare topic is no row of a form: it takes jobs that are cut for strikes.
    """
    from rag.answer.layouts import Layout

    chosen = material.read_sentences()
    refusal = chosen.choice._replace(status="not_in_sources", quotations=[], layout=Layout([]))
    return chosen._replace(choice=refusal)


def choose_layout(layout: Layout, query: Query) -> Choice:
    """Return a layout as what answers; one that quotes nothing is a refusal."""
    quotations = layout.quotations
    status: Status = "answered" if quotations else "not_in_sources"
    missing_terms = query.spelling.unknown if not quotations else ()
    return Choice(status, quotations, missing_terms=tuple(missing_terms), layout=layout)


def make_answer_form(
    form: FormQuestion,
    layout: Layout,
    sentences: Sequence[AnswerSentence],
) -> AnswerForm:
    """Return how an answer is laid out; its sentences are the layout's quotations, in order."""
    places = {quotation: place for place, quotation in enumerate(layout.quotations)}
    rows = []
    for row in layout.rows:
        numbers = [places[quotation] for quotation in row.quotations]
        citations: list[int] = []
        for number in numbers:
            citations += sentences[number].citations
        first = numbers[0] if numbers else None
        rows.append(FormRow(row.day, row.label, first, tuple(citations), row.value))
    return AnswerForm(form.name, form.topic, tuple(rows), layout.title, layout.verdict)


def _lay_out_timeline(material: FormMaterial) -> Layout | None:
    """Return the events of a topic; None where "how has … changed" is no matter of several."""
    from rag.answer.timelines import lay_out_timeline

    is_development = material.form.is_development
    layout = lay_out_timeline(
        material.find_topic_articles(),
        days=material.get_asked_days(),
        is_development=is_development,
    )
    return None if len(layout.rows) < 2 and is_development else layout


def _lay_out_news(material: FormMaterial) -> Layout:
    """Return the stories on a topic, or all stories, the newest first."""
    from rag.answer.news import lay_out_news

    if material.form.topic:
        articles = material.find_topic_articles()
    else:
        articles = material.list_all_articles()
    return lay_out_news(articles, material.scope.period)


def _lay_out_summary(material: FormMaterial) -> Layout:
    """Return the sentences that carry the article on a topic."""
    from rag.answer.summaries import lay_out_summary

    articles = material.find_topic_articles()
    of_publisher = [each for each in articles if material.is_by_publisher(each.story.article)]
    budget = material.tools.settings.quote_words
    return lay_out_summary(of_publisher or articles, budget)


# Forms whose rows are read from the sentences that answer, by ``read_forms``.
READ_LAYOUTS = ("comparison", "list", "yes_no")
# Of the others, a form's name and the function that lays it out; to add one, also write its phrases
# into the language files, and its name into ``rag.question.forms``.
LAYOUTS: Mapping[FormName, Callable[[FormMaterial], Layout | None]] = {
    "timeline": _lay_out_timeline,
    "news": _lay_out_news,
    "summary": _lay_out_summary,
}

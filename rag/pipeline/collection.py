"""A question about the articles as a whole, answered from the catalog: counted, then quoted."""

from __future__ import annotations

import datetime
import time
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple, cast

from rag.answer import citations
from rag.dates import say_day
from rag.errors import IndexDamaged
from rag.index import lookup, name_matches
from rag.models import lexicon
from rag.question.collection import find_collection_question, has_collection_mark
from rag.question.phrase_patterns import load_words
from rag.records import Answer, AnswerSentence, Filters, RequestedPeriod, Span
from rag.text import find_words, load_section, to_one_line

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from rag.index.catalog_rows import ArticleRow
    from rag.pipeline.asking import Rag
    from rag.pipeline.request import Request
    from rag.question.collection import CollectionQuestion
    from rag.records import Article, CollectionCount, Passage

# Articles cited of those counted, and where they are asked for; publishers named. Chosen by hand:
# they fit.
MAX_LISTED = 5
MAX_ASKED = 8


class _Asked(NamedTuple):
    """A question about the collection, the articles it is asked of, and the days it names."""

    question: CollectionQuestion
    filters: Filters
    period: RequestedPeriod | None


def answer_about_collection(rag: Rag, question: str, requests: Sequence[Request]) -> Answer | None:
    """Return the answer to a question about the articles as a whole; None where it is none.

    It is read as it was typed, then as the conversation completes it: "and of Google?".
    """
    request = requests[0]
    for text in dict.fromkeys((question, *(each.question for each in requests))):
        for language in request.languages:
            if not has_collection_mark(text, language):
                continue
            asked = _read_question(rag, text, language, request)
            if asked is not None:
                return _answer(rag, text, asked, request)
    return None


def _read_question(rag: Rag, question: str, language: str, request: Request) -> _Asked | None:
    """Return what is asked; the days that the question names choose, unless a filter does."""
    filters, today = request.filters, request.today
    limited = lookup.limit_to_day(filters, today)
    asked = find_collection_question(question, language)
    chosen = asked and _choose_publisher(rag, _Asked(asked, limited, None))
    if chosen is not None:
        return chosen
    if filters.since or filters.until or not rag.settings.dates:
        return None
    from rag.dates import find_period  # with all that reading days needs

    period = find_period(question, language, today or datetime.date.today())
    if period is None or not period.sure:
        return None
    start, end = period.span
    asked = find_collection_question(f"{question[:start]} {question[end:]}", language)
    if asked is None:
        return None
    words = question[start:end]
    last_days = [day for day in (period.end, limited.until) if day]
    of_days = limited._replace(since=period.start, until=min(last_days, default=None))
    requested = RequestedPeriod(period.start, period.end, words, "filter")
    return _choose_publisher(rag, _Asked(asked, of_days, requested))


def _choose_publisher(rag: Rag, asked: _Asked) -> _Asked | None:
    """Return a question asked of the publisher that it names; None where none is called so."""
    publisher = asked.question.publisher
    if not publisher:
        return asked
    known = cast("Mapping[str, int]", rag.generation.manifest["publishers"])
    ignored = load_words(asked.question.language, "collection", "ignored")
    wanted = _list_terms(publisher, ignored)
    named = tuple(name for name in known if _list_terms(name, ignored) == wanted)
    if not named or asked.filters.publishers:
        return None
    return asked._replace(filters=asked.filters._replace(publishers=named))


def _list_terms(name: str, ignored: Collection[str]) -> list[str]:
    """Return the words of a name but for articles."""
    return [word.term for word in find_words(name) if word.term not in ignored]


def _answer(rag: Rag, question: str, asked: _Asked, request: Request) -> Answer:
    """Return the count as a sentence that cites the articles listed."""
    started = time.perf_counter()
    counted = _find_articles(rag, asked.question.forms, asked.filters)
    nearest = "" if counted else _find_nearest_spelling(rag, asked)
    collection = _count(asked.question, counted, nearest)
    listed = _choose_listed(asked.question, counted)
    quotations = [_choose_quotation(rag, article) for article in listed]
    _, cited = citations.cite_quotations(
        quotations, source=rag.read_source, reprints=lambda article: ()
    )
    sentences: tuple[AnswerSentence, ...] = ()
    if counted:
        numbers = tuple(citation.n for citation in cited)
        sentences = (AnswerSentence(collection.statement, numbers),)
    generation = rag.generation
    manifest = generation.manifest
    filters = request.filters._replace(publishers=asked.filters.publishers)
    return Answer(
        question=question,
        language=asked.question.language,
        status="answered" if counted else "not_in_sources",
        sentences=sentences,
        citations=cited,
        hits=(),
        coverage=lookup.describe_coverage(generation, asked.filters),
        generation=generation.name,
        model=str(manifest["model"]),
        fingerprint=str(manifest["fingerprint"]),
        timing_ms={"catalog": 1000 * (time.perf_counter() - started)},
        warnings=(
            *generation.warnings,
            *name_matches.find_unknown_names(filters, manifest),
            *citations.warn_of_changes(cited),
        ),
        today=request.today or datetime.date.today(),
        period=asked.period,
        filters=filters,
        collection=collection,
    )


def _find_articles(rag: Rag, forms: Sequence[str], filters: Filters) -> list[ArticleRow]:
    """Return the articles that have all words, the newest first; without words every article."""
    from rag.index.listing import order_by_day
    from rag.index.topic_articles import find_topic_articles

    articles = find_topic_articles(rag.generation, forms, filters)
    return sorted(articles, key=order_by_day)


def _find_nearest_spelling(rag: Rag, asked: _Asked) -> str:
    """Return the topic as the articles spell it, with how many have it; "" where none has."""
    from rag.question.spelling import IndexWords, correct_spelling

    generation = rag.generation
    words = IndexWords(
        generation.passages_by_language, generation.terms.frequency, generation.vocabulary
    )
    topic = asked.question.topic
    language = asked.question.language
    corrected = correct_spelling(topic, [language], index=words, lexicon=lexicon.get_lexicon())
    return corrected.text if corrected.misspelt else ""


def _choose_listed(
    question: CollectionQuestion, counted: Sequence[ArticleRow]
) -> Sequence[ArticleRow]:
    """Return the articles that are cited: the newest, or the oldest where the first is asked."""
    if question.kind != "since":
        return counted[: MAX_ASKED if question.kind == "articles" else MAX_LISTED]
    dated = [article for article in counted if article.date is not None]
    return (dated or counted)[::-1][:MAX_LISTED]


def _choose_quotation(rag: Rag, row: ArticleRow) -> tuple[Passage, Span]:
    """Return the title where the article's text has it as it is shown, else its first sentence."""
    from rag.reading.shown_text import split_shown_sentences

    rows = rag.generation.article_rows(row.id)
    if not rows:
        raise IndexDamaged(
            f"the index holds no passage of {row.path}, and lists it", hint="rag index --rebuild"
        )
    [passage] = rag.generation.passages(rows[:1])
    article = passage.article
    title = _find_title(article, passage)
    if title is not None:
        return passage, title
    spans = split_shown_sentences(article.document, passage.start, passage.end)
    for start, end in spans:
        if to_one_line(article.document.show(start, end)):
            return passage, Span(start, end)
    return passage, Span(passage.start, passage.end)


def _find_title(article: Article, passage: Passage) -> Span | None:
    """Return where the title stands in the first passage, or right before it."""
    document = article.document
    start = document.text.find(article.title, article.start, passage.end)
    if start < 0 or not article.title:
        return None
    end = start + len(article.title)
    is_shown = document.show(start, end) == article.title
    return Span(start, end) if is_shown else None


def _count(
    question: CollectionQuestion, counted: Sequence[ArticleRow], nearest: str
) -> CollectionCount:
    """Return what is counted of these articles, also in words."""
    from rag.records import CollectionCount

    names = Counter(article.publisher for article in counted if article.publisher)
    days = [article.date for article in counted if article.date is not None]
    publishers = dict(names.most_common())
    count = CollectionCount(
        kind=question.kind,
        topic=question.topic,
        count=len(counted),
        publishers=publishers,
        first=min(days, default=None),
        last=max(days, default=None),
        statement="",
        nearest=nearest,
    )
    return count.with_statement(_word_count(count, question.language))


# Of a kind of question, the statement that tells its days.
_DAY_STATEMENTS = {
    "latest": "latest",
    "since": "since",
    "extent": "days",
    "overview": "days",
}


def _word_count(count: CollectionCount, language: str) -> str:
    """Return a count in words of the question's language."""
    texts: Mapping[str, str] = load_section(language, "collection")["statements"]
    number = "none"
    if count.count:
        number = "one" if count.count == 1 else "several"
    key = number if count.topic else f"all_{number}"
    topic = to_one_line(count.topic)
    parts = [texts[key].format(count=count.count, topic=topic)]
    if count.kind in ("publishers", "overview") and count.publishers:
        names = _name_publishers(count, texts)
        parts.append(texts["publishers"].format(names=names))
    if count.first is not None:
        key = _DAY_STATEMENTS.get(count.kind, "")
        if key:
            days = [day and say_day(day, language) for day in (count.first, count.last)]
            parts.append(texts[key].format(first=days[0], last=days[1]))
    if count.nearest:
        parts.append(texts["nearest"].format(topic=to_one_line(count.nearest)))
    return " ".join(parts)


def _name_publishers(count: CollectionCount, texts: Mapping[str, str]) -> str:
    """Return the most frequent publishers with their numbers of articles, and what is left."""
    names = []
    publishers = list(count.publishers.items())
    for name, articles in publishers[:MAX_LISTED]:
        names.append(f"{to_one_line(name)} ({articles})")
    left = len(publishers[MAX_LISTED:])
    if left:
        names.append(texts["more"].format(count=left))
    unnamed = count.count - sum(count.publishers.values())
    if unnamed:
        names.append(f"{texts['unnamed']} ({unnamed})")
    return ", ".join(names)

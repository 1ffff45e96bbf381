"""What has happened, asked of some days and of nothing else: the first sentence of each of their stories, newest first."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from rag.answer.choosing import Choice
from rag.text.sentences import split_sentences
from rag.text.words import find_words, to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.question.expand import Query
    from rag.records import Article, Hit, Passage, RequestedPeriod, Span

# Questions made of these words alone ask for nothing in particular; folded.
OPEN = """
que qu quoi qui est s il ce c a ont eu lieu se passe passait arrive de d neuf nouveau nouvelle nouvelles actualite actualites
quelles quels sont etaient les des l y t on sait dit y
what has have did is was were there s happened happens happening occurred been going new the news any latest which events on
was ist sind hat haben es sich passiert geschehen ereignet gab gibt neues neu an die nachrichten welche los war ereignisse
que cual cuales ha han hay hubo paso pasado pasa ocurrio ocurrido sucedio sucedido nuevo novedades noticias son fueron las los lo
che cosa e ci c sono ha hanno successo accaduto succede di nuovo novita notizie quali le gli stato state cos
o que aconteceu houve novidades noticias quais sao foram as os
wat is er gebeurd was nieuws het welk voorgevallen
"""


def choose_digest(
    query: Query, hits: Sequence[Hit], asked: RequestedPeriod | None, budget: int
) -> Choice | None:
    """The answer to such a question, at most ``budget`` words; None when this is none."""
    if asked is None:
        return None
    if not _open().issuperset(
        word.term for word in find_words(query.text.replace(asked.words, " "))
    ):
        return None
    quotes: list[tuple[Passage, Span]] = []
    quoted = 0
    for passage, span in _leads(hits, asked):
        quoted += len(passage.article.document.text[span.start : span.end].split())
        if quotes and quoted > budget:
            break
        quotes.append((passage, span))
    return Choice("answered" if quotes else "not_in_sources", quotes, [], [], [])


@functools.cache
def _open() -> frozenset[str]:
    return frozenset(OPEN.split())


def _leads(hits: Sequence[Hit], asked: RequestedPeriod) -> Iterator[tuple[Passage, Span]]:
    stories = {
        hit.passage.article.id: hit.passage for hit in hits if _within(hit.passage.article, asked)
    }
    for passage in sorted(
        stories.values(), key=lambda passage: str(passage.article.date), reverse=True
    ):
        article = passage.article
        found = split_sentences(article.document.text, article.start, article.end)
        told = (span for span in found if _says_more(article, span))
        yield from ((passage, span) for span in list(told)[:1])


def _within(article: Article, asked: RequestedPeriod) -> bool:
    day = article.date
    return (
        day is not None
        and (asked.first is None or asked.first <= day)
        and (asked.last is None or day <= asked.last)
    )


def _says_more(article: Article, span: Span) -> bool:
    """Whether a sentence is more than the headline, a date or a name."""
    said = to_one_line(article.document.text[span.start : span.end])
    return len(said.split()) > 3 and said.strip("# ") != to_one_line(article.title)

"""A store whose rows say what no index would: whoever may write the tables may write anything."""

from __future__ import annotations

import pytest
from test_store import Newsroom, newsroom  # noqa: F401 - a fixture

from rag import Rag
from rag.errors import RagError
from rag.store.connection import connect

QUESTIONS = ("Quand le phare de Kermor a-t-il été rallumé ?", "Quels journaux parlent du phare ?")
LIES = [
    "UPDATE state SET manifest = '{'",
    "UPDATE state SET manifest = '[]'",
    "UPDATE state SET manifest = '{}'",
    "UPDATE state SET manifest = repeat('[', 100000)",
    "UPDATE state SET name = E'\\x1b]0;x'",
    "UPDATE state SET lengths = '{}'",
    "UPDATE state SET lengths = '{-1,NULL,0}'",
    "UPDATE state SET tokens = -1",
    "UPDATE state SET token_frequency = '\\x0102030405'",
    "UPDATE state SET dimension = 3",
    "UPDATE state SET dimension = -1",
    "UPDATE publishers SET key = '\\xff' WHERE number = (SELECT min(number) FROM publishers)",
    "DELETE FROM publishers",
    "UPDATE documents SET text = '\\xff00'",
    "UPDATE documents SET text = ''",
    "UPDATE documents SET path = '\\x00' WHERE row = (SELECT min(row) FROM documents)",
    "UPDATE documents SET path = '\\x2f6465762f7a65726f' WHERE row = (SELECT min(row) FROM documents)",
    "UPDATE documents SET format = 'none'",
    "UPDATE documents SET format_version = -1",
    "UPDATE documents SET media_type = 'x', encoding = 'x', sha256 = 'x'",
    "UPDATE documents SET places = '\\x5b5d'",
    "UPDATE documents SET places = '\\xff'",
    "UPDATE documents SET edits = '\\xff'",
    "UPDATE documents SET edits = '\\x5b5b392c312c2278225d5d'",
    "UPDATE documents SET reading = '{'",
    "DELETE FROM documents",
    "UPDATE articles SET document = 999",
    'UPDATE articles SET start = -5, "end" = 99999',
    'UPDATE articles SET start = 50, "end" = 3',
    "UPDATE articles SET day = 2147483647",
    "UPDATE articles SET day = -2147483648",
    "UPDATE articles SET language = 'xxxxxxxx'",
    "UPDATE articles SET publisher = 999",
    "UPDATE articles SET title = '\\xff', url = '\\xff', publisher_name = '\\xff'",
    "UPDATE articles SET title = convert_to(E'\\u009b2J\\u202e', 'UTF8')",
    "UPDATE articles SET id = id || '!'",
    "UPDATE articles SET first = -3, passages = 99, sentences = -1",
    "UPDATE articles SET cluster = -9",
    "DELETE FROM articles",
    "UPDATE passages SET article = 999",
    'UPDATE passages SET start = -5, "end" = 99999',
    'UPDATE passages SET start = 50, "end" = 3',
    "UPDATE passages SET first_sentence = -7",
    "UPDATE passages SET spans = '\\x01'",
    "UPDATE passages SET spans = ''",
    "UPDATE passages SET spans = repeat('ff', 400)::bytea",
    "UPDATE passages SET tokens = '\\x01'",
    "UPDATE passages SET token_ends = ''",
    "UPDATE passages SET token_ends = decode(repeat('ff', 4000), 'hex')",
    "UPDATE passages SET lengths = '{}'",
    "UPDATE passages SET lengths = '{-1,0,NULL}'",
    "UPDATE passages SET lengths = '{0,0,0}'",
    "UPDATE passages SET day = 2147483647, language = ''",
    "UPDATE passages SET id = 'x'",
    "DELETE FROM passages",
    "UPDATE sentences SET passage = 999",
    "UPDATE sentences SET vector = NULL",
    "UPDATE sentences SET row = -row - 1",
    "DELETE FROM sentences",
    "UPDATE terms SET passages = 0",
    "UPDATE postings SET postings = '{}'",
    "UPDATE postings SET postings = '{-1,9223372036854775807}'",
    "UPDATE postings SET postings = '{NULL}'",
    "DELETE FROM postings",
    "DELETE FROM terms",
    "UPDATE words SET passages = -1, letters = -1, length = -1",
    "DELETE FROM words",
    "DELETE FROM state",
    "ALTER TABLE passages DROP COLUMN spans",
    "ALTER TABLE articles ALTER COLUMN title TYPE text USING 'x'",
    "ALTER TABLE passages ALTER COLUMN lengths TYPE text",
    "ALTER TABLE sentences ALTER COLUMN vector TYPE text USING 'x'",
]


def use(newsroom: Newsroom) -> None:  # noqa: F811
    """Do what reads every table; each quotation that is called exact stands in its file."""
    with Rag.open(newsroom.in_store) as rag:
        steps = [rag.articles, rag.status, lambda: rag.search("phare kermor", top=10)]
        steps += [lambda question=question: rag.ask(question) for question in QUESTIONS]
        for step in steps:
            try:
                answer = step()
            except RagError as error:
                assert error.message
                continue
            for citation in getattr(answer, "citations", ()):
                if citation.verified == "exact":
                    path = citation.passage.article.document.path
                    assert citation.quote in (newsroom.articles.parent / path).read_text("utf-8")


@pytest.mark.parametrize("lie", LIES)
def test_rows_that_lie_end_in_an_answer_or_a_message(newsroom: Newsroom, lie: str) -> None:  # noqa: F811
    """Catches a traceback over a row of another shape, and a file that a row names taken for an article."""
    with connect(newsroom.store) as connection:
        connection.execute(lie)
    try:
        use(newsroom)
    except RagError as error:
        assert error.message and error.hint

"""A store whose rows say what no index would: whoever may write the tables may write anything."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from postgres_server import Server
from test_store import Newsroom, newsroom  # noqa: F401 - a fixture

from rag import Rag
from rag.cli import main
from rag.errors import IndexDamaged, RagError
from rag.pipeline import BuildOptions, build
from rag.settings.store_address import check_store
from rag.store.connection import connect

QUESTIONS = ("Quand le phare de Kermor a-t-il été rallumé ?", "Quels journaux parlent du phare ?")
# What has to be told as damage; most of the others may be answered in spite of.
TOLD = [
    "UPDATE state SET tokens = -1",
    "UPDATE state SET dimension = -1",
    "UPDATE state SET lengths = '{-1,0,0}'",
    "UPDATE state SET lengths = '{}'",
    "UPDATE state SET token_frequency = decode(repeat('ff', 8), 'hex')",
    "UPDATE state SET token_frequency = ''",
    "UPDATE passages SET tokens = decode(repeat('ff', 400), 'hex')",
    "UPDATE articles SET passages = 0",
    "UPDATE articles SET passages = -1",
    "UPDATE articles SET passages = 2147483647",
    *(
        f"UPDATE state SET manifest = jsonb_set(manifest::jsonb, '{{{entry}}}', '{value}')::text"
        for entry, value in (
            ("counts", "{}"),
            ("counts,passages", '"x"'),
            ("counts,passages", "-1"),
            ("dates", "[7, 8]"),
            ("publishers", "[7]"),
            ("passages_by_language", '{"fr": "x"}'),
            ("passages_by_language", "[]"),
        )
    ),
]
# Columns of another type, in every table: whoever changes a table by hand does it, too.
OTHER_COLUMNS = [
    "ALTER TABLE state ALTER COLUMN tokens DROP NOT NULL",
    "ALTER TABLE state ALTER COLUMN tokens TYPE text",
    "ALTER TABLE publishers ALTER COLUMN key TYPE text USING 'x' || number",
    "ALTER TABLE documents ALTER COLUMN text TYPE text USING 'x'",
    "ALTER TABLE articles ALTER COLUMN language TYPE jsonb USING '[{}]'",
    "ALTER TABLE articles ALTER COLUMN id TYPE bytea USING decode(id, 'hex')",
    'ALTER TABLE articles ALTER COLUMN "end" TYPE float8',
    "ALTER TABLE passages ALTER COLUMN terms TYPE text",
    "ALTER TABLE passages ALTER COLUMN spans TYPE text USING 'x'",
    "ALTER TABLE passages DROP COLUMN token_ends",
    "ALTER TABLE sentences ALTER COLUMN vector TYPE text USING 'x'",
    "ALTER TABLE postings ALTER COLUMN postings TYPE text[]",
    "ALTER TABLE terms ALTER COLUMN passages TYPE bigint",
    "ALTER TABLE words ALTER COLUMN letters TYPE text",
]
LIES = [
    "UPDATE state SET manifest = '{'",
    "UPDATE state SET manifest = '[]'",
    "UPDATE state SET manifest = '{}'",
    "UPDATE state SET manifest = repeat('[', 100000)",
    "UPDATE state SET name = E'\\x1b]0;x'",
    "UPDATE state SET lengths = '{-1,NULL,0}'",
    "UPDATE state SET token_frequency = '\\x0102030405'",
    "UPDATE state SET dimension = 3",
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


def execute(newsroom: Newsroom, statement: str) -> None:  # noqa: F811
    with connect(newsroom.store) as connection:
        connection.execute(statement)


@pytest.mark.parametrize("lie", TOLD)
def test_what_cannot_be_so_is_told_as_damage(
    newsroom: Newsroom,  # noqa: F811
    postgres: Server,
    lie: str,
) -> None:
    """Catches counts below 0, tokens that no vocabulary has and a manifest of another shape that end as what nobody
    foresaw, in exit 1, and a way out that ends at the same error.
    """
    execute(newsroom, lie)
    with pytest.raises(IndexDamaged) as caught, Rag.open(newsroom.in_store) as rag:
        for question in QUESTIONS:
            rag.ask(question)
    settings = newsroom.in_store
    if caught.value.hint != "rag index --rebuild":
        assert "rag index --rebuild FOLDER, into another schema" in caught.value.hint
        settings = replace(settings, store=check_store(postgres.address()))
    build(settings, [newsroom.articles], options=BuildOptions(rebuild=True))
    with Rag.open(settings) as rag:
        assert rag.ask(QUESTIONS[0]).citations


@pytest.mark.parametrize("change", OTHER_COLUMNS)
def test_a_column_of_another_type_is_told_when_the_store_is_opened(
    newsroom: Newsroom,  # noqa: F811
    change: str,
) -> None:
    """Catches a value of another type that is only noticed by the sum it enters, and a rebuild named as the way out
    although it keeps the tables as they are.
    """
    execute(newsroom, change)
    with pytest.raises(IndexDamaged, match="has no column") as caught:
        Rag.open(newsroom.in_store)
    assert "another schema" in caught.value.hint


def test_the_command_says_so_in_an_object(
    tmp_path: Path,
    postgres: Server,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Catches exit 1, or nothing on stdout, where an index of a folder ends in exit 5 and an object."""
    address = postgres.address()
    made = Newsroom(tmp_path, address)
    build(made.in_store, [made.articles])
    execute(made, TOLD[0])
    monkeypatch.setenv("RAG_STORE", address)
    assert main(["ask", "--json", QUESTIONS[0]]) == 5
    out, err = capsys.readouterr()
    assert json.loads(out)["error"]["type"] == "IndexDamaged"
    assert "a count below 0" in err

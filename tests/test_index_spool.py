"""What waits on disk comes back as it was read."""

from __future__ import annotations

import datetime
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.index import spool as spool_module
from rag.index.spool import Spool, place_story
from rag.reading.extraction import extract_document
from rag.records import Article, Document, Edit, Place

TEXT = st.text(st.characters(), min_size=1, max_size=40)  # with lone surrogates
MARKDOWN = b"---\ntitle: The ferry\ndate: 2025-03-02\n---\n\nThe *ferry* of Quorl is late.\n"


@settings(max_examples=50, deadline=None)
@given(text=TEXT, title=TEXT, section=st.none() | TEXT, day=st.none() | st.dates())
def test_articles_come_back_as_they_were(text, title, section, day) -> None:
    """Catches a day, a section or a character that is lost, and an article of another file."""
    document = Document(
        "a\udcff.md",
        text,
        "0" * 64,
        "text/markdown",
        "utf-8",
        "markdown",
        3,
        (Place(0, "page", "1"),),
        (Edit(0, 1, "x"),),
    )
    facts = ("P", day, "https://a.example", "fr", 0, len(text), True, section)
    article = Article("1", document, title, *facts)
    other = replace(article, id="2", document=replace(document, path="b.md"))
    with Spool() as spool:
        spool.take_articles([article, replace(article, id="3"), other])
        assert spool.stories_at("a\udcff.md") == [article, replace(article, id="3")]
        assert spool.stories_at("b.md") == [other]
        assert spool.stories_at("c.md") == []
        for each in (other, article):
            assert spool.read_article(place_story(each)) == each
        assert spool.list_formats() == [("a\udcff.md", "markdown", 3), ("b.md", "markdown", 3)]
        assert spool.stories == []  # their files are gone


def test_a_file_is_taken_with_its_stories_and_what_it_says() -> None:
    """Catches a publisher of the table that is not asked, and a reading of another file."""
    file = extract_document("folder/ferry.md", MARKDOWN)
    with Spool([("folder/*", "The Ledger")]) as spool:
        spool.take(file)
        spool.take(extract_document("plain.txt", b"The ferry of Ostrel was sold last week.\n"))
        [article] = spool.stories_at("folder/ferry.md")
        assert article.document == file.document
        assert (article.publisher, article.date) == ("The Ledger", datetime.date(2025, 3, 2))
        assert [story.path for story in spool.stories] == ["folder/ferry.md", "plain.txt"]
        assert all(story.is_read for story in spool.stories)
        [line] = spool.list_readings(["folder/ferry.md", "plain.txt"])
        assert '"path": "folder/ferry.md"' in line
        assert spool.list_readings(["plain.txt"]) == []


FULL = """
import resource, signal
from rag.errors import WriteError
from rag.index.spool import Spool
from rag.records import Article, Document
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20,) * 2)
text = "x" * (1 << 20)
with Spool() as spool:
    try:
        for number in range(64):
            document = Document(f"{number}.txt", text, "", "text/plain")
            spool.take_articles([Article("1", document, "T", None, None, None, "en", 0, 9)])
    except WriteError as error:
        print("refused", error.hint)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="RLIMIT_FSIZE")
def test_no_room_for_temporary_files_is_said() -> None:
    """Catches an error of SQLite's that nobody explains."""
    ran = subprocess.run(
        [sys.executable, "-c", FULL], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.stdout.startswith("refused free some space"), ran.stderr


def test_one_story_of_many_is_read_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a mailbox that is read once for each of its letters."""
    document = Document("box.txt", "A letter. " * 50, "0" * 64, "text/plain", "utf-8")
    facts = ("T", None, None, None, "en")
    letters = [Article(str(n), document, *facts, 10 * n, 10 * n + 9) for n in range(50)]
    decoded = []
    decode = spool_module.decode_article
    monkeypatch.setattr(spool_module, "decode_article", lambda *a: decoded.append(1) or decode(*a))
    with Spool() as spool:
        spool.take_articles(letters)
        read = [spool.read_article(place_story(letter)) for letter in letters]
    assert read == letters
    assert len(decoded) == len(letters)
    assert all(article.document is read[0].document for article in read)

"""The clippings of a Kindle: each is of its own book, and stands on its line of the file."""

from __future__ import annotations

import pytest
from packed_files import check_offsets, make_twins

from rag.errors import SourceError
from rag.reading.extraction import extract_document
from rag.reading.formats.clippings import CLIPPINGS
from rag.reading.formats.plain_text import PLAIN_TEXT

RULE = "=========="
TOWERS = "The Towers of Quell (Ina Roth)"
PLACE = (
    "- Your Highlight on page 12 | location 170-172 | Added on Friday, January 2, 2026 10:00:00 AM"
)
LEANS = "The tower of Quell leans by four degrees to the north."
FILE = [
    (TOWERS, PLACE, LEANS),
    (
        "\ufeffLe Port d'Ambre (roman) (Vial, Jean)",
        "- Votre surlignement à l'emplacement 410-411 | Ajouté le samedi 3 janvier 2026 11:00:00",
        "Le port compta\r\n300 barques.",
    ),
    (
        TOWERS,
        "- Your Note on page 12 | location 172 | Added on Friday, January 2, 2026",
        "Is it true?",
    ),
    (TOWERS, "- Ihre Notiz auf Seite 12 | Hinzugefügt am Freitag, 2. Januar 2026", "Stimmt das?"),
    (TOWERS, "- Your Bookmark on page 20 | location 200 | Added on Friday, January 2, 2026", ""),
    ("A paper without an author", "- Your Highlight on page 1-1 | Added on Friday", "Docks rust."),
]


def write(clippings=FILE, line_end="\r\n"):
    """Return clippings as a Kindle writes them."""
    text = "".join(
        "\r\n".join((book, place, "", words, RULE, "")) for book, place, words in clippings
    )
    return ("\ufeff" + text).replace("\r\n", line_end).encode()


@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_each_clipping_is_of_its_book(line_end):
    """Wrong: a clipping cited as of the first book, a reader's note as of its author, a mark in a title."""
    read = extract_document("My Clippings.txt", write(line_end=line_end))
    document = read.document
    assert document.format == "clippings"
    told = [
        (part.metadata.title, part.metadata.author, document.show(part.start, part.end))
        for part in read.parts
    ]
    assert told == [
        ("The Towers of Quell", "Ina Roth", LEANS),
        ("Le Port d'Ambre (roman)", "Vial, Jean", f"Le port compta{line_end}300 barques."),
        ("A paper without an author", None, "Docks rust."),
    ]
    assert document.locate(read.parts[1].start) == "My Clippings.txt:9"


@pytest.mark.parametrize(
    "text",
    [
        "A list\n- of | things\n- and more\n",
        "A talk\n- of | things\n==\n\n=========== \n",
        "Title\n==========\n\n- a | b\n",
    ],
)
def test_what_only_looks_like_clippings(text):
    """Wrong: any list below a line taken for clippings, and the rest of the text lost."""
    assert extract_document("a.txt", text.encode()).document.format == PLAIN_TEXT.name


def test_damaged_twins():
    """Wrong: a traceback, or offsets outside of what is left."""
    for twin in make_twins(write()):
        try:
            check_offsets(CLIPPINGS.extract(twin))
        except SourceError as error:
            assert error.message


def test_bookmarks_alone():
    """Wrong: an article without a word."""
    with pytest.raises(SourceError, match="without a text"):
        CLIPPINGS.extract(write(FILE[4:5]))

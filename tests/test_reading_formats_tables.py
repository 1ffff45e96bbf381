"""Tables of articles: CSV written by Python's csv, JSON by its json."""

from __future__ import annotations

import csv
import datetime
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packed_files import TEXTS, check_offsets, make_twins

from rag.errors import SourceError
from rag.reading.formats.tables import CSV, JSON, JSON_LINES

HEADS = {
    "fr": ("Titre", "Date", "Source", "Texte"),
    "de": ("Titel", "Datum", "Zeitung", "Volltext"),
    "en": ("headline", "published", "publisher", "article_body"),
    "es": ("Título", "Fecha", "Fuente", "Contenido"),
}
ROWS = [
    (
        "Le pont",
        "2026-03-02",
        "Le Courrier",
        "Le pont de Vaubrun, fermé hier, rouvre lundi.\n« Oui », dit la maire.",
    ),
    (
        "Le port",
        "2026-03-03T10:12:00Z",
        "La Dépêche",
        'Le port d’Ostreville; un quai "neuf" | et deux grues, dit-on.',
    ),
]


def write_csv(rows, *, delimiter: str = ",", codec: str = "utf-8", line_end: str = "\r\n") -> bytes:
    """Rows as CSV."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return stream.getvalue().encode(codec)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_each_row_is_an_article(delimiter, codec):
    """Wrong: the separator taken from the text, a cell cut at its line break, letters of cp1252 lost."""
    extracted = CSV.extract(write_csv([HEADS["fr"], *ROWS], delimiter=delimiter, codec=codec))
    assert len(extracted.parts) == 2
    for part, (title, day, publisher, text) in zip(extracted.parts, ROWS, strict=True):
        shown = extracted.text[part.start : part.end]
        assert shown.endswith(text)
        metadata = part.metadata
        assert (metadata.title, metadata.publisher) == (title, publisher)
        assert metadata.date == datetime.date.fromisoformat(day[:10])
    assert [(place.kind, place.name) for place in extracted.places] == [("row", "2"), ("row", "3")]
    check_offsets(extracted)


@pytest.mark.parametrize("language", HEADS)
@pytest.mark.parametrize("file_format", [CSV, JSON, JSON_LINES], ids=lambda f: f.name)
def test_names_of_columns_in_their_languages(language, file_format):
    """Wrong: English names alone, a column of texts taken for one of words."""
    heads = HEADS[language]
    objects = [dict(zip(heads, row, strict=True)) for row in ROWS]
    data = {
        "csv": write_csv([heads, *ROWS]),
        "json": json.dumps(objects).encode(),
        "jsonl": "\n".join(map(json.dumps, objects)).encode(),
    }[file_format.name]
    extracted = file_format.extract(data)
    assert [part.metadata.title for part in extracted.parts] == ["Le pont", "Le port"]
    assert [part.metadata.publisher for part in extracted.parts] == ["Le Courrier", "La Dépêche"]
    check_offsets(extracted)


@pytest.mark.parametrize("key", ["articles", "items", "data"])
def test_a_list_inside_an_object(key):
    """Wrong: only bare lists; what wraps the list lost into "no articles"."""
    data = json.dumps({"count": 2, key: [{"title": row[0], "text": row[3]} for row in ROWS]})
    assert len(JSON.extract(data.encode()).parts) == 2
    one = json.dumps(
        {
            "title": "Le pont",
            "body": ROWS[0][3],
            "author": {"name": "Line Cassart"},
            "tags": ["pont", "ville"],
        }
    )
    part = JSON.extract(one.encode()).parts[0]
    assert part.metadata.author == "Line Cassart"


@pytest.mark.parametrize("language", TEXTS)
def test_a_table_without_texts_is_one_article(language):
    """Wrong: a figure without the name of its column, a row as an article of a word."""
    heads = ("Ville", "Habitants", "Note")
    rows = [("Vaubrun", "52 250", TEXTS[language][0]), ("Ostreville", "116 581", "")]
    extracted = CSV.extract(write_csv([heads, *rows], delimiter=";"))
    assert (
        extracted.text
        == f"Ville: Vaubrun · Habitants: 52 250 · Note: {TEXTS[language][0]}\n\nVille: Ostreville · Habitants: 116 581"
    )
    assert len(extracted.parts) == 1
    assert [place.name for place in extracted.places] == ["2", "3"]


def test_numbers_and_days():
    """Wrong: seconds since 1970 as no day, a day in words refused, an impossible one a crash."""
    heads = ["title", "date", "lang", "text"]
    text = "Le pont de Vaubrun rouvre enfin lundi matin à dix heures."
    days = ["1772409600", "1772409600000", "2 mars 2026", "2026-13-45", "", "9" * 30]
    extracted = CSV.extract(write_csv([heads, *[["t", day, "fr", text] for day in days]]))
    expected = [datetime.date(2026, 3, 2)] * 3 + [None] * 3
    assert [part.metadata.date for part in extracted.parts] == expected


def test_excel_names_the_separator():
    """Wrong: "sep=;" as the only head."""
    extracted = CSV.extract(b"sep=;\r\n" + write_csv([HEADS["fr"], *ROWS], delimiter=";"))
    assert [part.metadata.title for part in extracted.parts] == ["Le pont", "Le port"]
    assert extracted.places[0].name == "3"


def test_a_long_cell():
    """Wrong: csv's own limit of 131,072 characters in a cell."""
    text = "Le pont de Vaubrun rouvre. " * 10_000
    assert len(CSV.extract(write_csv([("title", "text"), ("Le pont", text)])).text) > 200_000


def test_bad_lines_are_named():
    """Wrong: a file lost for one line, or the line lost in silence."""
    line = json.dumps({"title": "Le pont", "text": ROWS[0][3]})
    extracted = JSON_LINES.extract(f"{line}\n{{oops\n\n[1]\n{line}\n".encode())
    assert extracted.warnings == ("line 2 is no object", "line 4 is no object")
    assert [place.name for place in extracted.places] == ["1", "5"]
    # What is called .json is often JSON Lines.
    assert len(JSON.extract(f"{line}\n{line}\n".encode()).parts) == 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b"[1, 2]",
        b"nonsense",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"1" * 10_000,
        b'"text"',
        b"\x00\x01\xff",
    ],
    ids=range(10),
)
@pytest.mark.parametrize("file_format", [JSON, JSON_LINES], ids=lambda f: f.name)
def test_no_articles(file_format, data):
    """Wrong: RecursionError, a number of ten thousand digits, an empty article."""
    with pytest.raises(SourceError):
        file_format.extract(data)


@pytest.mark.parametrize("file_format", [CSV, JSON, JSON_LINES], ids=lambda f: f.name)
def test_damaged_twins(file_format):
    """Wrong: a traceback of csv or json."""
    objects = [dict(zip(HEADS["fr"], row, strict=True)) for row in ROWS]
    data = {
        "csv": write_csv([HEADS["fr"], *ROWS]),
        "json": json.dumps(objects).encode(),
        "jsonl": "\n".join(map(json.dumps, objects)).encode(),
    }[file_format.name]
    for twin in make_twins(data, 150):
        try:
            check_offsets(file_format.extract(twin))
        except SourceError as error:
            assert error.message


@given(
    st.lists(st.lists(st.text(max_size=60), min_size=1, max_size=5), max_size=8),
    st.sampled_from([",", ";", "\t"]),
)
def test_any_table(rows, delimiter):
    """Wrong: a crash, or a place outside the text, on rows that nobody thought of."""
    data = write_csv(
        [[cell.encode("utf-8", "replace").decode() for cell in row] for row in rows],
        delimiter=delimiter,
    )
    try:
        check_offsets(CSV.extract(data))
    except SourceError as error:
        assert error.message


@given(
    st.lists(
        st.dictionaries(
            st.text(max_size=10),
            st.one_of(
                st.none(),
                st.text(max_size=80),
                st.integers(),
                st.floats(),
                st.lists(st.text(max_size=5)),
            ),
        ),
        max_size=6,
    )
)
def test_any_objects(objects):
    """Wrong: a crash, or a place outside the text, on objects that nobody thought of."""
    try:
        check_offsets(JSON.extract(json.dumps(objects).encode("utf-8", "surrogatepass")))
    except SourceError as error:
        assert error.message


def test_a_short_text_under_a_title_is_an_article():
    """Wrong: a table of briefs read as one article, row by row; a table of labels cut into articles."""
    rows = [("T1", "The ferry stops."), ("T2", "The mill turns.")]
    extracted = CSV.extract(write_csv([("title", "text"), *rows]))
    assert [part.metadata.title for part in extracted.parts] == ["T1", "T2"]
    assert len(CSV.extract(write_csv([("town", "text"), *rows])).parts) == 1


def test_texts_that_are_html():
    """Wrong: tags and addresses quoted; the day of saving taken for that of the article."""
    items = [
        {
            "title": "The dam",
            "url": "https://n.example/dam",
            "content": '<p>It was <b>raised</b> in 2024,&nbsp;<a href="https://x">says</a> Bo.</p><p>Twice.</p>',
            "created_at": "2026-02-03T10:00:00+01:00",
            "published_at": "2026-02-01",
        },
        {
            "title": "Code",
            "content": "if a <b and c> d: use &amp; as it is",
            "created_at": "2026-02-03",
        },
    ]
    extracted = JSON.extract(json.dumps(items).encode())
    first, second = (extracted.text[part.start : part.end] for part in extracted.parts)
    assert first == "The dam\n\nIt was raised in 2024,\u00a0says Bo.\n\nTwice."
    assert second.endswith("if a <b and c> d: use &amp; as it is")
    assert [part.metadata.date for part in extracted.parts] == [datetime.date(2026, 2, 1), None]


def test_a_reading_list():
    """Wrong: one article of addresses and seconds; rows without a text left out; the day of saving that of the article."""
    rows = [
        ("URL", "Title", "Selection", "Folder", "Timestamp"),
        ("https://a.example/1", "The tram", "", "Unread", "1700000000"),
        ("https://a.example/2", "Roofs", "Copper turns green.", "Archive", "1690000000"),
        ("https://a.example/3", "Docks", "", "Archive", "1690000000"),
    ]
    extracted = CSV.extract(write_csv(rows))
    texts = [extracted.text[part.start : part.end] for part in extracted.parts]
    assert texts == ["The tram", "Roofs\n\nCopper turns green.", "Docks"]
    assert [part.metadata.url for part in extracted.parts] == [row[0] for row in rows[1:]]
    assert not any(part.metadata.date for part in extracted.parts)
    rows = [
        ("Name", "URL", "added", "Tags", "x"),
        ("The mill", "https://a.example", "1700000000", "water", "[]"),
    ]
    extracted = CSV.extract(write_csv([*rows, ("The well", "https://b.example", "", "", "")]))
    assert extracted.text == "The mill\n\nTags: water\n\nThe well"
    films = [("title", "budget"), ("The Mill", "4"), ("The Well", "5")]
    assert len(CSV.extract(write_csv(films)).parts) == 1


def test_a_text_in_pieces():
    """Wrong: "was , in white", the words lost that are bold or a link."""
    messages = [
        {"type": "service", "text": "", "date": "2026-02-01T10:00:00"},
        {
            "from": "Port News",
            "date": "2026-02-03T10:00:00",
            "text": [
                "The buoy of Sark was ",
                {"type": "bold", "text": "repainted"},
                " in white on Monday.",
            ],
        },
        {"from": "Port News", "text": "The tender leaves the port of Sark on Friday."},
    ]
    extracted = JSON.extract(json.dumps({"name": "x", "messages": messages}).encode())
    first, second = (extracted.text[part.start : part.end] for part in extracted.parts)
    assert first == "The buoy of Sark was repainted in white on Monday."
    assert second == messages[2]["text"]
    assert {part.metadata.publisher for part in extracted.parts} == {"Port News"}
    tags = [
        {"title": "a", "text": "b", "tags": ["x", "y"], "authors": [{"name": "A"}, {"name": "B"}]}
    ]
    [part] = JSON.extract(json.dumps(tags).encode()).parts
    assert part.metadata.author == "A, B"


def test_a_note_that_was_thrown_away():
    """Wrong: what stands in the bin of a program quoted."""
    note = {"title": "Rope", "textContent": "The shop sells hemp by the metre.", "isTrashed": False}
    extracted = JSON.extract(json.dumps(note).encode())
    assert extracted.text == "Rope\n\nThe shop sells hemp by the metre."
    with pytest.raises(SourceError):
        JSON.extract(json.dumps({**note, "isTrashed": True}).encode())


def test_texts_of_more_programs():
    """Wrong: Facebook's bytes taken for letters, links of Markdown quoted, an activity of Mastodon without its text."""
    meant = "L’écluse est fermée depuis mardi matin, dit la mairie."
    written = {"sender_name": "Ada", "content": meant.encode().decode("latin-1")}
    right = {"sender_name": "Bo", "content": "Elle rouvrira en été, dit-on à Orléans et à Tours."}
    extracted = JSON.extract(json.dumps({"messages": [written, right]}).encode())
    assert extracted.text == f"{meant}\n\n{right['content']}"
    rows = [
        ("title", "body"),
        ("The lamp", "It shines **nine** miles, see [this](https://x.example/a)."),
    ]
    assert CSV.extract(write_csv(rows)).text == "The lamp\n\nIt shines nine miles, see this."
    chat = "<@U2> says that the dredger stays until <https://a.example|May> &amp; leaves, see <https://b.example>."
    said = "@U2 says that the dredger stays until May & leaves, see https://b.example."
    assert JSON.extract(json.dumps([{"text": chat}]).encode()).text == said
    note = {
        "published": "2026-02-03T10:00:00Z",
        "content": "<p>The ferry of Lunn is back and on time, they say.</p>",
    }
    items = [
        {"type": "Create", "object": note},
        {"type": "Announce", "object": "https://o.example/1"},
    ]
    extracted = JSON.extract(json.dumps({"orderedItems": items}).encode())
    assert extracted.text == "The ferry of Lunn is back and on time, they say."
    assert extracted.parts[0].metadata.date == datetime.date(2026, 2, 3)

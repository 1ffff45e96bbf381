"""Metadata before the text."""

from __future__ import annotations

import datetime

import pytest

from rag.reading.front_matter import FrontMatter, find_date_in_name, read_front_matter

DAY = datetime.date(2025, 10, 28)


@pytest.mark.parametrize(
    "head",
    [
        (
            '---\ntitle: "A: title"\ndate: 2025-10-28\npublisher: The Ledger\nurl: '
            "https://a.org/b\n---\n"
        ),
        (
            "---\ntitre: 'A: title'\ndate: 28 octobre 2025\nsource: The Ledger\nlien: "
            "https://a.org/b\ntags:\n  - one\n---\n"
        ),
        (
            "---\r\nTitel: A: title\r\nDatum: 28. Oktober 2025\r\nQuelle: The Ledger\r\nLink: "
            "https://a.org/b\r\n---\r\n"
        ),
        (
            "---\n# comment\ntítulo: A: title\nfecha: 28 de octubre de 2025\nperiódico: The "
            "Ledger\nenlace: https://a.org/b\n---\n"
        ),
        (
            '+++\ntitle = "A: title"\ndate = 2025-10-28T08:00:00Z\npublisher = "The Ledger"\nurl '
            '= "https://a.org/b"\n+++\n'
        ),
        "Title: A: title\nDate: 2025-10-28\nPublisher: The Ledger\nSource: https://a.org/b\n",
    ],
)
def test_front_matter_in_several_languages(head):
    """Wrong: quotes kept, a key of another language unknown, \\r\\n not handled, nested lists as
    the end."""
    found = read_front_matter(head + "\nText.")
    assert found[:4] == ("A: title", "The Ledger", DAY, "https://a.org/b")
    assert (head + "\nText.")[found.body :].strip() == "Text."


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (" date 2025-10-28 The text.", "The text."),
        ("\n\nDate: 28 octobre 2025\nThe text.", "The text."),
        ("fecha 2025-10-28", ""),
    ],
)
def test_a_leading_date(text, rest):
    """Wrong: "date 2025-10-28" left in the text of the article."""
    found = read_front_matter(text)
    assert found.date == DAY
    assert text[found.body :].strip() == rest


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nA rule, not front matter.\n\n---\n\nMore.",
        "---\nnot closed: yes\nA text goes on.",
        "Data: the new oil\n\nEverybody says so.",
        "Source: a friend of the mayor told us.\nMore.",
        "Date palms grow in 2025-10-28 rows.",
        "The date 2025-10-28 is set.",
        "",
    ],
)
def test_text_that_only_looks_like_metadata(text):
    """Wrong: the first lines of an article swallowed."""
    assert read_front_matter(text) == FrontMatter()


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("a/2025-10-28-title.txt", DAY),
        ("20251028_title.md", DAY),
        ("title_2025_10_28.txt", DAY),
        ("2025-13-28.txt", None),
        ("a/1234567890.txt", None),
    ],
)
def test_a_date_in_the_file_name(name, date):
    """Wrong: any eight digits as a date, or a folder's date as the file's."""
    assert find_date_in_name(name) == date
    assert find_date_in_name("2025-10-28/title.txt") is None


@pytest.mark.parametrize(
    "head",
    [
        "---\nitle: a\ndate: 2025-10-28\n...\n",
        "Source: The Ledger\nLink: https://a.org\n",
        "---\n\ndate: 2025-10-28\n# comment\n- item\n  more\n---\n",
    ],
)
def test_heads_that_are_metadata(head):
    """Wrong: YAML that ends with three full stops, or two facts without a date, left in the
    text."""
    front = read_front_matter(head + "Text.")
    assert (head + "Text.")[front.body :] == "Text."


@pytest.mark.parametrize(
    "text",
    [
        "Source: The Ledger\nText.",  # one fact
        "---\ndate: 2025-10-28\n+++\nText.",  # another fence
        "date of 2025-10-28 The text.",
        "date: see 2025-10-28 The text.",
    ],
)
def test_heads_that_are_none(text):
    """Wrong: one fact taken for a head, a fence of another kind that closes."""
    assert read_front_matter(text) == FrontMatter()


def test_the_first_of_two_keys_counts_and_a_date_that_is_none_does_not():
    """Wrong: the last one, or "soon" kept in the place of the date."""
    head = "---\ntitle: One\ntitre: Two\ndate: soon\npublished: 2025-10-28\npublisher: ''\n---\n"
    assert read_front_matter(head)[:4] == ("One", None, DAY, None)


@pytest.mark.parametrize(("lines", "is_read"), [(999, True), (1000, False)])
def test_a_thousand_lines_of_front_matter(lines, is_read):
    """Wrong: a file of pairs read to its end, a limit off by one."""
    head = "---\n" + "key: value\n" * lines + "date: 2025-10-28\n---\n"
    assert (read_front_matter(head).date == DAY) is is_read


BODY = "The bridge of Orme is closed.\n"
HEADS = {
    "doubled quotation mark": ("---\ntitle: 'L''été'\n---\n", {"title": "L'été"}),
    "folded": ("---\ntitle: >-\n  One\n  two\ndate: 2025-10-28\n---\n", {"title": "One two", "date": DAY}),
    "wrapped": ('---\ntitle: "One\ntwo"\n---\n', {"title": "One two"}),
    "remark": ('---\nDatum: "2025-10-28"  # of the paper\n---\n', {"date": DAY}),
    "no YAML": ("---\ntitle: One: two: three\ndate: 2025-10-28\n---\n", {"title": "One: two: three", "date": DAY}),
    "a tab": ("---\ntitle:\tOne\n\tx: y\ntags: [a\n---\n", {"title": "One"}),
    "nested": ("---\nsource:\n  title: No\n  url: https://no.org\nevents:\n  - date: 2020-01-01\n    title: No\ntitle: One\n---\n", {"title": "One", "date": None, "publisher": None, "url": None}),
    "two dashes": ("--\ntitle: One\ndate: 2025-10-28\n\n---\n", {"title": "One", "date": DAY}),
    "JSON": ('{\n  "title": "One",\n  "date": "2025-10-28",\n  "tags": ["x"]\n}\n', {"title": "One", "date": DAY}),
    "TOML": ('+++\ntitle = "One"\ndate = 2025-10-28T10:00:00+01:00\ntags = [\n "a",\n]\n[params]\ntitle = "No"\n+++\n', {"title": "One", "date": DAY}),
    "Pelican": ("Title: One\nNumber: 12\nDate: 2025-10-28\nCategory: News\n\n", {"title": "One", "date": DAY}),
    "MultiMarkdown": ("Title:  One\n   two\nAuthor: A. Bell\nDate: 2025-10-28\nKeywords: x\n\n", {"title": "One two", "author": "A. Bell"}),
    "authors": ("---\ntitle: One\nauthors:\n  - A. Bell\n  - C. Dorn\n---\n", {"author": "A. Bell, C. Dorn"}),
    "authors with tables": ("---\nauthor:\n  name: A. Bell\n  twitter: '@a'\nauthors: no\n---\n", {"author": "A. Bell"}),
    "last change": ("---\ntitle: One\nlastmod: 2025-10-28\n---\n", {"date": DAY}),
    "the day before the last change": ("---\nlastmod: 2026-01-01\npubDate: 2025-10-28 08:00\n---\n", {"date": DAY}),
    "language": ("---\ntitle: One\nlang: de-CH\n---\n", {"language": "de"}),
    "question": ("---\nquestion: Who pays?\ndate: 2025-10-28\n---\n", {"title": "Who pays?"}),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADS)
def test_heads_as_people_write_them(name):
    """Wrong: a value cut or left quoted, a nested key for the article's, a head taken for text."""
    head, expected = HEADS[name]
    front = read_front_matter(head + BODY)
    assert {key: getattr(front, key) for key in expected} == expected
    assert (head + BODY)[front.body :].strip() == BODY.strip()


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1} is how JSON looks.\n',
        '{\n  "colour": "red"\n}\nText.\n',
        "Note: this is a text.\nAnd so on.\n\nMore.",
        "Agenda: one\nTitle: two\n\nMore.",
        "{" * 100_000,
    ],
)
def test_texts_that_begin_like_a_head(text):
    """Wrong: an example of JSON, or a paragraph with colons, taken away."""
    assert read_front_matter(text) == FrontMatter()


def read_lead(text):
    """Return what is seen of the metadata of a file."""
    shown = []
    for piece in read_front_matter(text).lead:
        assert piece.shown is not None or text[piece.start : piece.end].strip()
        shown.append(piece.before + (piece.shown or text[piece.start : piece.end]))
    return "".join(shown)


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        ("---\ntitle: a\ndescription: The inn shuts on 8 May.\n---\nSorry.", "The inn shuts on 8 May."),
        ("---\nsummary: >\n  The inn\n  shuts.\nteaser: 'L''inn'\n---\nx", "The inn shuts.\n\nL'inn"),
        ('+++\ndescription = "An \\"inn\\" shuts"\n+++\nx', 'An "inn" shuts'),
        ('{"title": "a", "description": "Caf\\u00e9 shuts"}\nx', "Café shuts"),
        ("---\ndescription: The inn shuts…\n---\nThe inn shuts on 8 May.", ""),
        ("---\ntitle: The inn\nlayout: post\n---\n", "The inn"),
        ("---\ntitle: The inn\nnote: It shuts on 8 May, they say.\n---\n", "It shuts on 8 May, they say."),
        ("---\ntitle: a\nseo:\n  description: no\n---\nx", ""),
        ("---\ntitle: a\nevent: The inn shuts on 8 May.\nplace: Ostrel\n---\nx", "The inn shuts on 8 May."),
        ("---\ntitle: a\nsummary_fr: L'auberge ferme le 8 mai\n---\nx", "L'auberge ferme le 8 mai"),
        ("---\ntitle: a\nSummary-pt-br: A pousada fecha\n---\nx", "A pousada fecha"),
        ("---\ntitle: a\nsummary_id: 1234\ntitle_en: The inn\n---\nx", ""),
        ("---\ntitle: a\ncover_alt: A man stands in front.\ncopyright: All of it is ours.\n---\nx", ""),
        ("---\ntitle: a\nsrc: Found on https://a.example/b today.\npath: a b c d.\n---\nx", ""),
    ],
)  # fmt: skip
def test_descriptions_are_text(text, lead):
    """Wrong: a description lost, quoted with its syntax, or said twice."""
    assert read_lead(text) == lead


@pytest.mark.parametrize(
    "head",
    [
        "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a, *a]\n" for n in range(900)),
        "[" * 50_000,
        "- " * 20_000,
        "? " * 20_000,
        "x: " * 10_000,
        "a = " + "[" * 900 + "\n",
        '"' * 50_000,
        "\x00\x01: \ud800\n",
        "%YAML 9.9\n---\n!!python/object:os.system {a: 1}\n",
    ],
)
@pytest.mark.parametrize("fence", ["---", "+++"])
def test_hostile_heads(head, fence):
    """Wrong: a bomb of aliases, brackets that take their square, an object made, an exception."""
    text = f"{fence}\n{head}\n{fence}\nText."
    assert read_front_matter(text).title is None


HEADS_OF_TOOLS = [
    '---json\n{\n "title": "Le pont",\n "date": "2026-03-02"\n}\n---\n',
    ';;;\n{"title": "Le pont", "date": "2026-03-02"}\n;;;\n',
    '---toml\ntitle = "Le pont"\ndate = 2026-03-02\n---\n',
    "---yaml\ntitle: Le pont\ndate: 2026-03-02\n---\n",
    "---\ntitle: Le pont\ndate:\n  created: 2026-03-02\n  updated: 2027-01-01\n---\n",
    "---\ntitle: Le pont\nlast_update:\n  date: 2026-03-02\n  author: x\n---\n",
    '+++\ntitle = "Le pont"\n[date]\ncreated = 2026-03-02\n+++\n',
    "---\ntitle: Le pont\ndate: 20260302\n---\n",
    "---\ntitle: Le pont\ndate: 202603021012\n---\n",
    "---\ntitle: Le pont\ndate created: 2026-03-02\n---\n",
    "---\nx: 1\n404: true\nog:image: /a.png\ntitle: Le pont\ndate: 2026-03-02\n---\n",
    "---\na: &a [x,x]\nb: [*a,*a,*a]\ntitle: Le pont\ndate: 2026-03-02\n---\n",
]


@pytest.mark.parametrize("head", HEADS_OF_TOOLS)
def test_heads_of_more_tools(head: str) -> None:
    """Wrong: a head shown as text for its fence or one odd key, a day in digits or in a table not seen."""
    front = read_front_matter(head + "\nIl ferme.\n")
    assert (front.title, front.date, front.body) == (
        "Le pont",
        datetime.date(2026, 3, 2),
        len(head),
    )


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("byline: By Jane Roe", "author", "Jane Roe"),
        ("author: Von Ardenne", "author", "Von Ardenne"),
        ("author: Per Lind", "author", "Per Lind"),
        ("language: French", "language", "fr"),
        ("lang: de_AT", "language", "de"),
        ("language: Klingon", "language", None),
        ("outlet: The Ledger", "publisher", "The Ledger"),
        ('author: "[[Lena Mirow]]"', "author", "Lena Mirow"),
        ('author:\n  - "[[people/bo|Bo Lind]]"\n  - "[Ada](a.md)"', "author", "Bo Lind, Ada"),
    ],
)
def test_values_as_people_write_them(line: str, field: str, value: str | None) -> None:
    """Wrong: "By" as a part of a name, or a name cut at what means "by" elsewhere; a language by its code alone."""
    front = read_front_matter(f"---\ntitle: T\n{line}\n---\n\nText.\n")
    assert getattr(front, field) == value


@pytest.mark.parametrize(
    "head",
    [
        "title: Le pont de Lumes\ndescription: Le pont rouvre lundi.\n",
        'title: "Le pont : on y va"\ndescription: >\n  Le pont : on\n  l\'ouvre lundi.\n',
        '"title": "Le pont"\n"description": "Le pont rouvre lundi."\n',
    ],
)
def test_a_description_that_begins_as_its_title_is_text(head: str) -> None:
    """Wrong: the words of the title taken for the first ones of the description, and the file for one without text."""
    text = f"---\n{head}---\n"
    (piece, *_), last = read_front_matter(text).lead, read_front_matter(text).lead[-1]
    assert text[piece.start : last.end].startswith("Le pont")
    assert text[: piece.start].rstrip(' >"\n').endswith(("description:", 'description":'))
    assert text[piece.start : last.end].endswith("lundi.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "# The mill\n\nStatus: Read\nAuthor: Pia Senn\nPublished: March 3, 2026\nURL: https://a.example/m\n\nIt turns.\n",
            (
                "The mill",
                "Pia Senn",
                datetime.date(2026, 3, 3),
                "https://a.example/m",
                "It turns.\n",
            ),
        ),
        ("# The mill\n\nStatus: Read\nTags: water\n\nIt turns.\n", None),
        ("# The mill\n\nAda: It turns.\nIt has turned since 1958.\n", None),
    ],
)
def test_what_notion_writes_below_a_title(text: str, expected: tuple[object, ...] | None) -> None:
    """Wrong: the properties of a page shown as its text; a dialogue taken for properties."""
    front = read_front_matter(text)
    if expected is None:
        assert front == FrontMatter()
    else:
        rest = text[front.body :].lstrip()
        assert (front.title, front.author, front.date, front.url, rest) == expected

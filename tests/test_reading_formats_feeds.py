"""Feeds: an article for each entry, from XML and JSON as people's programs write them."""

from __future__ import annotations

import datetime
import itertools
import json
import random
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import SourceError
from rag.reading.formats.feeds import FEED, JSON_FEED

SITE = "Le Courrier de Valmarais"
ENTRIES = [
    ("Le bac de Sorville", "<p>Le bac passe à huit heures.</p><p>Il coûte deux francs.</p>"),
    (
        "Prix & marchés",
        "<ul><li>farine, 2 €</li><li>seigle, 3 €</li></ul><p>Lire aussi : <a href='/x'>Le lavoir</a></p>",
    ),
    ("Le moulin", "Le moulin de Valmarais rouvre en septembre, après onze ans."),
]
TEXTS = [
    "Le bac passe à huit heures.\n\nIl coûte deux francs.",
    "farine, 2 €\n\nseigle, 3 €",
    "Le moulin de Valmarais rouvre en septembre, après onze ans.",
]


def make_rss(
    entries=ENTRIES, *, cdata=False, element="description", head='<?xml version="1.0"?>'
) -> str:
    items = []
    for number, (title, text) in enumerate(entries):
        content = f"<![CDATA[{text}]]>" if cdata else escape(text)
        items.append(
            f"<item><title>{escape(title)}</title><link>https://courrier.example/{number}</link>"
            f"<pubDate>Mon, 27 Apr 2026 23:30:00 +0200</pubDate><dc:creator>Aline Tessier</dc:creator>"
            f"<{element}>{content}</{element}></item>"
        )
    return (
        f'{head}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>{SITE}</title><language>fr-FR</language>{''.join(items)}</channel></rss>"
    )


def make_atom(
    entries=ENTRIES, *, kind="html", element="content", head='<?xml version="1.0"?>'
) -> str:
    items = []
    for number, (title, text) in enumerate(entries):
        xhtml = f'<div xmlns="http://www.w3.org/1999/xhtml">{text}</div>'
        content = xhtml if kind == "xhtml" else escape(text)
        items.append(
            f"<entry><title>{escape(title)}</title><id>urn:{number}</id>"
            f'<link href="https://courrier.example/{number}"/><published>2026-04-27T23:30:00+02:00</published>'
            f"<updated>2026-05-01T00:00:00Z</updated><author><name>Aline Tessier</name></author>"
            f'<{element} type="{kind}">{content}</{element}></entry>'
        )
    return (
        f'{head}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>{SITE}</title>'
        f"{''.join(items)}</feed>"
    )


def make_rdf(entries=ENTRIES, *, head='<?xml version="1.0"?>') -> str:
    items = [
        f'<item rdf:about="https://courrier.example/{number}"><title>{escape(title)}</title>'
        f"<link>https://courrier.example/{number}</link><description>{escape(text)}</description>"
        "<dc:date>2026-04-27</dc:date><dc:creator>Aline Tessier</dc:creator></item>"
        for number, (title, text) in enumerate(entries)
    ]
    return (
        f'{head}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>{SITE}</title><dc:language>fr</dc:language></channel>{''.join(items)}</rdf:RDF>"
    )


def make_json(entries=ENTRIES, *, kind="content_html", version="1.1") -> str:
    items = []
    for number, (title, text) in enumerate(entries):
        item = {
            "id": str(number),
            "url": f"https://courrier.example/{number}",
            "title": title,
            kind: text,
        }
        item["date_published"] = "2026-04-27T23:30:00+02:00"
        if version == "1.1":
            item["authors"] = [{"name": "Aline Tessier"}]
        else:
            item["author"] = {"name": "Aline Tessier"}
        items.append(item)
    return json.dumps(
        {
            "version": f"https://jsonfeed.org/version/{version}",
            "title": SITE,
            "language": "fr",
            "items": items,
        },
        ensure_ascii=False,
    )


WRITERS = {
    "rss": make_rss,
    "rss cdata": lambda **head: make_rss(cdata=True, **head),
    "rss encoded": lambda **head: make_rss(element="content:encoded", **head),
    "rss encoded cdata": lambda **head: make_rss(element="content:encoded", cdata=True, **head),
    "atom": make_atom,
    "atom xhtml": lambda **head: make_atom(kind="xhtml", **head),
    "atom summary": lambda **head: make_atom(element="summary", **head),
    "rdf": make_rdf,
}
CODECS = ["utf-8", "utf-8-sig", "iso-8859-15", "cp1252", "utf-16"]
FEEDS = list(itertools.product(WRITERS, CODECS))


def make_feed(writer: str, codec: str) -> bytes:
    declared = "utf-8" if codec == "utf-8-sig" else codec
    return WRITERS[writer](head=f'<?xml version="1.0" encoding="{declared}"?>').encode(codec)


def check(extracted, texts=TEXTS) -> None:
    """Wrong: entries that run together or lose their fields, a box of links as text."""
    parts = extracted.parts
    assert [extracted.text[part.start : part.end] for part in parts] == texts
    assert [part.metadata.title for part in parts] == [title for title, _ in ENTRIES]
    assert [place.name for place in extracted.places] == [title for title, _ in ENTRIES]
    for number, part in enumerate(parts):
        metadata = part.metadata
        assert metadata.publisher == SITE
        assert metadata.author == "Aline Tessier"
        assert metadata.date == datetime.date(2026, 4, 27)
        assert metadata.url == f"https://courrier.example/{number}"
        assert metadata.language == "fr"


@pytest.mark.parametrize(("writer", "codec"), FEEDS)
def test_an_article_for_each_entry(writer, codec):
    data = make_feed(writer, codec)
    assert FEED.fits(data)
    check(FEED.extract(data))


@pytest.mark.parametrize("version", ["1", "1.1"])
def test_a_json_feed(version):
    data = make_json(version=version).encode()
    assert JSON_FEED.fits(data)
    check(JSON_FEED.extract(data))


def test_there_are_enough_feeds():
    assert len(FEEDS) >= 30


def test_summary_and_content():
    """Wrong: the teaser in place of the text, or the text twice."""
    feed = make_rss(
        [("T", "<p>Le texte entier, qui est plus long que son résumé.</p>")],
        element="content:encoded",
    )
    feed = feed.replace("</item>", "<description>Un résumé.</description></item>")
    [part] = FEED.extract(feed.encode()).parts
    assert part.metadata.description == "Un résumé."


WORDPRESS = """<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Harbour Notes</title>{items}</channel></rss>"""
POST = """<item><title>{title}</title><content:encoded><![CDATA[{content}]]></content:encoded>
<wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type></item>"""


def test_an_export_of_wordpress():
    """Wrong: pictures, menus and what was thrown away as articles; shortcodes quoted; paragraphs that run together."""
    content = (
        "The crane lifts <b>ninety</b> tonnes [sic].\n\n"
        '[caption id="a_1" width="300"]<img src="a.jpg"/> The crane at dusk[/caption]\n\n'
        '[gallery ids="1,2"]\n\nIt was built\nin 2025 [1].'
    )
    rows = [
        ("The crane", content, "publish", "post"),
        ("About", "<p>We write of harbours.</p>", "publish", "page"),
        ("crane.jpg", "", "inherit", "attachment"),
        ("Menu", "", "publish", "nav_menu_item"),
        ("Old", "Thrown away.", "trash", "post"),
        ("styles", "{}", "publish", "wp_global_styles"),
    ]
    items = "".join(
        POST.format(title=title, content=text, status=status, kind=kind)
        for title, text, status, kind in rows
    )
    extracted = FEED.extract(WORDPRESS.format(items=items).encode())
    texts = [extracted.text[part.start : part.end] for part in extracted.parts]
    assert texts == [
        "The crane lifts ninety tonnes [sic].\n\nThe crane at dusk\n\nIt was built in 2025 [1].",
        "We write of harbours.",
    ]


def test_an_export_of_blogger():
    """Wrong: the template of a site, its settings and the comments of strangers as articles."""
    kinds = ("template", "settings", "post", "comment", "page")
    entries = "".join(
        f"<entry><title>{kind}</title><content type='html'>Text of the {kind}.</content><category "
        "scheme='http://schemas.google.com/g/2005#kind' "
        f"term='http://schemas.google.com/blogger/2008/kind#{kind}'/><category term='x'/></entry>"
        for kind in kinds
    )
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Pier Diary</title>{entries}</feed>"
    extracted = FEED.extract(feed.encode())
    assert [part.metadata.title for part in extracted.parts] == ["post", "page"]


def test_an_entry_of_an_aggregator_names_its_own_source():
    """Wrong: every article of a planet published by the planet."""
    source = "<source><title>La Gazette d’Ombrelle</title></source></entry>"
    extracted = FEED.extract(make_atom().replace("</entry>", source).encode())
    assert {part.metadata.publisher for part in extracted.parts} == {"La Gazette d’Ombrelle"}


def test_an_entry_that_is_only_a_title_is_found_by_it():
    """Wrong: links of a link list that vanish."""
    [part] = FEED.extract(
        b"<rss><channel><item><title>Le lavoir rouvre</title></item></channel></rss>"
    ).parts
    assert part.metadata.title == "Le lavoir rouvre"
    assert (part.start, part.end) == (0, len("Le lavoir rouvre"))


BROKEN = {
    "truncated": lambda feed: feed[: feed.index("<item>", feed.index("</item>")) + 60],
    "ampersand": lambda feed: feed.replace("Le bac de", "Le bac & de"),
    "undefined entity": lambda feed: feed.replace("francs", "francs&nbsp;&eacute;"),
    "unclosed tag": lambda feed: feed.replace("</link>", "", 1),
    "control character": lambda feed: feed.replace("Il co", "Il\x0bco"),
    "two roots": lambda feed: feed + "<rss></rss>",
    "text before": lambda feed: "\n\n" + feed,
}


@pytest.mark.parametrize("break_feed", BROKEN.values(), ids=BROKEN)
def test_broken_xml_is_read_as_far_as_it_goes(break_feed):
    """Wrong: a feed refused for one character, as browsers do."""
    extracted = FEED.extract(break_feed(make_rss()).encode())
    assert "Le bac passe à huit heures." in extracted.text


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha ha ha ha ">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><rss><channel><item><title>T</title><description>&j; texte</description></item></channel></rss>"
)
EXTERNAL = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    "<rss><channel><item><title>T</title><description>Le texte &a; ici</description></item></channel></rss>"
)


@pytest.mark.parametrize("feed", [BOMB, EXTERNAL], ids=["bomb", "external"])
def test_entities_are_not_expanded(feed):
    """Wrong: a gigabyte from a line of XML, a file of the machine in an article."""
    try:
        text = FEED.extract(feed.encode()).text
    except SourceError:
        return
    assert len(text) < 1000
    with open("/etc/hostname") as file:
        assert file.read().strip() not in text


def test_the_content_is_no_address_of_a_file(tmp_path, monkeypatch):
    """Wrong: a feed that names a file or a site opened by feedparser."""
    path = tmp_path / "secret.xml"
    path.write_text(make_rss(), encoding="utf-8")
    for data in (str(path).encode(), b"http://127.0.0.1:9/feed.xml"):
        with pytest.raises(SourceError):
            FEED.extract(data)


@pytest.mark.parametrize(
    ("data", "fits"),
    [
        (b'<rss version="2.0">', True),
        (b"<?xml version='1.0'?>\n<!-- a -->\n<?xml-stylesheet href='x'?>\n<feed xmlns='x'>", True),
        (b"<!DOCTYPE rss SYSTEM 'x' [<!ENTITY a 'b'>]><rss>", True),
        (b"<atom:feed xmlns:atom='x'>", True),
        (b"<rdf:RDF xmlns='http://purl.org/rss/1.0/'>", True),
        (b"<rdf:RDF xmlns='http://xmlns.com/foaf/0.1/'>", False),
        (b"<html><p>about <rss> tags", False),
        (b"<svg>", False),
        (b"plain text", False),
        (b"", False),
    ],
)
def test_a_feed_is_known_by_its_root(data, fits):
    """Wrong: any XML taken for a feed, a feed under another name for text."""
    assert FEED.fits(data) is fits


@pytest.mark.parametrize(
    "data",
    [
        b"<svg><text>x</text></svg>",
        b"",
        b"no markup",
        b"<rss><channel><title>x</title></channel></rss>",
    ],
)
def test_what_is_no_feed_or_has_no_entry_says_so(data):
    """Wrong: an empty article, or a traceback."""
    with pytest.raises(SourceError, match="feed"):
        FEED.extract(data)


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"[]",
        b'{"items": 3}',
        b'{"items": [3, {}, {"title": 4}]}',
        b'{"items": ' + b"[" * 100_000,
    ],
)
def test_a_json_feed_that_is_none_says_so(data):
    """Wrong: a KeyError or TypeError for values of other kinds."""
    with pytest.raises(SourceError, match="feed"):
        JSON_FEED.extract(data)


def test_damaged_feeds_give_text_or_an_error():
    """Wrong: a traceback of feedparser on a file cut short or overwritten."""
    choose = random.Random(14)
    for writer, codec in FEEDS:
        data = make_feed(writer, codec)
        cut = data[: choose.randrange(len(data))]
        flipped = bytearray(data)
        for _ in range(30):
            flipped[choose.randrange(len(flipped))] = choose.randrange(256)
        for damaged in (cut, bytes(flipped)):
            try:
                assert FEED.extract(damaged).text
            except SourceError as error:
                assert error.message
    data = make_json().encode()
    for end in range(0, len(data), 37):
        with pytest.raises(SourceError):
            JSON_FEED.extract(data[:end])


@given(
    st.lists(
        st.sampled_from(
            [
                "<rss>",
                "<item>",
                "</item>",
                "<title>",
                "<![CDATA[",
                "]]>",
                "&amp;",
                "&#x1;",
                "<!DOCTYPE",
                "[",
                "<!ENTITY a '",
                "é",
                "<?xml",
                "?>",
                "<feed>",
                "<entry>",
                "x='",
                ">",
                "<content type='xhtml'>",
                "<!--",
            ]
        ),
        max_size=30,
    )
)
@settings(max_examples=150, deadline=None)
def test_any_tags_give_text_or_an_error(pieces):
    """Wrong: an exception of feedparser's loose parser for XML that nobody wrote."""
    try:
        assert FEED.extract("".join(pieces).encode()).text
    except SourceError as error:
        assert error.message


HOSTILE = {
    "nested": "<rss><item><description>" + "<a>" * 5_000,
    "nested entries": "<rss>" + "<item><title>x</title>" * 1_000,
    "entries": "<rss><channel>"
    + "<item><title>x</title><description>y &lt;b&gt;</description></item>" * 500,
    "attributes": "<rss><item "
    + " ".join(f"a{n}='x'" for n in range(50_000))
    + "><title>x</title></item></rss>",
    "doctype": "<!DOCTYPE rss ["
    + "<!ENTITY a 'b'>" * 50_000
    + "]><rss><item><title>x</title></item></rss>",
    "open doctype": "<!DOCTYPE rss [" + "<!ENTITY a " * 50_000,
    "angles": "<rss><item><title>" + "<" * 100_000,
    "references": "<rss><item><title>" + "&x" * 100_000,
    "comments": "<rss>" + "<!--" * 50_000,
    "cdata": "<rss><item><title>" + "<![CDATA[" * 50_000,
    "declarations": "<?xml " * 50_000,
}


def test_a_million_tags_are_refused():
    """Wrong: minutes for a feed that nobody wrote."""
    with pytest.raises(SourceError, match="tags"):
        FEED.extract(b"<rss><channel>" + b"<a>" * 1_000_000)


@pytest.mark.parametrize("feed", HOSTILE.values(), ids=HOSTILE)
def test_hostile_feeds_end(feed):
    """Wrong: time that grows with the square of a feed, recursion into its depth."""
    for data in (feed.encode(), feed.encode() + b"</x>"):
        FEED.fits(data)
        try:
            assert FEED.extract(data).text
        except SourceError as error:
            assert error.message

"""Pages: the article without what stands around it, and what the page says of itself."""

from __future__ import annotations

import contextlib
import datetime
import itertools
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import SourceError
from rag.reading.formats.html_page import HTML, make_text_fragment

PARAGRAPHS = [
    "La commune de Valmarais a voté jeudi la réouverture de son moulin, fermé depuis onze ans après "
    "une crue de la Dorlène qui avait emporté la roue et une partie du mur.",
    "Le chantier coûtera 412 000 euros, dont un tiers vient de la région ; les travaux commencent en "
    "septembre et doivent finir avant les premières gelées, selon la maire Odile Ferrandou.",
    "Une association de quarante bénévoles fera tourner les meules deux jours par semaine et vendra "
    "la farine au marché, où elle espère en écouler trois tonnes la première année.",
]
MENU = "<nav><ul><li><a href='/'>Accueil</a></li><li><a href='/sport'>Sport</a></li></ul></nav>"
FOOT = "<footer><p>© 2019 Le Courrier de Valmarais. Tous droits réservés.</p></footer>"
BOXES = [
    "<p>Lire aussi : <a href='/x'>Le lavoir de Fontanges rouvre ses portes</a></p>",
    "<p><a href='/x'>À lire aussi Le lavoir de Fontanges rouvre ses portes</a></p>",
    "<div class='box'><p>Abonnez-vous à notre newsletter pour recevoir le lavoir chaque matin.</p></div>",
    "<div><p>Nous utilisons des cookies pour mesurer l’audience du lavoir. Tout accepter</p></div>",
    "<aside><h3>Sur le même sujet</h3><ul><li><a href='/x'>Le lavoir de Fontanges</a></li></ul></aside>",
    "<p>Read more: <a href='/x'>The lavoir of Fontanges</a></p>",
    "<p>Publicité</p>",
]


def make_page(
    body: str = "",
    *,
    head: str = "",
    title: str = "Le moulin de Valmarais rouvre",
    lang: str = "fr",
    paragraphs: list[str] = PARAGRAPHS,
) -> str:
    text = body or "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body>{MENU}<main><article><h1>{title}</h1>{text}</article></main>{FOOT}</body></html>"
    )


def extract(page: str | bytes):
    return HTML.extract(page if isinstance(page, bytes) else page.encode())


def test_the_article_is_its_paragraphs():
    """Wrong: a menu, a foot or the title in the text, paragraphs that run together."""
    assert extract(make_page()).text == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize("box", BOXES)
@pytest.mark.parametrize("place", [1, 3])
def test_boxes_are_no_part_of_the_article(box, place):
    """Wrong: "Lire aussi" and the title behind it found and cited as this article's words."""
    parts = [f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS]
    parts.insert(place, box)
    text = extract(make_page("".join(parts))).text
    assert text == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    "mark",
    [
        '<sup id="cite_ref-7"><a href="#cite_note-7"><span>[</span>7<span>]</span></a></sup>',
        '<a class="footnote-anchor" href="https://a.example/p/x#footnote-1">1</a>',
        '<sup><a href="#x">*</a></sup>',
        '<a href="#_ftn2"><sup>[2]</sup></a>',
        '<a href="#fnref:1" role="doc-backlink">↩︎</a>',
    ],
)
def test_the_mark_of_a_note_is_no_text(mark):
    """Wrong: "in Dunmoor.1" quoted; what is no mark taken away: a power, a link to another part."""
    beside = "Il fait 10<sup>6</sup> tours, voir la partie <a href='#suite'>2</a>."
    page = make_page("".join(f"<p>{paragraph}{mark} {beside}</p>" for paragraph in PARAGRAPHS))
    seen = "Il fait 106 tours, voir la partie 2."
    assert extract(page).text == "\n\n".join(f"{paragraph} {seen}" for paragraph in PARAGRAPHS)


@pytest.mark.parametrize(
    "mark",
    [
        '<span class="mw-editsection">[<a href="/edit">edit</a>]</span>',
        '<sup class="noprint Inline-Template">[<i><a href="/cn">citation needed</a></i>]</sup>',
        '<div class="noprint">From an encyclopedia</div>',
        '<div><p><a href="#cmnt_ref1" id="cmnt1">[a]</a><span>Is this true?</span></p></div>',
    ],
)
def test_what_is_not_to_be_printed_is_no_text(mark):
    """Wrong: "History[edit]" quoted, or what somebody remarked on a text; an article lost that nobody may print."""
    text = "".join(f"<p>{paragraph}</p>{mark}" for paragraph in PARAGRAPHS)
    page = make_page(f"<div class='noprint'>{text}</div>")
    assert extract(page).text == "\n\n".join(PARAGRAPHS)


def test_a_paragraph_that_speaks_of_cookies_stays():
    """Wrong: an article about the subject of a box taken for the box."""
    paragraph = (
        "La commission a infligé une amende de trois millions à la régie Orbelis parce que son site "
        "déposait des traceurs avant tout accord ; la phrase « nous utilisons des cookies » en bas de "
        "page ne vaut pas consentement, rappelle-t-elle, et le refus doit être aussi simple que "
        "l’accord, au même endroit et en un geste."
    )
    text = extract(make_page(paragraphs=[*PARAGRAPHS, paragraph])).text
    assert text.endswith(paragraph)


def test_headings_lists_and_tables_are_readable():
    """Wrong: items that run together, a table row without its heads."""
    body = (
        f"<p>{PARAGRAPHS[0]}</p><h2 id='prix'>Les prix</h2><p>{PARAGRAPHS[1]}</p>"
        "<ul><li>farine de blé, le kilo à deux euros</li><li>farine de seigle, le kilo à trois euros</li></ul>"
        f"<p>{PARAGRAPHS[2]}</p>"
        "<table><tr><th>Année</th><th>Tonnes</th></tr><tr><td>2024</td><td>3,1</td></tr>"
        "<tr><td>2025</td><td>4,7</td></tr></table>"
    )
    extracted = extract(make_page(body))
    text = extracted.text
    assert "\n\nLes prix\n\n" in text
    assert "farine de blé, le kilo à deux euros\n\nfarine de seigle" in text
    assert "Année: 2024 · Tonnes: 3,1\nAnnée: 2025 · Tonnes: 4,7" in text
    [place] = [place for place in extracted.places if place.name == "prix"]
    assert text[place.offset :].startswith("Les prix")


TABLES = {
    "a box of facts": (
        "<tr><th>Hauteur</th><td>31 m</td></tr><tr><th>Construit</th><td>1871</td></tr>",
        "Hauteur: 31 m\nConstruit: 1871",
    ),
    "a box with a title": (
        "<tr><th colspan=2>Phare</th></tr><tr><th>Hauteur</th><td>31 m</td></tr><tr><th>Vu</th><td>de loin</td></tr>",
        "Phare\nHauteur · 31 m\nVu · de loin",
    ),
    "facts without a mark": (
        "<tr><td>Propriétaire</td><td>la ville</td></tr><tr><td>Construit</td><td>1871</td></tr>",
        "Propriétaire · la ville\nConstruit · 1871",
    ),
    "columns": (
        "<tr><th>Ville</th><th>Bateaux</th></tr><tr><td>Brem</td><td>310</td></tr>",
        "Ville: Brem · Bateaux: 310",
    ),
    "columns without a mark": (
        "<tr><td>Ville</td><td>Bateaux</td></tr><tr><td>Brem</td><td>310</td></tr><tr><td>Orr</td><td>12</td></tr>",
        "Ville: Brem · Bateaux: 310\nVille: Orr · Bateaux: 12",
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_what_a_table_says(name):
    """Wrong: "Hauteur: Construit · 31 m: 1871", the first fact of a box taken for the heads of its columns."""
    rows, told = TABLES[name]
    first, *others = PARAGRAPHS
    page = make_page(
        "".join((f"<p>{first}</p><table>{rows}</table>", *(f"<p>{other}</p>" for other in others)))
    )
    assert extract(page).text == "\n\n".join((first, told, *others))


HEADS = {
    "json-ld": "<script type='application/ld+json'>"
    + json.dumps(
        {
            "@context": "https://schema.org",
            "@graph": [
                {
                    "@type": "NewsArticle",
                    "headline": "Le moulin de Valmarais rouvre",
                    "datePublished": "2026-03-02T10:12:00+01:00",
                    "author": [{"@type": "Person", "name": "Aline Tessier"}],
                    "publisher": {"@type": "Organization", "name": "Le Courrier de Valmarais"},
                }
            ],
        }
    )
    + "</script>",
    "open-graph": "<meta property='og:title' content='Le moulin de Valmarais rouvre'>"
    "<meta property='article:published_time' content='2026-03-02'>"
    "<meta name='author' content='Aline Tessier'>"
    "<meta property='og:site_name' content='Le Courrier de Valmarais'>",
    "dublin-core": "<meta name='DC.title' content='Le moulin de Valmarais rouvre'>"
    "<meta name='DC.date' content='2 mars 2026'><meta name='DC.creator' content='Aline Tessier'>"
    "<meta name='DC.publisher' content='Le Courrier de Valmarais'>",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_what_a_page_says_of_itself(head):
    """Wrong: the day of the foot, the site for the author, "| Le Courrier" in the title."""
    address = "<link rel='canonical' href='https://courrier.example/moulin'>"
    page = make_page(head=head + address).replace("</title>", " | Le Courrier de Valmarais</title>")
    metadata = extract(page).metadata
    assert metadata.title == "Le moulin de Valmarais rouvre"
    assert metadata.publisher == "Le Courrier de Valmarais"
    assert metadata.author == "Aline Tessier"
    assert metadata.date == datetime.date(2026, 3, 2)
    assert metadata.url == "https://courrier.example/moulin"
    assert metadata.language == "fr"


@pytest.mark.parametrize(
    "line",
    [
        "<p class='meta'>Publié le 2 mars 2026 à 10h12</p>",
        "<time datetime='2026-03-02T10:12'>hier</time>",
        "<div><span>Par Aline Tessier</span> <span>2 mars 2026</span></div>",
        "<p>Veröffentlicht am 2. März 2026</p>",
        "<p>March 2, 2026</p>",
    ],
)
def test_the_day_under_the_title(line):
    """Wrong: no day, or the event's day that stands in the text."""
    event = (
        "<p>La fête du moulin aura lieu le 14 juillet 2027, avec un bal et une vente de pain.</p>"
    )
    body = line + "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS) + event
    assert extract(make_page(body)).metadata.date == datetime.date(2026, 3, 2)


def test_no_day_of_the_foot_and_none_of_today():
    """Wrong: the copyright's year or the day of the reading as the article's day."""
    assert extract(make_page()).metadata.date is None


def test_a_page_of_links_is_an_error_and_no_menu():
    """Wrong: the front page of a site as an article that answers questions."""
    items = "".join(
        f"<li><a href='/{n}'>Un titre de la une, numéro {n}</a></li>" for n in range(80)
    )
    page = f"<html><body>{MENU}<ul>{items}</ul></body></html>"
    with pytest.raises(SourceError, match="without an article"):
        extract(page)


@pytest.mark.parametrize(
    "page", ["", "<html></html>", "<html><body><script>x()</script></body></html>"]
)
def test_a_page_without_text_is_an_error(page):
    """Wrong: an empty article, or a traceback of the parser."""
    with pytest.raises(SourceError):
        extract(page)


@pytest.mark.parametrize(
    ("codec", "declared"),
    [
        ("utf-8", "utf-8"),
        ("cp1252", "iso-8859-1"),
        ("cp1252", "windows-1252"),
        ("iso8859-15", "iso-8859-15"),
        ("utf-8", "iso-8859-1"),
        ("utf-8-sig", "windows-1252"),
        ("utf-16", "utf-16"),
        ("cp1252", "no-such-codec"),
        ("cp1252", ""),
    ],
)
def test_the_codec_is_found_as_browsers_find_it(codec, declared):
    """Wrong: "dÃ©cembre", a declaration believed against the bytes, an unknown one that stops."""
    meta = f"<meta charset='{declared}'>" if declared else ""
    text = PARAGRAPHS[1].replace("euros", "€" if codec != "iso8859-15" else "euros")
    page = make_page(paragraphs=[text, PARAGRAPHS[2]]).replace('<meta charset="utf-8">', meta)
    page = page.replace("’", "'")
    expected = text.replace("’", "'")
    assert extract(page.encode(codec)).text.startswith(expected)


def test_one_bad_byte_costs_that_byte():
    """Wrong: a page refused, or read as another language's, for one damaged character."""
    data = make_page().encode().replace("réouverture".encode(), b"r\xe9ouverture", 1)
    text = extract(data).text
    assert "ouverture" in text
    assert PARAGRAPHS[2] in text


def test_a_page_written_by_hand_is_read_whole():
    """Wrong: an old page without paragraphs given up, or cut to one of its lines."""
    page = "<html><body>Le bac de Sorville passe à huit heures.<br><br>Il coûte deux francs.</body></html>"
    assert extract(page).text == "Le bac de Sorville passe à huit heures.\n\nIl coûte deux francs."


@pytest.mark.parametrize(
    ("data", "fits"),
    [
        (b"<!DOCTYPE html><p>x", True),
        (b"\xef\xbb\xbf \n<HTML lang=fr>", True),
        (b"<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC 'x'>", True),
        (b"<!-- saved from url=(0014)about:internet -->\n<html>", True),
        (b"An article about <html> tags", False),
        (b"<?xml version='1.0'?><rss>", False),
        (b"", False),
    ],
)
def test_a_page_is_known_by_its_beginning(data, fits):
    """Wrong: prose about HTML taken for a page, a saved page under another name for text."""
    assert HTML.fits(data) is fits


def make_pages() -> list[bytes]:
    """Return forty pages: heads, lines with a day, boxes and codecs in all combinations."""
    pages = []
    for head, box in itertools.product([*HEADS.values(), ""], BOXES):
        parts = [f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS]
        parts.insert(2, box)
        page = make_page("".join(parts), head=head)
        pages.append(page.encode())
        pages.append(page.encode("cp1252", "replace"))
    return pages


def test_damaged_pages_give_text_or_an_error():
    """Wrong: a traceback of lxml, trafilatura or htmldate on a page cut short or overwritten."""
    choose = random.Random(14)
    pages = make_pages()
    assert len(pages) >= 30
    for page in pages:
        cut = page[: choose.randrange(len(page))]
        flipped = bytearray(page)
        for _ in range(40):
            flipped[choose.randrange(len(flipped))] = choose.randrange(256)
        for damaged in (cut, bytes(flipped)):
            try:
                assert HTML.extract(damaged).text
            except SourceError as error:
                assert error.message


@given(st.text(alphabet="<>/=\"'& abipdhtmlé1\n-![]?", max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_characters_give_text_or_an_error(text):
    """Wrong: an exception of a library for markup that nobody wrote."""
    with contextlib.suppress(SourceError):
        HTML.extract(b"<html>" + text.encode())


HOSTILE = {
    "nested": "<div>" * 300_000 + PARAGRAPHS[0],
    "attributes": "<body "
    + " ".join(f"a{n}=x" for n in range(100_000))
    + f"><p>{PARAGRAPHS[0]}</p>",
    "open tags": "<b><i>" * 20_000 + PARAGRAPHS[0],
    "angles": "<" * 300_000,
    "quotes": "<a href='" + "x" * 300_000,
    "entities": "&amp;" * 200_000,
    "comments": "<!--" * 100_000,
    "items": "<ul><li>" * 5_000 + PARAGRAPHS[0],
    "tables": "<table><tr><td>" * 2_000 + PARAGRAPHS[0],
    "cells": "<table>" + "<tr><td>1</td><td>2</td></tr>" * 30_000 + "</table>",
    "one word": "<p>" + "a" * 1_000_000,
    "spaces": "<p>" + " " * 1_000_000 + "x",
    "breaks": "<p>" + "<br>" * 100_000 + "x",
    "small paragraphs": "<p>abc def</p>" * 50_000,
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_pages_end(body):
    """Wrong: time that grows with the square of a page, recursion into its depth."""
    with contextlib.suppress(SourceError):
        HTML.extract(f"<!DOCTYPE html><html><body>{body}".encode())


def test_fifty_million_characters_are_refused():
    """Wrong: minutes and gigabytes for a page that nobody wrote."""
    with pytest.raises(SourceError, match="more than 20 million"):
        HTML.extract(b"<html>" + b"<div>" * 10_000_000)


def test_images_that_are_written_into_a_page_do_not_count():
    """Wrong: a page saved as one file refused for its pictures, or their letters cited."""
    image = f"<img src='data:image/png;base64,{'QUJD' * 6_000_000}'>"
    text = extract(make_page(image + "".join(f"<p>{p}</p>" for p in PARAGRAPHS))).text
    assert text == "\n\n".join(PARAGRAPHS)


def test_the_same_bytes_give_the_same_text():
    """Wrong: a choice that depends on what was read before: no citation could be verified."""
    pages = make_pages()[:10]
    first = [HTML.extract(page) for page in pages]
    second = [HTML.extract(page) for page in reversed(pages)]
    assert first == second[::-1]


@pytest.mark.parametrize(
    ("quotation", "fragment"),
    [
        ("Il a dit oui.", "#:~:text=Il%20a%20dit%20oui."),
        ("a, b & c-d", "#:~:text=a%2C%20b%20%26%20c%2Dd"),
        ("two  words", "#:~:text=two%20words"),
        ("a b c d e f\n\ng h i j k l", "#:~:text=a%20b%20c%20d%20e,h%20i%20j%20k%20l"),
        ("One\ntwo three\n", "#:~:text=One,two%20three"),
        ("w " * 150 + "end", "#:~:text=w%20w%20w%20w%20w,w%20w%20w%20w%20end"),
    ],
)
def test_a_text_fragment_finds_the_sentence(quotation, fragment):
    """Wrong: a comma or a hyphen that the browser reads as its own syntax."""
    assert make_text_fragment(quotation) == fragment


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Le moulin rouvre · Valmarais</title>", "<h1>Valmarais</h1>", "Le moulin rouvre"),
        (
            "<title>Le moulin rouvre - Le Courrier</title>",
            "<h1>Le moulin rouvre</h1>",
            "Le moulin rouvre",
        ),
        ("<title>Le moulin rouvre</title>", "<h1>Une</h1><h1>Deux</h1>", "Le moulin rouvre"),
        ("<meta property='x:title dc:title' content='Le moulin rouvre'>", "", "Le moulin rouvre"),
        ("", "<h1>Le moulin rouvre</h1>", "Le moulin rouvre"),
    ],
)
def test_the_title_is_the_articles(head, body, title):
    """Wrong: the site's name for the title, because the site has it as a heading."""
    site = "<meta property='og:site_name' content='Valmarais'>"
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    page = f"<html><head>{site}{head}</head><body>{body}{text}</body></html>"
    assert extract(page).metadata.title == title


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("<p class='byline'>Par Aline Tessier</p>", "Aline Tessier"),
        ("<a rel='author' href='/a'>Aline Tessier</a>", "Aline Tessier"),
        ("<span itemprop='author'>By Aline Tessier</span>", "Aline Tessier"),
        ("<div class='author-box'>Tous les articles</div>", None),
        ("<p class='byline'>2 mars 2026 · 10h12</p>", None),
    ],
)
def test_the_author_of_a_byline(line, author):
    """Wrong: "Par" in the name, a day or a button for an author."""
    page = make_page(line + "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS))
    assert extract(page).metadata.author == author


PAGE = """<html><head><title>{title}</title><meta property="og:site_name" content="{site}"></head><body>
<div><h1>{top}</h1></div><article><h3>{heading}</h3>{data}<p>The ferry of Aldmoor stops on Sundays, says its captain, who has
steered it for thirty years and more.</p><p>From May on it runs again, twice a day, and takes bicycles as well.</p></article></body></html>"""


def read_page(**parts: str):
    """What a page says of itself."""
    whole = {"title": "T", "site": "S", "top": "T", "heading": "H", "data": "", **parts}
    return HTML.extract(PAGE.format(**whole).encode()).metadata


@pytest.mark.parametrize(
    ("site", "publisher"),
    [
        ("The Ledger", "The Ledger"),
        ("The Ledger | News of the coast", "The Ledger"),
        ("The Ledger – News - and more", "The Ledger"),
        ("Ouest-Matin", "Ouest-Matin"),
        ("https://www.ledger.example", "ledger.example"),
        ("@ledger", "ledger"),
        ("|", "|"),
    ],
)
def test_the_name_of_a_site_is_no_slogan_and_no_address(site, publisher):
    """Wrong: the slogan of a site, its address or its account as the publisher."""
    assert read_page(site=site).publisher == publisher


def test_a_site_that_stands_above_its_articles_is_no_title():
    """Wrong: the name of a blog as the title of each of its articles."""
    page = {"top": "The Boats", "heading": "A ferry stops"}
    assert read_page(title="The Boats: A ferry stops", **page).title == "A ferry stops"
    assert read_page(title="The Boats - Almanac", **page).title == "The Boats"


def test_a_day_beside_the_head_of_a_row_is_no_day_of_the_article():
    """Wrong: the day of a foundation, in the box beside a text, as that of the text."""
    row = "<table><tr><{0}>Founded</{0}><td>28 February 1998</td></tr></table>"
    assert read_page(data=row.format("th")).date is None
    assert read_page(data=row.format("td")).date == datetime.date(1998, 2, 28)

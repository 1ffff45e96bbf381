"""E-books, packed by hand as editors of EPUB 2 and 3 pack them."""

from __future__ import annotations

import datetime
import zipfile
from io import BytesIO
from xml.sax.saxutils import escape

import pytest
from packed_files import TEXTS, check_offsets, check_twins, pack, unpack

from rag.errors import SourceError
from rag.reading.formats.epub import EPUB

CONTAINER = '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/content.opf"/></rootfiles></container>'


def write(chapters, *, metadata: str = "", contents: str = "none", extra=None) -> bytes:
    """A book of the bodies of chapters, with a table of contents of EPUB 2 or 3 that names them "Chapitre 1"."""
    items, spine, links, points = "", "", "", ""
    members = {"mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER}
    # Named against the order of reading.
    names = [f"text/{chr(122 - number % 26)}{number} x.xhtml" for number in range(len(chapters))]
    for number, (name, body) in enumerate(zip(names, chapters, strict=True)):
        members[f"OEBPS/{name}"] = (
            '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">'
            f'<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title>Rien</title></head><body>{body}</body></html>'
        )
        href = name.replace(" ", "%20")
        items += f'<item id="c{number}" href="{href}" media-type="application/xhtml+xml"/>'
        spine += f'<itemref idref="c{number}"/>'
        links += f'<li><a href="{href}">Chapitre {number + 1}</a></li>'
        points += f'<navPoint><navLabel><text>Chapitre {number + 1}</text></navLabel><content src="{href}"/></navPoint>'
    if contents == "nav":
        items += (
            '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        )
        spine = '<itemref idref="nav"/>' + spine
        members["OEBPS/nav.xhtml"] = (
            '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>'
            f'<nav epub:type="toc"><ol>{links}</ol></nav></body></html>'
        )
    if contents == "ncx":
        items += '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
        members["OEBPS/toc.ncx"] = (
            f'<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>{points}</navMap></ncx>'
        )
    members["OEBPS/content.opf"] = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata>{metadata}</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    return pack({**members, **(extra or {})})


def make_chapters(language: str, count: int = 3) -> list[str]:
    """Chapters of a heading and two paragraphs."""
    heading, *paragraphs = map(escape, TEXTS[language])
    return [
        f"<h1>{heading} {number}</h1>" + "".join(f"<p>{text}</p>" for text in paragraphs)
        for number in range(count)
    ]


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("contents", ["none", "nav", "ncx"])
def test_chapters_in_the_order_of_the_spine(language, contents):
    """Wrong: the order of the archive, the table of contents as a chapter, places without their titles."""
    data = write(make_chapters(language), contents=contents)
    assert EPUB.fits(data)
    extracted = EPUB.extract(data)
    heading, *paragraphs = TEXTS[language]
    blocks = []
    for number in range(3):
        blocks += [f"{heading} {number}", *paragraphs]
    assert extracted.text == "\n\n".join(blocks)
    names = [f"{heading} {n}" if contents == "none" else f"Chapitre {n + 1}" for n in range(3)]
    assert [place.name for place in extracted.places] == names
    assert [
        extracted.text[place.offset :].startswith(f"{heading} {n}")
        for n, place in enumerate(extracted.places)
    ]
    assert [(part.start, part.end) for part in extracted.parts] == [(0, len(extracted.text))]
    check_offsets(extracted)


def test_anchors_of_the_table_of_contents():
    """Wrong: all chapters of one file at its beginning."""
    body = '<h1>Un</h1><p>Le pont.</p><div id="deux"><h1>Deux</h1><p>Le port.</p></div>'
    data = write([body], contents="ncx")
    members = unpack(data)
    toc = members["OEBPS/toc.ncx"].decode()
    more = toc.replace(
        "</navMap>",
        '<navPoint><navLabel><text>Le port</text></navLabel><content src="text/z0%20x.xhtml#deux"/></navPoint></navMap>',
    )
    extracted = EPUB.extract(pack({**members, "OEBPS/toc.ncx": more}))
    assert [(place.name, extracted.text[place.offset :][:3]) for place in extracted.places] == [
        ("Chapitre 1", "Un\n"),
        ("Le port", "Deu"),
    ]


def test_what_the_book_says_of_itself():
    """Wrong: chapters without author, publisher and day."""
    metadata = (
        "<dc:title>Les ponts de Vaubrun</dc:title><dc:creator>Line Cassart</dc:creator><dc:publisher>Éditions du Quai</dc:publisher>"
        "<dc:date>2026-03-02</dc:date><dc:language>fr-FR</dc:language>"
    )
    whole = EPUB.extract(write(make_chapters("fr"), metadata=metadata)).parts[0].metadata
    assert (whole.title, whole.author, whole.publisher) == (
        "Les ponts de Vaubrun",
        "Line Cassart",
        "Éditions du Quai",
    )
    assert (whole.date, whole.language) == (datetime.date(2026, 3, 2), "fr")


@pytest.mark.parametrize(
    ("language", "generator", "expected"),
    [
        ("en", "LibreOffice/7.4 (libepubgen/0.1.1)", None),
        ("fr", "LibreOffice/7.4 (libepubgen/0.1.1)", "fr"),
        ("en", "Sigil", "en"),
    ],
)
def test_what_libreoffice_says_of_every_book(language, generator, expected):
    """Wrong: a French book stemmed as English and called "Unknown Title"."""
    metadata = (
        f"<dc:title>Unknown Title</dc:title><dc:language>{language}</dc:language>"
        f'<meta content="{generator}" name="generator"/>'
    )
    whole = EPUB.extract(write(make_chapters("fr"), metadata=metadata)).parts[0].metadata
    assert (whole.title, whole.language) == (None, expected)


def test_what_a_person_does_not_read():
    """Wrong: marks of notes in words, styles and scripts in the text, entities lost."""
    body = (
        '<style>p {color: red}</style><p>Le pont&nbsp;rouvre<sup><a href="#n1">1</a></sup>,<br/>dit la maire&#160;: '
        '«&#160;oui&#160;»&hellip;<a epub:type="noteref" href="#n2">2</a></p><script>alert(1)</script><p>10<sup>6</sup> euros</p><pre>a  b</pre>'
    )
    text = EPUB.extract(write([body])).text
    assert (
        text == "Le pont\u00a0rouvre,\ndit la maire\u00a0: «\u00a0oui\u00a0»…\n\n106 euros\n\na b"
    )


def test_a_table_is_read_with_its_heads():
    """Wrong: a figure without the name of its column."""
    body = (
        "<table><thead><tr><th>Ville</th><th>Habitants</th></tr></thead><tbody><tr><td>Vaubrun</td><td>52 250</td></tr>"
        "<tr><td><p>Ostreville</p></td><td>116 581</td></tr></tbody></table>"
    )
    assert (
        EPUB.extract(write([body])).text
        == "Ville: Vaubrun · Habitants: 52 250\n\nVille: Ostreville · Habitants: 116 581"
    )


def make_lock(algorithm: str) -> str:
    """What says how members are encrypted."""
    return (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:enc="http://www.w3.org/2001/04/xmlenc#">'
        f'<enc:EncryptedData><enc:EncryptionMethod Algorithm="{algorithm}"/></enc:EncryptedData></encryption>'
    )


def test_locked_books():
    """Wrong: cipher text as words, "damaged" for a lock; refusing a book whose fonts alone are scrambled."""
    locks = [
        {"META-INF/rights.xml": "<rights/>"},
        {"META-INF/license.lcpl": "{}"},
        {"META-INF/encryption.xml": make_lock("http://www.w3.org/2001/04/xmlenc#aes128-cbc")},
    ]
    for lock in locks:
        with pytest.raises(SourceError, match="DRM") as caught:
            EPUB.extract(write(make_chapters("fr"), extra=lock))
        assert caught.value.hint
    fonts = {"META-INF/encryption.xml": make_lock("http://www.idpf.org/2008/embedding")}
    assert EPUB.extract(write(make_chapters("fr"), extra=fonts)).text


def test_a_broken_chapter_is_named():
    """Wrong: a book lost for one chapter."""
    chapters = make_chapters("fr", 2)
    chapters[1] = "<!-- " + "x" * 10
    data = write(chapters)
    members = unpack(data)
    name = next(name for name in members if "y1" in name)
    extracted = EPUB.extract(pack({**members, name: b"\x00\x01\x02"}))
    assert len(extracted.warnings) == 1
    assert "y1 x.xhtml" in extracted.warnings[0]
    # What is only written badly is read.
    members[name] = b"<html><body><p>Ouvert <b>et jamais ferm\xc3\xa9</p><p>Suite & fin"
    assert "Ouvert et jamais fermé" in EPUB.extract(pack(members)).text


@pytest.mark.parametrize("contents", ["nav", "ncx"])
def test_damaged_twins(contents):
    """Wrong: a traceback of zipfile or lxml."""
    check_twins(EPUB, write(make_chapters("fr"), contents=contents), count=60)


def test_hostile_books():
    """Wrong: memory for a bomb, a member outside the archive, an archive in the archive read."""
    bomb = write(["<p>" + " " * (20 << 20) + "</p>"])
    with pytest.raises(SourceError, match=r"no text|bomb"):
        EPUB.extract(bomb)
    members = unpack(write(make_chapters("fr", 1)))
    climbing = members["META-INF/container.xml"].replace(b"OEBPS/content.opf", b"../../etc/passwd")
    with pytest.raises(SourceError, match="missing"):
        EPUB.extract(pack({**members, "META-INF/container.xml": climbing}))
    nested = EPUB.extract(pack({**members, "OEBPS/inner.epub": write(make_chapters("de"))}))
    assert "Brücke" not in nested.text
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        for number in range(20_001):
            archive.writestr(f"{number}", b"")
    with pytest.raises(SourceError, match="more than"):
        EPUB.extract(buffer.getvalue())

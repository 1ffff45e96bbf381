"""OpenDocument texts, packed as LibreOffice packs them."""

from __future__ import annotations

import datetime
from xml.sax.saxutils import escape

import pytest
from packed_files import TEXTS, check_offsets, check_twins, pack

from rag.errors import SourceError
from rag.reading.formats.odt import ODT

NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office", "text": "text", "table": "table", "draw": "drawing", "meta": "meta", "style": "style",
        "svg": "svg-compatible",
    }.items()
)  # fmt: skip
MIME = "application/vnd.oasis.opendocument.text"


def write(body: str, *, meta: str = "", manifest: str = "", styles: str = "") -> bytes:
    """A document of this body."""
    return pack(
        {
            "mimetype": MIME,
            "content.xml": f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content {NAMES}>'
            f"<office:automatic-styles><style:style/>{styles}</office:automatic-styles>"
            f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
            "meta.xml": f'<office:document-meta {NAMES} xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<office:meta>{meta}</office:meta></office:document-meta>",
            "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>",
        }
    )


def write_texts(language: str, level: int = 1) -> bytes:
    """A heading and two paragraphs."""
    heading, *paragraphs = map(escape, TEXTS[language])
    body = f'<text:h text:outline-level="{level}">{heading}</text:h>'
    return write(body + "".join(f"<text:p>{paragraph}</text:p>" for paragraph in paragraphs))


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("level", [1, 2, 3])
def test_paragraphs_in_order(language, level):
    """Wrong: paragraphs glued, a deep heading as a place."""
    data = write_texts(language, level)
    assert ODT.fits(data)
    extracted = ODT.extract(data)
    assert extracted.text == "\n\n".join(TEXTS[language])
    assert [place.name for place in extracted.places] == ([TEXTS[language][0]] if level < 3 else [])
    check_offsets(extracted)


def test_spans_spaces_and_breaks():
    """Wrong: line breaks of the XML as those of the text, several spaces lost into none."""
    data = write(
        '<text:p>Le pont\n   coûte <text:span>12<text:s text:c="3"/></text:span>millions<text:tab/>d’euros.<text:line-break/>Oui.</text:p>'
    )
    assert ODT.extract(data).text == "Le pont coûte 12 millions d’euros.\nOui."


def test_deleted_text_and_notes_of_readers_are_out():
    """Wrong: a quotation with what the author had crossed out."""
    data = write(
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>neuf</text:p></text:deletion></text:changed-region></text:tracked-changes>"
        "<text:p>Le pont <text:change-start/>coûte<text:change-end/> douze<office:annotation><text:p>Vrai ?</text:p></office:annotation> millions.</text:p>"
    )
    assert ODT.extract(data).text == "Le pont coûte douze millions."


def test_footnotes_and_text_boxes_follow():
    """Wrong: a note or a box in the middle of the sentence that it hangs on."""
    data = write(
        "<text:p>Le pont<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Selon la mairie.</text:p></text:note-body></text:note> rouvre"
        "<draw:frame><draw:text-box><text:p>Encadré : 12 ponts.</text:p></draw:text-box></draw:frame> lundi.</text:p><text:p>Fin.</text:p>"
    )
    assert (
        ODT.extract(data).text
        == "Le pont rouvre lundi.\n\nEncadré : 12 ponts.\n\nFin.\n\nSelon la mairie."
    )


@pytest.mark.parametrize("has_head", [True, False])
def test_a_table_is_read_with_its_heads(has_head):
    """Wrong: a figure without the name of its column."""

    def make_row(*cells: str) -> str:
        return (
            "<table:table-row>"
            + "".join(
                f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in cells
            )
            + "</table:table-row>"
        )

    head = make_row("Ville", "Habitants")
    if has_head:
        head = f"<table:table-header-rows>{head}</table:table-header-rows>"
    data = write(
        f"<table:table>{head}{make_row('Vaubrun', '52 250')}{make_row('Ostreville', '116 581')}</table:table>"
    )
    assert (
        ODT.extract(data).text
        == "Ville: Vaubrun · Habitants: 52 250\n\nVille: Ostreville · Habitants: 116 581"
    )


def test_properties():
    """Wrong: who saved it last as the author."""
    data = write(
        "<text:p>Le pont rouvre.</text:p>",
        meta="<dc:title>Les ponts</dc:title><meta:initial-creator>Line Cassart</meta:initial-creator><dc:creator>Paul</dc:creator>"
        "<meta:creation-date>2026-03-02T10:12:00.12</meta:creation-date><dc:date>2026-05-05T00:00:00</dc:date><dc:language>fr-FR</dc:language>",
    )
    metadata = ODT.extract(data).metadata
    assert (metadata.title, metadata.author, metadata.language) == (
        "Les ponts",
        "Line Cassart",
        "fr",
    )
    assert metadata.date == datetime.date(2026, 3, 2)


def test_encrypted():
    """Wrong: "damaged" for what a password opens."""
    data = write("<text:p>Secret.</text:p>", manifest="<file-entry><encryption-data/></file-entry>")
    with pytest.raises(SourceError, match="encrypted"):
        ODT.extract(data)


@pytest.mark.parametrize("language", ["fr", "ru"])
def test_damaged_twins(language):
    """Wrong: a traceback of zipfile or lxml."""
    check_twins(ODT, write_texts(language))


def test_hostile_documents():
    """Wrong: spaces without end, entities expanded, an empty article."""
    assert len(ODT.extract(write('<text:p>a<text:s text:c="999999999"/>b</text:p>')).text) < 10
    with pytest.raises(SourceError, match="no text"):
        ODT.extract(write("<text:p> </text:p>"))
    with pytest.raises(SourceError, match="entities"):
        ODT.extract(
            pack({"mimetype": MIME, "content.xml": '<!DOCTYPE d [<!ENTITY a "aa">]><d>&a;</d>'})
        )
    with pytest.raises(SourceError, match="missing"):
        ODT.extract(pack({"mimetype": MIME}))
    with pytest.raises(SourceError, match="damaged archive"):
        ODT.extract(b"PK\x03\x04" + MIME.encode())


def test_what_libreoffice_puts_into_a_paragraph():
    """Wrong: a word cut where a page ends or a comment hangs, the name of a picture in a sentence, hidden text quoted."""
    data = write(
        '<text:h text:style-name="P1" text:outline-level="1">Le pont</text:h>'
        '<text:p text:style-name="P3">Le chan<text:soft-page-break/>tier, com<text:bookmark-start text:name="x"/>men'
        '<office:annotation office:name="1"><dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">Ada</dc:creator><text:p>Ah ?</text:p></office:annotation>cé en '
        '<text:date text:date-value="2024-03-01">mars 2024</text:date><office:annotation-end office:name="1"/>, coûte 12'
        '<text:span text:style-name="T2">7</text:span> millions'
        '<draw:frame draw:name="Bild1"><draw:image><office:binary-data>iVBORw0KGgo=</office:binary-data></draw:image>'
        "<svg:title>Bild1</svg:title><svg:desc>Une photo du pont</svg:desc></draw:frame>.</text:p>"
        '<text:section text:display="none"><text:p>Brouillon</text:p></text:section>'
        '<text:p text:style-name="P4">Ne pas lire.</text:p>'
        '<text:p>Fin<text:hidden-text text:is-hidden="true">secrète</text:hidden-text>.</text:p>',
        styles='<style:style style:name="T2"><style:text-properties text:display="none"/></style:style>'
        '<style:style style:name="P4" style:parent-style-name="T2"/>',
    )
    assert (
        ODT.extract(data).text
        == "Le pont\n\nLe chantier, commencé en mars 2024, coûte 12 millions.\n\nFin."
    )


def test_the_table_of_contents_is_no_text_and_a_title_is_one():
    """Wrong: each heading found twice, once with the number of a page; the title of an automatic style unknown."""
    data = write(
        '<text:p text:style-name="P1">Les ponts de Vaubrun</text:p>'
        "<text:table-of-content><text:index-body><text:index-title><text:p>Sommaire</text:p></text:index-title>"
        "<text:p>Le budget<text:tab/>3</text:p></text:index-body></text:table-of-content>"
        '<text:h text:outline-level="1">Le budget</text:h><text:p>Douze millions.</text:p>',
        styles='<style:style style:name="P1" style:parent-style-name="P2"/>'
        '<style:style style:name="P2" style:parent-style-name="Title"/>'
        '<style:style style:name="P8" style:parent-style-name="P9"/>'
        '<style:style style:name="P9" style:parent-style-name="P8"/>',
    )
    extracted = ODT.extract(data)
    assert extracted.text == "Les ponts de Vaubrun\n\nLe budget\n\nDouze millions."
    assert extracted.metadata.title == "Les ponts de Vaubrun"

"""Documents of Word, written by python-docx; what it cannot write is put into their XML."""

from __future__ import annotations

import datetime
import io

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from packed_files import TEXTS, check_offsets, check_twins, pack, unpack

from rag.errors import SourceError
from rag.reading.formats.docx import DOCX

TABLE = [
    ("Ville", "Habitants", "Maire"),
    ("Vaubrun", "52 250", "L. Cassart"),
    ("Ostreville", "116 581", ""),
]


def save(document) -> bytes:
    """The bytes of a document."""
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def write(language: str, *, level: int = 1):
    """A document with a heading and two paragraphs."""
    document = docx.Document()
    heading, *paragraphs = TEXTS[language]
    document.add_heading(heading, level)
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return document


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("level", [0, 1, 3])
def test_paragraphs_in_order(language, level):
    """Wrong: paragraphs glued together, letters of another script lost, a deep heading as a place."""
    data = save(write(language, level=level))
    assert DOCX.fits(data)
    extracted = DOCX.extract(data)
    assert extracted.text == "\n\n".join(TEXTS[language])
    names = [place.name for place in extracted.places]
    assert names == ([TEXTS[language][0]] if level == 1 else [])
    assert extracted.metadata.title == (TEXTS[language][0] if level == 0 else None)
    check_offsets(extracted)


def test_a_sentence_in_several_runs_is_whole():
    """Wrong: a space or a break between what is bold and what is not; a tab stop as a character."""
    document = docx.Document()
    paragraph = document.add_paragraph("Le pont coûte ")
    paragraph.paragraph_format.tab_stops.add_tab_stop(docx.shared.Pt(36))
    paragraph.add_run("12").bold = True
    paragraph.add_run(" millions")
    paragraph.add_run(" d’euros.\tOui.")
    assert DOCX.extract(save(document)).text == "Le pont coûte 12 millions d’euros. Oui."


def test_a_table_is_read_with_its_heads():
    """Wrong: cells as lines of their own, a figure without the name of its column."""
    document = write("fr")
    table = document.add_table(rows=3, cols=3)
    for number, row in enumerate(TABLE):
        for column, cell in enumerate(row):
            table.cell(number, column).text = cell
    text = DOCX.extract(save(document)).text
    assert "Ville: Vaubrun · Habitants: 52 250 · Maire: L. Cassart" in text
    assert text.endswith("Ville: Ostreville · Habitants: 116 581")


def test_a_table_that_lays_out_the_page_is_text():
    """Wrong: the columns of a letterhead read as a table with heads."""
    document = docx.Document()
    table = document.add_table(rows=1, cols=2)
    for column, paragraph in enumerate(TEXTS["en"][1:]):
        table.cell(0, column).text = paragraph
    assert DOCX.extract(save(document)).text == "\n\n".join(TEXTS["en"][1:])


def test_properties_that_a_person_wrote():
    """Wrong: "python-docx" as the author, its template's day, the note of the program as a summary."""
    document = write("de")
    plain = DOCX.extract(save(document)).metadata
    assert (plain.title, plain.author, plain.date, plain.description) == (None, None, None, None)
    properties = document.core_properties
    properties.title, properties.author, properties.language = (
        "Brücken im Tal",
        "Jutta Wöhrl",
        "de-DE",
    )
    properties.created = datetime.datetime(2026, 3, 2, 10, 12)
    metadata = DOCX.extract(save(document)).metadata
    assert metadata.title == "Brücken im Tal"
    assert metadata.author == "Jutta Wöhrl"
    assert metadata.date == datetime.date(2026, 3, 2)
    assert metadata.language == "de"


@pytest.mark.parametrize(
    "title", ["Document1", "Microsoft Word - rapport.docx", "rapport_final_v2", "Untitled"]
)
def test_titles_of_programs_are_none(title):
    """Wrong: an article that is called like the file, or like the template."""
    document = write("fr")
    document.core_properties.title = title
    assert DOCX.extract(save(document)).metadata.title is None


def test_a_deleted_end_of_a_paragraph():
    """Wrong: a sentence cut where a person sees none, or its first half lost at the end of a text."""
    document = docx.Document()
    for text in ("Les portes ont été", " peintes en 1950.", "Fin", " du texte"):
        document.add_paragraph(text)
    for number in (0, 2, 3):
        properties = document.paragraphs[number]._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:rPr {nsdecls("w")}><w:del w:id="1" w:author="x"/></w:rPr>')
        )
    assert (
        DOCX.extract(save(document)).text == "Les portes ont été peintes en 1950.\n\nFin du texte"
    )


def test_tracked_deletions_and_hidden_text_are_out():
    """Wrong: a quotation with what the author had crossed out."""
    document = docx.Document()
    paragraph = document.add_paragraph("Le pont coûte ")
    deleted = parse_xml(
        f"<w:del {nsdecls('w')}><w:r><w:delText>neuf</w:delText><w:t>neuf</w:t></w:r></w:del>"
    )
    inserted = parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>douze</w:t></w:r></w:ins>")
    paragraph._p.append(deleted)
    paragraph._p.append(inserted)
    paragraph.add_run(" millions.")
    paragraph.add_run("secret").font.hidden = True
    assert DOCX.extract(save(document)).text == "Le pont coûte douze millions."


def test_a_field_gives_its_result_and_not_its_code():
    """Wrong: "HYPERLINK "http://…"" in a quotation."""
    document = docx.Document()
    paragraph = document.add_paragraph("Voir ")
    code = OxmlElement("w:instrText")
    code.text = ' HYPERLINK "http://vaubrun.example" '
    paragraph.add_run()._r.append(code)
    paragraph.add_run("la page")
    assert DOCX.extract(save(document)).text == "Voir la page"


def test_a_text_box_follows_its_paragraph_once():
    """Wrong: the box in the middle of the sentence, or twice, once for older programs."""
    document = docx.Document()
    paragraph = document.add_paragraph("Avant ")
    box = "<w:txbxContent><w:p><w:r><w:t>Encadré : 12 ponts.</w:t></w:r></w:p></w:txbxContent>"
    run = parse_xml(
        f'<w:r {nsdecls("w")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        f' xmlns:v="urn:schemas-microsoft-com:vml"><mc:AlternateContent><mc:Choice Requires="wps">{box}'
        f"</mc:Choice><mc:Fallback><v:textbox>{box}</v:textbox></mc:Fallback></mc:AlternateContent></w:r>"
    )
    paragraph._p.append(run)
    paragraph.add_run("après.")
    assert DOCX.extract(save(document)).text == "Avant après.\n\nEncadré : 12 ponts."


def test_footnotes_follow_the_text():
    """Wrong: footnotes lost, or their separators read."""
    members = unpack(save(write("fr")))
    members["word/footnotes.xml"] = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:type="separator" w:id="0"><w:p><w:r><w:t>—</w:t></w:r></w:p>'
        '</w:footnote><w:footnote w:id="1"><w:p><w:r><w:t>Selon la mairie.</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    text = DOCX.extract(pack(members)).text
    assert text == "\n\n".join([*TEXTS["fr"], "Selon la mairie."])


@pytest.mark.parametrize("language", ["fr", "ru", "ja"])
def test_damaged_twins(language):
    """Wrong: a traceback of zipfile or lxml, a text that is another one at each reading."""
    check_twins(DOCX, save(write(language)))


def test_zip_bomb():
    """Wrong: memory filled by a few kilobytes."""
    members = unpack(save(write("fr")))
    bomb = b"<w:document>" + b" " * (20 << 20)
    with pytest.raises(SourceError, match="bomb"):
        DOCX.extract(pack({**members, "word/document.xml": bomb}))


def test_entities_are_not_expanded():
    """Wrong: the billion laughs, or a file of the user's read into the text."""
    members = unpack(save(write("fr")))
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><d>&b;</d>'
    outside = '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/hostname">]><d>&a;</d>'
    for document in (bomb, outside):
        with pytest.raises(SourceError, match="entities"):
            DOCX.extract(pack({**members, "word/document.xml": document}))


def test_deep_nesting_is_an_error():
    """Wrong: RecursionError, or a crash of the parser."""
    members = unpack(save(write("fr")))
    deep = "<d>" * 100_000 + "</d>" * 100_000
    with pytest.raises(SourceError, match="no XML"):
        DOCX.extract(pack({**members, "word/document.xml": deep}))


def test_what_is_called_docx_and_is_none():
    """Wrong: "damaged archive" for an encrypted document, which says nothing of the way out."""
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    with pytest.raises(SourceError, match="encrypted") as caught:
        DOCX.extract(ole + "EncryptedPackage".encode("utf-16-le") + bytes(100))
    assert "password" in caught.value.hint
    with pytest.raises(SourceError, match="before 2007"):
        DOCX.extract(ole)
    with pytest.raises(SourceError, match="damaged"):
        DOCX.extract(b"")
    with pytest.raises(SourceError, match="no text"):
        DOCX.extract(save(docx.Document()))
    assert not DOCX.fits(b"PK\x03\x04 something else")
    assert qn("w:p")


def test_the_table_of_contents_and_readings_are_out():
    """Wrong: each heading found twice, once with the number of a page; how a word is said in the middle of it."""
    document = docx.Document()
    for name in ("toc 1", "Tocsin 1"):
        document.styles.add_style(name, docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("Sommaire", style="TOC Heading")
    document.add_paragraph("Le budget\t3", style="toc 1")
    document.add_paragraph("Le tocsin sonne.", style="Tocsin 1")
    run = document.add_paragraph("Ville de ").add_run()
    run._r.append(
        parse_xml(
            f"<w:ruby {nsdecls('w')}><w:rt><w:r><w:t>とうきょう</w:t></w:r></w:rt>"
            "<w:rubyBase><w:r><w:t>東京</w:t></w:r></w:rubyBase></w:ruby>"
        )
    )
    assert DOCX.extract(save(document)).text == "Le tocsin sonne.\n\nVille de 東京"

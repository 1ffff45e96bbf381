"""PDFs of many layouts and languages, written by reportlab, with the text that a person reads of them."""

from __future__ import annotations

import io
import random
import sys
from pathlib import Path

import pytest

pytest.importorskip("pypdfium2")
from packed_files import TEXTS, check_offsets, check_twins
from pdf_writer import HEIGHT, MARGIN, write_columns, write_lines
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

from rag.errors import SourceError
from rag.models.lexicon import get_lexicon
from rag.reading.formats import pdf_pages
from rag.reading.formats.pdf import PDF

DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
WESTERN = ["fr", "de", "en", "es", "it", "pt"]


def make_paragraphs(language: str, count: int = 24) -> list[str]:
    """Paragraphs of the words of a language, no two the same."""
    words = f"{TEXTS[language][1]} {TEXTS[language][2]}".split()
    words = [word.strip("«».,¿?“”;:!") for word in words]
    chance = random.Random(language)
    paragraphs = []
    for number in range(count):
        sentences = []
        for _ in range(3 + number % 3):
            chosen = chance.choices([word for word in words if word], k=14)
            sentences.append(" ".join(chosen).capitalize() + chance.choice(".!?"))
        paragraphs.append(" ".join(sentences))
    return paragraphs


def draw_margins(drawing: canvas.Canvas, page: int) -> None:
    """A header with the name of the paper and its day, a footer with the number of the page."""
    drawing.setFont("Helvetica", 8)
    drawing.drawString(MARGIN, HEIGHT - 24, "Le Courrier de Vaubrun")
    drawing.drawRightString(540, HEIGHT - 24, "lundi 2 mars 2026")
    drawing.drawCentredString(297, 24, f"- {page} -")


def read(data: bytes) -> str:
    """The text."""
    extracted = PDF.extract(data)
    check_offsets(extracted)
    return extracted.text


@pytest.mark.parametrize("language", WESTERN)
@pytest.mark.parametrize("columns", [1, 2, 3])
@pytest.mark.parametrize("style", ["ragged", "justified", "indented"])
def test_columns_under_a_headline(language, columns, style):
    """Wrong: lines read across columns, headers and page numbers in the text, a paragraph that a column
    or a page divides left in two halves, paragraphs glued."""
    paragraphs = make_paragraphs(language, 40 if columns == 3 else 24)
    headline = TEXTS[language][0]
    # In narrow columns of large type, three words to a line look like cells.
    options = {"justified": style != "ragged", "size": 10.0 if columns < 3 else 8.5}
    if style == "indented":
        options |= {"indent": 12.0, "space": 0.0}
    data = write_columns(
        paragraphs, columns=columns, headline=headline, decorate=draw_margins, **options
    )
    assert PDF.fits(data)
    extracted = PDF.extract(data)
    blocks = extracted.text.split("\n\n")
    # Where a column ends with a sentence, nothing tells whether the paragraph does.
    assert " ".join(blocks) == " ".join([headline, *paragraphs])
    assert len(blocks) <= 1 + len(paragraphs) + 3 * columns
    starts = [block[:20] for block in blocks]
    assert [start for start in starts if start in {text[:20] for text in paragraphs}] == [
        text[:20] for text in paragraphs
    ]
    assert extracted.metadata.title == headline
    assert [place.name for place in extracted.places] == [
        f"{n + 1}" for n in range(len(extracted.places))
    ]
    check_offsets(extracted)


@pytest.mark.parametrize("language", ["pl", "cs", "ru", "el"])
@pytest.mark.parametrize("columns", [1, 2])
def test_other_alphabets(language, columns):
    """Wrong: letters lost beyond Latin-1."""
    if not DEJAVU.exists():
        pytest.skip("DejaVu is not installed")
    pdfmetrics.registerFont(TTFont("DejaVu", str(DEJAVU)))
    paragraphs = make_paragraphs(language, 40 if columns == 3 else 24)
    data = write_columns(paragraphs, columns=columns, font="DejaVu", headline=TEXTS[language][0])
    assert read(data) == "\n\n".join([TEXTS[language][0], *paragraphs])


@pytest.mark.parametrize("columns", [1, 2])
def test_japanese_has_no_spaces_at_line_ends(columns):
    """Wrong: a space in the middle of a word, where a line ends."""
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    paragraphs = [TEXTS["ja"][1] * 3, TEXTS["ja"][2] + TEXTS["ja"][1]]
    data = write_columns(paragraphs, columns=columns, font="HeiseiMin-W3")
    assert read(data) == "\n\n".join(paragraphs)


def test_landscape_pages():
    """Wrong: columns looked for by the width of A4."""
    paragraphs = make_paragraphs("fr")
    data = write_columns(paragraphs, columns=3, page_size=landscape(A4))
    assert read(data) == "\n\n".join(paragraphs)


def test_a_page_names_its_place():
    """Wrong: the page of the paragraph, where the sentence stands on the next one."""
    paragraphs = make_paragraphs("fr", 40)
    extracted = PDF.extract(write_columns(paragraphs))
    import pypdfium2

    document = pypdfium2.PdfDocument(write_columns(paragraphs))
    for place, following in zip(extracted.places, [*extracted.places[1:], None], strict=True):
        end = following.offset if following else len(extracted.text)
        page = document[int(place.name) - 1].get_textpage().get_text_range()
        mine = extracted.text[place.offset : end].split()
        assert mine == page.split()


def draw_line(y: float, text: str, *, x: float = MARGIN, size: float = 10.0):
    """A line for write_lines."""
    return (x, y, size, text)


def draw_paragraph(*lines: str, y: float = 100.0, x: float = MARGIN, size: float = 10.0):
    """Lines below each other."""
    return [draw_line(y + 13 * number, line, x=x, size=size) for number, line in enumerate(lines)]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["Le gouverne-", "ment se tait."], "Le gouvernement se tait."),
        (["Selon le porte-", "parole du maire."], "Selon le porte-parole du maire."),
        (["Le pont de Saint-", "Vaubrun rouvre."], "Le pont de Saint-Vaubrun rouvre."),
        (
            ["La cir-", "culation reprend demain à Vaubrun."],
            "La circulation reprend demain à Vaubrun.",
        ),
        (
            ["Vaubrunoise et vaubru-", "noise : la mairie."],
            "Vaubrunoise et vaubrunoise : la mairie.",
        ),
        (
            ["Der Bürger-", "meister und die Stadt sagen nichts."],
            "Der Bürgermeister und die Stadt sagen nichts.",
        ),
        (
            ["The govern-", "ment and the mayor say nothing."],
            "The government and the mayor say nothing.",
        ),
        (["An ever-", "growing number of the people."], "An ever-growing number of the people."),
    ],
)
def test_hyphens_at_line_ends(lines, text):
    """Wrong: "gouverne- ment", which no search finds, and "porteparole", which nobody wrote."""
    assert read(write_lines([draw_paragraph(*lines)])) == text


def test_a_table_is_read_with_its_heads():
    """Wrong: a table taken for columns, a figure without the name of its column."""
    rows = [
        ("Ville", "Habitants"),
        ("Vaubrun", "52 250"),
        ("Ostreville", "116 581"),
        ("Nantheuil", "9 300"),
    ]
    lines = draw_paragraph("Le tableau donne les habitants des villes.")
    for number, (town, people) in enumerate(rows):
        lines += [draw_line(130 + 14 * number, town), draw_line(130 + 14 * number, people, x=250)]
    assert read(write_lines([lines])).split("\n\n")[1:] == [
        f"Ville: {town} · Habitants: {people}" for town, people in rows[1:]
    ]


def test_a_note_at_the_foot_of_the_page_does_not_cut_a_sentence():
    """Wrong: the sentence that goes on over the page cut by the note, the mark of the note in the word."""
    first = [
        *draw_paragraph("Les deux ponts", y=300),
        (MARGIN + 67, 296, 6, "1"),
        (MARGIN + 73, 300, 10, "rouvrent, et"),
        *draw_paragraph("les rues du centre qui étaient", y=313),
        draw_line(780, "1 Selon la mairie de Vaubrun.", size=7),
    ]
    text = read(write_lines([first, draw_paragraph("fermées depuis mars.")]))
    assert text.split("\n\n")[0].endswith("les rues du centre qui étaient fermées depuis mars.")
    assert "ponts1" not in text
    assert text.endswith("1 Selon la mairie de Vaubrun.")


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize("turn", [0, 90])
def test_turned_pages(degrees, turn):
    """Wrong: lines in the wrong order, or a letter a line."""
    buffer = io.BytesIO()
    drawing = canvas.Canvas(buffer)
    drawing.setPageRotation(turn)
    drawing.translate(300, 400)
    drawing.rotate(degrees)
    for number, line in enumerate(["Le pont de Vaubrun", "rouvre le 2 mars", "après dix mois."]):
        drawing.drawString(0, -13 * number, line)
    drawing.showPage()
    drawing.save()
    assert read(buffer.getvalue()) == "Le pont de Vaubrun rouvre le 2 mars après dix mois."


def test_what_stands_across_in_the_margin_is_out():
    """Wrong: a letter of the margin at the head of each line."""

    def draw(drawing: canvas.Canvas, page: int) -> None:
        drawing.saveState()
        drawing.translate(30, 300)
        drawing.rotate(90)
        drawing.drawString(0, 0, "Vaubrun:2603.00017v1 [ponts] 2 Mar 2026")
        drawing.restoreState()

    paragraphs = make_paragraphs("en", 4)
    assert read(write_columns(paragraphs, decorate=draw)) == "\n\n".join(paragraphs)


def test_ligatures_are_letters():
    """Wrong: "ﬁnance", which no search for "finance" finds."""
    if not DEJAVU.exists():
        pytest.skip("DejaVu is not installed")
    pdfmetrics.registerFont(TTFont("DejaVu", str(DEJAVU)))
    assert (
        read(write_columns(["Les ﬁnances et l’eﬀort de la ville."], font="DejaVu"))
        == "Les finances et l’effort de la ville."
    )


def test_metadata_where_it_is_plausible():
    """Wrong: "untitled" by "anonymous", the title of a template, no title though one stands there."""
    paragraphs = make_paragraphs("fr", 3)
    data = write_columns(
        paragraphs,
        headline="Le pont de Vaubrun",
        title="Le pont de Vaubrun rouvre",
        author="Line Cassart",
    )
    metadata = PDF.extract(data).metadata
    assert (metadata.title, metadata.author) == ("Le pont de Vaubrun rouvre", "Line Cassart")
    metadata = PDF.extract(write_columns(paragraphs, lang="fr-FR")).metadata
    assert metadata.language == "fr"
    data = write_columns(
        paragraphs,
        headline="Le pont de Vaubrun",
        title="Modèle de rapport annuel",
        author="anonymous",
    )
    metadata = PDF.extract(data).metadata
    assert (metadata.title, metadata.author) == ("Le pont de Vaubrun", None)
    assert PDF.extract(write_columns(paragraphs)).metadata.title is None


def draw_pictures(*texts: str | None) -> bytes:
    """Pages with a text, or with a drawing where there is none."""
    buffer = io.BytesIO()
    drawing = canvas.Canvas(buffer)
    for text in texts:
        if text is None:
            drawing.rect(100, 100, 200, 200, fill=1)
        else:
            drawing.drawString(100, 500, text)
        drawing.showPage()
    drawing.save()
    return buffer.getvalue()


def test_scanned_pages_are_named():
    """Wrong: a page that is a picture passed over in silence, or a file of them indexed as empty."""
    extracted = PDF.extract(draw_pictures("Le pont.", None, "Le port."))
    assert extracted.warnings == ("page 2 is scanned: no text",)
    assert [place.name for place in extracted.places] == ["1", "3"]
    with pytest.raises(SourceError, match="scanned: no text") as caught:
        PDF.extract(draw_pictures(None, None))
    assert "recognition" in caught.value.hint
    many = PDF.extract(draw_pictures("Le pont.", *[None] * 40))
    assert len(many.warnings) == 6


def test_encrypted_files():
    """Wrong: "damaged" for what a password opens; refusing what opens without one."""
    with pytest.raises(SourceError, match="encrypted") as caught:
        PDF.extract(write_columns(["Secret."], encrypt=StandardEncryption("user", "owner")))
    assert "password" in caught.value.hint
    assert read(write_columns(["Lisible."], encrypt=StandardEncryption("", "owner"))) == "Lisible."


def test_the_extra_is_named_where_it_is_missing(monkeypatch):
    """Wrong: ModuleNotFoundError, and no word of what to install."""
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(SourceError, match="pypdfium2 is not installed") as caught:
        PDF.extract(write_columns(["Le pont."]))
    assert caught.value.hint == "pip install 'rag-articles[pdf]'"


@pytest.mark.parametrize("columns", [1, 2])
def test_damaged_twins(columns):
    """Wrong: a traceback of pypdfium2, a text that is another one at each reading."""
    check_twins(PDF, write_columns(make_paragraphs("fr", 4), columns=columns), count=90)


def test_a_broken_table_of_objects_is_mended():
    """Wrong: giving up where only the offsets are wrong."""
    data = write_columns(make_paragraphs("fr", 3))
    start = data.rindex(b"startxref")
    assert read(data[:start] + b"startxref\n99\n%%EOF") == "\n\n".join(make_paragraphs("fr", 3))


def make_pdf(*objects: str) -> bytes:
    """A PDF of objects that are written by hand; the first one is the catalog."""
    body = "%PDF-1.4\n"
    for number, content in enumerate(objects, 1):
        body += f"{number} 0 obj\n{content}\nendobj\n"
    return (body + "trailer\n<< /Root 1 0 R >>\n%%EOF").encode()


@pytest.mark.parametrize(
    "objects",
    [
        ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"],
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 2000000000 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        ],
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Pages /Kids [2 0 R] /Count 1 >>",
        ],
        ["<< /Type /Catalog /Pages 1 0 R >>"],
        ["[" * 5000],
    ],
    ids=[
        "kids of itself",
        "two thousand million pages",
        "two that hold each other",
        "its own pages",
        "nested lists",
    ],
)
def test_loops_end(objects):
    """Wrong: a hang, a crash, or memory for pages that are not there."""
    with pytest.raises(SourceError):
        PDF.extract(make_pdf(*objects))


def test_a_form_that_draws_itself_ends():
    """Wrong: drawing without end."""
    form = "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 4 0 R >> >> /Length 5 >>\nstream\n/F Do\nendstream"
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << /XObject << /F 4 0 R >> >> /Contents 5 0 R >>"
    content = "<< /Length 5 >>\nstream\n/F Do\nendstream"
    with pytest.raises(SourceError):
        PDF.extract(
            make_pdf(
                "<< /Type /Catalog /Pages 2 0 R >>",
                "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                page,
                form,
                content,
            )
        )


def test_a_page_of_too_many_letters_is_cut(monkeypatch):
    """Wrong: memory without bound for a page that draws a million letters."""
    monkeypatch.setattr(pdf_pages, "MAX_CHARACTERS", 20)
    assert len(read(write_columns(["Le pont de Vaubrun rouvre lundi."]))) <= 20


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7", b"%PDF-1.7\n%%EOF", b"<html></html>", bytes(5000)]
)
def test_what_is_no_pdf(data):
    """Wrong: a traceback; or no reason."""
    with pytest.raises(SourceError, match="damaged"):
        PDF.extract(data)
    assert PDF.fits(data) is data.startswith(b"%PDF-1")


def test_forms_that_repeat_keep_their_text():
    """Wrong: every line taken for a header, because a page has few and all pages have the same."""
    pages = [
        draw_paragraph(f"Carte {number} : un pont.", f"Il date de {1800 + number}.")
        for number in range(40)
    ]
    extracted = PDF.extract(write_lines(pages))
    assert extracted.text.count("un pont.") == 40
    assert len(extracted.places) == 40


def test_the_version_goes_with_the_lexicon():
    """Wrong: another lexicon that joins other words, under the same version: citations no longer verify."""
    assert (PDF.version, get_lexicon().fingerprint) == (3, "26b1a3466606"), (
        "raise PDF.version with the lexicon"
    )

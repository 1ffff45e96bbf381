"""Rich Text Format, as Word, WordPad, TextEdit and LibreOffice write it."""

from __future__ import annotations

import datetime

import pytest
from packed_files import TEXTS, check_offsets, check_twins

from rag.errors import SourceError
from rag.reading.formats.rtf import RTF

CODECS = {
    "fr": ("cp1252", 0), "de": ("cp1252", 0), "en": ("cp1252", 0), "es": ("cp1252", 0),
    "it": ("cp1252", 0), "pt": ("cp1252", 0), "pl": ("cp1250", 238), "cs": ("cp1250", 238),
    "ru": ("cp1251", 204), "el": ("cp1253", 161), "ja": ("cp932", 128), "ar": ("cp1256", 178),
}  # fmt: skip


def escape_bytes(text: str, codec: str) -> str:
    """A text as the bytes of a code page."""
    data = text.encode(codec, "replace")
    return "".join(
        chr(byte) if byte < 0x80 and byte not in b"\\{}" else f"\\'{byte:02x}" for byte in data
    )


def escape_unicode(text: str) -> str:
    """A text as numbers of UTF-16, each with what older programs show."""
    data = text.encode("utf-16-le")
    units = [int.from_bytes(data[i : i + 2], "little") for i in range(0, len(data), 2)]
    return "".join(
        chr(unit) if unit < 0x80 else f"\\u{unit - 0x10000 if unit > 0x7FFF else unit}?"
        for unit in units
    )


def write(paragraphs, *, head: str = "", charset: int = 0, code_page: str = "1252") -> bytes:
    """A document of escaped paragraphs."""
    body = "\\par\r\n".join(paragraphs)
    return (
        f"{{\\rtf1\\ansi\\ansicpg{code_page}\\deff0{{\\fonttbl{{\\f0\\fnil\\fcharset{charset} Arial;}}}}"
        f"{{\\colortbl;\\red0\\green0\\blue255;}}{head}\\viewkind4\\uc1\\pard\\f0\\fs20 {body}\\par\r\n}}"
    ).encode("latin-1")


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("way", ["bytes", "unicode", "page"])
def test_letters_of_all_code_pages(language, way):
    """Wrong: cp1252 for everything, a question mark behind each letter, the names of fonts in the text."""
    codec, charset = CODECS[language]
    paragraphs = list(TEXTS[language])
    if way == "unicode":
        data = write([escape_unicode(text) for text in paragraphs])
    else:
        paragraphs = [
            " ".join(text.encode(codec, "ignore").decode(codec).split()) for text in paragraphs
        ]
        escaped = [escape_bytes(text, codec) for text in paragraphs]
        # The code page of the font, or that of the document for a font that has none of its own.
        data = (
            write(escaped, charset=charset)
            if way == "bytes"
            else write(escaped, charset=1, code_page=codec[2:])
        )
    assert RTF.fits(data)
    extracted = RTF.extract(data)
    assert extracted.text == "\n\n".join(paragraphs)
    check_offsets(extracted)


def test_marks_are_characters():
    """Wrong: "d quote euros", a hyphen that is only for line ends kept."""
    data = write(
        [
            r"Le co\'fbt : 12\~000 d\rquote euros \emdash{} ou \ldblquote moins\rdblquote{} (inter\-dit, \{oui\})."
        ]
    )
    assert RTF.extract(data).text == "Le coût : 12\u00a0000 d’euros — ou “moins” (interdit, {oui})."


def test_hidden_and_deleted_text_is_out():
    """Wrong: a quotation with what the author had crossed out, codes of fields, headers."""
    data = write(
        [
            r"{\header Le Courrier}Le pont {\deleted neuf}{\v secret}co\'fbte \v caché\v0 douze millions.",
            r"Voir {\field{\*\fldinst{HYPERLINK "
            + '"http://vaubrun.example"'
            + r"}}{\fldrslt{\ul la page}}}.",
            r"{\*\generator Riched20;}{\*\inconnu rien}Fin.",
        ]
    )
    assert RTF.extract(data).text == "Le pont coûte douze millions.\n\nVoir la page.\n\nFin."


def test_footnotes_follow_the_text():
    """Wrong: the note in the middle of its sentence."""
    data = write(
        [r"Le pont{\super\chftn}{\footnote\pard\plain{\super\chftn} Selon la mairie.} rouvre."]
    )
    assert RTF.extract(data).text == "Le pont rouvre.\n\nSelon la mairie."


def test_a_table_is_read_with_its_heads():
    """Wrong: a figure without the name of its column."""
    rows = [("Ville", "Habitants"), ("Vaubrun", "52 250"), ("Ostreville", "116 581")]
    table = "".join(
        r"\trowd\cellx2000\cellx4000\pard\intbl " + r"\cell ".join(row) + r"\cell\row" + "\n"
        for row in rows
    )
    data = write(["Avant.", table + r"\pard Après.".encode("cp1252").decode("latin-1")])
    assert RTF.extract(data).text == (
        "Avant.\n\nVille: Vaubrun · Habitants: 52 250\n\nVille: Ostreville · Habitants: 116 581\n\nAprès."
    )


def test_what_the_document_says_of_itself():
    """Wrong: the title in the text, the day of the last print."""
    head = (
        r"{\stylesheet{\s0 Normal;}{\s1\b heading 1;}}{\info{\title Les ponts}{\author Line Cassart}"
        r"{\creatim\yr2026\mo3\dy2\hr10\min12}{\printim\yr2026\mo9\dy9}}"
    )
    extracted = RTF.extract(write([r"\s1 Le pont", r"\pard Il rouvre."], head=head))
    metadata = extracted.metadata
    assert (metadata.title, metadata.author, metadata.date) == (
        "Les ponts",
        "Line Cassart",
        datetime.date(2026, 3, 2),
    )
    assert extracted.text == "Le pont\n\nIl rouvre."
    assert [(place.kind, place.name) for place in extracted.places] == [("chapter", "Le pont")]


def test_pictures_are_passed_over():
    """Wrong: a picture's bytes as text; one of its bytes taken for the end of a group."""
    data = write(
        [
            r"Avant.{\pict\pngblip\bin7 }}}}{{\}{\pict\wmetafile8 0102ff} Après.".encode(
                "cp1252"
            ).decode("latin-1")
        ]
    )
    assert RTF.extract(data).text == "Avant. Après."


@pytest.mark.parametrize("language", ["fr", "ru"])
def test_damaged_twins(language):
    """Wrong: a traceback."""
    codec, charset = CODECS[language]
    check_twins(
        RTF,
        write([escape_bytes(text, codec) for text in TEXTS[language]], charset=charset),
        count=150,
    )


@pytest.mark.parametrize(
    "data",
    [
        b"{\\rtf1" + b"{" * 200_000,
        b"{\\rtf1" + b"}" * 200_000,
        b"{\\rtf1 " + b"\\u-1" * 50_000,
        b"{\\rtf1\\bin99999999 a",
        b"{\\rtf1\\uc-99999999\\u99999999 a}",
        b"{\\rtf1\\ansicpg99999 \\fcharset99999999 a\\",
        b"{\\rtf1 " + b"{\\field{\\*\\fldinst{HYPERLINK " * 20_000,
        b"{\\rtf1" + b"\\trowd\\cell" * 20_000,
    ],
    ids=["open", "closed", "unicode", "bin", "negative", "unknown", "fields", "cells"],
)
def test_hostile_documents_end(data):
    """Wrong: recursion, a search that goes back and forth, an IndexError."""
    try:
        assert RTF.extract(data).text
    except SourceError as error:
        assert error.message


@pytest.mark.parametrize("data", [b"", b"{\\rtf1}", b"not rtf", b"{\\rtf1\\par}"])
def test_no_text(data):
    """Wrong: an empty article."""
    with pytest.raises(SourceError):
        RTF.extract(data)


def test_fonts_that_nobody_chose():
    r"""Wrong: the code page of the document where its default font has another, or a font that \plain ends."""
    fonts = (
        r"{\fonttbl{\f0\fswiss\fcharset204 Arial;}{\f1\fswiss\fcharset238 Arial;}{\f2\cpg1253 X;}}"
    )
    cyrillic, polish, greek = r"\'cc\'ee\'f1\'f2", r"\'b3\'f3d\'9f", r"\'e3\'dd\'f6"
    body = rf"\pard {cyrillic} {{\f1 {polish}}} \f1 {polish} \plain {cyrillic} \f2 {greek}\par"
    data = rf"{{\rtf1\ansi\ansicpg1252\deff0{fonts}{body}}}".encode("latin-1")
    assert RTF.extract(data).text == "Мост łódź łódź Мост γέφ"
    # "ANSI" of a font that is only the default: what careless writers leave there.
    data = rf"{{\rtf1\ansi\ansicpg1251\deff0{{\fonttbl{{\f0\fcharset0 Arial;}}}}{cyrillic}\par}}"
    assert RTF.extract(data.encode("latin-1")).text == "Мост"


def test_what_older_programs_show_is_skipped_whatever_it_is():
    """Wrong: a dash twice, a byte of two for one character left, a paragraph skipped as a character."""
    data = write(
        [
            r"12\u8211\endash 15\u160\~euros\u8217\rquote \u233\'e9",
            r"{\uc2\u26481\'93\'8c\u20140\'8b\'9e}\u233 ?t\u233",
            r"\uc0 \u233t\u233  fini",
        ]
    )
    assert RTF.extract(data).text == "12–15\u00a0euros’é\n\n東京été\n\nété fini"


def test_what_libreoffice_writes_around_a_text():
    """Wrong: bullets of a font of signs, tables of pages, comments and changes in the text."""
    data = write(
        [
            r"{\listtext\pard\plain \f2 \'a7\tab}{\rtlch \ltrch\loch Le pont co\u251\'fbte}"
            r"{\*\atnid AQ}{\*\atnauthor Ada}{\chatn{\*\annotation{\*\atndate 1}\pard\plain Vrai ?}} "
            r"{\revised\revauth1\loch douze}{\deleted\revauthdel1 neuf} millions"
            r"{\super{\*\footnote{\pard\plain \chftn \rtlch \ltrch\loch Selon la mairie.}}}."
        ],
        head=r"{\*\pgdsctbl{\pgdsc0\pgdscuse451\pgdscnxt0 Default Page Style;}}\formshade",
    )
    assert RTF.extract(data).text == "Le pont coûte douze millions.\n\nSelon la mairie."

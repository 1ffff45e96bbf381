"""Pages that a browser saved in one file."""

from __future__ import annotations

from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import SourceError
from rag.reading.formats import find_format
from rag.reading.formats.mhtml import MHTML

ADDRESS = "https://journal.example/lumes/bac"
BODY = """<html lang="fr"><head><meta charset="{charset}"><title>Le bac de Lumes ferme</title></head><body>
<nav><a href="/">Accueil</a></nav><article><h1>Le bac de Lumes ferme</h1><p>Le bac de Lumes fermera
au mois de mai, a annoncé la préfète, qui cherche un passeur depuis l’été dernier.</p><p>Il a porté
douze mille voitures cette année, et deux fois plus de vélos.</p></article></body></html>"""


def write_page(charset: str = "utf-8", **headers: str) -> bytes:
    """A page as Chromium saves it, with a picture and a frame."""
    message = MIMEMultipart("related", type="text/html")
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = ADDRESS
    message["Subject"] = "Le bac de Lumes ferme"
    message["Date"] = "Fri, 27 Nov 2026 10:00:00 -0000"
    for name, value in headers.items():
        message.replace_header(name, value)
    page = MIMEText(BODY.format(charset=charset), "html", charset)
    page["Content-Location"] = ADDRESS
    message.attach(page)
    message.attach(MIMEText("<html><body><p>Publicité du cadre</p></body></html>", "html"))
    message.attach(MIMEImage(b"\x89PNG\r\n\x1a\n" * 40, "png"))
    return message.as_bytes()


@pytest.mark.parametrize("charset", ["utf-8", "windows-1252"])
@pytest.mark.parametrize("suffix", [".mhtml", ".mht", ".txt", ""])
def test_a_saved_page_is_read_as_a_page(charset, suffix):
    """Wrong: a mail by "Saved by Blink" of the day it was saved on, base64, its menu or frames."""
    data = write_page(charset)
    found = find_format(suffix, data)
    assert found.name == "mhtml"
    extracted = found.extract(data)
    assert "a annoncé la préfète" in extracted.text
    assert "l’été dernier" in extracted.text
    assert "Accueil" not in extracted.text
    assert "cadre" not in extracted.text
    metadata = extracted.metadata
    assert (metadata.title, metadata.url, metadata.date) == (
        "Le bac de Lumes ferme",
        ADDRESS,
        None,
    )
    assert metadata.publisher != "Saved by Blink"


def test_a_mail_with_pictures_stays_a_mail():
    """Wrong: a newsletter with its pictures taken for a page."""
    data = write_page().replace(
        b"From: <Saved by Blink>", b"From: Le Bote <a@b.example>\nTo: c@d.example"
    )
    assert find_format(".eml", data).name == "mail"


def test_without_a_page():
    """Wrong: a traceback, or an empty article."""
    message = MIMEMultipart("related", type="text/html")
    message.attach(MIMEImage(b"\x89PNG" * 9, "png"))
    with pytest.raises(SourceError, match="no page"):
        MHTML.extract(message.as_bytes())


PAGE = write_page()


@given(st.integers(0, len(PAGE)), st.integers(0, len(PAGE)), st.binary(max_size=8))
def test_damage_is_told(first, last, inserted):
    """Wrong: a traceback for a file that is cut or changed."""
    data = PAGE[:first] + inserted + PAGE[last:]
    try:
        MHTML.extract(data)
    except SourceError as error:
        assert error.message

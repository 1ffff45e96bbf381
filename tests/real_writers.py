"""Files as the programs write them that people use: LibreOffice where it is installed, odfpy, feedgen."""

from __future__ import annotations

import io
import shutil
import subprocess
from typing import TYPE_CHECKING

from every_kind import write_docx

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from every_kind import Story

SOFFICE = shutil.which("soffice")
OFFICE_FORMATS = ("odt", "rtf", "epub", "docx")
_LIMIT = 300  # seconds for dozens of documents
_DAY = "2026-03-02T10:12:00+01:00"


def convert_by_libreoffice(stories: Sequence[Story], kind: str, folder: Path) -> list[bytes]:
    """Each story as LibreOffice saves it in a format, all in one run of it."""
    assert SOFFICE is not None
    sources = []
    # What Word's format says of a document's language would be that of python-docx's template.
    suffix, write = (".odt", write_odt) if kind == "docx" else (".docx", write_docx)
    for number, story in enumerate(stories):
        source = folder / f"{number}{suffix}"
        source.write_bytes(write(story))
        sources.append(str(source))
    profile = (folder / "profile").as_uri()  # of its own: the user's may be open
    target = folder / kind
    command = [SOFFICE, f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind]
    subprocess.run(
        [*command, "--outdir", str(target), *sources],
        check=True,
        capture_output=True,
        timeout=_LIMIT,
    )
    return [(target / f"{number}.{kind}").read_bytes() for number in range(len(stories))]


def write_odt(story: Story) -> bytes:
    """A text document by odfpy, a style on each paragraph, its last word in bold."""
    from odf.dc import Language, Title
    from odf.opendocument import OpenDocumentText
    from odf.style import ParagraphProperties, Style, TextProperties
    from odf.text import H, P, Span

    document = OpenDocumentText()
    indented = Style(name="Indented", family="paragraph")
    indented.addElement(ParagraphProperties(marginleft="1cm"))
    bold = Style(name="Bold", family="text")
    bold.addElement(TextProperties(fontweight="bold"))
    document.styles.addElement(indented)
    document.automaticstyles.addElement(bold)
    document.meta.addElement(Title(text=story.title))
    document.meta.addElement(Language(text=story.language))
    document.text.addElement(H(outlinelevel=1, text=story.title))
    for paragraph in story.paragraphs:
        before, space, last = paragraph.rpartition(" ")
        element = P(stylename=indented, text=before + space)
        element.addElement(Span(stylename=bold, text=last))
        document.text.addElement(element)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def write_feed(story: Story, kind: str) -> bytes:
    """A feed by feedgen, ``rss`` or ``atom``: the story, its text as HTML, and an entry before it."""
    from feedgen.feed import FeedGenerator

    feed = FeedGenerator()
    feed.id("https://e.example/")
    feed.title("The Gazette")
    feed.description("All the news")
    feed.link(href="https://e.example/", rel="alternate")
    feed.language(story.language)
    for number, (title, html) in enumerate(
        [("Lunch", "<p>The canteen is closed on Friday.</p>"), (story.title, story.html)]
    ):
        entry = feed.add_entry(order="append")
        entry.id(f"https://e.example/{number}")
        entry.title(title)
        entry.link(href=f"https://e.example/{number}")
        entry.author(name="Odile Garnier", email="odile@e.example")
        entry.published(_DAY)
        entry.updated(_DAY)
        entry.content(html, type="html")
    text: bytes = feed.rss_str(pretty=True) if kind == "rss" else feed.atom_str(pretty=True)
    return text

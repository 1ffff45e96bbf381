"""A file of every kind that rag reads, by the programs that people write such files with, of a story one knows."""

from __future__ import annotations

import bz2
import csv
import email.policy
import gzip
import io
import json
import lzma
import plistlib
import tarfile
import zipfile
from email.message import EmailMessage
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

import docx
from packed_files import TEXTS, check_offsets, make_twins, pack
from pdf_writer import write_columns

from rag.errors import SourceError
from rag.reading.formats import FORMATS
from rag.records import Document

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.reading.formats.base import Extracted, Format

ODF = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {"office": "office", "text": "text", "meta": "meta"}.items()
)
CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
    '<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz")
PACKED = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


class Story(NamedTuple):
    """What stands in a file: a headline, paragraphs, and their language."""

    title: str
    paragraphs: tuple[str, ...]
    language: str = "en"

    @property
    def html(self) -> str:
        """The paragraphs as elements."""
        return "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in self.paragraphs)

    @property
    def text(self) -> str:
        """The paragraphs with an empty line between two."""
        return "\n\n".join(self.paragraphs)


STORIES = [
    Story(f"{title} {number}", tuple(paragraphs) * number, language)
    for language, (title, *paragraphs) in TEXTS.items()
    for number in (1, 2, 3)
]


def read_story(file_format: Format, data: bytes, story: Story) -> Extracted:
    """What is read of a file, which has all of the story, and of damaged copies without a surprise."""
    extracted = file_format.extract(data)
    document = Document("a", extracted.text, "", "", edits=extracted.edits)
    shown = document.show(0, len(document.text))
    assert story.text in shown
    check_offsets(extracted)
    for twin in make_twins(data, 2)[-3:]:
        try:
            again = file_format.extract(twin)
        except SourceError as error:
            assert error.message
        else:
            check_offsets(again)
    return extracted


def write_text(story: Story) -> bytes:
    """Plain text, the headline above."""
    return f"{story.title}\n\n{story.text}\n".encode()


def write_clippings(story: Story) -> bytes:
    """A highlight of a Kindle."""
    place = "- Your Highlight on page 1 | Location 1-9 | Added on Monday, 2 March 2026 10:00:00"
    return f"\ufeff{story.title} (Ada Quint)\n{place}\n\n{story.text}\n==========\n".encode()


def write_markdown(story: Story) -> bytes:
    """Markdown with front matter, and markup that nobody sees."""
    title = json.dumps(story.title, ensure_ascii=False)
    head = f"---\ntitle: {title}\ndate: 2026-03-02\n---\n\n"
    return f"{head}![map](map.png)\n\n{story.text}\n\n[home]: https://e.example/\n".encode()


def write_html(story: Story) -> bytes:
    """A page with a menu, a heading that has an id, and a foot."""
    title = escape(story.title)
    return (
        f'<!DOCTYPE html>\n<html lang="{story.language}"><head><meta charset="utf-8"><title>{title}</title></head>\n'
        '<body><nav><ul><li><a href="/">Menu</a></li><li><a href="/all">All</a></li></ul></nav>\n'
        f'<article><h1>{title}</h1>\n<h2 id="part-1">Part 1</h2>\n{story.html}</article>\n'
        "<footer>© 2031</footer></body></html>\n"
    ).encode()


def write_mhtml(story: Story) -> bytes:
    """The same page as a browser saves it in one file."""
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = "https://e.example/page"
    message["Subject"] = story.title
    message.set_content(write_html(story).decode(), subtype="html", cte="quoted-printable")
    message.make_related()
    return message.as_bytes()


def write_pdf(story: Story) -> bytes:
    """Two columns below a headline, in letters that Helvetica has."""
    paragraphs = [escape(paragraph) for paragraph in story.paragraphs]
    return write_columns(paragraphs, columns=2, headline=story.title)


def write_docx(story: Story) -> bytes:
    """A document of Word."""
    document = docx.Document()
    document.add_heading(story.title, 1)
    for paragraph in story.paragraphs:
        document.add_paragraph(paragraph)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def write_odt(story: Story) -> bytes:
    """A document of LibreOffice."""
    body = "".join(f"<text:p>{escape(paragraph)}</text:p>" for paragraph in story.paragraphs)
    heading = f'<text:h text:outline-level="1">{escape(story.title)}</text:h>'
    content = f"<office:document-content {ODF}><office:body><office:text>{heading}{body}</office:text></office:body></office:document-content>"
    return pack(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": content,
            "META-INF/manifest.xml": "<manifest/>",
        }
    )


def write_epub(story: Story) -> bytes:
    """A book of one chapter."""
    chapter = f'<html xmlns="http://www.w3.org/1999/xhtml"><body><h1>{escape(story.title)}</h1>{story.html}</body></html>'
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/" version="3.0"><metadata>'
        f"<dc:title>{escape(story.title)}</dc:title><dc:language>{story.language}</dc:language></metadata>"
        '<manifest><item id="one" href="one.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="one"/></spine></package>'
    )
    return pack(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": CONTAINER,
            "book.opf": package,
            "one.xhtml": chapter,
        }
    )


def write_rtf(story: Story) -> bytes:
    """Rich text, letters beyond ASCII as numbers of UTF-16."""
    lines = "\\par\r\n".join(_escape_rtf(line) for line in (story.title, *story.paragraphs))
    return (
        f"{{\\rtf1\\ansi\\ansicpg1252{{\\fonttbl{{\\f0 Arial;}}}}\\uc1\\f0 {lines}\\par}}".encode()
    )


def _escape_rtf(text: str) -> str:
    data = text.encode("utf-16-le")
    units = [int.from_bytes(data[i : i + 2], "little") for i in range(0, len(data), 2)]
    return "".join(
        chr(unit) if unit < 0x80 else f"\\u{unit - 0x10000 if unit > 0x7FFF else unit}?"
        for unit in units
    )


def _make_mail(story: Story) -> EmailMessage:
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = "Odile Garnier <odile@e.example>"
    message["Subject"] = story.title
    message["Date"] = "Mon, 02 Mar 2026 10:12:00 +0100"
    message.set_content(story.text, cte="quoted-printable")
    message.add_alternative(f"<html><body>{story.html}</body></html>", subtype="html")
    return message


def write_mail(story: Story) -> bytes:
    """A mail in both forms."""
    return _make_mail(story).as_bytes()


def write_apple_mail(story: Story) -> bytes:
    """A mail as Apple's program keeps it: its length above, a property list below."""
    mail = write_mail(story)
    return b"%d\n%b%b" % (len(mail), mail, plistlib.dumps({"flags": 1}))


def write_mbox(story: Story) -> bytes:
    """A mailbox of two mails, the story second."""
    other = Story("Lunch", ("The canteen is closed on Friday.",))
    policy = email.policy.default
    mails = [_make_mail(one).as_bytes(policy=policy) for one in (other, story)]
    separator = b"From odile@e.example Mon Mar  2 10:12:00 2026\n"
    return b"".join(separator + mail + b"\n" for mail in mails)


def write_rss(story: Story) -> bytes:
    """A feed of one entry."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>The Gazette</title>'
        f"<item><title>{escape(story.title)}</title><link>https://e.example/1</link>"
        f"<pubDate>Mon, 02 Mar 2026 10:12:00 +0100</pubDate><description>{escape(story.html)}</description></item>"
        "</channel></rss>\n"
    ).encode()


def write_json_feed(story: Story) -> bytes:
    """A JSON Feed of one entry."""
    item = {
        "id": "1",
        "title": story.title,
        "content_html": story.html,
        "date_published": "2026-03-02T10:12:00+01:00",
    }
    version = "https://jsonfeed.org/version/1.1"
    return _dump({"version": version, "title": "The Gazette", "items": [item]})


def write_json(story: Story) -> bytes:
    """A list of one object."""
    return _dump([_make_row(story)])


def write_json_lines(story: Story) -> bytes:
    """An object on each line, the story second."""
    other = Story("Lunch", ("The canteen is closed on Friday.",))
    return b"\n".join(_dump(_make_row(one)) for one in (other, story)) + b"\n"


def _make_row(story: Story) -> dict[str, str]:
    return {
        "title": story.title,
        "date": "2026-03-02",
        "source": "The Gazette",
        "text": story.text,
    }


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def write_csv(story: Story, delimiter: str = ",") -> bytes:
    """A table with a column of texts."""
    row = _make_row(story)
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows([row.keys(), row.values()])
    return stream.getvalue().encode()


def write_tsv(story: Story) -> bytes:
    """The same with tabs."""
    return write_csv(story, "\t")


# By the name of the format; what a suffix says more is below.
WRITERS: dict[str, Callable[[Story], bytes]] = {
    "markdown": write_markdown,
    "text": write_text,
    "feed": write_rss,
    "jsonfeed": write_json_feed,
    "html": write_html,
    "pdf": write_pdf,
    "docx": write_docx,
    "odt": write_odt,
    "epub": write_epub,
    "rtf": write_rtf,
    "clippings": write_clippings,
    "mbox": write_mbox,
    "mhtml": write_mhtml,
    "mail": write_mail,
    "csv": write_csv,
    "jsonl": write_json_lines,
    "json": write_json,
}
_BY_SUFFIX = {".tsv": write_tsv, ".tab": write_tsv, ".emlx": write_apple_mail}


def list_kinds() -> dict[str, Callable[[Story], bytes]]:
    """The writer of every suffix that a format, an archive or a packed file has; "" for what has none."""
    kinds = {
        suffix: _BY_SUFFIX.get(suffix, WRITERS[known.name])
        for known in FORMATS
        for suffix in known.suffixes
    }
    kinds[".feed.json"] = write_json_feed
    kinds[""] = write_mail  # as a Maildir keeps them
    kinds[".clippings.txt"] = write_clippings
    for suffix in ARCHIVES:
        kinds[suffix] = _make_archive_writer(suffix)
    for suffix, compress in PACKED.items():
        kinds[".txt" + suffix] = _make_packed_writer(compress)
    return kinds


def _make_archive_writer(suffix: str) -> Callable[[Story], bytes]:
    def write(story: Story) -> bytes:
        return archive("inner/story.html", write_html(story), suffix)

    return write


def _make_packed_writer(compress: Callable[[bytes], bytes]) -> Callable[[Story], bytes]:
    def write(story: Story) -> bytes:
        return compress(write_text(story))

    return write


def archive(name: str, data: bytes, suffix: str) -> bytes:
    """An archive of one member."""
    buffer = io.BytesIO()
    if suffix == ".zip":
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr(name, data)
        return buffer.getvalue()
    kinds = {"gz": "w:gz", "bz": "w:bz2", "xz": "w:xz"}
    modes = (mode for letters, mode in kinds.items() if letters in suffix.replace("tgz", "gz"))
    with tarfile.open(fileobj=buffer, mode=next(modes, "w")) as packed:
        member = tarfile.TarInfo(name)
        member.size = len(data)
        packed.addfile(member, io.BytesIO(data))
    return buffer.getvalue()

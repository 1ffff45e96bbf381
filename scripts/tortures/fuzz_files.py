"""Files of every format, whole and then broken: what ``fuzz`` gives to the readers of files."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

HEAD = (
    "Le pont de Velmar a coûté 12 millions d’euros. Élisa Marchand en est l’architecte depuis 2025."
)
# What readers of such files look for; put in where nobody expects it.
TOKENS = (
    *("<", ">", "</p>", "<p>", "<table>", "</table>", "<td>", "<!--", "-->", "<![CDATA[", "]]>"),
    *("&", "&amp;", "&#0;", "&#x110000;", "&lol;", '"', "'", "\\", "{", "}", "[", "]", ",", ";"),
    *("\\par", "\\u-1?", "\\'ff", "\\bin99999 ", "{\\*\\x", "\r\n\r\n", "\n", "\0", "\ufeff", "--B"),
    *("From ", "Date: x\n", "Content-Type: text/html; charset=x\n", "=?utf-8?b?w?=", "=C3", "```"),
    *("---", "+++", "title: x", "![", "](", "[^1]:", "> ", "| a |", "{{< x", "<%", "$$", "\t- ", "#"),
    *("stream", "endobj", "BT", "ET", "Tj", "<<", ">>", "1e400", "-1", "null", "NaN", "99999999999"),
)  # fmt: skip


def write_file(rng: random.Random, text: str) -> tuple[str, bytes]:
    """Return a name and the bytes of a file that holds a text, one time in eight as they should be."""
    suffix = rng.choice(list(WRITERS))
    data = WRITERS[suffix](rng, text)
    for _ in range(rng.choice((0, 1, 1, 2, 4, 8, 8, 30))):
        data = _break(rng, data)
    wrong = rng.choice(list(WRITERS)) if rng.random() < 0.1 else suffix
    return f"a{wrong}", data


def _break(rng: random.Random, data: bytes) -> bytes:
    """Return bytes with one thing wrong."""
    place = rng.randrange(len(data) + 1)
    end = place + rng.choice((1, 2, 10, 200))
    kind = rng.randrange(6)
    if kind == 0:
        return data[:place] + bytes((rng.randrange(256),)) + data[place + 1 :]
    if kind == 1:
        return data[:place] + rng.choice(TOKENS).encode() + data[place:]
    if kind == 2:
        return data[:place] + data[end:]
    if kind == 3:
        return data[:place] + data[place:end] * rng.choice((2, 3, 50)) + data[end:]
    if kind == 4:
        other = rng.randrange(len(data) + 1)
        return data[:place] + data[other : other + end - place] + data[place:]
    return data[:place] if rng.random() < 0.2 else data + data[place:end]


def _break_text(rng: random.Random, text: str) -> str:
    """Return a text with up to three things wrong, before it is packed."""
    data = text.encode()
    for _ in range(rng.randrange(4)):
        data = _break(rng, data)
    return data.decode("utf-8", "replace")


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _write_paragraphs(text: str, tag: str) -> str:
    return "".join(f"<{tag}>{_escape(line)}</{tag}>" for line in (HEAD, *text.splitlines()))


def _write_markdown(_rng: random.Random, text: str) -> bytes:
    head = "---\ntitle: Un pont\ndate: 2025-12-09\ntags: [a, b]\n---\n# Un pont\n\n"
    table = (
        "| a | b |\n|---|---|\n| 1 | **2** |\n\n> cité\n> ici\n\n- [x](http://a.b) ![i](j.png)\n"
    )
    return f"{head}{HEAD}\n\n{table}\n{text}".encode()


def _write_html(_rng: random.Random, text: str) -> bytes:
    head = (
        "<title>Un pont</title><meta name=author content=X><meta property=og:site_name content=Y>"
    )
    body = _write_paragraphs(text, "p")
    return f"<!doctype html><html lang=fr><head>{head}</head><body><article><h1>Un pont</h1>{body}".encode()


def _write_mail(rng: random.Random, text: str) -> bytes:
    head = "From: Le Journal <a@b.example>\nSubject: =?utf-8?q?Un_pont?=\nDate: Tue, 9 Dec 2025 08:00:00 +0100\n"
    plain = f"Content-Type: text/plain; charset=utf-8\n\n{HEAD}\n{text}\n"
    if rng.random() < 0.5:
        return f"{head}{plain}".encode()
    page = f"Content-Type: text/html; charset=utf-8\n\n<p>{HEAD}</p>\n"
    parts = f"--B\n{plain}\n--B\n{page}\n--B--\n"
    return f'{head}MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="B"\n\n{parts}'.encode()


def _write_mailbox(rng: random.Random, text: str) -> bytes:
    mail = b"From a@b.example Tue Dec  9 08:00:00 2025\n" + _write_mail(rng, text) + b"\n\n"
    return mail * rng.choice((1, 2, 5))


def _write_feed(_rng: random.Random, text: str) -> bytes:
    item = f"<item><title>Un pont</title><pubDate>Tue, 09 Dec 2025 08:00:00 GMT</pubDate><description>{_escape(text)}"
    entry = (
        f"{item}</description></item><item><title>B</title><description>{HEAD}</description></item>"
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>J</title>{entry}</channel></rss>'.encode()


def _write_rtf(_rng: random.Random, text: str) -> bytes:
    letters = "".join(c if c.isascii() else f"\\u{min(ord(c), 32767)}?" for c in text)
    return (
        "{\\rtf1\\ansi\\ansicpg1252 {\\fonttbl{\\f0 Arial;}}\\b Un pont\\b0\\par "
        + letters
        + "\\par}"
    ).encode()


def _write_csv(rng: random.Random, text: str) -> bytes:
    mark = rng.choice(",;\t")
    rows = [
        ("title", "date", "text"),
        *(("Un pont", "2025-12-09", line) for line in text.splitlines()),
    ]
    return "\n".join(mark.join(f'"{cell}"' for cell in row) for row in rows).encode()


def _write_json_lines(rng: random.Random, text: str) -> bytes:
    return b"\n".join(_write_json(rng, line) for line in text.splitlines())


def _write_json(_rng: random.Random, text: str) -> bytes:
    return json.dumps({"title": "Un pont", "date": "2025-12-09", "text": f"{HEAD} {text}"}).encode()


def _pack(rng: random.Random, members: dict[str, str]) -> bytes:
    """Return a packed file whose members may be broken before they are packed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            whole = name in ("mimetype", "[Content_Types].xml") or rng.random() < 0.3
            archive.writestr(name, content if whole else _break_text(rng, content))
    return buffer.getvalue()


def _write_docx(rng: random.Random, text: str) -> bytes:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    paragraphs = _write_paragraphs(text, "w:t").replace("<w:t>", "<w:p><w:r><w:t>")
    body = paragraphs.replace("</w:t>", "</w:t></w:r></w:p>")
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    kinds = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return _pack(
        rng,
        {
            "[Content_Types].xml": f'<Types xmlns="{types}">{kinds}<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{office}" Target="word/document.xml"/></Relationships>',
            "word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>",
        },
    )


def _write_odt(rng: random.Random, text: str) -> bytes:
    name = "urn:oasis:names:tc:opendocument:xmlns"
    body = _write_paragraphs(text, "text:p")
    spaces = f'xmlns:office="{name}:office:1.0" xmlns:text="{name}:text:1.0"'
    content = f"<office:document-content {spaces}><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    return _pack(
        rng, {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content}
    )


def _write_epub(rng: random.Random, text: str) -> bytes:
    container = '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="b.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    items = '<item id="c" href="c.xhtml" media-type="application/xhtml+xml"/>'
    package = f'<package xmlns="http://www.idpf.org/2007/opf"><metadata/><manifest>{items}</manifest><spine><itemref idref="c"/></spine></package>'
    chapter = f'<html xmlns="http://www.w3.org/1999/xhtml"><body><h1>Un</h1>{_write_paragraphs(text, "p")}</body></html>'
    members = {"META-INF/container.xml": container, "b.opf": package, "c.xhtml": chapter}
    return _pack(rng, {"mimetype": "application/epub+zip", **members})


def _write_pdf(_rng: random.Random, text: str) -> bytes:
    lines = [line[:80].encode("latin-1", "replace") for line in (HEAD, *text.splitlines()[:30])]
    shown = [
        line.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") for line in lines
    ]
    drawn = (
        b"BT /F1 11 Tf 50 780 Td 14 TL "
        + b"".join(b"(" + line + b") Tj T* " for line in shown)
        + b"ET"
    )
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    )
    body = b"".join(b"%d 0 obj%bendobj\n" % numbered for numbered in enumerate(objects, start=1))
    # Without a table of where the objects stand, which readers make again.
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R/Size 6>>\n%%EOF\n"


WRITERS: dict[str, Callable[[random.Random, str], bytes]] = {
    ".md": _write_markdown,
    ".html": _write_html,
    ".eml": _write_mail,
    ".mbox": _write_mailbox,
    ".rss": _write_feed,
    ".rtf": _write_rtf,
    ".csv": _write_csv,
    ".jsonl": _write_json_lines,
    ".json": _write_json,
    ".docx": _write_docx,
    ".odt": _write_odt,
    ".epub": _write_epub,
    ".pdf": _write_pdf,
}

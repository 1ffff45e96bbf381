"""The bytes of a page, a feed or an HTML mail as characters, and as a tree.

The codec is found as a browser finds it (the WHATWG's Encoding and HTML standards): byte order
mark, what the markup declares, a guess. But bytes that are UTF-8 are read as UTF-8 whatever they
declare: programs that save pages rewrite the bytes and leave the declaration.

The limits keep what a hostile page can cost: libxml2 compares each attribute of a tag with all of
its others, and stops at a depth of its own.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from rag.errors import SourceError
from rag.reading.encoding import decode
from rag.reading.formats.note_marks import remove_marks

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEAD = 4096  # bytes that a declaration may stand in; browsers look at 1024, old pages need more
_DECLARATION = re.compile(
    rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})"
    rb"|<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})",
    re.IGNORECASE,
)
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# What the Encoding standard reads in place of what is declared: the larger set of Windows.
_WIDENED = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    # A declaration that can be read in ASCII does not stand in UTF-16.
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}
# Codecs of Python that are no encodings of the web (idna, utf-7, unicode_escape) stay out.
_WEB_CODECS = re.compile(
    r"utf-8|cp125\d|cp866|cp874|cp932|cp949|cp437|cp850|iso8859-\d+|koi8-[ru]|mac-(?:roman|cyrillic)"
    r"|gb18030|big5hkscs|euc_jp|iso2022_jp|hz"
)
_OTHER_NAMES = {
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "x-gbk": "gb18030",
    "unicode": "utf-8",
    "windows-874": "cp874",
    "ks_c_5601-1987": "cp949",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "unknown-8bit": "",
    "8bit": "",
}

_SEVEN_BIT = ("utf-7", "iso2022_jp", "hz")

_MAX_CHARACTERS = 20_000_000  # of markup, images that are written into it not counted
_MAX_TAGS = 400_000  # chosen by hand: some tens of seconds
_TOO_MANY_TAGS = "more than 400,000 tags"
_SPLIT = "save its text alone, or split it"
_TOO_LARGE = "more than 20 million characters of markup"
_DATA_ADDRESS = re.compile(r"data:[\w./+;=-]{0,80}?base64,[A-Za-z0-9+/=%\s]{200,}", re.IGNORECASE)
_UNREADABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_UNREADABLE_REFERENCE = re.compile(
    r"&#(?:x0*(?:[0-8bcef]|1[0-9a-f]|7f|fff[ef]|d[89a-f][0-9a-f]{2})(?![0-9a-f])"
    r"|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]|127)(?![0-9]));?",
    re.IGNORECASE,
)
_LONG_TAG = re.compile(r"<([A-Za-z][\w:-]{0,40})([^<>]{10000,})>")
_QUOTED_VALUE = re.compile(r"\"[^\"]*\"|'[^']*'")
_MAX_NAMES = 5000  # characters of a tag without its quoted values: some hundred attributes


def decode_markup(data: bytes, declared: str | None = None) -> str:
    """Return markup as text.

    ``declared`` is a codec that is named outside of the markup, as a mail does.

    Raises:
        SourceError: the bytes are no text.
    """
    head = data[:_HEAD]
    # In UTF-16 and UTF-32 there are NULs beside the ASCII of the tags.
    if data.startswith(_MARKS) or b"\0<" in head or b"<\0" in head:
        return decode(data)[0]
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    codec = find_codec(declared) or _find_declared_codec(head)
    if codec and codec != "utf-8":
        return data.decode(codec, "replace")
    try:
        return decode(data)[0]
    except SourceError as error:
        # One bad byte costs that byte, unless these are bytes of something else.
        if b"\0" in head or not codec:
            raise error from None
        return data.decode(codec, "replace")


def decode_text(data: bytes, declared: str | None) -> str:
    """Return plain text whose codec is named outside of it, as a mail does.

    Raises:
        SourceError: the bytes are no text.
    """
    label = (declared or "").strip().lower()
    codec = "utf-7" if label == "utf-7" else find_codec(declared)
    # In these, characters are written in ASCII: every byte would be UTF-8, too.
    if codec is not None and codec in _SEVEN_BIT:
        return data.decode(codec, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if codec and codec != "utf-8":
        return data.decode(codec, "replace")
    try:
        return decode(data)[0]
    except SourceError:
        if b"\0" in data:
            raise
        return data.decode(codec or "cp1252", "replace")


def find_codec(name: str | None) -> str | None:
    """Return Python's name of an encoding of the web, or None where no one knows it."""
    if not name or not name.isascii():
        return None
    label = name.strip(" \t\r\n\"'").lower()
    label = _OTHER_NAMES.get(label, label)
    try:
        info = codecs.lookup(label)
    except (LookupError, ValueError):
        return None
    codec = _WIDENED.get(info.name, info.name)
    if _WEB_CODECS.fullmatch(codec) is None:
        return None
    return codec


def _find_declared_codec(head: bytes) -> str | None:
    """Return the codec that markup declares for itself."""
    match = _DECLARATION.search(head)
    if match is None:
        return None
    label = match[1] or match[2]
    name = label.decode("ascii", "replace")
    return find_codec(name)


def parse_html(text: str) -> _Element:
    """Return the tree of a page or of a fragment, without the marks of notes.

    Raises:
        SourceError: it is too large, or nothing in it is markup.
    """
    import lxml.etree
    import lxml.html

    markup = tame_markup(text)
    parser = lxml.html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    data = markup.encode("utf-8", "replace")
    try:
        tree: _Element = lxml.html.document_fromstring(data, parser=parser)
    except (lxml.etree.LxmlError, ValueError) as error:
        raise SourceError("no HTML that can be read", hint="open and save it again") from error
    remove_marks(tree)
    return tree


def tame_markup(text: str) -> str:
    """Return markup without what costs much and says nothing.

    Raises:
        SourceError: it is too large.
    """
    markup = _DATA_ADDRESS.sub("data:,", text)
    if len(markup) > _MAX_CHARACTERS:
        raise SourceError(_TOO_LARGE, hint=_SPLIT)
    if markup.count("<") > _MAX_TAGS:
        raise SourceError(_TOO_MANY_TAGS, hint=_SPLIT)
    markup = _UNREADABLE.sub(" ", markup)
    markup = _UNREADABLE_REFERENCE.sub("", markup)
    return _LONG_TAG.sub(_shorten_tag, markup)


def _shorten_tag(match: re.Match[str]) -> str:
    """Return a tag without its attributes where they are thousands."""
    tag, name, attributes = match.group(0, 1, 2)
    names = _QUOTED_VALUE.sub("", attributes)
    if len(names) <= _MAX_NAMES:
        return tag
    return f"<{name}>"

"""E-books: the chapters in the order of the spine, each a place that a reader's menu leads to.

EPUB 2 and 3: a package file lists the parts, a table of contents names them. What a shop has locked
is named, not read.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urldefrag

from rag.errors import SourceError
from rag.reading.formats.base import Extracted, Metadata, Part
from rag.reading.formats.metadata_fields import choose_metadata
from rag.reading.formats.packed import (
    PackedFile,
    find_text,
    get_attribute,
    has_media_type,
    join_text,
)
from rag.reading.formats.text_builder import TextBuilder
from rag.reading.formats.xhtml import ChapterReader
from rag.records import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

_MIME_TYPE = "application/epub+zip"
_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_LOCKS = frozenset({"META-INF/rights.xml", "META-INF/sinf.xml", "META-INF/license.lcpl"})
# Fonts are often scrambled so that nobody takes them out of a book: its text is open.
_FONT_SCRAMBLING = frozenset(
    {"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"}
)
_XHTML = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})
_NCX = "application/x-dtbncx+xml"
_LIBREOFFICE = "libepubgen"  # what it writes books with
_SAVE_AGAIN = "download or export it again"


class _Item(NamedTuple):
    """A part of the book: where it lies in the archive, and what it is."""

    path: str
    media_type: str
    is_navigation: bool


class _Entry(NamedTuple):
    """An entry of the table of contents."""

    href: str
    title: str

    @property
    def anchor(self) -> str:
        """Return the id that it leads to, "" for the beginning of a part."""
        _, anchor = urldefrag(self.href)
        return anchor


class _Book(NamedTuple):
    """What the package file says."""

    items: dict[str, _Item]
    spine: list[_Item]
    metadata: Metadata


class EpubFormat:
    """An e-book."""

    name = "epub"
    media_type = _MIME_TYPE
    suffixes = frozenset({".epub"})
    version = 3
    is_guarded = True

    def fits(self, data: bytes) -> bool:
        """Return whether the archive says first of all that it is an e-book."""
        return has_media_type(data, _MIME_TYPE)

    def extract(self, data: bytes) -> Extracted:
        """Return the text of the chapters as one article, the chapters as places."""
        packed = PackedFile(data)
        _check_locks(packed)
        book = _read_package(packed)
        contents = _read_contents(packed, book)
        builder = TextBuilder()
        reader = ChapterReader(builder)
        places: list[Place] = []
        warnings = []
        for item in book.spine:
            start = builder.next_start
            try:
                content = packed.read(item.path)
                reader.read(content, item.path)
            except SourceError as error:
                warnings.append(f"{item.path} is not read: {error.message}")
                continue
            if builder.next_start > start:
                entries = contents.get(item.path, [])
                places += _find_chapters(entries, start, reader)
        if not builder.text:
            raise SourceError("no text", hint="a book of pictures needs text recognition")
        whole = Part(0, builder.length, book.metadata)
        return Extracted(
            builder.text,
            book.metadata,
            tuple(place for place in places if place.offset < builder.length),
            (whole,),
            warnings=tuple(warnings),
        )


EPUB = EpubFormat()


def _check_locks(packed: PackedFile) -> None:
    """Raise SourceError for a book that only the program of a shop opens."""
    locked = SourceError(
        "protected by DRM: only the program of its shop opens it",
        hint="ask the shop or the publisher for a copy without it",
    )
    if packed.names & _LOCKS:
        raise locked
    if _ENCRYPTION not in packed.names:
        return
    encryption = packed.read_xml(_ENCRYPTION)
    for method in encryption.iter("{*}EncryptionMethod"):
        if get_attribute(method, "Algorithm") not in _FONT_SCRAMBLING:
            raise locked


def _read_package(packed: PackedFile) -> _Book:
    """Return the parts of the book in the order of reading, and what it says of itself."""
    container = packed.read_xml(_CONTAINER)
    root_file = next(container.iter("{*}rootfile"), None)
    path = get_attribute(root_file, "full-path") if root_file is not None else None
    if path is None:
        raise SourceError("damaged: no package file is named", hint=_SAVE_AGAIN)
    package = packed.read_xml(path, is_tolerant=True)
    folder = posixpath.dirname(path)
    items = {}
    for element in package.iter("{*}item"):
        identity = get_attribute(element, "id") or ""
        href = get_attribute(element, "href") or ""
        properties = get_attribute(element, "properties") or ""
        items[identity] = _Item(
            _join_path(folder, href),
            get_attribute(element, "media-type") or "",
            "nav" in properties.split(),
        )
    spine = list(_list_spine(package, items))
    if not spine:
        raise SourceError("damaged: no chapter is named", hint=_SAVE_AGAIN)
    metadata = _read_metadata(package)
    return _Book(items, spine, metadata)


def _join_path(folder: str, href: str) -> str:
    """Return the path in the archive that an address of a part means, without its anchor."""
    address, _ = urldefrag(href)
    path = unquote(address)
    joined = posixpath.join(folder, path)
    normal = posixpath.normpath(joined)
    return normal.lstrip("/")


def _list_spine(package: _Element, items: dict[str, _Item]) -> Iterator[_Item]:
    """Yield the chapters in the order of reading, each once, without the table of contents."""
    seen = set()
    for element in package.iter("{*}itemref"):
        identity = get_attribute(element, "idref")
        item = items.get(identity or "")
        if item is None or item.is_navigation:
            continue
        if item.media_type not in _XHTML or item.path in seen:
            continue
        seen.add(item.path)
        yield item


def _read_metadata(package: _Element) -> Metadata:
    """Return what the package says of the book (Dublin Core)."""
    section = next(package.iter("{*}metadata"), None)
    if section is None:
        return Metadata()
    title = find_text(section, "title")
    author = find_text(section, "creator")
    day = find_text(section, "date")
    language = None if _has_language_of_program(section) else find_text(section, "language")
    chosen = choose_metadata(title=title, author=author, day=day, language=language)
    return chosen._replace(
        publisher=find_text(section, "publisher"),
        description=find_text(section, "description"),
    )


def _has_language_of_program(section: _Element) -> bool:
    """Return whether LibreOffice wrote the book: it says English where nobody set a language."""
    is_english = find_text(section, "language") == "en"
    generators = [get_attribute(meta, "content") or "" for meta in section.iter("{*}meta")]
    return is_english and any(_LIBREOFFICE in generator for generator in generators)


def _read_contents(packed: PackedFile, book: _Book) -> dict[str, list[_Entry]]:
    """Return the entries of the tables of contents, by the path that they lead to."""
    contents: dict[str, list[_Entry]] = {}
    for item in book.items.values():
        is_navigation = item.is_navigation
        if item.path not in packed.names:
            continue
        if not is_navigation and item.media_type != _NCX:
            continue
        try:
            root = packed.read_xml(item.path, is_tolerant=True)
        except SourceError:
            # A book without table of contents is read by its headings.
            continue
        entries = _list_links(root) if is_navigation else _list_points(root)
        folder = posixpath.dirname(item.path)
        for entry in entries:
            path = _join_path(folder, entry.href)
            contents.setdefault(path, [])
            contents[path].append(entry)
    return contents


def _list_links(root: _Element) -> Iterator[_Entry]:
    """Yield the entries of the table of contents of EPUB 3."""
    for navigation in root.iter("{*}nav"):
        kind = get_attribute(navigation, "type")
        if kind not in (None, "toc"):
            continue
        for link in navigation.iter("{*}a"):
            href = get_attribute(link, "href")
            title = join_text(link)
            if href and title:
                yield _Entry(href, title)


def _list_points(root: _Element) -> Iterator[_Entry]:
    """Yield the entries of the table of contents of EPUB 2."""
    for point in root.iter("{*}navPoint"):
        label = point.find("{*}navLabel")
        content = point.find("{*}content")
        if label is None or content is None:
            continue
        href = get_attribute(content, "src")
        title = join_text(label)
        if href and title:
            yield _Entry(href, title)


def _find_chapters(
    entries: list[_Entry],
    start: int,
    reader: ChapterReader,
) -> list[Place]:
    """Return where the chapters of a part begin, by the table of contents, else by its heading."""
    titles: dict[int, str] = {}
    for entry in entries:
        offset = reader.anchors.get(entry.anchor, start)
        titles.setdefault(offset, entry.title)
    if reader.heading is not None and not titles:
        titles[start] = reader.heading
    places = []
    for offset in sorted(titles):
        place = Place(offset, "chapter", titles[offset])
        places.append(place)
    return places

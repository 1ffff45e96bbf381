"""Formats that are XML in a ZIP archive: members unpacked within limits, XML without entities.

Whatever an archive says of itself may be a lie: sizes are counted while it is unpacked.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from html.entities import html5
from typing import TYPE_CHECKING

from rag.errors import SourceError

if TYPE_CHECKING:
    from lxml.etree import _Element

_MIB = 1 << 20
# Chosen by hand. A book's longest chapter has two MiB, the XML of a text is packed to a tenth.
MAX_MEMBER = 32 * _MIB
MAX_TOTAL = 128 * _MIB
MAX_MEMBERS = 20_000
_MAX_RATIO = 200
_MIN_SUSPICIOUS = 4 * _MIB  # what is smaller may be packed as tightly as it likes
_BLOCK = 1 << 16
_ENCRYPTED_FLAG = 1
# What zipfile raises over a damaged archive, or one that is packed in a way it does not know.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    IndexError,
    NotImplementedError,
)
_MAX_BEGINNING = 200  # bytes that the member "mimetype" takes, which comes first
_SAVE_AGAIN = "save or download it again"
ZIP_MAGIC = b"PK\x03\x04"
_LOCAL_HEADER = struct.Struct("<26xH2x")  # of a member: the length of its name


def has_media_type(data: bytes, media_type: str) -> bool:
    """Return whether an archive says first of all that it is of a media type."""
    is_said = media_type.encode() in data[:_MAX_BEGINNING]
    return is_said and read_first_name(data) == "mimetype"


def read_first_name(data: bytes) -> str:
    """Return the name of the member that an archive begins with; "" where there is none.

    A document may stand in another archive, with all its names.
    """
    if not data.startswith(ZIP_MAGIC) or len(data) < _LOCAL_HEADER.size:
        return ""
    (length,) = _LOCAL_HEADER.unpack_from(data)
    name = data[_LOCAL_HEADER.size : _LOCAL_HEADER.size + length]
    return name.decode("utf-8", "replace")


class PackedFile:
    """The members of an archive, each unpacked when it is asked for."""

    def __init__(self, data: bytes) -> None:
        """Open it.

        Raises:
            SourceError: it is no archive, damaged, or has more members than any book.
        """
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGED as error:
            raise make_damaged_error() from error
        self.names = frozenset(self._archive.namelist())
        self._unpacked = 0
        if len(self.names) > MAX_MEMBERS:
            raise SourceError(f"packs more than {MAX_MEMBERS:,} files")

    def read(self, name: str) -> bytes:
        """Return the content of a member.

        Raises:
            SourceError: it is missing, encrypted, damaged, or unpacks to more than any article.
        """
        if name not in self.names:
            raise SourceError(f"damaged: {name} is missing", hint=_SAVE_AGAIN)
        member = self._archive.getinfo(name)
        if member.flag_bits & _ENCRYPTED_FLAG:
            raise make_encrypted_error()
        content = bytearray()
        try:
            with self._archive.open(member) as stream:
                while block := stream.read(_BLOCK):
                    content += block
                    self._check_size(len(content), member.compress_size)
        except _DAMAGED as error:
            raise make_damaged_error(name) from error
        except RuntimeError as error:
            raise make_encrypted_error() from error
        self._unpacked += len(content)
        return bytes(content)

    def read_xml(self, name: str, *, is_tolerant: bool = False) -> _Element:
        """Return the root of a member; SourceError where it is damaged."""
        content = self.read(name)
        return parse_xml(content, name, is_tolerant=is_tolerant)

    def _check_size(self, size: int, packed_size: int) -> None:
        """Raise SourceError for what unpacks to more than articles do."""
        total = self._unpacked + size
        if size > MAX_MEMBER or total > MAX_TOTAL:
            raise SourceError("unpacks to more than any article", hint="split it")
        if size > _MIN_SUSPICIOUS and size > _MAX_RATIO * max(packed_size, 1):
            raise SourceError("packed too tightly for a text: a ZIP bomb")


def make_damaged_error(name: str = "") -> SourceError:
    """Return the error for an archive, or a member of it, that cannot be unpacked."""
    if name:
        return SourceError(f"damaged: {name} cannot be unpacked", hint=_SAVE_AGAIN)
    return SourceError("damaged archive", hint=_SAVE_AGAIN)


def make_encrypted_error() -> SourceError:
    """Return the error for what only a password opens."""
    return SourceError("encrypted: only a password opens it", hint="save a copy without password")


def parse_xml(content: bytes, name: str, *, is_tolerant: bool = False) -> _Element:
    """Return the root of an XML text: no entity is expanded, nothing is fetched.

    Raises:
        SourceError: it is no XML, or declares entities of its own.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=is_tolerant,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceError(f"damaged: {name} is no XML", hint=_SAVE_AGAIN) from error
    if root is None:
        raise SourceError(f"damaged: {name} is no XML", hint=_SAVE_AGAIN)
    subset = root.getroottree().docinfo.internalDTD
    if subset is not None and next(iter(subset.iterentities()), None) is not None:
        raise SourceError(f"{name} declares entities of its own, which are not expanded")
    return root


def get_tag(element: _Element) -> str:
    """Return the name of an element without its namespace; "" for what is no element."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    return tag.rpartition("}")[2]


def get_attribute(element: _Element, name: str) -> str | None:
    """Return an attribute by its name without namespace."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


def read_entity(name: str) -> str:
    """Return the character of a named entity of HTML that was left in place; else a space."""
    return html5.get(f"{name};", " ")


def find_text(root: _Element, name: str) -> str | None:
    """Return the text of the first element of a name, its namespace aside; None where blank."""
    for element in root.iter(f"{{*}}{name}"):
        text = join_text(element)
        if text:
            return text
    return None


def join_text(element: _Element) -> str:
    """Return the text of an element in one line."""
    parts = element.itertext()
    text = "".join(parts)
    words = text.split()
    return " ".join(words)

"""What the process that reads files says, and is told: frames of JSON, never anything that runs."""

from __future__ import annotations

import datetime
import json
import os
import struct
from typing import IO, TYPE_CHECKING, Any

from rag.errors import SourceError
from rag.reading.formats.base import Extracted, Metadata, Part
from rag.records import PLACE_KINDS, Edit, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

# What the bytes of an answer that is none may raise.
DAMAGE = (ValueError, TypeError, LookupError, AttributeError)
_LENGTH = struct.Struct(">Q")
_BLOCK = 1 << 20  # bytes that are read at a time


def take_streams() -> tuple[IO[bytes], IO[bytes]]:
    """Return the streams of requests and answers, which nothing else can print into any more."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    return requests, answers


def write_frame(stream: IO[bytes], data: bytes) -> None:
    """Write bytes with their number before them. Raises OSError."""
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def read_frame(stream: IO[bytes], limit: int) -> bytes:
    """Return the next bytes that were written.

    Raises EOFError where the stream ends before they do, ValueError where they are too many.
    """
    (length,) = _LENGTH.unpack(_read_exactly(stream, _LENGTH.size))
    if length > limit:
        raise ValueError("too long")
    return _read_exactly(stream, length)


def _read_exactly(stream: IO[bytes], length: int) -> bytes:
    # In blocks: what was announced may never come, and takes no memory before it does.
    content = bytearray()
    while len(content) < length:
        block = stream.read(min(_BLOCK, length - len(content)))
        if not block:
            raise EOFError
        content += block
    return bytes(content)


def encode_extracted(extracted: Extracted) -> bytes:
    """Return what a format gave as JSON."""
    value = {
        "text": extracted.text,
        "metadata": encode_metadata(extracted.metadata),
        "places": extracted.places,
        "parts": encode_parts(extracted.parts),
        "edits": extracted.edits,
        "warnings": extracted.warnings,
        "encoding": extracted.encoding,
    }
    return _encode(value)


def encode_error(error: SourceError) -> bytes:
    """Return the reason why there is no text, and the way out, as JSON."""
    return _encode({"error": error.message, "hint": error.hint})


def decode_answer(data: bytes) -> Extracted:
    """Return what a format gave.

    Raises SourceError where it gave a reason instead; ValueError, TypeError, LookupError or
    AttributeError for what no format gives.
    """
    value = json.loads(data.decode("utf-8", "surrogatepass"))
    if "error" in value:
        raise SourceError(str(value["error"]), hint=str(value["hint"]))
    text = _require_text(value["text"])
    return Extracted(
        text,
        decode_metadata(value["metadata"]),
        tuple(_decode_place(row, text) for row in value["places"]),
        decode_parts(value["parts"], text),
        tuple(_decode_edit(row, text) for row in value["edits"]),
        decode_warnings(value["warnings"]),
        _require_text(value["encoding"]),
    )


def _encode(value: object) -> bytes:
    # Halves of characters, which a text may hold, have no UTF-8 of their own.
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def encode_parts(parts: Sequence[Part]) -> list[list[object]]:
    """Return the articles of a file that surely holds several, as JSON has them."""
    return [[start, end, encode_metadata(metadata)] for start, end, metadata in parts]


def decode_parts(rows: Sequence[Sequence[Any]], text: str) -> tuple[Part, ...]:
    """Return the articles of a text. Raises as ``decode_answer``."""
    parts = []
    for start, end, metadata in rows:
        _require_span(start, end, text)
        parts.append(Part(start, end, decode_metadata(metadata)))
    return tuple(parts)


def decode_warnings(warnings: Sequence[object]) -> tuple[str, ...]:
    """Return what could not be read of a file. Raises TypeError."""
    return tuple(map(_require_text, warnings))


def encode_metadata(metadata: Metadata) -> dict[str, str | None]:
    """Return what a file says of itself, as JSON has it."""
    date = metadata.date.isoformat() if metadata.date else None
    return {**metadata._asdict(), "date": date}


def decode_metadata(value: dict[str, Any]) -> Metadata:
    """Return what a file says of itself. Raises as ``decode_answer``."""
    for fact in value.values():
        if fact is not None:
            _require_text(fact)
    metadata = Metadata(**value)
    if not value["date"]:
        return metadata
    return metadata._replace(date=datetime.date.fromisoformat(value["date"]))


def _decode_place(row: Sequence[Any], text: str) -> Place:
    place = Place(*row)
    _require_span(place.offset, place.offset, text)
    _require_text(place.name)
    if place.kind not in PLACE_KINDS:
        raise ValueError("a place of no kind")
    return place


def _decode_edit(row: Sequence[Any], text: str) -> Edit:
    edit = Edit(*row)
    _require_span(edit.start, edit.end, text)
    _require_text(edit.text)
    return edit


def _require_span(start: object, end: object, text: str) -> None:
    """Raise ValueError or TypeError unless two numbers are a span of a text."""
    if not isinstance(start, int) or not isinstance(end, int):
        raise TypeError("no offsets")
    if not 0 <= start <= end <= len(text):
        raise ValueError("offsets outside the text")


def _require_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value

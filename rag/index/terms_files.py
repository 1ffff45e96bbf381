"""The files of a tantivy index, held against tantivy's own checksums and our schema.

tantivy aborts the process, or panics, on files that it did not write: they are opened only when
each ends in the footer that tantivy gives it, with the CRC-32 of all before it, and when the
segments and fields are those that rag writes.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from typing import IO, TYPE_CHECKING, Any

from rag.files import open_regular
from rag.index.checked_files import report_damage, require

if TYPE_CHECKING:
    from pathlib import Path

META, MANAGED = "meta.json", ".managed.json"
_PARTS = ("fast", "fieldnorm", "idx", "pos", "store", "term")  # a file of each for every segment
_TRAILER = struct.Struct("<II")  # the length of the footer, then a number that says it is one
_FOOTER_NUMBER = 1337
_MAX_FOOTER_BYTES = 50_000  # as tantivy has it
_FILE_NAME = re.compile(r"[\w.]+")
_PIECE_BYTES = 1 << 20
_SEGMENT = re.compile("[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")


@report_damage
def require_whole_terms(folder: Path, fields: tuple[str, ...], passage_count: int) -> None:
    """Raise IndexDamaged unless tantivy can open a folder of so many passages and these fields."""
    meta = _read_json(folder / META)
    schema = _make_schema(fields)
    require(meta["schema"] == schema, "other fields of terms")
    documents = 0
    for segment in meta["segments"]:
        documents += _require_whole_segment(folder, segment)
    require(documents == passage_count, "terms of another number of passages")
    for name in _read_json(folder / MANAGED):
        require(_FILE_NAME.fullmatch(name), "terms in another folder")


def _read_json(path: Path) -> Any:  # noqa: ANN401
    with open_regular(path) as file:
        data = file.read()
    return json.loads(data)


def _require_whole_segment(folder: Path, segment: dict[str, Any]) -> int:
    """Return how many passages a segment holds, once its files were found whole."""
    count = segment["max_doc"]
    require(isinstance(count, int), "a segment of no number of passages")
    require(count > 0, "a segment without passages")
    require(segment["deletes"] is None, "passages taken out of the terms")
    name = segment["segment_id"]
    require(_SEGMENT.fullmatch(name), "a segment of another name")
    stem = name.replace("-", "")
    for part in _PARTS:
        path = folder / f"{stem}.{part}"
        _require_own_checksum(path)
    return int(count)


def _require_own_checksum(path: Path) -> None:
    """Raise IndexDamaged unless a file ends in tantivy's footer, and that fits what precedes it."""
    size = path.lstat().st_size
    trailer_start = size - _TRAILER.size
    require(trailer_start >= 0, "terms that are cut short")
    with open_regular(path) as file:
        file.seek(trailer_start)
        trailer = file.read()
        length, number = _TRAILER.unpack(trailer)
        require(number == _FOOTER_NUMBER, "terms without a footer")
        require(length <= _MAX_FOOTER_BYTES, "terms with an endless footer")
        footer_start = trailer_start - length
        require(footer_start >= 0, "terms that are nothing but a footer")
        file.seek(footer_start)
        data = file.read(length)
        footer = json.loads(data)
        file.seek(0)
        checksum = _compute_checksum(file, footer_start)
    require(checksum == footer["crc"], "terms that do not fit their own checksum")


def _compute_checksum(file: IO[bytes], length: int) -> int:
    """Return the CRC-32 of so many bytes of an open file."""
    checksum = 0
    remaining = length
    while remaining > 0:
        wanted = min(remaining, _PIECE_BYTES)
        piece = file.read(wanted)
        require(piece, "terms that are cut short")
        checksum = zlib.crc32(piece, checksum)
        remaining -= len(piece)
    return checksum


def _make_schema(fields: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the schema as tantivy writes it down; see ``terms``, which makes it."""
    schema = []
    for name in fields:
        field = _make_text_field(name, "freq", "terms")
        schema.append(field)
    for name in ("language", "publisher"):
        field = _make_text_field(name, "basic", "raw")
        schema.append(field)
    day = _make_number_field("day", is_indexed=True)
    row = _make_number_field("row", is_indexed=False)
    return [*schema, day, row]


def _make_number_field(name: str, *, is_indexed: bool) -> dict[str, Any]:
    options = {
        "indexed": is_indexed,
        "fieldnorms": False,
        "fast": True,
        "stored": False,
    }
    return {
        "name": name,
        "type": "u64",
        "options": options,
    }


def _make_text_field(name: str, record: str, tokenizer: str) -> dict[str, Any]:
    indexing = {
        "record": record,
        "fieldnorms": True,
        "tokenizer": tokenizer,
    }
    options = {
        "indexing": indexing,
        "stored": False,
        "fast": False,
    }
    return {
        "name": name,
        "type": "text",
        "options": options,
    }

"""A file of many articles, such as a feed or a mailbox, as one text with its parts and places."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.reading.formats.base import Extracted, Metadata, Part
from rag.records import Place

if TYPE_CHECKING:
    from collections.abc import Iterable

_GAP = "\n\n"
_NO_METADATA = Metadata()


class Entry(NamedTuple):
    """An article of a file."""

    text: str
    metadata: Metadata


def join_entries(
    entries: Iterable[Entry],
    metadata: Metadata = _NO_METADATA,
    *,
    warnings: Iterable[str] = (),
) -> Extracted:
    """Return entries as one text; ``metadata`` is what the file says of them all."""
    texts = []
    parts = []
    places = []
    length = 0
    for number, entry in enumerate(entries, 1):
        end = length + len(entry.text)
        part = Part(length, end, entry.metadata)
        name = entry.metadata.title or str(number)
        place = Place(length, "entry", name)
        texts.append(entry.text)
        parts.append(part)
        places.append(place)
        length = end + len(_GAP)
    text = _GAP.join(texts)
    return Extracted(text, metadata, tuple(places), tuple(parts), warnings=tuple(warnings))
